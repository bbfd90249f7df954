"""Bindings: whether a coded value is from the value set its element is bound to, by strength (FHIR R4 4.1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.terminology import CodeAnswer, Terminology
from harness.terminology.slips import meant_system
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.judging import FhirJudging

_TEXT = frozenset({"code", "string", "uri", "url", "canonical", "oid", "uuid", "id", "markdown"})
_QUANTITY = frozenset({"Quantity", "SimpleQuantity", "MoneyQuantity", "Age", "Distance", "Duration", "Count", "Money"})
_ORDER = {"yes": 0, "unknown": 1, "no": 2}
_MOST_SHOWN = 8
_LOOK_BACK = 40
_TYPE_NAMES = frozenset({"ElementDefinition.type.code", "StructureDefinition.type"})
# R4 binds formats to media types and in the same breath allows the short names (http.html#mime-type).
_FORMATS = frozenset({"json", "xml", "ttl"})


def judge_binding(judging: FhirJudging, rule: ElementRule, type_name: str, value: object, path: str) -> None:
    """Judge one value of ``type_name`` against the binding of ``rule``; a rule without one, and a type that is never bound, say nothing.

    A value outside a required set (or a maximum) is an error, outside an extensible one a warning, outside a preferred one information. What cannot
    be answered offline is information, and counted in ``judging.undetermined`` where it must hold.
    """
    binding = rule.binding
    if binding is None:
        return
    if binding.value_set and binding.strength != "example":
        _judge(judging, rule, binding.strength, binding.value_set, type_name, value, path)
    if binding.max_value_set and binding.strength != "required":
        _judge(judging, rule, "maximum", binding.max_value_set, type_name, value, path)
    for additional in binding.additional:
        if additional.value_set and additional.purpose in ("required", "maximum", "extensible", "preferred"):
            _judge(judging, rule, additional.purpose, additional.value_set, type_name, value, path)


def _judge(judging: FhirJudging, rule: ElementRule, strength: str, value_set: str, type_name: str, value: object, path: str) -> None:
    terminology = judging.terminology
    if value_set[:1] == "#":
        value_set = rule.profile.partition("|")[0] + value_set
    if isinstance(value, str):
        if type_name in _TEXT:
            answer = terminology.member(value_set, value)
            if answer.status != "yes" and not _besides(rule, value):
                _outside(judging, rule, strength, value_set, answer, f"'{value}'", [("", value)], path)
    elif not isinstance(value, Mapping):
        return
    elif type_name == "CodeableConcept":
        _concept(judging, rule, strength, value_set, value, path)
    elif type_name == "Coding" or type_name in _QUANTITY:
        code = value.get("code")
        if isinstance(code, str):
            answer = _coded(terminology, value_set, value)
            if answer.status != "yes":
                _outside(judging, rule, strength, value_set, answer, _shown(value), [_pair(value)], path)
            elif type_name == "Coding":
                _accept_display(judging, value, answer, path)
        elif type_name == "Coding":
            _no_code(judging, rule, strength, value_set, path)


def _besides(rule: ElementRule, value: str) -> bool:
    """Whether a value may stand although the value set does not have it: R4 says so in words where it binds."""
    if value in _FORMATS:
        return rule.origin == "CapabilityStatement.format" or rule.origin.startswith("TestScript.")
    # Types of FHIRPath, and of logical models, are URIs.
    return ":" in value and rule.origin in _TYPE_NAMES


def _concept(judging: FhirJudging, rule: ElementRule, strength: str, value_set: str, value: Mapping[str, Any], path: str) -> None:
    codings = value.get("coding")
    codings = codings if isinstance(codings, list) else []
    coded = [one for one in codings if isinstance(one, Mapping) and isinstance(one.get("code"), str)]
    if not coded:
        _no_code(judging, rule, strength, value_set, path)
        return
    best: CodeAnswer | None = None
    for index, coding in enumerate(codings):
        if not isinstance(coding, Mapping) or not isinstance(coding.get("code"), str):
            continue
        answer = _coded(judging.terminology, value_set, coding)
        if answer.status == "yes":
            _accept_display(judging, coding, answer, f"{path}.coding[{index}]")
            return
        if best is None or _ORDER[answer.status] < _ORDER[best.status]:
            best = answer
    if best is not None:
        _outside(judging, rule, strength, value_set, best, ", ".join(_shown(one) for one in coded[:4]), [_pair(one) for one in coded], path)


def _coded(terminology: Terminology, value_set: str, coding: Mapping[str, Any]) -> CodeAnswer:
    """Membership of a Coding or Quantity. A code without a system is in no value set: nothing says what it means."""
    system = coding.get("system")
    if not isinstance(system, str):
        return CodeAnswer("no", "it names no code system, so that nothing says what it means")
    version = coding.get("version")
    version = version if isinstance(version, str) else None
    answer = terminology.member(value_set, coding["code"], system, None, version)
    if answer.status == "no" and system[:8] == "urn:oid:" and terminology.system(system) is None:
        # An OID names the same code system as its URI; that the URI is to be written is said of the Coding itself.
        meant = meant_system(system, lambda uri: terminology.system(uri) is not None)
        return terminology.member(value_set, coding["code"], meant, None, version) if meant else answer
    return answer


def _accept_display(judging: FhirJudging, coding: Mapping[str, Any], answer: CodeAnswer, path: str) -> None:
    """Take back that a display is wrong where the value set itself gives it. Members are judged before what holds them: it is among the last issues."""
    display = coding.get("display")
    issues = judging.issues
    if not issues or not isinstance(display, str):
        return
    where = f"{path}.display"
    for index in range(len(issues) - 1, max(len(issues) - _LOOK_BACK, 0) - 1, -1):
        if issues[index].code == "fhir/display-wrong" and issues[index].location.path == where:
            if answer.right_display(display):
                del issues[index]
            return


def _pair(coding: Mapping[str, Any]) -> tuple[str, str]:
    system = coding.get("system")
    return system if isinstance(system, str) else "", coding["code"]


def _shown(coding: Mapping[str, Any]) -> str:
    system, code = _pair(coding)
    return f"'{code}' of {system}" if system else f"'{code}' (no system)"


def _outside(
    judging: FhirJudging, rule: ElementRule, strength: str, value_set: str, answer: CodeAnswer, shown: str, pairs: list[tuple[str, str]], path: str
) -> None:
    name = judging.terminology.name(value_set)
    if answer.status == "unknown":
        _undetermined(judging, rule, strength, value_set, name, answer, shown, pairs, path)
        return
    expected, remedy = _allowed(judging.terminology, value_set, pairs)
    because = f": {answer.reason}" if answer.reason and "one of its codes" not in answer.reason else ""
    covered = (
        ""
        if because or strength == "preferred" or not pairs[0][0] or not judging.terminology.covers(value_set, pairs[0][0])
        else f", although {pairs[0][0]} is a code system of it"
    )
    judging.tell(
        "data/binding-required"
        if strength == "required"
        else "data/binding-maximum"
        if strength == "maximum"
        else "data/binding-extensible"
        if strength == "extensible"
        else "data/binding-preferred",
        at=path,
        expected=expected,
        actual=shown,
        remedy=remedy,
        profile=rule.profile,
        shown=shown,
        name=name,
        because=because or covered,
    )


def _undetermined(
    judging: FhirJudging, rule: ElementRule, strength: str, value_set: str, name: str, answer: CodeAnswer, shown: str, pairs: list[tuple[str, str]], path: str
) -> None:
    if strength in ("required", "maximum"):
        judging.undetermined += 1
    if strength == "required" and "hl7-validator" in judging.options.rules and _nobody_knows(judging.terminology, value_set, pairs):
        judging.tell("data/binding-system-nowhere", at=path, expected=value_set, actual=shown, profile=rule.profile, shown=shown, name=name)
    judging.tell(
        "data/binding-untold",
        at=path,
        expected=value_set,
        actual=shown,
        profile=rule.profile,
        shown=shown,
        name=name,
        strength=strength,
        reason=answer.reason,
    )


def _nobody_knows(terminology: Terminology, value_set: str, pairs: list[tuple[str, str]]) -> bool:
    """Whether every code is of a system that the value set takes whole and that no definition describes."""
    return all(system and terminology.system(system) is None and terminology.covers(value_set, system) for system, _ in pairs)


def _no_code(judging: FhirJudging, rule: ElementRule, strength: str, value_set: str, path: str) -> None:
    """A concept in words alone: never enough for a required binding; for an extensible one right only where no code fits, which nobody can judge.

    A maximum is a limit to the codes that are sent, or a demand for one: the reference validator takes it so, and that is an opinion.
    """
    least = rule.binding.strength if rule.binding is not None and rule.binding.max_value_set == value_set else ""
    if strength == "preferred" or (strength == "maximum" and least == "preferred"):
        return
    name = judging.terminology.name(value_set)
    expected, _ = _allowed(judging.terminology, value_set, [])
    judging.tell(
        "data/no-code-required" if strength == "required" else "data/no-code-maximum" if strength == "maximum" else "data/no-code-extensible",
        at=path,
        expected=expected,
        actual="no code",
        profile=rule.profile,
        name=name,
    )


def _allowed(terminology: Terminology, value_set: str, pairs: list[tuple[str, str]]) -> tuple[str, str]:
    """What may stand there, shortly, and what to change: the very code in another case, or by its display, where that is what was meant."""
    expansion = terminology.expand(value_set)
    if expansion is None:
        return terminology.name(value_set), ""
    codes = [code for _, code in expansion.codes]
    expected = ", ".join(codes) if len(codes) <= _MOST_SHOWN else f"one of {len(codes)} codes ({', '.join(codes[:_MOST_SHOWN])} …)"
    for system, code in pairs:
        low = code.casefold().strip()
        for (held_system, held), display in expansion.codes.items():
            if held.casefold() == low or display.casefold() == low:
                if held == code and system != held_system:
                    return expected, f"write system {held_system} with the code {held}"
                return expected, f"write {held}" + (f" with system {held_system}" if system and held_system != system else "")
    return expected, ""
