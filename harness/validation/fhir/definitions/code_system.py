"""A CodeSystem: its count, its properties and their values, what it supplements, its value set."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.definitions.code_systems import STANDARD, STANDARD_TYPES, complete_system, concepts, property_types
from harness.validation.fhir.definitions.say import ERROR, INFORMATION, WARNING, tell
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.items import value_of

_KIND = "CodeSystem"


@rule("code-system", "CodeSystem")
def code_system(judging: Judging, value: Node, path: str) -> None:
    """What the elements of a code system say agrees with one another."""
    every = list(concepts(value, path))
    _count(judging, value, path, len(every))
    _properties(judging, value, path)
    _values(judging, value, every)
    _supplement(judging, value, path, every)
    _value_set(judging, value, path)
    if "caseSensitive" not in value and text(value, "content") == "complete":
        message = "whether case matters in the codes is not said"
        tell(judging, INFORMATION, _KIND, message, path, "send caseSensitive", clause="CodeSystem.caseSensitive", opinion=True)


def _count(judging: Judging, value: Node, path: str, held: int) -> None:
    count, content = value.get("count"), text(value, "content")
    if not isinstance(count, int) or isinstance(count, bool) or text(value, "supplements"):
        return
    if content == "complete" and count != held:
        message = f"the code system says it is complete with {count} concepts, and holds {held}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            f"{path}.count",
            "correct count, or content",
            issue_type="invalid",
            expected=str(held),
            actual=count,
            clause="CodeSystem.count",
        )
    elif content in ("fragment", "example") and count < held:
        message = f"the code system says it has {count} concepts in all, and this part of it holds {held}"
        tell(judging, WARNING, _KIND, message, f"{path}.count", "correct count", issue_type="invalid", actual=count, clause="CodeSystem.count")


def _properties(judging: Judging, value: Node, path: str) -> None:
    """CodeSystem.property: each code and uri once; the standard ones have the standard type."""
    seen_codes: set[str] = set()
    seen_uris: set[str] = set()
    for index, each in objects(value, "property"):
        where, code, uri, kind = f"{path}.property[{index}]", text(each, "code"), text(each, "uri"), text(each, "type")
        for word, held, seen in (("code", code, seen_codes), ("uri", uri, seen_uris)):
            if held and held in seen:
                tell(
                    judging,
                    ERROR,
                    _KIND,
                    f"a property with the {word} {held[:80]} is declared already",
                    where,
                    f"give each property its own {word}",
                    actual=held,
                    opinion=True,
                    clause="CodeSystem.property",
                )
            seen.add(held)
        named = uri.removeprefix(STANDARD) if uri.startswith(STANDARD) else ""
        wanted = STANDARD_TYPES.get(named)
        if wanted and kind != wanted:
            message = f"the standard property {named} has the type {wanted}, not {kind or 'none'}"
            tell(judging, ERROR, _KIND, message, where, f"declare it as {wanted}", expected=wanted, actual=kind, clause="CodeSystem.property.type")
        if wanted and code in STANDARD_TYPES and code != named:
            message = f"the standard property {named} is declared with the code of another, {code}"
            tell(
                judging, ERROR, _KIND, message, where, f"give it the code {named}", expected=named, actual=code, clause="CodeSystem.property.code", opinion=True
            )
        if not uri and code in STANDARD_TYPES:
            message = f"a property with the standard code {code} does not say that it is the standard property"
            tell(judging, WARNING, _KIND, message, where, f"send uri {STANDARD}{code}", clause="CodeSystem.property.uri")
            if kind and kind != STANDARD_TYPES[code]:
                message = f"the standard property {code} has the type {STANDARD_TYPES[code]}, not {kind}"
                tell(judging, WARNING, _KIND, message, where, f"declare it as {STANDARD_TYPES[code]}", actual=kind, clause="CodeSystem.property.type")


def _values(judging: Judging, value: Node, every: list[tuple[str, Node, int]]) -> None:
    """Properties and designations of concepts."""
    declared = property_types(value)
    known = {text(concept, "code") for _, concept, _ in every} if text(value, "content") == "complete" else set()
    for where, concept, _ in every:
        for index, each in objects(concept, "property"):
            place, code = f"{where}.property[{index}]", text(each, "code")
            kind, held = value_of(each)
            if code not in declared:
                if code and not (code in STANDARD_TYPES and not declared):
                    message = f"the property {code[:60]} is not declared by the code system"
                    tell(judging, WARNING, _KIND, message, place, "declare it in CodeSystem.property", actual=code, clause="CodeSystem.concept.property.code")
            elif kind and declared[code] and kind.lower() != declared[code].lower():
                message = f"the property {code[:60]} is declared as {declared[code]} and holds a {kind}"
                tell(
                    judging,
                    ERROR,
                    _KIND,
                    message,
                    place,
                    f"send value{declared[code][:1].upper()}{declared[code][1:]}",
                    expected=declared[code],
                    actual=kind,
                    clause="CodeSystem.property.type",
                )
            elif declared[code] == "code" and isinstance(held, str) and known and held not in known and code in ("parent", "child", "partOf"):
                message = f"the property {code} refers to {held[:60]}, which is no concept of the code system"
                tell(judging, ERROR, _KIND, message, place, "refer to a concept of the code system", actual=held, clause="CodeSystem.concept.property.value[x]")
            elif declared[code] == "Coding" and isinstance(held, dict):
                _coding(judging, held, f"{place}.valueCoding")


def _coding(judging: Judging, coding: Node, path: str) -> None:
    system, code = text(coding, "system"), text(coding, "code")
    if system and code and complete_system(judging, system) is not None and judging.terminology.code(system, code).no:
        message = f"{code[:60]} is no code of {system[:80]}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            f"{path}.code",
            "use a code of that system",
            issue_type="code-invalid",
            actual=code,
            clause="CodeSystem.concept.property.value[x]",
        )


def _supplement(judging: Judging, value: Node, path: str, every: list[tuple[str, Node, int]]) -> None:
    """A supplement names what it supplements, and adds to codes that are there."""
    supplemented, content = text(value, "supplements"), text(value, "content")
    if content == "supplement" and not supplemented:
        message = "a supplement that does not say which code system it supplements"
        tell(judging, ERROR, _KIND, message, path, "send supplements", issue_type="required", clause="CodeSystem.supplements")
    elif supplemented and content and content != "supplement":
        message = f"a code system that supplements another has the content {content}"
        tell(
            judging, ERROR, _KIND, message, f"{path}.content", "send content supplement", expected="supplement", actual=content, clause="CodeSystem.supplements"
        )
    base = complete_system(judging, supplemented) if supplemented else None
    if base is None:
        return
    known = {text(concept, "code") for _, concept, _ in concepts(base)}
    for where, concept, _ in every:
        code = text(concept, "code")
        if code and code not in known:
            message = f"the code system that is supplemented has no code {code[:60]}"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                f"{where}.code",
                "supplement codes that are there",
                issue_type="code-invalid",
                actual=code,
                clause="CodeSystem.supplements",
            )


def _value_set(judging: Judging, value: Node, path: str) -> None:
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
        message = "the value set of all codes of the system does not include exactly the whole system"
        remedy = "name a value set that includes this system and nothing else"
        tell(judging, ERROR, _KIND, message, f"{path}.valueSet", remedy, expected=url, actual=canonical, clause="CodeSystem.valueSet")
