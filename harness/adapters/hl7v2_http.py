"""HL7 v2 over HTTP: one message a POST, its acknowledgement in the response, and a listener that stands where the partner expects its receiver."""

from __future__ import annotations

from time import perf_counter

from harness.adapters.base import Caught, serves
from harness.adapters.hl7v2 import MEDIA_TYPE, Hl7v2
from harness.adapters.over_http import OverHttp
from harness.errors import FormatError, TransportError
from harness.formats.hl7v2 import parse
from harness.model.message import AckKind, Acknowledgement, Delivery, Message
from harness.transports.http import HttpClient
from harness.transports.inlet import HttpInlet


@serves
class Hl7v2Http(OverHttp, Hl7v2):
    """One keep-alive session to the endpoint's URL, with its credential."""

    accepts = MEDIA_TYPE

    def exchange_with(self, client: HttpClient, message: Message) -> Delivery:
        """One request on a given session, and its answer."""
        start = perf_counter()
        try:
            response = client.request("POST", "", message.content, {"Content-Type": _described(message.content)})
        except TransportError as error:
            return Delivery(message, message.content, failure=error.reason)
        if self.endpoint.acknowledgement == "none" and 200 <= response.status < 300:
            return Delivery(message, message.content)
        return Delivery(message, message.content, self.acknowledgement(response.content, response.status, perf_counter() - start))

    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:
        """The message in the body says it, whatever the status: the HL7 over HTTP draft answers 200 to a refused message, its implementations 400 or 500.

        Without one, 4xx rejects, 5xx is an error, and any other status is unreadable; the status is then the code.
        """
        found = super().acknowledgement(content, status, seconds)
        if found.kind is not AckKind.UNREADABLE or status < 400:
            return found
        kind = AckKind.ERROR if status >= 500 else AckKind.REJECTED
        return Acknowledgement(content, kind, str(status), "", "", content[:200].decode("utf-8", "replace"), seconds)

    def open_inlet(self) -> str:
        """A loopback server; the source is routed here instead of to the target."""
        self._inlet = HttpInlet(max_bytes=self.endpoint.limits.max_bytes, base_path="hl7v2")
        self._inlet.start()
        return self._inlet.base_url

    def catch(self, timeout: float) -> Caught | None:
        """What the source emitted, with origin SOURCE."""
        incoming = self._inlet.take(timeout) if self._inlet else None
        if incoming is None:
            return None

        def reply(delivery: Delivery | None) -> None:
            answer = delivery.acknowledgement if delivery else None
            if answer is not None:
                incoming.reply(200 if answer.code.isalpha() else int(answer.code or 502), {"content-type": MEDIA_TYPE}, answer.content)
            elif self.endpoint.acknowledgement == "none":
                incoming.reply(202, {}, b"")
            else:
                incoming.reply(504, {}, b"")

        return Caught(self.emitted(incoming.payload), reply)

    def close(self) -> None:
        """Close the session and the listener."""
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._inlet is not None:
            self._inlet.stop()
            self._inlet = None


def _described(content: bytes) -> str:
    """The Content-Type of a message, with the character set it is written in; without where the bytes are no message."""
    try:
        return f"{MEDIA_TYPE}; charset={parse(content).charset}"
    except FormatError:
        return MEDIA_TYPE
