"""An OperationDefinition: where it is invoked, its parameters, and the profiles that say the same of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_DEEPEST = 30


@rule("operation-definition", "OperationDefinition")
def operation_definition(judging: FhirJudging, value: Node, path: str) -> None:
    """Parameters are well formed, and the profiles on them do not conflict with them."""
    if not any(value.get(name) is True for name in ("system", "type", "instance")):
        judging.tell("definitions/operation-nowhere", at=path)
    _parameters(judging, value, "parameter", path, 0)
    for side, name in (("in", "inputProfile"), ("out", "outputProfile")):
        canonical = text(value, name)
        if canonical:
            _profile(judging, value, side, canonical, f"{path}.{name}")


def _parameters(judging: FhirJudging, holder: Node, name: str, path: str, depth: int) -> None:
    """Names once a direction; bounds in order; types known."""
    seen: set[tuple[str, str]] = set()
    for index, each in objects(holder, name) if depth < _DEEPEST else ():
        where, key = f"{path}.{name}[{index}]", (text(each, "use"), text(each, "name"))
        if key[1] and key in seen:
            judging.tell("definitions/operation-parameter-twice", at=where, actual=key[1], name=key[1][:60], use=key[0] or "the same use")
        seen.add(key)
        least, most = each.get("min"), text(each, "max")
        if isinstance(least, int) and most.isdigit() and int(most) < least:
            judging.tell("definitions/operation-bounds", at=where, actual=f"{least}..{most}", name=key[1][:60], most=most, least=least)
        if "type" in each and "part" in each and text(each, "type"):
            judging.tell("definitions/operation-type-and-parts", at=where, name=key[1][:60])
        _parameters(judging, each, "part", where, depth + 1)


def _profile(judging: FhirJudging, value: Node, side: str, canonical: str, path: str) -> None:
    """inputProfile and outputProfile shall not conflict with the parameters."""
    structure = judging.definitions.structure(canonical)
    if structure is None:
        judging.tell("definitions/operation-profile-unknown", at=path, actual=canonical, canonical=canonical[:120])
        return
    if structure.type != "Parameters":
        judging.tell("definitions/operation-profile-type", at=path, actual=canonical, type=structure.type)
        return
    defined = {text(each, "name"): (index, each) for index, each in objects(value, "parameter") if text(each, "use") == side}
    profiled = _profiled(structure.elements)
    for name, slices in profiled.items():
        if name not in defined:
            judging.tell("definitions/operation-parameter-only-profiled", at=path, actual=name, name=name[:60])
        else:
            index, each = defined[name]
            _agree(judging, each, slices, f"{path.rpartition('.')[0]}.parameter[{index}]")
    for name, (index, _) in defined.items():
        if profiled and name not in profiled:
            judging.tell("definitions/operation-parameter-not-profiled", at=f"{path.rpartition('.')[0]}.parameter[{index}]", actual=name, name=name[:60])


def _profiled(elements: tuple[Mapping[str, Any], ...]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Elements of each slice of Parameters.parameter by the name it fixes: the slice under an empty key, its children by name."""
    slices: dict[str, dict[str, Mapping[str, Any]]] = {}
    for element in elements:
        identity = str(element.get("id", ""))
        if not identity.startswith("Parameters.parameter:"):
            continue
        label, _, child = identity.removeprefix("Parameters.parameter:").partition(".")
        if "/" not in label and "." not in child and ":" not in child:
            slices.setdefault(label, {})[child] = element
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for parts in slices.values():
        name = parts.get("name", {}).get("fixedString") or parts.get("name", {}).get("patternString")
        if isinstance(name, str):
            found[name] = parts
    return found


def _agree(judging: FhirJudging, parameter: Node, parts: dict[str, Mapping[str, Any]], path: str) -> None:
    slice_, name = parts.get("", {}), text(parameter, "name")
    for bound in ("min", "max"):
        held, profiled = parameter.get(bound), slice_.get(bound)
        if held is not None and profiled is not None and str(held) != str(profiled):
            judging.tell(
                "definitions/operation-bound-narrower" if not _wider(bound, held, profiled) else "definitions/operation-bound-wider",
                at=f"{path}.{bound}",
                actual=held,
                name=name[:60],
                bound=bound,
                profiled=profiled,
                held=held,
            )
    wanted = text(parameter, "type")
    child = parts.get("resource" if wanted in judging.definitions.resource_types else "value[x]", {})
    types = {text(each, "code"): each for _, each in objects(dict(child), "type")} if str(child.get("max")) != "0" else {}
    if not types or not wanted or "Resource" in types or wanted in ("Resource", "Any", "Element", "Type"):
        return
    if wanted not in types:
        judging.tell("definitions/operation-parameter-type", at=f"{path}.type", actual=wanted, name=name[:60], wanted=wanted, types=", ".join(sorted(types)))
        return
    if wanted in types:
        ours, theirs = (set(held) if isinstance(held, list) else set() for held in (parameter.get("targetProfile"), types[wanted].get("targetProfile")))
        if ours != theirs and wanted in ("Reference", "canonical"):
            judging.tell("definitions/operation-parameter-targets", at=path, expected=", ".join(sorted(theirs)), actual=", ".join(sorted(ours)), name=name[:60])


def _wider(bound: str, held: object, profiled: object) -> bool:
    """True where the profile allows what the operation does not: that is a conflict and not a further constraint."""
    ours, theirs = ((int(each) if str(each).isdigit() else 10**9) for each in (str(held), str(profiled)))
    return theirs < ours if bound == "min" else theirs > ours
