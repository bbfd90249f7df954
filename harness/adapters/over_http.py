"""What every way in over HTTP shares: sessions with the endpoint's credential, one request a message, a loopback server that listens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import ClassVar

from harness.adapters.base import Session
from harness.adapters.listening import Inlet, Listening
from harness.errors import TransportError
from harness.model.message import Delivery, Message
from harness.transports.http import HttpClient, HttpResponse
from harness.transports.inlet import HttpIncoming, HttpInlet


@dataclass(slots=True)
class HttpSession(Session):
    """One keep-alive session, connected by its first request."""

    adapter: OverHttp
    client: HttpClient

    def open(self) -> None:
        """See Session: the first request connects."""

    def exchange(self, message: Message, payload: bytes | None = None) -> Delivery:
        """One request, and its answer."""
        sent = message if payload is None else replace(message, content=payload)
        start = perf_counter()
        try:
            response = self.client.request(sent.method or "POST", sent.path, sent.content, self.adapter.request_headers(sent))
        except TransportError as error:
            return Delivery(sent, sent.content, failure=error.reason)
        return self.adapter.answered(sent, response, perf_counter() - start)

    def close(self) -> None:
        """See Session."""
        self.client.close()


class OverHttp(Listening[HttpIncoming]):
    """``accepts`` is the media type asked for. The inlet serves below ``base_path`` and takes ``inlet_bytes`` at most (0: what the endpoint declares)."""

    transport = "http"
    answers_in_place = True
    accepts: ClassVar[str]
    base_path: ClassVar[str] = ""
    inlet_bytes: ClassVar[int] = 0

    def new_session(self, token: str | None = None) -> Session:
        """See Adapter: with ``token``, the endpoint's own when None, no credential when empty."""
        bearer = self.token if token is None else token
        headers = {"Accept": self.accepts}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        limits = self.endpoint.limits
        client = HttpClient(self.address, headers=headers, timeout=limits.acknowledge, connect_timeout=limits.connect, tls=self.endpoint.tls)
        return HttpSession(self, client)

    def wire_bytes(self, message: Message) -> bytes:
        """The request body."""
        return message.content

    def cut(self, message: Message, payload: bytes) -> Delivery:
        """One request whose answer is lost."""
        made = self.standing().exchange(message, payload)
        return Delivery(made.message, payload, failure=made.failure or "disconnected")

    @abstractmethod
    def request_headers(self, message: Message) -> Mapping[str, str]:
        """What goes above ``message``, beside the session's own headers."""

    @abstractmethod
    def answered(self, message: Message, response: HttpResponse, seconds: float) -> Delivery:
        """The delivery of a message that was answered by ``response`` after ``seconds``."""

    def listen(self) -> tuple[Inlet[HttpIncoming], str]:
        """A loopback server; the partner is routed there instead of to the endpoint."""
        inlet = HttpInlet(max_bytes=self.inlet_bytes or self.endpoint.limits.max_bytes, base_path=self.base_path)
        inlet.start()
        return inlet, inlet.base_url
