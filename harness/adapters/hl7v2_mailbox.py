"""HL7 v2 through a pair of folders: messages are dropped into ``in``, acknowledgements taken out of ``out``. The address is the folder of both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from harness.adapters.base import Session, serves
from harness.adapters.hl7v2 import Hl7v2
from harness.adapters.listening import Inlet, Listening
from harness.errors import TransportError
from harness.model.message import Acknowledgement, Delivery, Message
from harness.transports.mailbox import Letter, Mailbox

TO_SYSTEM, FROM_SYSTEM = "in", "out"
_POLL = 0.01  # seconds between looks into a folder: far below any acknowledgement limit, and cheap
_ODD = re.compile(r"[^A-Za-z0-9._-]")
_NAME = 60  # characters of a control id in a letter's name: room for any MSH-10, within what a mailbox takes


def letter_name(control_id: str) -> str:
    """A plain file name that tells a reader of the folder which message it is."""
    return f"message-{_ODD.sub('-', control_id)[:_NAME]}.hl7"


@dataclass(slots=True)
class MailboxSession(Session):
    """The pair of folders; both sides may have others that drop and take."""

    adapter: Hl7v2Mailbox
    _folders: tuple[Mailbox, Mailbox] | None = None

    def open(self) -> None:
        """Use the folders, making what is not there below the address; raises TransportError (refused) when that is no folder."""
        root = Path(self.adapter.address)
        if not root.is_dir():
            raise TransportError("there is no such folder", reason="refused", where=str(root), do="make it, or correct the address in the manifest")
        limit = self.adapter.endpoint.limits.max_bytes
        self._folders = Mailbox(root / TO_SYSTEM, max_bytes=limit), Mailbox(root / FROM_SYSTEM, max_bytes=limit)

    def exchange(self, message: Message, payload: bytes | None = None) -> Delivery:
        """Drop one letter and wait for the one that names it; where only others come within the limit, the last of them is what was answered."""
        sent = message.content if payload is None else payload
        start = perf_counter()
        try:
            self._drop(sent, message.control_id)
            answer = self._answer_to(message, start) if self.adapter.acknowledges else None
        except TransportError as error:
            return Delivery(message, sent, failure=error.reason)
        return Delivery(message, sent, answer)

    def write_raw(self, data: bytes) -> None:
        """A letter that holds just these bytes."""
        self._drop(data, "")

    def close(self) -> None:
        """See Session: folders need no closing, and are looked up anew afterwards."""
        self._folders = None

    def _drop(self, content: bytes, control_id: str) -> None:
        if self._folders is None:
            self.open()
        assert self._folders is not None  # noqa: S101 - opened above
        self._folders[0].drop(content, letter_name(control_id))

    def _answer_to(self, message: Message, start: float) -> Acknowledgement:
        assert self._folders is not None  # noqa: S101 - a letter was dropped
        limit, deadline = self.adapter.endpoint.limits.acknowledge, monotonic() + self.adapter.endpoint.limits.acknowledge
        other: Acknowledgement | None = None
        while True:
            letter = _next(self._folders[1], deadline)
            if letter is None:
                break
            answer = self.adapter.acknowledgement(letter.content, seconds=perf_counter() - start)
            if answer.correlates == message.control_id:
                return answer
            other = answer
        if other is None:
            raise TransportError(f"no letter within {limit:g} s", reason="time-out", where=self.adapter.address)
        return other


@dataclass(slots=True)
class MailboxInlet:
    """A pair of folders of the harness's own, for a partner that drops its messages into ``in`` and takes answers out of ``out``."""

    max_bytes: int
    root: TemporaryDirectory[str] = field(default_factory=lambda: TemporaryDirectory(prefix="harness-mailbox-"))
    letters: Mailbox = field(init=False)
    answers: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        self.letters = Mailbox(Path(self.root.name) / TO_SYSTEM, max_bytes=self.max_bytes)
        self.answers = Mailbox(Path(self.root.name) / FROM_SYSTEM, max_bytes=self.max_bytes)

    def take(self, timeout: float) -> Letter | None:
        """The next letter; None after ``timeout`` seconds."""
        return _next(self.letters, monotonic() + timeout)

    def stop(self) -> None:
        """Remove both folders with whatever is left in them."""
        self.root.cleanup()


@serves
class Hl7v2Mailbox(Listening[Letter], Hl7v2):
    """A letter a message."""

    transport = "mailbox"
    networked = False
    _answers: Mailbox | None = None

    def new_session(self, token: str | None = None) -> Session:  # noqa: ARG002 - a folder has no credential
        """See Adapter."""
        return MailboxSession(self)

    def wire_bytes(self, message: Message) -> bytes:
        """The letter."""
        return message.content

    def cut(self, message: Message, payload: bytes) -> Delivery:
        """A letter whose answer nobody waits for."""
        session = self.new_session()
        try:
            session.write_raw(payload)
        except TransportError as error:
            return Delivery(message, b"", failure=error.reason)
        return Delivery(message, payload, failure="disconnected")

    def listen(self) -> tuple[Inlet[Letter], str]:
        """A pair of folders of the harness's own."""
        inlet = MailboxInlet(self.endpoint.limits.max_bytes)
        self._answers = inlet.answers
        return inlet, inlet.root.name

    def emitted(self, incoming: Letter) -> Message:
        """See Listening."""
        return self.message_of(incoming.content)

    def release(self, incoming: Letter, delivery: Delivery | None) -> None:
        """An answer is dropped where the partner looks for it; where there is none, nothing is."""
        answer = delivery.acknowledgement if delivery else None
        if answer is not None and self._answers is not None:
            self._answers.drop(answer.content, letter_name(self.message_of(incoming.content).control_id))


def _next(mailbox: Mailbox, deadline: float) -> Letter | None:
    while (letter := mailbox.take()) is None and monotonic() < deadline:
        sleep(_POLL)
    return letter
