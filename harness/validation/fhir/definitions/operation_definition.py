"""An OperationDefinition: where it is invoked, its parameters, and the profiles that say the same of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.definitions.say import ERROR, WARNING, tell
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_KIND = "OperationDefinition"
_DEEPEST = 30


@rule("operation-definition", "OperationDefinition")
def operation_definition(judging: Judging, value: Node, path: str) -> None:
    """Parameters are well formed, and the profiles on them do not conflict with them."""
    if not any(value.get(name) is True for name in ("system", "type", "instance")):
        message = "the operation can be invoked nowhere: not on the system, a type or an instance"
        tell(judging, WARNING, _KIND, message, path, "say true for at least one of system, type and instance")
    _parameters(judging, value, "parameter", path, 0)
    for side, name in (("in", "inputProfile"), ("out", "outputProfile")):
        canonical = text(value, name)
        if canonical:
            _profile(judging, value, side, canonical, f"{path}.{name}")


def _parameters(judging: Judging, holder: Node, name: str, path: str, depth: int) -> None:
    """Names once a direction; bounds in order; types known."""
    seen: set[tuple[str, str]] = set()
    for index, each in objects(holder, name) if depth < _DEEPEST else ():
        where, key = f"{path}.{name}[{index}]", (text(each, "use"), text(each, "name"))
        if key[1] and key in seen:
            message = f"the parameter {key[1][:60]} is defined twice for {key[0] or 'the same use'}"
            tell(judging, WARNING, _KIND, message, where, "define it once", actual=key[1], clause="OperationDefinition.parameter.name")
        seen.add(key)
        least, most = each.get("min"), text(each, "max")
        if isinstance(least, int) and most.isdigit() and int(most) < least:
            message = f"the parameter {key[1][:60]} may stand {most} times at most and {least} at least"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                where,
                "correct min or max",
                issue_type="invalid",
                actual=f"{least}..{most}",
                clause="OperationDefinition.parameter.max",
            )
        if "type" in each and "part" in each and text(each, "type"):
            message = f"the parameter {key[1][:60]} has both a type and parts"
            tell(judging, WARNING, _KIND, message, where, "keep one of them", clause="OperationDefinition.parameter.part")
        _parameters(judging, each, "part", where, depth + 1)


def _profile(judging: Judging, value: Node, side: str, canonical: str, path: str) -> None:
    """inputProfile and outputProfile shall not conflict with the parameters."""
    structure = judging.definitions.structure(canonical)
    if structure is None:
        message = f"the profile {canonical[:120]} is not known here, so the parameters were not held against it"
        tell(judging, WARNING, _KIND, message, path, "give its definition along with the others", issue_type="not-found", actual=canonical)
        return
    if structure.type != "Parameters":
        message = f"the profile is on {structure.type}, and parameters are profiled here"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            path,
            "name a profile on Parameters",
            issue_type="invalid",
            actual=canonical,
            clause="OperationDefinition.inputProfile",
        )
        return
    defined = {text(each, "name"): (index, each) for index, each in objects(value, "parameter") if text(each, "use") == side}
    profiled = _profiled(structure.elements)
    for name, slices in profiled.items():
        if name not in defined:
            message = f"the profile defines a parameter {name[:60]} that the operation does not have"
            tell(judging, WARNING, _KIND, message, path, "define the parameter, or leave it out of the profile", actual=name)
        else:
            index, each = defined[name]
            _agree(judging, each, slices, f"{path.rpartition('.')[0]}.parameter[{index}]")
    for name, (index, _) in defined.items():
        if profiled and name not in profiled:
            message = f"the profile does not have the parameter {name[:60]}"
            tell(judging, WARNING, _KIND, message, f"{path.rpartition('.')[0]}.parameter[{index}]", "add it to the profile", actual=name)


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


def _agree(judging: Judging, parameter: Node, parts: dict[str, Mapping[str, Any]], path: str) -> None:
    slice_, name = parts.get("", {}), text(parameter, "name")
    for bound in ("min", "max"):
        held, profiled = parameter.get(bound), slice_.get(bound)
        if held is not None and profiled is not None and str(held) != str(profiled):
            message = f"the profile gives the parameter {name[:60]} a {bound} of {profiled}, the operation {held}"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                f"{path}.{bound}",
                "make both the same",
                issue_type="conflict",
                expected=str(profiled),
                actual=held,
                opinion=not _wider(bound, held, profiled),
            )
    wanted = text(parameter, "type")
    child = parts.get("resource" if wanted in judging.definitions.resource_types else "value[x]", {})
    types = {text(each, "code"): each for _, each in objects(dict(child), "type")} if str(child.get("max")) != "0" else {}
    if not types or not wanted or "Resource" in types or wanted in ("Resource", "Any", "Element", "Type"):
        return
    if wanted not in types:
        message = f"the parameter {name[:60]} is a {wanted}, and its profile allows {', '.join(sorted(types))}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            f"{path}.type",
            "make both the same",
            issue_type="conflict",
            expected=", ".join(sorted(types)),
            actual=wanted,
            clause="OperationDefinition.inputProfile",
        )
        return
    if wanted in types:
        ours, theirs = (set(held) if isinstance(held, list) else set() for held in (parameter.get("targetProfile"), types[wanted].get("targetProfile")))
        if ours != theirs and wanted in ("Reference", "canonical"):
            message = f"the parameter {name[:60]} and its profile allow other targets"
            tell(
                judging,
                ERROR,
                _KIND,
                message,
                path,
                "make both the same",
                issue_type="conflict",
                expected=", ".join(sorted(theirs)),
                actual=", ".join(sorted(ours)),
                opinion=True,
            )


def _wider(bound: str, held: object, profiled: object) -> bool:
    """True where the profile allows what the operation does not: that is a conflict and not a further constraint."""
    ours, theirs = ((int(each) if str(each).isdigit() else 10**9) for each in (str(held), str(profiled)))
    return theirs < ours if bound == "min" else theirs > ours
