"""Resources and the profiles they are judged by: asked for, claimed in meta.profile, named by the type of an element, imposed by another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.data.shape_faults import kind_of
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.invariants.constraints import broken
from harness.validation.fhir.judging import FhirJudging, Node
from harness.validation.fhir.walk.demands import judge_asked
from harness.validation.fhir.walk.members import judge_object
from harness.validation.fhir.walk.named_profiles import judge_alternatives, unknown_profile
from harness.validation.fhir.walk.plan_rules import unique

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY = ("Resource", "DomainResource")
_CONTAINERS = re.compile(r"\.contained(\[\d+\])?$")
_IMPOSE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"


def judge_resource(judging: FhirJudging, value: Any, path: str, rules: tuple[ElementRule, ...] = (), asked: tuple[str, ...] = ()) -> None:
    """Judge a resource by its type, by what ``rules`` of the element that holds it ask, by the profiles ``asked`` for and, unless aside, those it claims."""
    if not isinstance(value, dict):
        judging.tell("shape/resource-no-object", at=path, actual=kind_of(value))
        return
    name = value.get("resourceType")
    root = judging.engine.tree(name) if isinstance(name, str) and name in judging.engine.resource_types else None
    structure = judging.engine.structure(name) if root is not None and isinstance(name, str) else None
    if root is None or structure is None or structure.abstract or not isinstance(name, str):
        judging.tell(
            "shape/resource-type-missing" if name is None else "shape/resource-type-unknown", at=path, actual=name or "absent", version=judging.version
        )
        return
    outer = tuple(constraint for rule in rules for constraint in rule.constraints if constraint.key != "ele-1")
    if outer:
        # What is asked of the element is asked from where it stands: %resource is the resource around it.
        broken(judging, outer, value, name, path, None)
    with judging.within(value, path, contained=_CONTAINERS.search(path) is not None):
        chosen = [root, *_profiles(judging, value, name, path, rules, asked)]
        plan = judging.engine.plan(name, unique((*chosen, *rules)))
        if not outer and plan.hot():
            judging.engine.judges.compiled(plan, resource=True)(value, path, judging)
            return
        judge_object(judging, plan, value, path, resource=True)
        judge_asked(judging, plan, value, None, path, constraints=judging.engine.plan(name, unique(chosen)).constraints if outer else None)
        if not judging.aside:
            for function in plan.functions:
                function(judging, value, path)


def _profiles(judging: FhirJudging, value: Node, name: str, path: str, rules: tuple[ElementRule, ...], asked: tuple[str, ...]) -> list[ElementRule]:
    """The trees of the profiles a resource is judged by."""
    found: list[ElementRule] = []
    for canonical in asked:
        _add(judging, found, canonical, name, path, asked=True)
    meta = value.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) and not judging.aside else None
    for index, canonical in enumerate(claimed if isinstance(claimed, list) else ()):
        if isinstance(canonical, str):
            _add(judging, found, canonical, name, f"{path}.meta.profile[{index}]", asked=False)
    for rule in rules:
        kinds = [one for one in rule.types if one.code in (name, *_ANY)]
        if rule.types and not kinds:
            allowed = " | ".join(one.code for one in rule.types)
            judging.tell(
                "shape/resource-not-allowed", at=path, clause=rule.id, actual=name, profile=rule.profile, element=rule.path, type=name, allowed=allowed
            )
            continue
        canonicals = tuple(dict.fromkeys(canonical for one in kinds for canonical in one.profiles))
        if not canonicals or not all(one.profiles for one in kinds):
            continue
        if len(canonicals) == 1:
            _add(judging, found, canonicals[0], name, path, asked=True, profile=rule.profile)
        else:
            judge_alternatives(judging, ((rule, canonicals),), value, path)
    return found


def _add(judging: FhirJudging, found: list[ElementRule], canonical: str, name: str, path: str, *, asked: bool, profile: str = "") -> None:
    """Add the tree of a profile, or say why it cannot be judged by."""
    structure = judging.engine.structure(canonical)
    tree = judging.engine.tree(canonical)
    if structure is None or tree is None:
        unknown_profile(judging, canonical, path, name if asked and not profile else "")
        return
    if structure.type not in judging.engine.ancestors(name):
        judging.tell("shape/profile-type", at=path, actual=structure.type, profile=profile, canonical=canonical, held=structure.type, type=name)
        return
    for problem in structure.problems if asked and not profile else ():
        judging.tell("shape/profile-problem", at=path, profile=structure.url, url=structure.url, problem=problem)
    if structure.derivation == "constraint" and structure.problems and (not structure.base or judging.definitions.structure(structure.base) is None):
        judging.tell("shape/profile-base-unknown", at=path, profile=structure.url, url=structure.url, base=structure.base or "nothing")
    if tree in found:
        return
    found.append(tree)
    for imposed in _imposed(structure.resource):
        _add(judging, found, imposed, name, path, asked=asked, profile=structure.url)


def _imposed(definition: Mapping[str, Any]) -> list[str]:
    """Profiles that what follows a definition follows as well (extension structuredefinition-imposeProfile)."""
    extensions = definition.get("extension")
    held = extensions if isinstance(extensions, list) else []
    values = [one.get("valueCanonical") for one in held if isinstance(one, dict) and one.get("url") == _IMPOSE]
    return [value for value in values if isinstance(value, str)]
