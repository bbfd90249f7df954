"""A MeasureReport: groups, populations and stratifiers are those of its Measure; scores go with the Measure's scoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, codes, objects, rule, text
from harness.validation.fhir.questionnaire.compare import number

SCORINGS = ("proportion", "ratio", "continuous-variable", "cohort")
_PARTS = ("stratifier", "population")


@rule("measure-report", "MeasureReport")
def measure_report(judging: Judging, value: Node, path: str) -> None:
    """The report against the Measure it names; where that is not to be had, it is said."""
    canonical = text(value, "measure") or text(value.get("measure"), "reference")
    if not canonical:
        return
    measure = find_measure(judging, value, canonical)
    if measure is None:
        _say(judging, Severity.WARNING, "unknown", f"the Measure {canonical[:120]} is not known here, so the report was not held against it", f"{path}.measure")
        return
    scoring = next((code for code in codes(measure.get("scoring")) if code in SCORINGS), "")
    if not scoring and objects(value, "group"):
        message = "the Measure does not say how it is scored, so scores were not judged"
        _say(judging, Severity.INFORMATION, "scoring", message, f"{path}.measure")
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


def find_measure(judging: Judging, value: Node, canonical: str) -> Mapping[str, Any] | None:
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


def _group(judging: Judging, report: Node, group: Node, definition: Node, path: str, scoring: str) -> None:
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


def _parts(judging: Judging, kind: str, holder: Node, definition: Mapping[str, Any], path: str) -> None:
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
            message = f"a {kind} of the report has no code, so which of the Measure's it is cannot be told"
            remedy = f"send the code the Measure gives the {kind}"
            _say(judging, Severity.ERROR, kind, message, where, remedy, "business-rule", opinion=unlabelled or kind == "group")
            continue
        matched = [place for place, each in enumerate(asked) if _same(part, each)]
        if not matched:
            message = f"the Measure has no {kind} with this code"
            _say(judging, Severity.ERROR, kind, message, where, f"use the code of a {kind} of the Measure", "business-rule", _shown(part))
        elif matched[0] in seen and len(matched) == 1:
            message = f"the same {kind} of the Measure is reported twice"
            _say(judging, Severity.ERROR, kind, message, where, "report it once", "business-rule", _shown(part))
        seen.update(matched[:1] if matched and matched[0] not in seen else matched)
    if text(judging.resource, "status") == "error":
        return
    for place, each in enumerate(asked):
        if place not in seen:
            message = f"the Measure's {kind} {_shown(each) or text(each, 'id')} is not in the report"
            bare = not _concepts(each) or text(judging.resource, "status") == "pending" or kind == "stratifier"
            _say(judging, Severity.ERROR, kind, message, path, f"report the {kind}", "business-rule", opinion=bare)


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


def _score(judging: Judging, report: Node, holder: Node, scoring: str, path: str) -> None:
    """measureScore: none for a cohort, 0 to 1 for a proportion, with a unit for a continuous variable."""
    score = holder.get("measureScore")
    where = f"{path}.measureScore"
    kind = text(report, "type")
    if score is None:
        top = path.count("stratum[") == 0
        if scoring in ("proportion", "ratio", "continuous-variable") and text(report, "status") == "complete" and kind in ("individual", "summary") and top:
            message = f"a complete report of a measure scored as a {scoring} has no score"
            _say(judging, Severity.ERROR, "score", message, path, "send measureScore", "required", opinion=True)
        return
    if scoring == "cohort":
        message = "a score for a measure that is a cohort: it only counts who belongs"
        _say(judging, Severity.ERROR, "score", message, where, "leave the score out", "business-rule", "measureScore")
    elif kind == "subject-list":
        message = "a score in a list of subjects"
        _say(judging, Severity.ERROR, "score", message, where, "leave the score out, or report a summary", "business-rule", opinion=True)
    elif isinstance(score, dict) and scoring:
        _value(judging, score, scoring, where)


def _value(judging: Judging, score: Node, scoring: str, where: str) -> None:
    held = number(score.get("value"))
    if held is None and "value" not in score:
        _say(judging, Severity.ERROR, "score", "a score without its value", where, "send the value", "required", opinion="extension" in score)
    if scoring == "proportion" and held is not None and not 0 <= held <= 1 and text(score, "code") != "%" and text(score, "unit") != "%":
        message = "the score of a proportion does not lie between 0 and 1"
        _say(judging, Severity.ERROR, "score", message, where, "send the numerator divided by the denominator", "business-rule", held)
    if scoring in ("proportion", "ratio") and (text(score, "code") or text(score, "unit")) and text(score, "code") not in ("1", "%"):
        message = f"a unit with the score of a {scoring}"
        _say(judging, Severity.ERROR, "score", message, where, "leave the unit out", "business-rule", text(score, "unit"), opinion=True)
    if scoring == "continuous-variable" and held is not None and not (text(score, "code") or text(score, "unit")):
        _say(judging, Severity.WARNING, "score", "the score of a continuous variable has no unit", where, "send its unit", "business-rule")


def _populations(judging: Judging, report: Node, holder: Node, scoring: str, path: str) -> None:
    counts: dict[str, Any] = {}
    for index, population in objects(holder, "population"):
        where = f"{path}.population[{index}]"
        count = number(population.get("count"))
        if count is not None:
            counts.update(dict.fromkeys(codes(population.get("code")), count))
            if count < 0:
                _say(judging, Severity.ERROR, "count", "a population of less than nobody", f"{where}.count", "send how many belong to it", "value", count)
        complete = text(report, "status") == "complete"
        if complete and text(report, "type") == "summary" and "count" not in population:
            _say(judging, Severity.ERROR, "count", "a population of a complete summary has no count", where, "send count", "required", opinion=True)
        if complete and text(report, "type") == "subject-list" and "subjectResults" not in population:
            message = "a population of a complete list of subjects does not refer to them"
            _say(judging, Severity.ERROR, "subjects", message, where, "send subjectResults", "required", opinion=True)
    larger, smaller = counts.get("denominator"), counts.get("numerator")
    if scoring == "proportion" and larger is not None and smaller is not None and smaller > larger:
        message = "the numerator of a proportion is larger than its denominator"
        _say(judging, Severity.WARNING, "count", message, path, "check both counts", "business-rule", f"{smaller} of {larger}")


def _say(
    judging: Judging,
    severity: Severity,
    slug: str,
    message: str,
    path: str,
    remedy: str = "give the Measure along with the other definitions",
    issue_type: str = "not-found",
    actual: object = "",
    *,
    opinion: bool = False,
) -> None:
    judging.say(
        severity, f"fhir/measure-{slug}", message, path, actual=actual, clause="FHIR R4 MeasureReport", remedy=remedy, issue_type=issue_type, opinion=opinion
    )
