"""A ValueSet: systems are code systems, codes and filters are ones the systems have, imports are value sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.definitions.code_systems import complete_system
from harness.validation.fhir.definitions.value_set_filters import check_filter
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text


@rule("value-set", "ValueSet")
def value_set(judging: FhirJudging, value: Node, path: str) -> None:
    """compose: what each include and exclude names is there."""
    compose = value.get("compose")
    if isinstance(compose, dict):
        for kind in ("include", "exclude"):
            for index, include in objects(compose, kind):
                _include(judging, value, include, f"{path}.compose.{kind}[{index}]")
    expansion = value.get("expansion")
    if isinstance(expansion, dict):
        _expansion(judging, expansion, f"{path}.expansion")


def _include(judging: FhirJudging, value: Node, include: Node, path: str) -> None:
    imports = include.get("valueSet")
    for index, canonical in enumerate(imports if isinstance(imports, list) else []):
        if isinstance(canonical, str) and not canonical.startswith("#"):
            _import(judging, value, canonical, f"{path}.valueSet[{index}]")
    system = text(include, "system")
    if not system:
        return
    if ":" not in system:
        where, clause = f"{path}.system", "ValueSet.compose.include.system"
        judging.tell("definitions/include-system-relative", at=where, clause=clause, actual=system, system=system[:120])
        return
    versioned = f"{system}|{text(include, 'version')}" if text(include, "version") else system
    if judging.definitions.find(system, "CodeSystem") is None:
        known = judging.definitions.find(system, "ValueSet") is not None
        if known or "/ValueSet/" in system:
            judging.tell(
                "definitions/include-system-is-value-set", at=f"{path}.system", severity=Severity.ERROR if known else None, actual=system, system=system[:120]
            )
        return
    seen: set[str] = set()
    found = complete_system(judging, versioned)
    for index, concept in objects(include, "concept"):
        code, where = text(concept, "code"), f"{path}.concept[{index}]"
        if code and code in seen:
            judging.tell("definitions/include-code-twice", at=f"{where}.code", actual=code, code=code[:60])
        seen.add(code)
        if code and found is not None and judging.terminology.code(system, code).no:
            judging.tell("definitions/include-code-unknown", at=f"{where}.code", actual=code, code=code[:60], system=system[:100])
    definition: Mapping[str, Any] | None = judging.definitions.find(versioned, "CodeSystem")
    if definition is not None:
        for index, each in objects(include, "filter"):
            check_filter(judging, definition, system, each, f"{path}.filter[{index}]")


def _import(judging: FhirJudging, value: Node, canonical: str, path: str) -> None:
    if canonical.partition("|")[0] == text(value, "url") and text(value, "url"):
        judging.tell("definitions/include-itself", at=path, actual=canonical)
    elif judging.definitions.find(canonical, "ValueSet") is None:
        other = judging.definitions.find(canonical)
        if other is not None:
            judging.tell("definitions/include-other-kind", at=path, actual=canonical, canonical=canonical[:120], held=other.get("resourceType"))
        else:
            judging.tell("definitions/include-unknown", at=path, actual=canonical, canonical=canonical[:120])


def _expansion(judging: FhirJudging, expansion: Node, path: str) -> None:
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
                judging.tell("definitions/expansion-code-twice", at=place, actual=key[2], code=key[2][:60])
            seen.add(key)
    total = expansion.get("total")
    if isinstance(total, int) and not isinstance(total, bool) and "offset" not in expansion and total < count:
        judging.tell("definitions/expansion-total", at=f"{path}.total", actual=total, total=total, count=count)
