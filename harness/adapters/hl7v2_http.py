"""HL7 v2 over HTTP: one message a POST, its acknowledgement in the response, and a listener that stands where the partner expects its receiver."""

from __future__ import annotations

from collections.abc import Mapping

from harness.adapters.base import serves
from harness.adapters.hl7v2 import MEDIA_TYPE, Hl7v2
from harness.adapters.over_http import OverHttp
from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.model.message import AckKind, Acknowledgement, Delivery, Message
from harness.transports.http import HttpResponse
from harness.transports.inlet import HttpIncoming


@serves
class Hl7v2Http(OverHttp, Hl7v2):
    """POST to the endpoint's URL."""

    accepts = MEDIA_TYPE
    base_path = "hl7v2"

    def request_headers(self, message: Message) -> Mapping[str, str]:
        """The Content-Type with the character set that the message is written in; without where the bytes are no message."""
        try:
            return {"Content-Type": f"{MEDIA_TYPE}; charset={parse(message.content).charset}"}
        except FormatError:
            return {"Content-Type": MEDIA_TYPE}

    def answered(self, message: Message, response: HttpResponse, seconds: float) -> Delivery:
        """Where no acknowledgement is declared, a 2xx says that the message arrived and nothing else."""
        if not self.acknowledges and 200 <= response.status < 300:
            return Delivery(message, message.content)
        return Delivery(message, message.content, self.acknowledgement(response.content, response.status, seconds))

    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:
        """The message in the body says it, whatever the status: the HL7 over HTTP draft answers 200 to a refused message, its implementations 400 or 500.

        Without one, 4xx rejects, 5xx is an error, and any other status is unreadable; the status is then the code.
        """
        found = super().acknowledgement(content, status, seconds)
        if found.kind is not AckKind.UNREADABLE or status < 400:
            return found
        kind = AckKind.ERROR if status >= 500 else AckKind.REJECTED
        return Acknowledgement(content, kind, str(status), "", "", content[:200].decode("utf-8", "replace"), seconds)

    def emitted(self, incoming: HttpIncoming) -> Message:
        """See Listening."""
        return self.message_of(incoming.payload)

    def release(self, incoming: HttpIncoming, delivery: Delivery | None) -> None:
        """The answer's own status, or 200 for one by code; 202 where none is declared, 504 where it was lost."""
        answer = delivery.acknowledgement if delivery else None
        if answer is not None:
            incoming.reply(200 if answer.code.isalpha() else int(answer.code or 502), {"content-type": MEDIA_TYPE}, answer.content)
        else:
            incoming.reply(504 if self.acknowledges else 202, {}, b"")
