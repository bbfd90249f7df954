"""What validation says of one message of a file."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.issue import Issue, Severity

# Issues that say that nothing could be judged: the file is in no known format, too large to hold, or unreadable.
NOT_JUDGED = frozenset({"format/unknown", "file/too-large", "file/unreadable"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """``file`` is a name or ``-``; ``index`` counts the messages of that file from 1, and is 0 for what is said of the file as a whole.

    Lines, columns and offsets of the issues are those of the file. ``excerpt`` is the lines around the first error, as they came.
    ``undetermined`` counts what must hold and could not be decided offline.
    """

    file: str
    index: int
    issues: tuple[Issue, ...]
    excerpt: tuple[str, ...] = ()
    undetermined: int = 0

    @property
    def valid(self) -> bool | None:
        """Whether there is no error; None where there is none, but something that must hold could not be decided."""
        return False if self.errors else None if self.undetermined else True

    @property
    def errors(self) -> int:
        """How many issues are fatal or errors."""
        return sum(issue.is_error for issue in self.issues)

    @property
    def warnings(self) -> int:
        """How many issues are warnings."""
        return sum(issue.severity is Severity.WARNING for issue in self.issues)

    @property
    def judged(self) -> bool:
        """False where the file could not be judged at all."""
        return not any(issue.code in NOT_JUDGED for issue in self.issues)
