"""From findings to one answer per clause and interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.model.clause import Clause, Strength
from harness.model.finding import Finding
from harness.model.outcome import Outcome, worst
from harness.scoring.scale import Scale

NOT_RUN = "NOT_RUN"


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """What is known of ``clause`` over ``interface``: ``outcome`` is None when it was not run; ``selected`` False when nobody asked for it.

    ``forgiven`` marks a wrong refusal that the share of the must-reject negatives allows for.
    """

    clause: Clause
    interface: str
    findings: tuple[Finding, ...]
    outcome: Outcome | None
    flaky: bool = False
    selected: bool = True
    forgiven: bool = False

    @property
    def decides(self) -> bool:
        """Only a SHALL that was found to apply decides a level."""
        return self.clause.strength is Strength.SHALL and self.outcome is not Outcome.NOT_APPLICABLE

    @property
    def passed(self) -> bool:
        """FAIL, ERROR, INCONCLUSIVE and not run are not passed."""
        return self.outcome is Outcome.PASS or self.forgiven

    @property
    def word(self) -> str:
        """The outcome as counted."""
        return self.outcome.value if self.outcome is not None else NOT_RUN


def answer(clause: Clause, interface: str, findings: Iterable[Finding], *, selected: bool = True) -> ClauseAnswer:
    """Fold the findings of one clause over one interface: the worst of each attempt; attempts that disagree fail it as flaky."""
    found = tuple(findings)
    attempts: dict[int, list[Outcome]] = {}
    for finding in found:
        attempts.setdefault(finding.attempt, []).append(finding.outcome)
    outcomes = {worst(group) for group in attempts.values()}
    if len(outcomes) > 1:
        return ClauseAnswer(clause, interface, found, Outcome.FAIL, flaky=True, selected=selected)
    return ClauseAnswer(clause, interface, found, next(iter(outcomes), None), selected=selected)


def forgive(answers: Sequence[ClauseAnswer], scale: Scale) -> tuple[ClauseAnswer, ...]:
    """Apply the share of must-reject negatives, per interface: none acknowledged, and enough refused with the expected class (L2c).

    Only a refusal of the wrong class is forgiven: a negative that ended in ERROR or INCONCLUSIVE, was flaky or not run, is not.
    """
    groups: dict[tuple[str, int], list[ClauseAnswer]] = {}
    for each in answers:
        if each.clause.negative == scale.group and each.decides:
            groups.setdefault((each.interface, each.clause.level), []).append(each)
    forgiven = {key for key, group in groups.items() if _enough(group, scale)}
    return tuple(replace(each, forgiven=(each.interface, each.clause.level) in forgiven and _only_wrong_class(each, scale)) for each in answers)


def _only_wrong_class(each: ClauseAnswer, scale: Scale) -> bool:
    return each.clause.negative == scale.group and each.decides and each.outcome is Outcome.FAIL and not each.flaky


def _enough(group: Sequence[ClauseAnswer], scale: Scale) -> bool:
    findings = [finding for each in group for finding in each.findings if finding.outcome in (Outcome.PASS, Outcome.FAIL)]
    if not findings or any(scale.forbidden in finding.signals for finding in findings):
        return False
    return sum(finding.outcome is Outcome.PASS for finding in findings) / len(findings) >= scale.must_refuse


def counts(answers: Iterable[ClauseAnswer]) -> Mapping[str, int]:
    """How many answers had each outcome, worst first, NOT_RUN last; those not selected are not counted."""
    words = [each.word for each in answers if each.selected]
    return {word: words.count(word) for word in (*(outcome.value for outcome in Outcome), NOT_RUN) if word in words}
