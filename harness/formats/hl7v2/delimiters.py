"""The separators a message declares in MSH-1 and MSH-2 (HL7 v2.4 chapter 2.7)."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import FormatError


@dataclass(frozen=True, slots=True)
class Delimiters:
    """One character each; an empty one is not in use, so its character is plain text. ``truncation`` exists since v2.7.

    ``written`` is MSH-2 where it was not written as it should be (its escape character doubled); else empty.
    """

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""
    written: str = ""

    @property
    def encoding(self) -> str:
        """MSH-2 as it is written: component, repetition, escape, sub-component and, where in use, truncation."""
        return self.written or self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Delimiters()


def read_delimiters(header: str, *, offset: int = 0) -> Delimiters:
    """The delimiters of a header segment's text (``MSH|^~\\&|…``); ``offset`` is where that segment begins.

    MSH-2 of one to five characters is read; those left out are not in use. Raises FormatError where MSH-1 or MSH-2 is missing, longer,
    repeats a character or uses anything but ASCII punctuation.
    """
    if header[3:9] == "|^~\\&|":
        return STANDARD
    field = header[3:4]
    _check(field, "MSH-1", offset + 3)
    encoding = header[4:].partition(field)[0]
    if not 1 <= len(encoding) <= 5:
        raise FormatError(
            f"MSH-2 has {len(encoding)} characters", offset=offset + 4, expected="one to five encoding characters such as ^~\\&", do="correct MSH-2"
        )
    for place, character in enumerate(encoding):
        _check(character, "MSH-2", offset + 4 + place)
    written = ""
    if len(encoding) == 5 and encoding[2] == encoding[3]:
        # A habit of programs whose source escapes the backslash once too often.
        written, encoding = encoding, encoding[:3] + encoding[4]
    if len(set(encoding)) != len(encoding) or field in encoding:
        raise FormatError(f"MSH-2 {encoding!r} uses one character twice", offset=offset + 4, expected="distinct characters such as ^~\\&", do="correct MSH-2")
    component, repetition, escape, subcomponent, truncation = (*encoding, *[""] * (5 - len(encoding)))
    return Delimiters(field, component, repetition, escape, subcomponent, truncation, written)


def _check(character: str, where: str, offset: int) -> None:
    if not ("!" <= character <= "~") or character.isalnum() or character == '"':
        raise FormatError(f"{where} has {character!r} where a delimiter belongs", offset=offset, expected="ASCII punctuation", do=f"correct {where}")
