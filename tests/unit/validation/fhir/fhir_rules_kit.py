"""What the tests of single FHIR rules share: one validator, and how a resource is changed and judged."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from harness.model.issue import Issue
from harness.validation.fhir.validator import Validator
from harness.validation.options import Options

UUID = "urn:uuid:00000000-0000-4000-8000-00000000000"
BASE = "https://a.example/fhir"
NARRATIVE = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">said</div>'}


@lru_cache(maxsize=4)
def validator(*rules: str) -> Validator:
    """The validator of the base definitions with rule sets."""
    return Validator(options=Options(rules=rules))


def judged(tree: dict[str, Any], codes: Sequence[str], *rules: str) -> list[tuple[str, str, str]]:
    """(severity, code, FHIRPath) of the issues whose code begins with one of ``codes``."""
    return [(issue.severity.value, issue.code, issue.location.path) for issue in issues(tree, *rules) if issue.code.startswith(tuple(codes))]


def issues(tree: dict[str, Any], *rules: str) -> tuple[Issue, ...]:
    """Every issue of a resource."""
    return validator(*(rules or ("none",))).validate(json.dumps(tree).encode()).issues


def changed(tree: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """A copy of ``tree`` with ``value`` at the dotted path ``where``; None takes it out."""
    made = copy.deepcopy(tree)
    put_at(made, where, value)
    return made


def put_at(tree: dict[str, Any], where: str, value: Any) -> None:
    """``value`` at the dotted path ``where`` of keys and indexes; None takes it out."""
    node: Any = tree
    *steps, last = (int(step) if step.isdigit() else step for step in where.split("."))
    for step in steps:
        node = node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value


def patient(number: str = "1", **more: Any) -> dict[str, Any]:
    """A small Patient."""
    return {"resourceType": "Patient", "id": number, "text": NARRATIVE, **more}


def entry(resource: dict[str, Any], url: str = "", **more: Any) -> dict[str, Any]:
    """An entry of a Bundle."""
    return {**({"fullUrl": url} if url else {}), "resource": resource, **more}


def bundle(kind: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Bundle."""
    return {"resourceType": "Bundle", "type": kind, **more, "entry": list(entries)}


def document(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document Bundle whose Composition is about and by ``urn:uuid:…1``."""
    composition = {
        "resourceType": "Composition",
        "text": NARRATIVE,
        "status": "final",
        "type": {"text": "letter"},
        "subject": {"reference": f"{UUID}1"},
        "date": "2026-01-05",
        "author": [{"reference": f"{UUID}1"}],
        "title": "Letter",
        **more,
    }
    head = {"identifier": {"system": f"{BASE}/documents", "value": "1"}, "timestamp": "2026-01-05T10:00:00Z"}
    return bundle("document", entry(composition, f"{UUID}9"), entry(patient(), f"{UUID}1"), *entries, **head)
