"""What a receiver says to a message, in original and in enhanced acknowledgement mode (HL7 v2.4 chapter 2.9.2 and 2.9.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from harness.errors import FormatError
from harness.formats.hl7v2.acknowledge import acknowledge
from harness.formats.hl7v2.read import parse
from harness.formats.hl7v2.tree import Tree

# Kind of fault → (MSA-1 in original mode, condition of table 0357). HL7 UK A.3: what cannot be read is AR, wrong content AE; chapter 2.9.2.2:
# type, event, processing id and version that are not served are AR.
FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "unreadable": ("AR", "100"),
    "segment-missing": ("AE", "100"),
    "segment-order": ("AE", "100"),
    "required": ("AE", "101"),
    "datatype": ("AE", "102"),
    "table": ("AE", "103"),
    "message-type": ("AR", "200"),
    "event": ("AR", "201"),
    "processing-id": ("AR", "202"),
    "version": ("AR", "203"),
    "unknown-key": ("AE", "204"),
    "duplicate-key": ("AE", "205"),
    "locked": ("AE", "206"),
    "internal": ("AE", "207"),
}
_ENHANCED: Final = {"AA": "CA", "AE": "CE", "AR": "CR"}
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not accepted: ``fault`` a key of FAULTS, ``text`` one sentence, ``location`` an address (``PID-3[1].1``)."""

    fault: str
    text: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acknowledgements MSH-15 (``accept``) and MSH-16 (``application``) ask for, by table 0155: AL always, NE never, ER on error, SU on success.

    Both empty is original mode. In enhanced mode an empty or unknown one counts as NE and AL: silence was chosen, nonsense was not.
    """

    accept: str = ""
    application: str = ""

    @classmethod
    def of(cls, received: Tree) -> Wanted:
        """As ``received`` says."""
        return cls(received.get("MSH-15") or "", received.get("MSH-16") or "")

    @property
    def enhanced(self) -> bool:
        """Enhanced mode."""
        return bool(self.accept or self.application)

    def wants_accept(self, *, good: bool) -> bool:
        """An accept acknowledgement is due for a message that was (not) taken into custody."""
        return self.enhanced and _due(self.accept, good)

    def wants_application(self, *, good: bool) -> bool:
        """An application acknowledgement is due for a message that was (not) processed."""
        return _due(self.application, good) if self.enhanced else True


def _due(condition: str, good: bool) -> bool:
    return {"": False, "NE": False, "ER": not good, "SU": good}.get(condition, True)


class Answering:
    """Answers messages: call it with a payload for the answer to send at once on the same connection (None: none is due).

    ``judge(payload)`` may give a Refusal. ``sender`` is as for ``acknowledge``, ``now()`` gives ``YYYYMMDDHHMMSS``. In original mode the answer is the
    application acknowledgement (AA AE AR). In enhanced mode it is the accept acknowledgement (CA CE CR), and the application acknowledgement,
    where MSH-16 asks for one, is put into ``later``: a message of its own, to be sent to the sender by whoever runs the receiver (transports: Courier),
    and asking for an accept acknowledgement in its turn. A message that was not even taken (CR, CE) gets no application acknowledgement.
    Acknowledgements that arrive here are never answered with an application acknowledgement, so that two systems cannot thank each other for ever.
    """

    def __init__(self, sender: Mapping[str, str], now: Callable[[], str], judge: Callable[[bytes], Refusal | None] | None = None) -> None:
        self.sender, self._now, self._judge = sender, now, judge
        self.later: deque[bytes] = deque()
        self._moulds: dict[tuple[bytes, ...], tuple[bytes, ...]] = {}

    def __call__(self, payload: bytes) -> bytes | None:
        """The answer to ``payload``."""
        refusal = self._judge(payload) if self._judge is not None else None
        if refusal is None and (quick := self._quickly(payload)) is not None:
            return quick
        try:
            received = parse(payload)
        except FormatError as error:
            return self._say(None, Refusal("unreadable", error.what), "AR")
        wanted = Wanted.of(received)
        code = FAULTS[refusal.fault][0] if refusal else "AA"
        acknowledging = received.type == "ACK" or bool(received.all("MSA"))
        if not wanted.enhanced:
            return None if acknowledging else self._say(received, refusal, code)
        taken = refusal is None or refusal.fault not in ("message-type", "event", "processing-id", "version", "unreadable")
        if taken and not acknowledging and wanted.wants_application(good=refusal is None):
            self.later.append(self._say(received, refusal, code, late=True))
        if not wanted.wants_accept(good=taken):
            return None
        return self._say(received, None if taken else refusal, "CA" if taken else _ENHANCED[code])

    def oversize(self, beginning: bytes, limit: int) -> bytes | None:
        """The refusal of a message longer than ``limit`` bytes, of which only the ``beginning`` was kept; None where that holds no header.

        Table 0357 has no code for it; 207 says that it was not the content.
        """
        header = beginning.lstrip().replace(b"\n", b"\r").split(b"\r", 1)[0]
        try:
            received = parse(header + b"\r")
        except FormatError:
            return None
        return self._say(received, Refusal("internal", f"the message is longer than {limit} bytes"), "AR")

    def _say(self, received: Tree | None, refusal: Refusal | None, code: str, *, late: bool = False) -> bytes:
        made = acknowledge(
            received,
            code,
            text=refusal.text if refusal else "",
            error_code=FAULTS[refusal.fault][1] if refusal else "",
            error_location=refusal.location if refusal else "",
            sender=self.sender,
            at=self._now(),
            control_id=f"{'B' if late else 'A'}{received.control_id if received else ''}"[:20],
        )
        if not late:
            return made
        # A message of its own: its receiver is asked to say that it has it, and no more.
        tree = parse(made)
        tree.set("MSH-15", "AL")
        tree.set("MSH-16", "NE")
        return tree.encode()

    def _quickly(self, payload: bytes) -> bytes | None:
        """An AA in original mode from a mould: what ``acknowledge`` made of a message with the same header, but for time and control ids."""
        if not payload.startswith(b"MSH|^~\\&|"):
            return None
        end = payload.find(b"\r")
        header = payload[: end if end >= 0 else len(payload)]
        fields = header.split(b"|")
        if len(fields) < 12 or not header.isascii() or b"\n" in header:
            return None
        own = fields[9]
        if not own or own.translate(None, b"^~\\&") != own or b"".join(fields[14:16]):
            return None
        key = (*fields[2:6], fields[8], *fields[10:12])
        mould = self._moulds.get(key)
        if mould is None:
            mould = self._mould(fields)
            if len(self._moulds) < _KEPT:
                self._moulds[key] = mould
        if not mould:
            return None
        before, between, after, rest = mould
        return b"".join((before, self._now().encode(), between, (b"A" + own)[:20], after, own, rest))

    def _mould(self, fields: list[bytes]) -> tuple[bytes, ...]:
        """The four pieces around time, own and received control id; empty where a message must be answered the long way."""
        try:
            received = parse(b"|".join([*fields[:9], b"@ID@", *fields[10:12]]) + b"\r")
        except FormatError:
            return ()
        if received.type == "ACK":
            return ()
        made = acknowledge(received, "AA", sender=self.sender, at="@AT@", control_id="@OWN@")
        before, at, rest = made.partition(b"@AT@")
        between, own, rest = rest.partition(b"@OWN@")
        after, named, rest = rest.partition(b"@ID@")
        return (before, between, after, rest) if at and own and named and made.count(b"@") == 6 else ()
