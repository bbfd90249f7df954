"""SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.model.issue import Issue, Severity
from harness.model.judgement import Judgement
from harness.reporting.issues import unicode_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://exemplar-harness.example/"
_LEVELS = {Severity.FATAL: "error", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """One run; results are written as they come, the rules they name after them."""
    import msgspec

    from harness import __version__

    encode = msgspec.json.Encoder().encode
    yield '{"$schema":"' + SCHEMA + '","version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":['
    rules: dict[str, int] = {}
    examined, before = True, ""
    by: dict[str, None] = {}
    for judgement in judgements:
        examined = examined and judgement.judged
        if judgement.by:
            by[judgement.by] = None
        for issue in judgement.issues:
            yield before + encode(_result(judgement, issue, rules.setdefault(issue.code, len(rules)))).decode()
            before = ",\n"
    driver = {"name": "exemplar-harness", "version": __version__, "informationUri": HOME, "rules": [{"id": code} for code in rules]}
    yield '],"tool":' + encode({"driver": driver}).decode() + ',"invocations":' + encode([{"executionSuccessful": examined}]).decode()
    yield (',"properties":' + encode({"judgedBy": list(by)}).decode() if by else "") + "}]}\n"


def _result(judgement: Judgement, issue: Issue, rule: int) -> dict[str, Any]:
    from urllib.parse import quote

    place = issue.location
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(judgement.file.replace("\\", "/"), errors="surrogateescape") or "-"}}
    if place.line:
        physical["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    elif place.offset is not None:
        physical["region"] = {"byteOffset": place.offset, "byteLength": 0}
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.path:
        location["logicalLocations"] = [{"fullyQualifiedName": unicode_text(place.path)}]
    expected = f"; expected {issue.expected}" if issue.expected else ""
    actual = f", found {issue.actual}" if issue.actual else ""
    return {
        "ruleId": issue.code,
        "ruleIndex": rule,
        "level": _LEVELS[issue.severity],
        "message": {"text": unicode_text(f"{issue.message}{expected}{actual}")},
        "locations": [location],
        "properties": {"message": judgement.index, "clause": issue.clause, "remedy": issue.remedy, **({"judgedBy": judgement.by} if judgement.by else {})},
    }
