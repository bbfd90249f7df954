"""Defects of refusing too little or too much: what should be refused is let through, what is good is refused."""

from __future__ import annotations

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import flag, register


class _LetsThrough(Defect):
    """Lets through what would be refused for ``reasons``: a 0357 code, a code and its place, or a FHIR issue code."""

    reasons: frozenset[str] = frozenset()

    def refuse(self, reason: str) -> bool:
        """False for one of ``reasons``."""
        return reason not in self.reasons


@register("accepts-wrong-version")
class AcceptsWrongVersion(_LetsThrough):
    """Takes messages of a version it does not declare."""

    reasons = frozenset({"203"})


@register("accepts-unknown-event")
class AcceptsUnknownEvent(_LetsThrough):
    """Acknowledges events and message types it does not handle."""

    reasons = frozenset({"200", "201"})


@register("accepts-wrong-processing-id")
class AcceptsWrongProcessingId(_LetsThrough):
    """Takes training messages into live records."""

    reasons = frozenset({"202"})


@register("accepts-bad-structure")
class AcceptsBadStructure(_LetsThrough):
    """Takes messages that lack a required segment."""

    reasons = frozenset({"100", "101 PID-3"})


@register("accepts-missing-identifier")
class AcceptsMissingIdentifier(_LetsThrough):
    """Takes people without any identifier."""

    reasons = frozenset({"101 PID-3", "required"})


@register("accepts-missing-mrg")
class AcceptsMissingMrg(_LetsThrough):
    """Acknowledges a merge that names nobody."""

    reasons = frozenset({"101 MRG-1", "204 MRG-1"})


@register("accepts-impossible-date")
class AcceptsImpossibleDate(_LetsThrough):
    """Takes dates that the calendar does not have."""

    reasons = frozenset({"102 PID-7", "102 PID-29", "102 EVN-6", "102 EVN-2", "102 PV1-44", "102 PV1-45", "102 DG1[1]-5"})


@register("accepts-bad-check-digit")
class AcceptsBadCheckDigit(_LetsThrough):
    """Takes NHS numbers whose check digit does not hold."""

    reasons = frozenset({"102 PID-3", "value"})


flag("refuses-unnumbered")
