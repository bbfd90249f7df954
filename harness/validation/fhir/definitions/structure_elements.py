"""Elements of a StructureDefinition: types, profiles, bindings, constraints, fixed values, discriminators, ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.content import value_of
from harness.validation.fhir.definitions.discriminator_paths import leads_somewhere
from harness.validation.fhir.definitions.structure_definition import KIND, objects_in, own_structure, parses
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_ANY = ("Resource", "DomainResource", "Element", "BackboneElement", "*")


@rule("structure-elements", "StructureDefinition")
def structure_elements(judging: FhirJudging, value: Node, path: str) -> None:
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
                judging.tell(
                    "definitions/element-discriminator",
                    at=f"{where}.slicing.discriminator[{place}]",
                    severity=Severity.WARNING if judging.version == "3.0.2" else None,
                    actual=name,
                    name=name[:80],
                    element=text(element, "path")[:80],
                )


def _identity(judging: FhirJudging, element: Node, path: str) -> None:
    """The id is the path with the names of slices (ElementDefinition, id)."""
    identity, where, slice_ = text(element, "id"), text(element, "path"), text(element, "sliceName")
    if not identity or not where:
        return
    named = ".".join(part.partition(":")[0] for part in identity.split("."))
    if named != where:
        judging.tell("definitions/element-id", at=path, expected=where, actual=identity, identity=identity[:100], where=where[:100])
    last = identity.rpartition(".")[2].partition(":")[2]
    if slice_ and last and last.rpartition("/")[2].lower() != slice_.rpartition("/")[2].lower():
        judging.tell("definitions/element-slice-name", at=path, expected=slice_, actual=last, slice=slice_[:60], last=last[:60])


def _type(judging: FhirJudging, element: Node, each: Node, logical: bool, path: str) -> None:
    code = text(each, "code")
    if not code:
        return
    if code.isalnum() and code not in judging.definitions.type_names and not logical:
        judging.tell("definitions/element-type", at=f"{path}.code", actual=code, code=code[:60], version=judging.version)
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
                judging.tell("definitions/element-target", at=where, actual=canonical, type=found.get("type"))


def _profile(judging: FhirJudging, element: Node, code: str, found: Mapping[str, Any], canonical: str, path: str) -> None:
    """A profile on a type is a profile on that type; one on an extension goes with whether extensions modify there."""
    kind = str(found.get("type", ""))
    chain: list[str] = [kind]
    while len(chain) < 10 and (structure := judging.definitions.type(chain[-1]) if chain[-1].isalnum() else None) is not None and structure.base:
        chain.append(structure.base.rpartition("/")[2])
    if code not in chain and code not in _ANY:
        judging.tell("definitions/element-profile-type", at=path, actual=canonical, held=kind[:60], type=code[:60], code=code)
        return
    last = text(element, "path").rpartition(".")[2]
    structure = judging.definitions.structure(canonical) if kind == "Extension" and last in ("extension", "modifierExtension") else None
    if structure is not None and structure.elements:
        modifies = structure.elements[0].get("isModifier") is True
        if modifies != (last == "modifierExtension"):
            judging.tell("definitions/element-modifying-extension" if modifies else "definitions/element-extension", at=path, actual=canonical, last=last)


def _unknown(judging: FhirJudging, canonical: str, wanted: str, path: str) -> None:
    other = judging.definitions.find(canonical)
    if other is not None:
        judging.tell("definitions/element-other-kind", at=path, actual=canonical, canonical=canonical[:120], held=other.get("resourceType"), wanted=wanted)
    else:
        judging.tell("definitions/element-unknown", at=path, actual=canonical, canonical=canonical[:120])


def _binding(judging: FhirJudging, element: Node, path: str) -> None:
    binding = element.get("binding")
    canonical = (
        text(binding, "valueSet") or text(binding, "valueSetUri") or text(binding.get("valueSetReference") if isinstance(binding, dict) else None, "reference")
    )
    if ":" in canonical and judging.definitions.find(canonical, "ValueSet") is None:
        _unknown(judging, canonical, "ValueSet", f"{path}.binding.valueSet")


def _fixed(judging: FhirJudging, element: Node, whole: Mapping[str, Any], path: str) -> None:
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
            judging.tell(
                "definitions/element-value-type",
                at=f"{path}.{stem}{kind}",
                actual=kind,
                stem=stem,
                kind=kind,
                types=" or ".join(sorted(types))[:100],
                wanted=sorted(alike)[-1],
            )
