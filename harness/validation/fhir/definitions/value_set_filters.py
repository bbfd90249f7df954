"""Filters of a ValueSet against the properties and filters of the code system they select from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.definitions.code_systems import HIERARCHY, STANDARD_TYPES, complete_system, filters, property_types
from harness.validation.fhir.definitions.constraint_language import well_formed
from harness.validation.fhir.judging import FhirJudging, Node, objects, text

SNOMED = "http://snomed.info/sct"
_ALWAYS = {"concept", "code", "display"}
_CODING = re.compile(r"[^\s|#]+(\|[^\s#]*)?#\S.*")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d.*)?)?)?")
_TREE = ("is-a", "is-not-a", "descendent-of", "generalizes")


def check_filter(judging: FhirJudging, system: Mapping[str, Any], url: str, each: Node, path: str) -> None:
    """A filter is one of the code system's, or on one of its properties; its operator and value go with that."""
    name, operator, value = text(each, "property"), text(each, "op"), text(each, "value")
    declared, allowed = property_types(system), filters(system)
    if not name or not value:
        return
    if name in allowed:
        if operator and allowed[name] and operator not in allowed[name] and name not in declared:
            wanted = ", ".join(sorted(allowed[name]))
            judging.tell("definitions/filter-operator", at=path, actual=operator, name=name, operator=operator, wanted=wanted)
        if name not in declared:
            return
    kind = declared.get(name) or STANDARD_TYPES.get(name, "")
    standard = name in STANDARD_TYPES and (name not in HIERARCHY or "hierarchyMeaning" in system or _nested(system))
    if name not in declared and name not in _ALWAYS and not standard:
        if url == SNOMED and name == "constraint" and not well_formed(value):
            judging.tell("definitions/filter-constraint", at=path, actual=value)
        if system.get("content") != "complete":
            return
        judging.tell("definitions/filter-property", at=path, actual=name, name=name[:60])
        return
    if operator == "regex":
        _regex(judging, value, path)
    elif operator == "exists":
        _form(judging, name, "boolean", value, path)
    elif name in ("concept", "code") and (operator in _TREE or operator == "="):
        if complete_system(judging, url) is not None and judging.terminology.code(url, value).no:
            _no_code(judging, value, url, value, path)
    elif name not in _ALWAYS:
        for part in value.split(",") if operator in ("in", "not-in") else [value]:
            _form(judging, name, kind, part.strip(), path)


def _nested(system: Mapping[str, Any]) -> bool:
    return any(objects(concept, "concept") for _, concept in objects(dict(system), "concept"))


def _regex(judging: FhirJudging, value: str, path: str) -> None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        judging.tell("definitions/filter-expression", at=path, actual=value, error=error)


def _form(judging: FhirJudging, name: str, kind: str, value: str, path: str) -> None:
    """The value of a filter, written as the type of its property asks."""
    wanted = ""
    if kind == "boolean" and value not in ("true", "false"):
        wanted = "true or false"
    elif kind == "integer" and not re.fullmatch(r"(?:eq|ne|lt|gt|le|ge)?[+-]?\d+", value):
        wanted = "a whole number"
    elif kind == "decimal" and not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        wanted = "a number"
    elif kind == "dateTime" and not _DATE.fullmatch(value):
        wanted = "a date or date-time"
    elif kind == "Coding" and not _CODING.fullmatch(value):
        wanted = "system#code or system|version#code"
    if wanted:
        judging.tell("definitions/filter-value", at=path, actual=value, value=value[:60], name=name[:60], wanted=wanted)
    elif kind == "Coding":
        system, _, code = value.partition("#")
        bare = system.partition("|")[0]
        if complete_system(judging, bare) is not None and judging.terminology.code(bare, code).no:
            _no_code(judging, code, bare, value, path)


def _no_code(judging: FhirJudging, code: str, system: str, value: str, path: str) -> None:
    judging.tell("definitions/filter-code", at=path, actual=value, code=code[:60], system=system[:100])
