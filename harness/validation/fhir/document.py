"""One walk over one document, then FHIRPath, line and column for what was found."""

from __future__ import annotations

from typing import Any

from harness.formats.fhir.json import duplicate_keys
from harness.model.issue import Issue
from harness.validation.fhir.engine import Engine
from harness.validation.fhir.judging import FhirJudging
from harness.validation.fhir.positions import has_duplicates, placed
from harness.validation.fhir.walk.resources import judge_resource
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
    judging = FhirJudging(tree, options, tree, root, engine, kept, tree, root, xml=kind == "fhir-xml", profiles=profiles)
    if kind == "fhir-json" and has_duplicates(data, tree):
        _duplicates(judging, data)
    judge_resource(judging, tree, root, (), profiles)
    issues = judging.issues
    if not issues:
        return issues, judging.undetermined
    return placed(_in_order(_once(issues), tree), tree, root, data, kind, engine), judging.undetermined


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


def _in_order(issues: list[Issue], tree: dict[str, Any]) -> list[Issue]:
    """In the order of the document, whichever way they were found; of one place by their codes."""
    if len(issues) < 2:
        return issues
    places: dict[str, tuple[int, ...]] = {}
    keys: dict[int, dict[str, int]] = {}
    for issue in issues:
        path = issue.location.path
        if path not in places:
            places[path] = _place(path, tree, keys)
    return sorted(issues, key=lambda issue: (places[issue.location.path], issue.code, issue.message, issue.profile))


def _place(path: str, tree: dict[str, Any], keys: dict[int, dict[str, int]]) -> tuple[int, ...]:
    """Where a path of JSON keys leads, as the number of each step among its siblings; as far as it leads. ``keys`` keeps the numbers of an object's keys."""
    node: Any = tree
    found: list[int] = []
    for step in path.split(".")[1:]:
        key, *indexes = step.replace("]", "").split("[")
        if not isinstance(node, dict):
            break
        numbers = keys.get(id(node))
        if numbers is None:
            numbers = keys[id(node)] = {name: number for number, name in enumerate(node)}
        if key not in numbers:
            break
        found.append(numbers[key])
        node = node[key]
        for index in indexes:
            if not index.isdigit() or not isinstance(node, list) or int(index) >= len(node):
                return tuple(found)
            found.append(int(index))
            node = node[int(index)]
    return tuple(found)


def _duplicates(judging: FhirJudging, data: bytes) -> None:
    for path in duplicate_keys(data):
        judging.tell("shape/duplicate-key", at=path, actual="twice", name=path.rpartition(".")[2])
