"""A question that cannot be asked."""

from __future__ import annotations

from harness.model.finding import Attribution


class Blocked(Exception):  # noqa: N818 - an outcome, not an error
    """A question that cannot be asked: ``blocked_by`` names the check that examines what was missing.

    ``attribution`` is HARNESS for a set-up that lacks something (no control interface, no observer), else unknown.
    """

    def __init__(self, reason: str, blocked_by: str = "", *, signals: tuple[str, ...] = (), attribution: Attribution = Attribution.UNKNOWN) -> None:
        super().__init__(reason)
        self.reason, self.blocked_by, self.signals, self.attribution = reason, blocked_by, signals, attribution
