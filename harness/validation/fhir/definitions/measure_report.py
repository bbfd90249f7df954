"""A MeasureReport: groups, populations and stratifiers are those of its Measure; scores go with the Measure's scoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.content import number
from harness.validation.fhir.judging import FhirJudging, Node, codes, objects, rule, text

SCORINGS = ("proportion", "ratio", "continuous-variable", "cohort")
_PARTS = ("stratifier", "population")


@rule("measure-report", "MeasureReport")
def measure_report(judging: FhirJudging, value: Node, path: str) -> None:
    """The report against the Measure it names; where that is not to be had, it is said."""
    canonical = text(value, "measure") or text(value.get("measure"), "reference")
    if not canonical:
        return
    measure = find_measure(judging, value, canonical)
    if measure is None:
        judging.tell("definitions/report-measure-unknown", at=f"{path}.measure", canonical=canonical[:120])
        return
    scoring = next((code for code in codes(measure.get("scoring")) if code in SCORINGS), "")
    if not scoring and objects(value, "group"):
        judging.tell("definitions/report-scoring-unknown", at=f"{path}.measure")
    if text(value, "type") == "data-collection":
        return
    _parts(judging, "group", value, measure, path)
    asked = [group for _, group in objects(dict(measure), "group")]
    for index, group in objects(value, "group"):
        where = f"{path}.group[{index}]"
        _score(judging, value, group, scoring, where)
        _populations(judging, value, group, scoring, where)
        definition = _definition(group, asked)
        if definition is not None:
            _group(judging, value, group, definition, where, scoring)


def find_measure(judging: FhirJudging, value: Node, canonical: str) -> Mapping[str, Any] | None:
    """The Measure of a canonical: contained, among the definitions, or in the document's Bundle."""
    if canonical.startswith("#"):
        held = [item for holder in (value, judging.container) for _, item in objects(holder, "contained")]
        return next((item for item in held if text(item, "id") == canonical[1:] and item.get("resourceType") == "Measure"), None)
    found: Mapping[str, Any] | None = judging.definitions.find(canonical, "Measure")
    if found is not None:
        return found
    url, _, version = canonical.partition("|")
    for _, entry in objects(judging.root, "entry"):
        resource = entry.get("resource")
        if not isinstance(resource, dict) or resource.get("resourceType") != "Measure" or text(resource, "url") != url:
            continue
        if not version or text(resource, "version") == version:
            return resource
    return None


def _group(judging: FhirJudging, report: Node, group: Node, definition: Node, path: str, scoring: str) -> None:
    for kind in _PARTS:
        _parts(judging, kind, group, definition, path)
    asked = [stratifier for _, stratifier in objects(definition, "stratifier")]
    for index, stratifier in objects(group, "stratifier"):
        if _definition(stratifier, asked) is None:
            continue
        for place, stratum in objects(stratifier, "stratum"):
            where = f"{path}.stratifier[{index}].stratum[{place}]"
            _score(judging, report, stratum, scoring, where)
            _populations(judging, report, stratum, scoring, where)


def _parts(judging: FhirJudging, kind: str, holder: Node, definition: Mapping[str, Any], path: str) -> None:
    """Each part of the report is one of the Measure's, and each of the Measure's is in the report."""
    asked = [part for _, part in objects(dict(definition), kind)]
    given = objects(holder, kind)
    if kind == "group" and len(asked) == 1 and not _concepts(asked[0]) and len(given) == 1:
        return
    seen: set[int] = set()
    for index, part in given:
        where = f"{path}.{kind}[{index}]"
        if not _concepts(part):
            unlabelled = any(not _concepts(each) for each in asked)
            _without_code(judging, kind, where, unlabelled)
            continue
        matched = [place for place, each in enumerate(asked) if _same(part, each)]
        if not matched:
            judging.tell(
                "definitions/report-group-other"
                if kind == "group"
                else "definitions/report-stratifier-other"
                if kind == "stratifier"
                else "definitions/report-population-other",
                at=where,
                actual=_shown(part),
            )
        elif matched[0] in seen and len(matched) == 1:
            judging.tell(
                "definitions/report-group-twice"
                if kind == "group"
                else "definitions/report-stratifier-twice"
                if kind == "stratifier"
                else "definitions/report-population-twice",
                at=where,
                actual=_shown(part),
            )
        seen.update(matched[:1] if matched and matched[0] not in seen else matched)
    if text(judging.resource, "status") == "error":
        return
    for place, each in enumerate(asked):
        if place not in seen:
            bare = not _concepts(each) or text(judging.resource, "status") == "pending"
            _absent(judging, kind, path, _shown(each) or text(each, "id"), bare)


def _without_code(judging: FhirJudging, kind: str, path: str, unlabelled: bool) -> None:
    """A part of the report that has no code; ``unlabelled``: the Measure has such parts without a code too, and then no sentence asks for one."""
    if kind == "group":
        judging.tell("definitions/report-group-code", at=path)
    elif kind == "stratifier":
        judging.tell("definitions/report-stratifier-code-opinion" if unlabelled else "definitions/report-stratifier-code", at=path)
    else:
        judging.tell("definitions/report-population-code-opinion" if unlabelled else "definitions/report-population-code", at=path)


def _absent(judging: FhirJudging, kind: str, path: str, name: str, bare: bool) -> None:
    """A part of the Measure that the report lacks; ``bare``: the part has no code to be named by, or the report is still under way."""
    if kind == "stratifier":
        judging.tell("definitions/report-stratifier-missing", at=path, name=name)
    elif kind == "group":
        judging.tell("definitions/report-group-missing-opinion" if bare else "definitions/report-group-missing", at=path, name=name)
    else:
        judging.tell("definitions/report-population-missing-opinion" if bare else "definitions/report-population-missing", at=path, name=name)


def _definition(part: Node, asked: list[Node]) -> Node | None:
    if len(asked) == 1 and (not _concepts(part) or not _concepts(asked[0])):
        return asked[0]
    return next((each for each in asked if _same(part, each)), None)


def _concepts(part: Mapping[str, Any]) -> list[Node]:
    held = part.get("code")
    return [concept for concept in (held if isinstance(held, list) else [held]) if isinstance(concept, dict) and concept]


def _same(part: Node, other: Node) -> bool:
    for first in _concepts(part):
        for second in _concepts(other):
            ours, theirs = ({(text(coding, "system"), text(coding, "code")) for _, coding in objects(concept, "coding")} for concept in (first, second))
            if ours & theirs or (text(first, "text") and text(first, "text") == text(second, "text")):
                return True
    return False


def _shown(part: Node) -> str:
    return ", ".join(code for concept in _concepts(part) for code in (codes(concept) or [text(concept, "text")]))[:80]


def _score(judging: FhirJudging, report: Node, holder: Node, scoring: str, path: str) -> None:
    """measureScore: none for a cohort, 0 to 1 for a proportion, with a unit for a continuous variable."""
    score = holder.get("measureScore")
    where = f"{path}.measureScore"
    kind = text(report, "type")
    if score is None:
        top = path.count("stratum[") == 0
        if scoring in ("proportion", "ratio", "continuous-variable") and text(report, "status") == "complete" and kind in ("individual", "summary") and top:
            judging.tell("definitions/report-score-missing", at=path, scoring=scoring)
        return
    if scoring == "cohort":
        judging.tell("definitions/report-score-of-cohort", at=where, actual="measureScore")
    elif kind == "subject-list":
        judging.tell("definitions/report-score-of-list", at=where)
    elif isinstance(score, dict) and scoring:
        _value(judging, score, scoring, where)


def _value(judging: FhirJudging, score: Node, scoring: str, where: str) -> None:
    held = number(score.get("value"))
    if held is None and "value" not in score:
        judging.tell("definitions/report-score-extended" if "extension" in score else "definitions/report-score-without-value", at=where)
    if scoring == "proportion" and held is not None and not 0 <= held <= 1 and text(score, "code") != "%" and text(score, "unit") != "%":
        judging.tell("definitions/report-proportion", at=where, actual=held)
    if scoring in ("proportion", "ratio") and (text(score, "code") or text(score, "unit")) and text(score, "code") not in ("1", "%"):
        judging.tell("definitions/report-score-unit", at=where, actual=text(score, "unit"), scoring=scoring)
    if scoring == "continuous-variable" and held is not None and not (text(score, "code") or text(score, "unit")):
        judging.tell("definitions/report-score-without-unit", at=where)


def _populations(judging: FhirJudging, report: Node, holder: Node, scoring: str, path: str) -> None:
    counts: dict[str, Any] = {}
    for index, population in objects(holder, "population"):
        where = f"{path}.population[{index}]"
        count = number(population.get("count"))
        if count is not None:
            counts.update(dict.fromkeys(codes(population.get("code")), count))
            if count < 0:
                judging.tell("definitions/report-negative", at=f"{where}.count", actual=count)
        complete = text(report, "status") == "complete"
        if complete and text(report, "type") == "summary" and "count" not in population:
            judging.tell("definitions/report-count-missing", at=where)
        if complete and text(report, "type") == "subject-list" and "subjectResults" not in population:
            judging.tell("definitions/report-subjects-missing", at=where)
    larger, smaller = counts.get("denominator"), counts.get("numerator")
    if scoring == "proportion" and larger is not None and smaller is not None and smaller > larger:
        judging.tell("definitions/report-numerator", at=path, actual=f"{smaller} of {larger}")
