"""A ConceptMap: source and target codes are codes of their systems and value sets."""

from __future__ import annotations

from harness.validation.fhir.definitions.code_systems import complete_system
from harness.validation.fhir.definitions.say import ERROR, WARNING, tell
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_KIND = "ConceptMap"


@rule("concept-map", "ConceptMap")
def concept_map(judging: Judging, value: Node, path: str) -> None:
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
                tell(judging, WARNING, _KIND, f"the code {code[:60]} is mapped twice in one group", f"{at}.code", "put its targets in one element", actual=code)
            seen.add(code)
            _code(judging, "source", systems["source"], code, scopes["source"], f"{at}.code")
            for number, target in objects(element, "target"):
                _code(judging, "target", systems["target"], text(target, "code"), scopes["target"], f"{at}.target[{number}].code")
                _equivalence(judging, target, f"{at}.target[{number}]")


def _scope(value: Node, side: str) -> str:
    return text(value, f"{side}Canonical") or text(value, f"{side}Uri") or text(value.get(f"{side}Reference"), "reference")


def _system(judging: Judging, system: str, path: str) -> None:
    if system and judging.definitions.find(system, "CodeSystem") is None and judging.definitions.find(system, "ValueSet") is not None:
        message = f"{system[:120]} is a value set, and a code system is named here"
        tell(judging, ERROR, _KIND, message, path, "name the code system of the codes", issue_type="invalid", actual=system, clause="ConceptMap.group")


def _code(judging: Judging, side: str, system: str, code: str, scope: str, path: str) -> None:
    if not system or not code:
        return
    whole = complete_system(judging, system) is not None
    if whole and judging.terminology.code(system, code).no:
        message = f"the {side} code {code[:60]} is no code of {system[:100]}"
        clause = f"ConceptMap.group.{side}"
        tell(judging, ERROR, _KIND, message, path, "map codes of that system", issue_type="code-invalid", actual=code, clause=clause)
    elif scope and judging.definitions.find(scope, "ValueSet") is not None and judging.terminology.member(scope, code, system).no:
        message = f"the {side} code {code[:60]} is not in the value set {scope[:100]} that the map says it is {'from' if side == 'source' else 'to'}"
        remedy = f"map codes of that value set, or correct {side}"
        tell(judging, ERROR if whole else WARNING, _KIND, message, path, remedy, issue_type="required", actual=code, clause=f"ConceptMap.{side}[x]")


def _equivalence(judging: Judging, target: Node, path: str) -> None:
    """A target that matches nothing names no code, any other does."""
    equivalence, code = text(target, "equivalence"), text(target, "code")
    if equivalence == "unmatched" and code:
        tell(
            judging,
            WARNING,
            _KIND,
            "a target that is unmatched names a code",
            path,
            "leave the code out, or correct the equivalence",
            actual=code,
            clause="equivalence",
        )
    elif equivalence and equivalence != "unmatched" and not code and not text(target, "display"):
        message = f"a target that is {equivalence} names no code"
        tell(judging, WARNING, _KIND, message, path, "send the code", issue_type="incomplete", clause="ConceptMap.group.element.target.code")
