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
    ``undetermined`` counts what must hold and could not be decided offline. ``profile`` and ``dialect`` are what the message was judged by (empty: not said);
    ``detected`` is the dialect that it shows, whether or not its habits were forgiven.
    """

    file: str
    index: int
    issues: tuple[Issue, ...]
    excerpt: tuple[str, ...] = ()
    undetermined: int = 0
    profile: str = ""
    dialect: str = ""
    detected: str = ""

    @property
    def by(self) -> str:
        """What the message was judged by, as a person says it; empty where that is not said."""
        if not self.profile:
            return ""
        dialect = f", dialect {self.dialect}{' (detected)' if self.dialect == self.detected else ''}" if self.dialect else ""
        return f"{self.profile}{dialect}" + (f", detected {self.detected} and not forgiven" if self.detected and not self.dialect else "")

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
