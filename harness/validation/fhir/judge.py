"""One walk over one document, then FHIRPath, line and column for what was found."""

from __future__ import annotations

from typing import Any

from harness.formats.fhir.json import duplicate_keys
from harness.model.issue import Issue, Severity
from harness.validation.fhir.engine import Engine
from harness.validation.fhir.judging import Judging
from harness.validation.fhir.profiles import judge_resource
from harness.validation.fhir.source import has_duplicates, placed
from harness.validation.options import Options


def judge(
    tree: dict[str, Any], options: Options, engine: Engine, *, data: bytes = b"", kind: str = "", profiles: tuple[str, ...] = (), found: tuple[Issue, ...] = ()
) -> tuple[list[Issue], int]:
    """(issues, how much that must hold stayed undetermined) of a parsed resource.

    ``data`` is what it was read from and ``kind`` fhir-json or fhir-xml (both empty: only the tree is there): it gives places and keys that stand twice.
    ``profiles`` are judged by as well; ``found`` are issues of the reading.
    """
    name = tree.get("resourceType")
    root = name if isinstance(name, str) and name.isalnum() else "Resource"
    kept = [one for one in found if not one.opinion or "hl7-validator" in options.rules]
    judging = Judging(tree, options, tree, root, kept, engine, tree, root, xml=kind == "fhir-xml")
    if kind == "fhir-json" and has_duplicates(data, tree):
        _duplicates(judging, data)
    judging.kept["profiles"] = profiles
    judge_resource(judging, tree, root, (), profiles)
    issues = judging.issues
    if not issues:
        return issues, judging.undetermined
    return placed(_once(issues), tree, root, data, kind, engine), judging.undetermined


def _once(issues: list[Issue]) -> list[Issue]:
    """Each issue once: definitions that build on one another ask for the same."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for issue in issues:
        key = (issue.code, issue.location.path, issue.message, issue.clause if issue.code == "fhir/invariant" else "")
        if key not in seen:
            seen.add(key)
            kept.append(issue)
    return kept


def _duplicates(judging: Judging, data: bytes) -> None:
    for path in duplicate_keys(data):
        judging.say(
            Severity.ERROR,
            "fhir/duplicate-key",
            f"the key {path.rpartition('.')[2]} stands twice",
            path,
            expected="every key once",
            actual="twice",
            clause="FHIR 2.6.2 JSON",
            remedy="keep one: receivers differ in which they take",
            issue_type="structure",
        )
