"""A CodeSystem: its count, its properties and their values, what it supplements, its value set."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.content import value_of
from harness.validation.fhir.definitions.code_systems import STANDARD, STANDARD_TYPES, complete_system, concepts, property_types
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text


@rule("code-system", "CodeSystem")
def code_system(judging: FhirJudging, value: Node, path: str) -> None:
    """What the elements of a code system say agrees with one another."""
    every = list(concepts(value, path))
    _count(judging, value, path, len(every))
    _properties(judging, value, path)
    _values(judging, value, every)
    _supplement(judging, value, path, every)
    _value_set(judging, value, path)
    if "caseSensitive" not in value and text(value, "content") == "complete":
        judging.tell("definitions/system-case", at=path)


def _count(judging: FhirJudging, value: Node, path: str, held: int) -> None:
    count, content = value.get("count"), text(value, "content")
    if not isinstance(count, int) or isinstance(count, bool) or text(value, "supplements"):
        return
    if content == "complete" and count != held:
        judging.tell("definitions/system-count", at=f"{path}.count", actual=count, count=count, held=held)
    elif content in ("fragment", "example") and count < held:
        judging.tell("definitions/system-fragment-count", at=f"{path}.count", actual=count, count=count, held=held)


def _properties(judging: FhirJudging, value: Node, path: str) -> None:
    """CodeSystem.property: each code and uri once; the standard ones have the standard type."""
    seen_codes: set[str] = set()
    seen_uris: set[str] = set()
    for index, each in objects(value, "property"):
        where, code, uri, kind = f"{path}.property[{index}]", text(each, "code"), text(each, "uri"), text(each, "type")
        for word, held, seen in (("code", code, seen_codes), ("uri", uri, seen_uris)):
            if held and held in seen:
                judging.tell("definitions/system-property-twice", at=where, actual=held, name=word, held=held[:80])
            seen.add(held)
        named = uri.removeprefix(STANDARD) if uri.startswith(STANDARD) else ""
        wanted = STANDARD_TYPES.get(named)
        if wanted and kind != wanted:
            judging.tell("definitions/system-standard-type", at=where, actual=kind, name=named, wanted=wanted, held=kind or "none")
        if wanted and code in STANDARD_TYPES and code != named:
            judging.tell("definitions/system-standard-code", at=where, actual=code, name=named, code=code)
        if not uri and code in STANDARD_TYPES:
            judging.tell("definitions/system-standard-uri", at=where, code=code, base=STANDARD)
            if kind and kind != STANDARD_TYPES[code]:
                judging.tell("definitions/system-standard-code-type", at=where, actual=kind, code=code, wanted=STANDARD_TYPES[code], kind=kind)


def _values(judging: FhirJudging, value: Node, every: list[tuple[str, Node, int]]) -> None:
    """Properties and designations of concepts."""
    declared = property_types(value)
    known = {text(concept, "code") for _, concept, _ in every} if text(value, "content") == "complete" else set()
    for where, concept, _ in every:
        for index, each in objects(concept, "property"):
            place, code = f"{where}.property[{index}]", text(each, "code")
            kind, held = value_of(each)
            if code not in declared:
                if code and not (code in STANDARD_TYPES and not declared):
                    judging.tell("definitions/system-property-undeclared", at=place, actual=code, code=code[:60])
            elif kind and declared[code] and kind.lower() != declared[code].lower():
                judging.tell(
                    "definitions/system-property-type",
                    at=place,
                    actual=kind,
                    code=code[:60],
                    declared=declared[code],
                    kind=kind,
                    wanted=declared[code][:1].upper() + declared[code][1:],
                )
            elif declared[code] == "code" and isinstance(held, str) and known and held not in known and code in ("parent", "child", "partOf"):
                judging.tell("definitions/system-property-concept", at=place, actual=held, code=code, held=held[:60])
            elif declared[code] == "Coding" and isinstance(held, dict):
                _coding(judging, held, f"{place}.valueCoding")


def _coding(judging: FhirJudging, coding: Node, path: str) -> None:
    system, code = text(coding, "system"), text(coding, "code")
    if system and code and complete_system(judging, system) is not None and judging.terminology.code(system, code).no:
        judging.tell("definitions/system-property-code", at=f"{path}.code", actual=code, code=code[:60], system=system[:80])


def _supplement(judging: FhirJudging, value: Node, path: str, every: list[tuple[str, Node, int]]) -> None:
    """A supplement names what it supplements, and adds to codes that are there."""
    supplemented, content = text(value, "supplements"), text(value, "content")
    if content == "supplement" and not supplemented:
        judging.tell("definitions/supplement-of-nothing", at=path)
    elif supplemented and content and content != "supplement":
        judging.tell("definitions/supplement-content", at=f"{path}.content", actual=content, content=content)
    base = complete_system(judging, supplemented) if supplemented else None
    if base is None:
        return
    known = {text(concept, "code") for _, concept, _ in concepts(base)}
    for where, concept, _ in every:
        code = text(concept, "code")
        if code and code not in known:
            judging.tell("definitions/supplement-code", at=f"{where}.code", actual=code, code=code[:60])


def _value_set(judging: FhirJudging, value: Node, path: str) -> None:
    """CodeSystem.valueSet is the value set of all its codes and nothing else."""
    canonical, url = text(value, "valueSet"), text(value, "url")
    found: Any = judging.definitions.find(canonical, "ValueSet") if canonical else None
    if found is None or not url:
        return
    compose = found.get("compose")
    includes = [include for _, include in objects(compose, "include")] if isinstance(compose, dict) else []
    if not includes:
        return
    only = judging.version != "3.0.2"  # STU3 lets the value set hold codes of other systems as well
    wholes = [text(include, "system") == url and not ({"concept", "filter", "valueSet"} & include.keys()) for include in includes]
    if not any(wholes) or (only and (not all(wholes) or objects(compose, "exclude"))):
        judging.tell("definitions/system-value-set", at=f"{path}.valueSet", expected=url, actual=canonical)
