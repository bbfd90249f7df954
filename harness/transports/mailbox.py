"""A mailbox: a folder into which one side drops files and from which the other takes them. Nothing is ever seen half written."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from harness.errors import TransportError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_NUMBER = re.compile(r"(\d{8})-")


@dataclass(frozen=True, slots=True)
class Letter:
    """One file of a mailbox: ``name`` is ``NNNNNNNN-`` and the name it was dropped under."""

    name: str
    content: bytes


class Mailbox:
    """Letters in ``folder``, oldest first; what is taken moves to ``folder/taken``. Several writers and takers may share one.

    Raises TransportError: protocol for a name that is no plain file name, too-large for content over ``max_bytes``, refused when the folder cannot be used.
    """

    def __init__(self, folder: Path | str, *, max_bytes: int = 16_000_000) -> None:
        self.folder = Path(folder)
        self._taken = self.folder / "taken"
        self._max_bytes = max_bytes
        try:
            self._taken.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error

    def drop(self, content: bytes, name: str = "message") -> Path:
        """Put a letter in; it appears whole, after all that are there. Returns where it is."""
        if not _NAME.fullmatch(name):
            raise TransportError(f"{name!r} is no plain file name", reason="protocol", where=str(self.folder), expected="letters, digits, . _ -")
        if len(content) > self._max_bytes:
            raise TransportError(f"the letter is larger than {self._max_bytes} bytes", reason="too-large", where=str(self.folder))
        draft = self.folder / f".{os.getpid()}-{id(content):x}.part"
        try:
            draft.write_bytes(content)
            try:
                number = self._next()
                while True:
                    final = self.folder / f"{number:08d}-{name}"
                    try:
                        # A link, unlike a rename, never replaces what another writer has put there meanwhile.
                        os.link(draft, final)
                        return final
                    except FileExistsError:
                        number += 1
            finally:
                draft.unlink()
        except OSError as error:
            raise self._refused(error) from error

    def poll(self) -> list[str]:
        """Names of the letters that wait, oldest first."""
        return sorted(self._names(self.folder))

    def take(self) -> Letter | None:
        """The oldest letter, which is then nobody else's; None when there is none."""
        for name in self.poll():
            mine = self._taken / name
            try:
                os.rename(self.folder / name, mine)
            except FileNotFoundError:
                continue  # another taker was quicker
            except OSError as error:
                raise self._refused(error) from error
            if mine.stat().st_size > self._max_bytes:
                raise TransportError(f"{name} is larger than {self._max_bytes} bytes", reason="too-large", where=str(self.folder))
            return Letter(name, mine.read_bytes())
        return None

    def _next(self) -> int:
        numbers = [int(match[1]) for place in (self.folder, self._taken) for name in self._names(place) if (match := _NUMBER.match(name))]
        return max(numbers, default=0) + 1

    def _names(self, place: Path) -> list[str]:
        try:
            with os.scandir(place) as entries:
                return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)]
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> TransportError:
        return TransportError(
            f"the mailbox cannot be used: {error.strerror or error}", reason="refused", where=str(self.folder), do="see that the folder can be written"
        )
