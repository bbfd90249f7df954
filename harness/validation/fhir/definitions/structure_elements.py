"""Elements of a StructureDefinition: types, profiles, bindings, constraints, fixed values, discriminators, ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.validation.fhir.definitions.discriminator_paths import leads_somewhere
from harness.validation.fhir.definitions.say import ERROR, WARNING, tell
from harness.validation.fhir.definitions.structure_definition import KIND, objects_in, own_structure, parses
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.items import value_of

_ANY = ("Resource", "DomainResource", "Element", "BackboneElement", "*")


@rule("structure-elements", "StructureDefinition")
def structure_elements(judging: Judging, value: Node, path: str) -> None:
    """Each element of the differential; those of the snapshot where there is no differential."""
    view = "differential" if objects_in(value, "differential") else "snapshot"
    structure = own_structure(judging, value)
    made = {str(each.get("id")): each for each in structure.elements} if structure is not None else {}
    logical = text(value, "kind") == "logical"
    for index, element in objects_in(value, view):
        where = f"{path}.{view}.element[{index}]"
        whole = made.get(text(element, "id"), element)
        _identity(judging, element, where)
        for place, each in objects(element, "type"):
            _type(judging, element, each, logical, f"{where}.type[{place}]")
        _binding(judging, element, where)
        for place, constraint in objects(element, "constraint"):
            parses(judging, text(constraint, "expression"), f"{where}.constraint[{place}].expression")
        _fixed(judging, element, whole, where)
        slicing = element.get("slicing")
        for place, discriminator in objects(slicing, "discriminator") if isinstance(slicing, dict) else []:
            name = text(discriminator, "path")
            if name and not leads_somewhere(judging.definitions, made.values(), whole, name):
                severity = WARNING if judging.version == "3.0.2" else ERROR
                message = f"the discriminator {name[:80]} is no element of what is sliced, {text(element, 'path')[:80]}"
                remedy = "name an element of what is sliced"
                at = f"{where}.slicing.discriminator[{place}]"
                tell(judging, severity, KIND, message, at, remedy, issue_type="invalid", actual=name, clause="ElementDefinition.slicing.discriminator.path")


def _identity(judging: Judging, element: Node, path: str) -> None:
    """The id is the path with the names of slices (ElementDefinition, id)."""
    identity, where, slice_ = text(element, "id"), text(element, "path"), text(element, "sliceName")
    if not identity or not where:
        return
    named = ".".join(part.partition(":")[0] for part in identity.split("."))
    if named != where:
        message = f"the id of the element, {identity[:100]}, goes with another path than {where[:100]}"
        tell(
            judging,
            WARNING,
            KIND,
            message,
            path,
            "make the id the path, with the names of slices",
            expected=where,
            actual=identity,
            clause="ElementDefinition.id",
        )
    last = identity.rpartition(".")[2].partition(":")[2]
    if slice_ and last and last.rpartition("/")[2].lower() != slice_.rpartition("/")[2].lower():
        message = f"the slice is called {slice_[:60]}, and its id says {last[:60]}"
        tell(judging, WARNING, KIND, message, path, "use the same name in both", expected=slice_, actual=last, clause="ElementDefinition.sliceName")


def _type(judging: Judging, element: Node, each: Node, logical: bool, path: str) -> None:
    code = text(each, "code")
    if not code:
        return
    if code.isalnum() and code not in judging.definitions.type_names and not logical:
        message = f"{code[:60]} is no type of FHIR {judging.version}"
        tell(judging, ERROR, KIND, message, f"{path}.code", "use a type of FHIR", issue_type="code-invalid", actual=code, clause="ElementDefinition.type.code")
        return
    for name in ("profile", "targetProfile"):
        held = each.get(name)
        for index, canonical in enumerate(held if isinstance(held, list) else [held]):
            if not isinstance(canonical, str):
                continue
            where = f"{path}.{name}[{index}]"
            found: Mapping[str, Any] | None = judging.definitions.find(canonical, KIND)
            if found is None:
                _unknown(judging, canonical, KIND, where)
            elif name == "profile":
                _profile(judging, element, code, found, canonical, where)
            elif found.get("kind") not in ("resource", "logical", None):
                message = f"a reference cannot point at a {found.get('type')}"
                tell(
                    judging,
                    ERROR,
                    KIND,
                    message,
                    where,
                    "name a profile on a resource",
                    issue_type="invalid",
                    actual=canonical,
                    clause="ElementDefinition.type.targetProfile",
                )


def _profile(judging: Judging, element: Node, code: str, found: Mapping[str, Any], canonical: str, path: str) -> None:
    """A profile on a type is a profile on that type; one on an extension goes with whether extensions modify there."""
    kind = str(found.get("type", ""))
    chain: list[str] = [kind]
    while len(chain) < 10 and (structure := judging.definitions.type(chain[-1]) if chain[-1].isalnum() else None) is not None and structure.base:
        chain.append(structure.base.rpartition("/")[2])
    if code not in chain and code not in _ANY:
        message = f"a profile on {kind[:60]} is named for the type {code[:60]}"
        tell(
            judging,
            ERROR,
            KIND,
            message,
            path,
            f"name a profile on {code}",
            issue_type="invalid",
            expected=code,
            actual=canonical,
            clause="ElementDefinition.type.profile",
        )
        return
    last = text(element, "path").rpartition(".")[2]
    structure = judging.definitions.structure(canonical) if kind == "Extension" and last in ("extension", "modifierExtension") else None
    if structure is not None and structure.elements:
        modifies = structure.elements[0].get("isModifier") is True
        if modifies != (last == "modifierExtension"):
            message = f"the extension {'modifies' if modifies else 'does not modify'} what it stands on, and {last} is for the others"
            remedy = f"profile {'modifierExtension' if modifies else 'extension'} instead"
            tell(judging, ERROR, KIND, message, path, remedy, issue_type="invalid", actual=canonical, clause="Extension, modifier extensions")


def _unknown(judging: Judging, canonical: str, wanted: str, path: str) -> None:
    other = judging.definitions.find(canonical)
    if other is not None:
        message = f"{canonical[:120]} is a {other.get('resourceType')}, and a {wanted} is named here"
        tell(judging, ERROR, KIND, message, path, f"name a {wanted}", issue_type="invalid", expected=wanted, actual=canonical)
    else:
        message = f"{canonical[:120]} is not known here"
        tell(
            judging,
            WARNING,
            KIND,
            message,
            path,
            "give its definition along with the others, or correct the canonical",
            issue_type="not-found",
            actual=canonical,
        )


def _binding(judging: Judging, element: Node, path: str) -> None:
    binding = element.get("binding")
    canonical = (
        text(binding, "valueSet") or text(binding, "valueSetUri") or text(binding.get("valueSetReference") if isinstance(binding, dict) else None, "reference")
    )
    if ":" in canonical and judging.definitions.find(canonical, "ValueSet") is None:
        _unknown(judging, canonical, "ValueSet", f"{path}.binding.valueSet")


def _fixed(judging: Judging, element: Node, whole: Mapping[str, Any], path: str) -> None:
    """A fixed value, a pattern and a bound are of the type of the element."""
    types = {text(each, "code") for _, each in objects(dict(whole), "type")}
    if not types or any("/" in code for code in types) or types & set(_ANY):
        return
    for stem in ("fixed", "pattern", "minValue", "maxValue"):
        kind, _ = value_of(element, stem)
        alike = {kind, kind[:1].lower() + kind[1:]}
        if stem in ("minValue", "maxValue") and kind == "Quantity":
            continue
        if kind and not alike & types:
            message = f"{stem}{kind} is said of an element of type {' or '.join(sorted(types))[:100]}"
            remedy = f"say it as the type of the element, or constrain the type to {sorted(alike)[-1]}"
            tell(judging, ERROR, KIND, message, f"{path}.{stem}{kind}", remedy, issue_type="invalid", actual=kind, clause=f"ElementDefinition.{stem}[x]")
