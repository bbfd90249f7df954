"""A ValueSet: systems are code systems, codes and filters are ones the systems have, imports are value sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.definitions.code_systems import complete_system
from harness.validation.fhir.definitions.say import ERROR, INFORMATION, WARNING, tell
from harness.validation.fhir.definitions.value_set_filters import check_filter
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_KIND = "ValueSet"


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
    if ":" not in system:
        message = f"{system[:120]} is not an absolute address, and the system of an include is"
        where, clause = f"{path}.system", "ValueSet.compose.include.system"
        tell(judging, ERROR, _KIND, message, where, "name the code system by its url", issue_type="invalid", actual=system, clause=clause)
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
            check_filter(judging, definition, system, each, f"{path}.filter[{index}]")


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
