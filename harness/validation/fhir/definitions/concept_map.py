"""A ConceptMap: source and target codes are codes of their systems and value sets."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.definitions.code_systems import complete_system
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text


@rule("concept-map", "ConceptMap")
def concept_map(judging: FhirJudging, value: Node, path: str) -> None:
    """Every code mapped from and to is one; a code stands once on the left."""
    scopes = {side: _scope(value, side) for side in ("source", "target")}
    for index, group in objects(value, "group"):
        where = f"{path}.group[{index}]"
        systems = {side: text(group, side) for side in ("source", "target")}
        for side, system in systems.items():
            _system(judging, system, f"{where}.{side}")
        seen: set[str] = set()
        for place, element in objects(group, "element"):
            code, at = text(element, "code"), f"{where}.element[{place}]"
            if code and code in seen:
                judging.tell("definitions/map-code-twice", at=f"{at}.code", actual=code, code=code[:60])
            seen.add(code)
            _code(judging, "source", systems["source"], code, scopes["source"], f"{at}.code")
            for number, target in objects(element, "target"):
                _code(judging, "target", systems["target"], text(target, "code"), scopes["target"], f"{at}.target[{number}].code")
                _equivalence(judging, target, f"{at}.target[{number}]")


def _scope(value: Node, side: str) -> str:
    return text(value, f"{side}Canonical") or text(value, f"{side}Uri") or text(value.get(f"{side}Reference"), "reference")


def _system(judging: FhirJudging, system: str, path: str) -> None:
    if system and judging.definitions.find(system, "CodeSystem") is None and judging.definitions.find(system, "ValueSet") is not None:
        judging.tell("definitions/map-system-is-value-set", at=path, actual=system, system=system[:120])


def _code(judging: FhirJudging, side: str, system: str, code: str, scope: str, path: str) -> None:
    if not system or not code:
        return
    whole = complete_system(judging, system) is not None
    if whole and judging.terminology.code(system, code).no:
        judging.tell("definitions/map-code-unknown", at=path, actual=code, side=side, code=code[:60], system=system[:100])
    elif scope and judging.definitions.find(scope, "ValueSet") is not None and judging.terminology.member(scope, code, system).no:
        judging.tell(
            "definitions/map-code-outside-source" if side == "source" else "definitions/map-code-outside-target",
            at=path,
            severity=Severity.ERROR if whole else None,
            actual=code,
            side=side,
            code=code[:60],
            scope=scope[:100],
        )


def _equivalence(judging: FhirJudging, target: Node, path: str) -> None:
    """A target that matches nothing names no code, any other does."""
    equivalence, code = text(target, "equivalence"), text(target, "code")
    if equivalence == "unmatched" and code:
        judging.tell("definitions/map-unmatched-code", at=path, actual=code)
    elif equivalence and equivalence != "unmatched" and not code and not text(target, "display"):
        judging.tell("definitions/map-code-missing", at=path, equivalence=equivalence)
