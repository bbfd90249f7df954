"""What a system sends of its own accord: one queue and one sender per partner and interface, in order, byte-identical on a retry."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.errors import TransportError

if TYPE_CHECKING:
    from harness.systems.core.defect import Defects
    from harness.transports.http import HttpClient
    from harness.transports.mllp import AsyncMllpClient

RETRIES = 2  # times a message is sent again: one lost answer is common, and a partner that is away for longer is told of by an operator
_KEPT = 200  # answers that control can still be asked for: more than any case makes a system send
_LAST_CANCEL = 0.1  # seconds between cancellations, see close
_RETRIED = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: ``interface`` hl7v2 or fhir; for fhir ``method`` and ``path`` below the partner's base (empty: the base itself).

    ``to`` is a partner's system id; empty takes the partner the event names.
    """

    interface: str
    payload: bytes
    method: str = "POST"
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    control_id: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """How a partner is reached and what must be known of it. ``codes`` are the partner's own (``{"ward": {"medical-1": "MED1"}}``)."""

    partner: str
    hl7v2: str = ""
    fhir: str = ""
    fhir_token: str = ""
    organisation: str = ""
    application: str = ""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message: ``answer`` bytes and ``status`` (HTTP status, 0 on v2); ``failure`` a reason when it never got through."""

    partner: str
    interface: str
    control_id: str
    status: int = 0
    answer: bytes = b""
    failure: str = ""
    attempts: int = 1


class Outbox:
    """Sends on the shared loop; v2 messages wait for an answer only when they are ``acknowledged``.

    ``routes`` maps a partner's system id to its Route; ``sent`` keeps the last answers.
    """

    def __init__(self, defects: Defects, *, organisation: str = "", acknowledged: bool = True, timeout: float = 5.0, connect_timeout: float = 1.0) -> None:
        self.routes: dict[str, Route] = {}
        self.sent: deque[Sent] = deque(maxlen=_KEPT)
        self._acknowledged = acknowledged
        self._defects, self._organisation, self._timeout, self._connect = defects, organisation, timeout, connect_timeout
        self._queues: dict[tuple[str, str], asyncio.Queue[Outgoing]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._clients: dict[tuple[str, str], tuple[str, Any]] = {}
        self.pending = 0

    def set_routes(self, routes: Mapping[str, Mapping[str, Any]]) -> None:
        """Add or change routes by ``{partner: {hl7v2, fhir, fhir_token, organisation, application, codes}}``; what is not given stays as it was."""
        known = ("hl7v2", "fhir", "fhir_token", "organisation", "application", "codes")
        for partner, route in routes.items():
            given = {key: route[key] for key in known if route.get(key)}
            self.routes[partner] = replace(self.routes.get(partner, Route(partner)), **given)

    def partner_of(self, organisations: Iterable[str]) -> str:
        """The partner whose organisation code is among ``organisations``; the only partner where none is named; else empty."""
        wanted = {code for code in organisations if code}
        for route in self.routes.values():
            if route.organisation in wanted:
                return route.partner
        return next(iter(self.routes)) if len(self.routes) == 1 and not wanted else ""

    def send(self, partner: str, outgoing: Outgoing) -> bool:
        """Queue one message, after the defects had it; False when a defect dropped it or nobody is ``partner``. Call on the shared loop."""
        partner = outgoing.to or partner
        payload = self._defects.wire_out(outgoing.payload, outgoing.interface)
        if payload is None or partner not in self.routes:
            return False
        key = (partner, outgoing.interface)
        if key not in self._queues:
            self._queues[key] = asyncio.Queue()
            self._tasks.append(asyncio.get_running_loop().create_task(self._serve(*key)))
        self.pending += 1
        self._queues[key].put_nowait(replace(outgoing, payload=payload))
        return True

    async def close(self) -> None:
        """Stop the senders; what is queued is lost."""
        waiting = set(self._tasks)
        while waiting:
            # Before Python 3.12 asyncio.wait_for loses a cancellation that comes together with its result, so once may not be enough.
            for task in waiting:
                task.cancel()
            _, waiting = await asyncio.wait(waiting, timeout=_LAST_CANCEL)
        self._tasks.clear()
        for _, client in self._clients.values():
            closing = client.close()
            if asyncio.iscoroutine(closing):
                await closing
        self._clients.clear()

    async def _serve(self, partner: str, interface: str) -> None:
        queue = self._queues[partner, interface]
        while True:
            outgoing = await queue.get()
            try:
                self.sent.append(await self._deliver(partner, outgoing))
            finally:
                self.pending -= 1

    async def _deliver(self, partner: str, outgoing: Outgoing) -> Sent:
        result = Sent(partner, outgoing.interface, outgoing.control_id)
        attempts = 1 if self._defects.has("never-repeats") else RETRIES + 1
        for attempt in range(1, attempts + 1):
            try:
                status, answer = await (self._fhir if outgoing.interface == "fhir" else self._v2)(partner, outgoing)
            except TransportError as error:
                self._clients.pop((partner, outgoing.interface), None)
                result = replace(result, failure=error.reason, attempts=attempt)
                continue
            result = replace(result, status=status, answer=answer, failure="", attempts=attempt)
            if status not in _RETRIED:
                break
        return result

    async def _v2(self, partner: str, outgoing: Outgoing) -> tuple[int, bytes]:
        from harness.transports.mllp import AsyncMllpClient

        address = self.routes[partner].hl7v2
        if address.startswith(("http://", "https://")):
            return await self._v2_http(partner, address, outgoing)
        client: AsyncMllpClient = self._client(partner, "hl7v2", address, lambda: AsyncMllpClient(address, connect_timeout=self._connect))
        if not self._acknowledged:
            await client.send(outgoing.payload, self._timeout)
            return 0, b""
        return 0, await client.exchange(outgoing.payload, self._timeout)

    async def _v2_http(self, partner: str, address: str, outgoing: Outgoing) -> tuple[int, bytes]:
        from harness.systems.core.v2_media import MEDIA_TYPE, described
        from harness.transports.http import HttpClient

        client: HttpClient = self._client(partner, "hl7v2", address, lambda: HttpClient(address, timeout=self._timeout, connect_timeout=self._connect))
        headers = {"Content-Type": described(outgoing.payload), "Accept": MEDIA_TYPE}
        if self.routes[partner].fhir_token:
            headers["Authorization"] = f"Bearer {self.routes[partner].fhir_token}"
        response = await asyncio.to_thread(client.request, "POST", "", outgoing.payload, headers)
        return response.status, response.content

    async def _fhir(self, partner: str, outgoing: Outgoing) -> tuple[int, bytes]:
        from harness.transports.http import HttpClient

        route = self.routes[partner]
        client: HttpClient = self._client(partner, "fhir", route.fhir, lambda: HttpClient(route.fhir, timeout=self._timeout))
        headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json", "X-Request-ID": outgoing.control_id}
        if self._organisation:
            headers["X-Organisation"] = self._organisation
        if route.fhir_token:
            headers["Authorization"] = f"Bearer {route.fhir_token}"
        headers.update(outgoing.headers)
        response = await asyncio.to_thread(client.request, outgoing.method, outgoing.path, outgoing.payload, headers)
        return response.status, response.content

    def _client(self, partner: str, interface: str, address: str, make: Any) -> Any:
        if not address:
            raise TransportError(f"no {interface} route to {partner}", reason="refused")
        held = self._clients.get((partner, interface))
        if held is None or held[0] != address:
            held = self._clients[partner, interface] = (address, make())
        return held[1]
