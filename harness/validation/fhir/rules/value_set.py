"""A ValueSet: systems are code systems, codes and filters are ones the systems have, imports are value sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.conformance.say import ERROR, INFORMATION, WARNING, tell
from harness.validation.fhir.conformance.systems import HIERARCHY, STANDARD_TYPES, complete_system, filters, property_types
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_KIND = "ValueSet"
_ALWAYS = {"concept", "code", "display"}
_CODING = re.compile(r"[^\s|#]+(\|[^\s#]*)?#\S.*")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d.*)?)?)?")
_TREE = ("is-a", "is-not-a", "descendent-of", "generalizes")


@rule("value-set", "ValueSet")
def value_set(judging: Judging, value: Node, path: str) -> None:
    """compose: what each include and exclude names is there."""
    compose = value.get("compose")
    if isinstance(compose, dict):
        for kind in ("include", "exclude"):
            for index, include in objects(compose, kind):
                _include(judging, value, include, f"{path}.compose.{kind}[{index}]")
    expansion = value.get("expansion")
    if isinstance(expansion, dict):
        _expansion(judging, expansion, f"{path}.expansion")


def _include(judging: Judging, value: Node, include: Node, path: str) -> None:
    imports = include.get("valueSet")
    for index, canonical in enumerate(imports if isinstance(imports, list) else []):
        if isinstance(canonical, str) and not canonical.startswith("#"):
            _import(judging, value, canonical, f"{path}.valueSet[{index}]")
    system = text(include, "system")
    if not system:
        return
    versioned = f"{system}|{text(include, 'version')}" if text(include, "version") else system
    if judging.definitions.find(system, "CodeSystem") is None:
        known = judging.definitions.find(system, "ValueSet") is not None
        if known or "/ValueSet/" in system:
            message = f"{system[:120]} is a value set, and a system is named here"
            tell(
                judging,
                ERROR if known else WARNING,
                _KIND,
                message,
                f"{path}.system",
                "import it with valueSet, or name its code system",
                issue_type="invalid",
                actual=system,
                clause="ValueSet.compose.include.system",
            )
        return
    seen: set[str] = set()
    found = complete_system(judging, versioned)
    for index, concept in objects(include, "concept"):
        code, where = text(concept, "code"), f"{path}.concept[{index}]"
        if code and code in seen:
            tell(
                judging,
                WARNING,
                _KIND,
                f"the code {code[:60]} is listed twice",
                f"{where}.code",
                "list it once",
                actual=code,
                clause="ValueSet.compose.include.concept",
            )
        seen.add(code)
        if code and found is not None and judging.terminology.code(system, code).no:
            message = f"{code[:60]} is no code of {system[:100]}"
            tell(
                judging,
                WARNING,
                _KIND,
                message,
                f"{where}.code",
                "list codes of that system",
                issue_type="code-invalid",
                actual=code,
                clause="ValueSet.compose.include.concept.code",
            )
    definition: Mapping[str, Any] | None = judging.definitions.find(versioned, "CodeSystem")
    if definition is not None:
        for index, each in objects(include, "filter"):
            _filter(judging, definition, system, each, f"{path}.filter[{index}]")


def _import(judging: Judging, value: Node, canonical: str, path: str) -> None:
    if canonical.partition("|")[0] == text(value, "url") and text(value, "url"):
        message = "the value set includes itself"
        tell(judging, ERROR, _KIND, message, path, "leave the import out", actual=canonical, clause="ValueSet.compose.include.valueSet")
    elif judging.definitions.find(canonical, "ValueSet") is None:
        other = judging.definitions.find(canonical)
        if other is not None:
            message = f"{canonical[:120]} is a {other.get('resourceType')}, and a value set is named here"
            tell(judging, ERROR, _KIND, message, path, "name a value set", issue_type="invalid", actual=canonical, clause="ValueSet.compose.include.valueSet")
        else:
            message = f"the value set {canonical[:120]} is not known here"
            tell(
                judging,
                WARNING,
                _KIND,
                message,
                path,
                "give its definition along with the others, or correct the canonical",
                issue_type="not-found",
                actual=canonical,
            )


def _filter(judging: Judging, system: Mapping[str, Any], url: str, each: Node, path: str) -> None:
    """A filter is one of the code system's, or on one of its properties; its operator and value go with that."""
    name, operator, value = text(each, "property"), text(each, "op"), text(each, "value")
    declared, allowed = property_types(system), filters(system)
    if not name or not value:
        return
    if name in allowed:
        if operator and allowed[name] and operator not in allowed[name] and name not in declared:
            wanted = ", ".join(sorted(allowed[name]))
            message = f"the filter {name} of the code system does not have the operator {operator}"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                path,
                f"use {wanted}",
                issue_type="invalid",
                expected=wanted,
                actual=operator,
                clause="ValueSet.compose.include.filter.op",
            )
        if name not in declared:
            return
    kind = declared.get(name) or STANDARD_TYPES.get(name, "")
    if (
        name not in declared
        and name not in _ALWAYS
        and (name not in STANDARD_TYPES or (name in HIERARCHY and "hierarchyMeaning" not in system and not _nested(system)))
    ):
        message = f"the code system declares no property or filter {name[:60]}"
        tell(
            judging,
            WARNING,
            _KIND,
            message,
            path,
            "filter by what the code system declares",
            issue_type="invalid",
            actual=name,
            clause="ValueSet.compose.include.filter.property",
        )
        return
    if operator == "regex":
        _regex(judging, value, path)
    elif operator == "exists":
        _form(judging, name, "boolean", value, path)
    elif name in ("concept", "code") and (operator in _TREE or operator == "="):
        if complete_system(judging, url) is not None and judging.terminology.code(url, value).no:
            message = f"the filter names {value[:60]}, which is no code of {url[:100]}"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                path,
                "filter by a code of that system",
                issue_type="invalid",
                actual=value,
                clause="ValueSet.compose.include.filter.value",
            )
    elif name not in _ALWAYS:
        for part in value.split(",") if operator in ("in", "not-in") else [value]:
            _form(judging, name, kind, part.strip(), path)


def _nested(system: Mapping[str, Any]) -> bool:
    return any(objects(concept, "concept") for _, concept in objects(dict(system), "concept"))


def _regex(judging: Judging, value: str, path: str) -> None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        tell(
            judging,
            ERROR,
            _KIND,
            f"the regular expression of the filter is not one: {error}",
            path,
            "correct it",
            issue_type="invalid",
            actual=value,
            clause="filter.value",
        )


def _form(judging: Judging, name: str, kind: str, value: str, path: str) -> None:
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
        message = f"the value {value[:60]} of a filter on {name[:60]} is not {wanted}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            path,
            f"send {wanted}",
            issue_type="invalid",
            expected=wanted,
            actual=value,
            clause="ValueSet.compose.include.filter.value",
        )
    elif kind == "Coding":
        system, _, code = value.partition("#")
        bare = system.partition("|")[0]
        if complete_system(judging, bare) is not None and judging.terminology.code(bare, code).no:
            message = f"the filter names {code[:60]}, which is no code of {bare[:100]}"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                path,
                "filter by a code of that system",
                issue_type="invalid",
                actual=value,
                clause="ValueSet.compose.include.filter.value",
            )


def _expansion(judging: Judging, expansion: Node, path: str) -> None:
    """expansion: as many codes as it says, where it is not one page of several; none of them twice."""
    seen: set[tuple[str, str, str]] = set()
    count = 0
    stack: list[tuple[str, Node, int]] = [(path, expansion, 0)]
    while stack:
        where, holder, depth = stack.pop()
        for index, contained in objects(holder, "contains") if depth < 60 else ():
            place = f"{where}.contains[{index}]"
            stack.append((place, contained, depth + 1))
            count += 1
            key = (text(contained, "system"), text(contained, "version"), text(contained, "code"))
            if key[2] and key in seen:
                message = f"the code {key[2][:60]} stands twice in the expansion"
                tell(judging, INFORMATION, _KIND, message, place, "list it once", actual=key[2], clause="ValueSet.expansion.contains", opinion=True)
            seen.add(key)
    total = expansion.get("total")
    if isinstance(total, int) and not isinstance(total, bool) and "offset" not in expansion and total < count:
        message = f"the expansion says it has {total} codes, and holds {count}"
        tell(judging, WARNING, _KIND, message, f"{path}.total", "correct total", expected=str(count), actual=total, clause="ValueSet.expansion.total")
