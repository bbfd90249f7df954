"""Wrong answers to what connection asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pairs_kit import pair
from scripted_follower_kit import EXPIRED, TOKEN, Answer, Follower
from scripted_link_kit import LIMITS

from harness.errors import FormatError, TransportError
from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import parse
from harness.model.message import Message


class Slow(Follower):
    def accepts(self, message: Message) -> Answer:
        return replace(super().accepts(message), seconds=LIMITS.acknowledge * 2)


class Silent(Follower):
    def hears(self, message: Message) -> Answer | None:
        return None


class Refusing(Follower):
    def refuses(self, message: Message) -> Answer | None:
        return Answer("AE", "207") if self.lens.is_hl7v2 else Answer("500")


class Muddled(Follower):
    def accepts(self, message: Message) -> Answer:
        return replace(super().accepts(message), to="ANOTHER")


class AnswersTheFirst(Follower):
    """Names the first message again and again."""

    first = ""

    def accepts(self, message: Message) -> Answer:
        self.first = self.first or message.control_id
        return replace(super().accepts(message), to=self.first)


class NoFhir(Follower):
    def accepts(self, message: Message) -> Answer:
        return Answer("200", content=b"<html>Saved</html>")


class ShortOfEntries(Follower):
    def accepts(self, message: Message) -> Answer:
        return Answer("200", content=b'{"resourceType":"Bundle","type":"transaction-response","entry":[]}')


class OtherBundle(Follower):
    def accepts(self, message: Message) -> Answer:
        content = super().accepts(message).content or b""
        return Answer("200", content=content.replace(b"transaction-response", b"batch-response"))


class HangsUp(Follower):
    """Takes one message and no other."""

    def takes(self, message: Message) -> None:
        if not self.people:
            super().takes(message)


class WholeOnly(Follower):
    def hears_in_pieces(self, message: Message, piece: int) -> Answer | None:
        return None


class OneAWrite(Follower):
    def hears_many(self, messages: Sequence[Message]) -> list[Answer | None]:
        return [self.hears(messages[0]), *(None for _ in messages[1:])]


class LastFirst(Follower):
    def hears_many(self, messages: Sequence[Message]) -> list[Answer | None]:
        return [Answer("AA", to=message.control_id) for message in reversed(messages)]


class SmallOnly(Follower):
    def hears(self, message: Message) -> Answer | None:
        if len(message.content) < LIMITS.max_bytes / 2:
            return super().hears(message)
        return None if self.lens.is_hl7v2 else Answer("413", content=b"")


class Fragile(Follower):
    """Serves nobody any more after bytes that are no message."""

    broken = False

    def hears_raw(self, data: bytes) -> None:
        self.broken = True

    def hears(self, message: Message) -> Answer | None:
        try:
            (parse if self.lens.is_hl7v2 else parse_json)(message.content)
        except FormatError:
            self.broken = True
        return None if self.broken else super().hears(message)


class Shut(Follower):
    def opens(self, token: str) -> None:
        raise TransportError("nobody listens", reason="refused")


class Babbling(Follower):
    def accepts(self, message: Message) -> Answer:
        return Answer("200", content=b"yes!")


class LetsAnybodyIn(Follower):
    def lets_in(self, token: str) -> bool:
        return True


class ForbidsRatherThanAsks(Follower):
    """Turns away by closing the connection: no 401, and nobody knows why."""

    def lets_in(self, token: str) -> bool:
        if token != TOKEN:
            raise TransportError("hung up", reason="closed")
        return True


class TakesYesterdays(Follower):
    def lets_in(self, token: str) -> bool:
        return token in (TOKEN, EXPIRED)


class OneSession(Follower):
    def hears(self, message: Message) -> Answer | None:
        return super().hears(message) if self.speaking == 1 else None


pair("connection/answer-1", Slow, Silent, Refusing)
pair("connection/answer-2", Muddled, AnswersTheFirst)
pair("connection/answer-3", NoFhir, ShortOfEntries, OtherBundle)
pair("connection/answer-4", HangsUp)
pair("connection/framing-1", WholeOnly, Refusing)
pair("connection/framing-1", WholeOnly, acknowledged=False)
pair("connection/framing-2", OneAWrite, LastFirst)
pair("connection/framing-2", HangsUp, acknowledged=False)
pair("connection/framing-3", SmallOnly)
pair("connection/recovery-1", Fragile)
pair("connection/recovery-2", Fragile)
pair("connection/recovery-3", Fragile)
pair("connection/session-1", Shut, Silent, Babbling)
pair("connection/session-2", LetsAnybodyIn, ForbidsRatherThanAsks, over="fhir")
pair("connection/session-3", TakesYesterdays, over="fhir")
pair("connection/session-4", OneSession)
