"""The level of one cell: pairing × family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.model.clause import Clause
from harness.model.finding import Finding
from harness.model.place import Flow, Pairing, Place
from harness.model.verdict import CellVerdict
from harness.scoring.answers import ClauseAnswer, answer, counts, forgive
from harness.scoring.applies import Capabilities, applicable, endpoints
from harness.scoring.caps import caps_of
from harness.scoring.requires import missing_capability
from harness.scoring.scale import Scale

Selected = Callable[[str, str, str, str], bool]


@dataclass(frozen=True, slots=True)
class ScoringContext:
    """What every cell of a place is scored with. ``selected(clause, pairing, interface, family)`` is False for what a run left out."""

    place: Place
    clauses: Mapping[str, Clause]
    flows: Mapping[str, Flow]
    scale: Scale
    selected: Selected
    capabilities: Capabilities | None = None
    by_pairing: Mapping[str, Sequence[Finding]] = field(default_factory=dict)


def score_cell(context: ScoringContext, pairing: Pairing, family: str) -> CellVerdict:
    """The verdict on ``pairing`` × ``family``."""
    scale = context.scale
    findings = _findings(context, pairing, family)
    answers = _answers(context, pairing, family, findings)
    caps = caps_of(findings, pairing, scale)
    stop, why = missing_capability(context.place, context.flows, pairing, family, scale, context.capabilities)
    ceiling = min([scale.below(stop) if stop is not None else scale.highest, *(cap.level for cap in caps if cap.signal == "read-only")])
    measured = [finding.fidelity for finding in findings if finding.fidelity is not None]
    ceilings = [finding.ceiling for finding in findings if finding.ceiling is not None]
    left_out = sum(not each.selected for each in answers)
    facts = {
        "pairing": pairing.id,
        "source": pairing.source,
        "target": pairing.target,
        "family": family,
        "caps": caps,
        "ceiling": min(ceilings, default=None),
        "ceiling_level": ceiling,
        "fidelity": min(measured, default=None),
        "fidelity_mean": sum(measured) / len(measured) if measured else None,
        "aim": pairing.aim.get(family),
        "counts": counts(answers),
        "not_selected": left_out,
    }
    if left_out:
        return CellVerdict(level=None, uncapped=None, progress=None, stopped="not scored (partial)", **facts)  # type: ignore[arg-type]
    uncapped = _reached(answers, scale, stop)
    level = min([uncapped, *(cap.level for cap in caps)])
    capped = any(cap.level <= uncapped for cap in caps)
    above = scale.above(uncapped)
    blocked = [each for each in answers if each.clause.level == above and each.decides and not each.passed]
    return CellVerdict(
        level=level,
        uncapped=uncapped,
        progress=None if capped or above is None else _progress(answers, above),
        blocked_by=tuple(dict.fromkeys(each.clause.id for each in blocked)),
        stopped=" ".join(filter(None, (_unproven(context, pairing, family, findings, level), why if stop == above else "", _flaky(answers)))),
        aim_met=None if family not in pairing.aim else level >= pairing.aim[family],
        **facts,  # type: ignore[arg-type]
    )


def _interfaces(pairing: Pairing, family: str) -> tuple[str, ...]:
    return tuple(pairing.families.get(family, ()))


def _findings(context: ScoringContext, pairing: Pairing, family: str) -> tuple[Finding, ...]:
    """The pairing's findings that belong to ``family``: of its interfaces, and of the family itself or of all families."""
    used = _interfaces(pairing, family)
    return tuple(finding for finding in context.by_pairing.get(pairing.id, ()) if finding.interface in ("", *used) and _belongs(context, finding, family))


def _belongs(context: ScoringContext, finding: Finding, family: str) -> bool:
    clause = context.clauses.get(finding.clause)
    level, owner = (clause.level, clause.family) if clause else (finding.level, "")
    if level <= context.scale.per_interface:
        return owner in ("", family)
    return (finding.family or owner or family) == family


def _answers(context: ScoringContext, pairing: Pairing, family: str, findings: Sequence[Finding]) -> tuple[ClauseAnswer, ...]:
    by_clause: dict[str, list[Finding]] = {}
    for finding in findings:
        by_clause.setdefault(finding.clause, []).append(finding)
    answers = []
    for clause in context.clauses.values():
        if clause.family not in ("", family):
            continue
        asked_for = "" if clause.level <= context.scale.per_interface else family
        for interface in _interfaces(pairing, family):
            if applicable(clause, context.place, pairing, interface, family, capabilities=context.capabilities):
                own = [finding for finding in by_clause.get(clause.id, ()) if finding.interface in ("", interface)]
                answers.append(answer(clause, interface, own, selected=context.selected(clause.id, pairing.id, interface, asked_for)))
    return forgive(answers, context.scale)


def _reached(answers: Iterable[ClauseAnswer], scale: Scale, stop: int | None) -> int:
    """The highest level all of whose deciding answers passed, at least one being there, with every level under it reached too."""
    deciding = [each for each in answers if each.decides]
    reached = scale.lowest
    while (level := scale.above(reached)) is not None and (stop is None or level < stop):
        of_level = [each for each in deciding if each.clause.level == level]
        if not of_level or not all(each.passed for each in of_level):
            break
        reached = level
    return reached


def _progress(answers: Iterable[ClauseAnswer], level: int) -> float:
    """The passed share of the weight of ``level``; nothing applicable is no progress."""
    of_level = [each for each in answers if each.decides and each.clause.level == level]
    whole = sum(each.clause.weight for each in of_level)
    return sum(each.clause.weight for each in of_level if each.passed) / whole if whole else 0.0


def _unproven(context: ScoringContext, pairing: Pairing, family: str, findings: Sequence[Finding], level: int) -> str:
    """At the lowest level, why: the most serious reason of the scale that holds."""
    if level > context.scale.lowest:
        return ""
    ways = [way for way in pairing.interfaces if way.id in _interfaces(pairing, family) and endpoints(context.place, pairing, way) is not None]
    signals = {signal for finding in findings for signal in finding.signals}
    for reason, (signal, means) in context.scale.unproven.items():
        if signal in signals or (not signal and (not ways or reason != "undeclared")):
            return f"{reason}: {means}"
    return ""


def _flaky(answers: Iterable[ClauseAnswer]) -> str:
    names = dict.fromkeys(each.clause.id for each in answers if each.flaky)
    return f"Flaky, so failed: {', '.join(names)} did not give one answer." if names else ""
