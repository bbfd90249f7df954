"""Resources and the profiles they follow: asked for, claimed in meta.profile, named by the type of an element; and judging aside whether one is followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.validation.fhir.data.shape_faults import kind_of
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.invariants.constraints import broken
from harness.validation.fhir.judging import Judging, Node
from harness.validation.fhir.slicing.discriminators import Data
from harness.validation.fhir.walk.demands import judge_asked
from harness.validation.fhir.walk.members import judge_object, judge_value
from harness.validation.fhir.walk.plans import Plan, typed, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def function_of(plan: Plan, *, resource: bool) -> Callable[[Any, Any, Judging], None]:
    """The compiled function of a plan; a document or two are judged before it is worth making."""
    from harness.validation.fhir.fastpath import compiled

    return compiled(plan, resource=resource)


_ANY = ("Resource", "DomainResource")
_STEP = re.compile(r"\.([^.\[\]]+)")
_CONTAINERS = re.compile(r"\.contained(\[\d+\])?$")
_IMPOSE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile"
_DEEPEST = 24
_SHOWN = 12


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
    held = judging.resource, judging.base, judging.container, judging.container_base
    judging.resource, judging.base = value, path
    if not _CONTAINERS.search(path):
        judging.container, judging.container_base = value, path
    chosen = [root, *_profiles(judging, value, name, path, rules, asked)]
    plan = judging.engine.plan(name, unique((*chosen, *rules)))
    if not outer and plan.hot():
        function_of(plan, resource=True)(value, path, judging)
        judging.resource, judging.base, judging.container, judging.container_base = held
        return
    judge_object(judging, plan, value, path, resource=True)
    judge_asked(judging, plan, value, None, path, constraints=judging.engine.plan(name, unique(chosen)).constraints if outer else None)
    if not judging.aside:
        for function in plan.functions:
            function(judging, value, path)
    judging.resource, judging.base, judging.container, judging.container_base = held


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


def unknown_profile(judging: Judging, canonical: str, path: str, asked_of: str = "") -> None:
    """Say that a profile is not known here: an error, naming those that are, where it was asked for of the type ``asked_of``.

    One that a resource claims or an element asks for is a warning (and leaves undetermined what an element asks for).
    """
    claimed = ".meta.profile[" in path
    opinion = not asked_of and not claimed and "hl7-validator" in judging.options.rules
    known = judging.definitions.profiles_of(asked_of) if asked_of else ()
    if not claimed:
        judging.undetermined += 1
    judging.say(
        Severity.ERROR if asked_of or opinion else Severity.WARNING,
        "fhir/unknown-profile",
        f"the profile {canonical} is not known here, so nothing was judged by it",
        path,
        expected=f"one of {', '.join(known[:_SHOWN])}{' …' if len(known) > _SHOWN else ''}" if known else "a profile that is known",
        actual=canonical,
        clause="FHIR Meta.profile" if claimed else "FHIR ElementDefinition.type.profile",
        remedy="name the package that defines it with --package, or check the spelling",
        issue_type="not-found",
        opinion=opinion,
    )


def judge_alternatives(judging: Judging, choices: Iterable[tuple[ElementRule, tuple[str, ...]]], value: Any, path: str) -> None:
    """A value whose element names several profiles follows at least one of them: say why each was not followed."""
    for rule, canonicals in choices:
        reasons: list[str] = []
        for canonical in canonicals:
            if judging.engine.structure(canonical) is None:
                unknown_profile(judging, canonical, path)
                break
            first = next((issue for issue in judging.conforms(value, canonical, path) if issue.is_error), None)
            if first is None:
                break
            reasons.append(f"{canonical.rpartition('/')[2]}: {first.message}")
        else:
            judging.say(
                Severity.ERROR,
                "fhir/no-profile-matches",
                f"{rule.path} follows none of the profiles it may follow ({'; '.join(reasons)[:400]})",
                path,
                expected=" | ".join(canonicals),
                actual="none of them",
                clause=rule.id,
                remedy="make it follow one of them",
                issue_type="structure",
                profile=rule.profile,
            )


def conforms(judging: Judging, value: Any, canonical: str, path: str) -> list[Issue]:
    """The issues of ``value`` against one definition, judged aside; kept, because slices and references ask again and again."""
    structure, tree = judging.engine.structure(canonical), judging.engine.tree(canonical)
    if structure is None or tree is None:
        message = f"the profile {canonical} is not known here"
        return [Issue(Severity.ERROR, "fhir/unknown-profile", message, Location(path), actual=canonical, issue_type="not-found")]
    key = ("conforms", id(value), canonical)
    if key in judging.kept:
        found: list[Issue] = judging.kept[key]
        return found
    if len(judging.busy) > _DEEPEST:
        return []
    # While it is being judged it is taken as followed: definitions and references may go round in circles.
    judging.kept[key] = []
    return _aside(judging, value, structure.type, canonical, tree, path, key)


def _aside(judging: Judging, value: Any, type_name: str, canonical: str, tree: ElementRule, path: str, key: tuple[str, int, str]) -> list[Issue]:
    held = judging.issues, judging.undetermined, judging.aside
    judging.issues, judging.aside = [], True
    judging.busy.add((id(value), canonical))
    try:
        if type_name in judging.engine.resource_types or type_name in _ANY:
            judge_resource(judging, value, path, (), (canonical,))
        else:
            base = judging.engine.tree(type_name)
            rules = unique((base, tree)) if base is not None else (tree,)
            judge_value(judging, judging.engine.plan(type_name, rules), value, None, path, path)
        found = judging.issues
    finally:
        judging.issues, judging.undetermined, judging.aside = held
        judging.busy.discard((id(value), canonical))
    kept: list[Issue] = found
    judging.kept[key] = kept
    return kept


def follows_rule(judging: Judging, rule: ElementRule, item: Data) -> bool | None:
    """Whether an item meets an element rule by itself (a slice without discriminator)."""
    codes = [one.code for one in rule.types]
    if not codes:
        return None
    type_name = item.type or codes[0]
    held = judging.issues, judging.undetermined, judging.aside
    judging.issues, judging.aside = [], True
    try:
        plan = judging.engine.plan(*typed(judging.engine, type_name, (rule,)))
        judge_value(judging, plan, item.value, item.shadow, item.path, item.path)
        return not any(issue.is_error for issue in judging.issues)
    finally:
        judging.issues, judging.undetermined, judging.aside = held


def type_at(judging: Judging, path: str) -> str:
    """The FHIR type at a path of JSON keys from the root; empty where there is none."""
    node: Any = judging.root
    name = str(node.get("resourceType", ""))
    engine = judging.engine
    for step in _walk(path):
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and step < len(node) else None
        else:
            node = node.get(step) if isinstance(node, dict) else None
            name = engine.types.child(name, step)
        if isinstance(node, dict) and name in _ANY:
            name = str(node.get("resourceType", ""))
        if not name:
            return ""
    return name


def _walk(path: str) -> Iterable[str | int]:
    for part in path.split(".")[1:]:
        name, *indexes = part.replace("]", "").split("[")
        yield name
        for index in indexes:
            if index.isdigit():
                yield int(index)


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
