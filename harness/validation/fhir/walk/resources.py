"""Resources and the profiles they are judged by: asked for, claimed in meta.profile, named by the type of an element, imposed by another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.model.issue import Severity
from harness.validation.fhir.data.shape_faults import kind_of
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.invariants.constraints import broken
from harness.validation.fhir.judging import Judging, Node
from harness.validation.fhir.walk.demands import judge_asked
from harness.validation.fhir.walk.members import judge_object
from harness.validation.fhir.walk.named_profiles import judge_alternatives, unknown_profile
from harness.validation.fhir.walk.plan_rules import unique

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY = ("Resource", "DomainResource")
_CONTAINERS = re.compile(r"\.contained(\[\d+\])?$")
_IMPOSE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"


def judge_resource(judging: Judging, value: Any, path: str, rules: tuple[ElementRule, ...] = (), asked: tuple[str, ...] = ()) -> None:
    """Judge a resource by its type, by what ``rules`` of the element that holds it ask, by the profiles ``asked`` for and, unless aside, those it claims."""
    if not isinstance(value, dict):
        _say(judging, "fhir/type", "a resource is not an object", path, "an object", kind_of(value), "structure", "send a resource")
        return
    name = value.get("resourceType")
    root = judging.engine.tree(name) if isinstance(name, str) and name in judging.engine.resource_types else None
    structure = judging.engine.structure(name) if root is not None and isinstance(name, str) else None
    if root is None or structure is None or structure.abstract or not isinstance(name, str):
        message = "a resource without resourceType" if name is None else "there is no such resource type"
        expected = f"a resource type of FHIR {judging.version}"
        _say(judging, "fhir/resource-type", message, path, expected, name or "absent", "structure", "send a resourceType of this FHIR version")
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


def _profiles(judging: Judging, value: Node, name: str, path: str, rules: tuple[ElementRule, ...], asked: tuple[str, ...]) -> list[ElementRule]:
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
            message = f"{rule.path} may not be a {name} here"
            _say(judging, "fhir/type-not-allowed", message, path, allowed, name, "structure", f"send a {allowed}", profile=rule.profile, clause=rule.id)
            continue
        canonicals = tuple(dict.fromkeys(canonical for one in kinds for canonical in one.profiles))
        if not canonicals or not all(one.profiles for one in kinds):
            continue
        if len(canonicals) == 1:
            _add(judging, found, canonicals[0], name, path, asked=True, profile=rule.profile)
        else:
            judge_alternatives(judging, ((rule, canonicals),), value, path)
    return found


def _add(judging: Judging, found: list[ElementRule], canonical: str, name: str, path: str, *, asked: bool, profile: str = "") -> None:
    """Add the tree of a profile, or say why it cannot be judged by."""
    structure = judging.engine.structure(canonical)
    tree = judging.engine.tree(canonical)
    if structure is None or tree is None:
        unknown_profile(judging, canonical, path, name if asked and not profile else "")
        return
    if structure.type not in judging.engine.ancestors(name):
        _say(
            judging,
            "fhir/profile-type",
            f"the profile {canonical} is about {structure.type}, not {name}",
            path,
            f"a profile on {name}",
            structure.type,
            "invalid",
            "name a profile of the resource's type",
            profile=profile,
        )
        return
    for problem in structure.problems if asked and not profile else ():
        judging.say(
            Severity.WARNING,
            "fhir/profile-problem",
            f"the profile {structure.url} contradicts its base: {problem}",
            path,
            clause="FHIR 5.1 profiling",
            remedy="mend the profile",
            issue_type="business-rule",
            profile=structure.url,
        )
    if structure.derivation == "constraint" and structure.problems and (not structure.base or judging.definitions.structure(structure.base) is None):
        judging.say(
            Severity.ERROR,
            "fhir/profile-problem",
            f"the profile {structure.url} is based on {structure.base or 'nothing'}, which is not known here, so little could be judged by it",
            path,
            clause="FHIR 5.1 profiling",
            remedy="name the package that defines its base with --package",
            issue_type="not-found",
            opinion=True,
            profile=structure.url,
        )
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


def _say(
    judging: Judging, code: str, message: str, path: str, expected: str, actual: object, issue_type: str, remedy: str, *, profile: str = "", clause: str = ""
) -> None:
    judging.say(
        Severity.ERROR,
        code,
        message,
        path,
        expected=expected,
        actual=actual,
        clause=clause or "FHIR resources",
        remedy=remedy,
        issue_type=issue_type,
        profile=profile,
    )
