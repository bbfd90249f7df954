"""Errors that a user can cause, drawn as one tree. Floor 0: standard library only.

    HarnessError                anything this project raises on purpose
    ├── FormatError             bytes that are not what they claim to be (carries the byte offset)
    ├── CatalogueError          a file under profiles/ or fixtures/, or a manifest, that does not hold (carries file and place)
    ├── UnknownNameError        a name nobody registered (carries what is known)
    ├── UnsafeError             something the safety rules refuse to send
    ├── TransportError          bytes that could not be moved (refused, closed, time-out, too large)
    └── SetUpError              a run that cannot start: port in use, no such place, nothing selected

Each says what, where, what was expected and what to do, in that order, on one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 24


class HarnessError(Exception):
    """Base of everything raised on purpose.

    ``what`` went wrong, ``where``, what was ``expected`` and what to ``do``; the parts given are joined into one sentence line.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", do: str = "") -> None:
        self.what, self.where, self.expected, self.do = what, where, expected, do
        super().__init__(what, where, expected, do)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.expected:
            text += f"; expected {self.expected}"
        if self.do:
            text += f"; {self.do}"
        return text

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), dict(self.__dict__))


def _rebuild(kind: type[HarnessError], state: dict[str, object]) -> HarnessError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (state.get("what"),)
    return error


class FormatError(HarnessError):
    """Bytes that cannot be read as the format asked for. ``offset`` is the byte position of the fault."""

    def __init__(self, what: str, *, offset: int = 0, where: str = "", expected: str = "", do: str = "") -> None:
        super().__init__(what, where=where or f"byte {offset}", expected=expected, do=do)
        self.offset = offset


class CatalogueError(HarnessError):
    """A catalogue or manifest file that does not hold; ``where`` is ``file:line`` or ``file#/json/pointer``."""


class UnknownNameError(HarnessError):
    """A name that nothing registered; the message lists near misses, or all that is known."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=3)
        known_names = ", ".join(names) if len(names) <= _SHOWN else f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {known_names or 'none'}"
        super().__init__(f"there is no {kind} {name!r}", do=hint)
        self.kind, self.name = kind, name


class UnsafeError(HarnessError):
    """A refusal of the safety rules: a host outside the allow-list, an NHS number outside the 999 range."""


class TransportError(HarnessError):
    """Bytes that did not get through. ``reason`` is one of refused, closed, time-out, too-large, tls, protocol."""

    def __init__(self, what: str, *, reason: str, where: str = "", expected: str = "", do: str = "") -> None:
        super().__init__(what, where=where, expected=expected, do=do)
        self.reason = reason


class SetUpError(HarnessError):
    """A run that cannot start or that would examine nothing."""
