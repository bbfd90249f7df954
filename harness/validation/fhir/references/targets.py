"""Whether what a Reference leads to is what the element allows: target types and profiles, aggregation and versioning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from harness.validation.fhir.content import Node, text
from harness.validation.fhir.references.lookup import Lookup, Resolved, known_types

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import TypeRule
    from harness.validation.fhir.judging import FhirJudging

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_ANY = ("Resource", "DomainResource")


class AllowedTargets(NamedTuple):
    """What one rule allows: its reference types, their target profiles where all have some, and the types those are about (none: any)."""

    types: Sequence[TypeRule]
    references: Sequence[TypeRule]
    profiles: Sequence[str]
    names: frozenset[str]


def judge_reference(judging: FhirJudging, rules: Sequence[Sequence[TypeRule]], value: Node, path: str) -> None:
    """Judge a Reference at ``path`` by the types that each rule in force allows: ``rules`` holds, for every rule, its Reference types, the base's first.

    Says where the target is of another type or follows none of the profiles asked for, is reached in a way the aggregation does not allow, or names a
    version where it must not (or none where it must). What holds of any Reference is judged by the rule of that data type. The first rule that is
    broken in a way is enough: those that follow only narrow it.
    """
    reference = text(value, "reference")
    lookup = judging.references.look(reference, path) if reference else None
    resolved = lookup.found[0] if lookup is not None and lookup.found else None
    said: set[str] = set()
    for types in rules:
        _, allowed, targets, names = _allowed(judging, types)
        if not allowed:
            continue
        if targets and "type" not in said:
            broken = bool(names) and _types(judging, names, value, reference, lookup, resolved, path)
            if not broken and resolved is not None and "profile" not in said:
                said |= {"profile"} if _profiles(judging, targets, resolved, path) else set()
            said |= {"type"} if broken else set()
        if reference and "way" not in said and lookup is not None and _way(judging, allowed, lookup, resolved, path):
            said.add("way")


def judge_canonical(judging: FhirJudging, rules: Sequence[Sequence[TypeRule]], value: str, path: str) -> None:
    """Say that a canonical names a definition that is known and is of none of the types the element is for (R4 2.24.0.1, canonical)."""
    if not value or value.startswith("#"):
        return
    for types in rules:
        names = _allowed(judging, types).names
        if not names or judging.definitions.find(value, *names) is not None:
            continue
        found = judging.definitions.find(value)
        if found is not None:
            judging.tell("references/canonical-target", at=path, expected=" | ".join(sorted(names)), actual=value, url=value, type=found.get("resourceType"))
            return


def _allowed(judging: FhirJudging, types: Sequence[TypeRule]) -> AllowedTargets:
    """What a rule allows. Kept by rule."""
    kept = judging.engine.allowed_targets
    found = kept.get(id(types))
    if found is None:
        allowed = [one for one in types if one.code in ("Reference", "CodeableReference", "canonical")]
        targets = [target for one in allowed for target in one.targets] if all(one.targets for one in allowed) else []
        names = frozenset(target_type(judging, target) for target in targets)
        found = kept[id(types)] = AllowedTargets(types, allowed, targets, frozenset() if "" in names or names & set(_ANY) else names)
    return found


def _asked(judging: FhirJudging, targets: Sequence[str], type_name: str) -> tuple[list[str], bool]:
    """The target profiles that are about a type, and whether one of them is the type itself, or unknown, so that any resource of it will do. Kept."""
    kept, key = judging.engine.target_profiles, (tuple(targets), type_name)
    found = kept.get(key)
    if found is None:
        asked = [target for target in targets if target_type(judging, target) in (type_name, *_ANY)]
        structures = [judging.definitions.structure(target) for target in asked]
        found = kept[key] = asked, any(structure is None or structure.derivation != "constraint" for structure in structures)
    return found


def target_type(judging: FhirJudging, canonical: str) -> str:
    """The type a target profile is about; empty where its definition is not known."""
    plain = canonical.partition("|")[0]
    if plain.startswith(_CORE) and ((name := plain[len(_CORE) :]) in _ANY or name in known_types(judging)):
        return name
    structure = judging.definitions.structure(canonical)
    return structure.type if structure is not None else ""


def _types(judging: FhirJudging, names: frozenset[str], value: Node, reference: str, lookup: Lookup | None, resolved: Resolved | None, path: str) -> bool:
    """Say that the type is none of those allowed. True where that was said."""
    if not names:
        return False
    known = known_types(judging)
    claimed = text(value, "type").removeprefix(_CORE)
    named = lookup.form.type if lookup is not None and lookup.form.type in known else ""
    held = resolved.type_name if resolved is not None else ""
    for name, key, said in ((named, "reference", reference), (held, "reference", ""), (claimed if claimed in known else "", "type", claimed)):
        if name and name not in names:
            judging.tell(
                "references/target-type",
                at=f"{path}.{key}",
                expected=" | ".join(sorted(names)),
                actual=said or f"{reference}: {held}",
                element=path.rpartition(".")[2].partition("[")[0],
                type=name,
            )
            return True
    return False


def _profiles(judging: FhirJudging, targets: Sequence[str], resolved: Resolved, path: str) -> bool:
    """Say that the resource referred to follows none of the profiles. True where that was said."""
    asked, decided = _asked(judging, targets, resolved.type_name)
    if decided:
        return False
    kept = judging.targets_followed
    for target in asked:
        key = (resolved.path, target)
        if key not in kept:
            # Taken as met while it is being judged: references may go round in circles.
            kept[key] = True
            kept[key] = not any(issue.is_error for issue in judging.conforms(resolved.node, target, resolved.path))
        if kept[key]:
            return False
    if not asked:
        if all(judging.definitions.structure(target) is None for target in targets):
            judging.undetermined += 1
            judging.tell("references/target-profiles-unknown", at=path, expected=" | ".join(targets), actual=resolved.path)
            return True
        return False
    judging.tell(
        "references/target-profile",
        at=path,
        expected=" | ".join(asked),
        actual=resolved.path,
        profile=asked[0] if len(asked) == 1 else "",
        type=resolved.type_name,
        place=resolved.path,
    )
    return True


def _way(judging: FhirJudging, allowed: Sequence[TypeRule], lookup: Lookup, resolved: Resolved | None, path: str) -> bool:
    """Say that a reference is contained, bundled or external where it must not be, or wrongly names a version. True where that was said."""
    kind = "contained" if lookup.form.kind == "fragment" else "bundled" if resolved is not None and resolved.kind in ("bundled", "parameter") else "referenced"
    modes = {mode for one in allowed for mode in one.aggregation} if all(one.aggregation for one in allowed) else set()
    if modes and kind not in modes and not (kind == "bundled" and "referenced" in modes):
        judging.tell("references/aggregation", at=path, expected=" | ".join(sorted(modes)), actual=kind, kind=kind)
        return True
    asked = {one.versioning for one in allowed} - {"", "either"}
    if len(asked) != 1 or kind == "contained" or not all(one.versioning for one in allowed):
        return False
    must = next(iter(asked))
    if (must == "specific") == bool(lookup.form.version):
        return False
    judging.tell("references/version-missing" if must == "specific" else "references/version", at=f"{path}.reference", actual=lookup.form.url)
    return True
