"""Defects of characters."""

from __future__ import annotations

import unicodedata
from typing import Any

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import is_v2, register, texts

Resource = dict[str, Any]
_MACHINE = frozenset({"system", "url", "reference", "id", "lastUpdated", "resourceType"})


class _Letters(Defect):
    """Changes every text that is kept."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """``letters`` of everything but links and systems."""
        changed: Resource = texts(resource, self.letters, skip=_MACHINE)
        return changed

    def letters(self, text: str) -> str:
        """The text as it is kept."""
        return text


@register("folds-to-ascii")
class FoldsToAscii(_Letters):
    """A question mark for every letter that is not ASCII."""

    def letters(self, text: str) -> str:
        """ASCII."""
        return text.encode("ascii", "replace").decode("ascii")


@register("loses-welsh-letters")
class LosesWelshLetters(_Letters):
    """Keeps Latin-1: w and y with a circumflex become question marks."""

    def letters(self, text: str) -> str:
        """Latin-1."""
        return text.encode("latin-1", "replace").decode("latin-1")


@register("strips-accents")
class StripsAccents(_Letters):
    """Keeps letters without their accents."""

    def letters(self, text: str) -> str:
        """The base letters."""
        return "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))


@register("decodes-utf8-as-latin1")
class DecodesUtf8AsLatin1(Defect):
    """Reads UTF-8 as windows-1252 does: two odd letters for each accented one."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """Encoded twice."""
        return payload.decode("latin-1").encode("utf-8")


@register("keeps-escapes")
class KeepsEscapes(Defect):
    """Keeps the escape sequences of HL7 v2 as text."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """The escape character is escaped itself."""
        if not is_v2(payload):
            return payload
        for letter in (b"F", b"S", b"T", b"R"):
            payload = payload.replace(b"\\%s\\" % letter, b"\\E\\%s\\E\\" % letter)
        return payload
