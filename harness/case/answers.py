"""The ways a check can answer. A finding is made here and nowhere else; it never names a level of the pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.case.people import Person
from harness.case.spec import CaseSpec
from harness.case.transcript import Transcript
from harness.model.clause import Clause
from harness.model.finding import Attribution, Finding
from harness.model.location import Location
from harness.model.outcome import Outcome


@dataclass(slots=True)
class Answers:
    """What a case is about, and the ways to answer: passed, failed, expect, inconclusive, not_applicable."""

    spec: CaseSpec
    clause: Clause
    transcript: Transcript

    def finding(
        self,
        outcome: Outcome,
        message: str = "",
        *,
        expected: str = "",
        actual: str = "",
        attribution: Attribution = Attribution.NONE,
        signals: Sequence[str] = (),
        person: Person | None = None,
        location: Location | None = None,
        within: str = "",
        blocked_by: str = "",
    ) -> Finding:
        """A finding of this case with everything seen so far as evidence."""
        return Finding(
            check=self.spec.check,
            clause=self.clause.id,
            level=self.clause.level,
            pairing=self.spec.pairing,
            interface=self.spec.interface,
            family=self.spec.family,
            outcome=outcome,
            message=message,
            person=person.name if person else "",
            location=location,
            within=within,
            expected=expected,
            actual=actual,
            attribution=attribution,
            evidence=tuple(self.transcript.evidence),
            blocked_by=blocked_by,
            signals=tuple(signals),
            attempt=self.spec.attempt,
        )

    def passed(self, message: str = "", *, person: Person | None = None) -> Finding:
        """The requirement was seen to hold."""
        return self.finding(Outcome.PASS, message, person=person)

    def failed(
        self,
        *,
        expected: str,
        actual: str,
        message: str = "",
        attribution: Attribution = Attribution.TARGET,
        signals: Sequence[str] = (),
        person: Person | None = None,
        location: Location | None = None,
        within: str = "",
    ) -> Finding:
        """The requirement was seen not to hold. ``attribution`` says whose fault: the target's unless the check knows better.

        ``within`` is the hash of the evidence that ``location`` is a place in.
        """
        text = message or f"expected {expected}; found {actual}"
        return self.finding(
            Outcome.FAIL,
            text,
            expected=expected,
            actual=actual,
            attribution=attribution,
            signals=signals,
            person=person,
            location=location,
            within=within,
        )

    def expect(
        self,
        holds: bool,
        *,
        expected: str,
        actual: str,
        attribution: Attribution = Attribution.TARGET,
        signals: Sequence[str] = (),
        person: Person | None = None,
        location: Location | None = None,
    ) -> Finding:
        """PASS when ``holds``, else FAIL with both sides."""
        if holds:
            return self.finding(Outcome.PASS, expected=expected, actual=actual, person=person)
        return self.failed(expected=expected, actual=actual, attribution=attribution, signals=signals, person=person, location=location)

    def inconclusive(self, reason: str, *, blocked_by: str = "", attribution: Attribution = Attribution.UNKNOWN, signals: Sequence[str] = ()) -> Finding:
        """It could not be told."""
        return self.finding(Outcome.INCONCLUSIVE, reason, attribution=attribution, blocked_by=blocked_by, signals=signals)

    def not_applicable(self, reason: str) -> Finding:
        """The question need not be asked of this pairing."""
        return self.finding(Outcome.NOT_APPLICABLE, reason)
