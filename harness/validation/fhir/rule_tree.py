"""The snapshot of a definition compiled into a tree of element rules.

``compile_tree(structure)`` gives the rule of the root element; below it ``children`` by element name (``value`` for ``value[x]``) and ``slices``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.element_rules import AdditionalBinding, BindingRule, ConstraintRule, Discriminator, ElementRule, SlicingRule, TypeRule

if TYPE_CHECKING:
    from harness.catalogue.fhir import Structure

_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition"
_FHIR_TYPE = f"{_EXTENSIONS}/structuredefinition-fhir-type"
_MAX_VALUE_SET, _MIN_VALUE_SET = f"{_EXTENSIONS}/elementdefinition-maxValueSet", f"{_EXTENSIONS}/elementdefinition-minValueSet"
_MIN_LENGTH = (f"{_EXTENSIONS}/elementdefinition-minLength", "http://hl7.org/fhir/StructureDefinition/minLength")
_BEST_PRACTICE = f"{_EXTENSIONS}/elementdefinition-bestpractice"
_ADDITIONAL = ("http://hl7.org/fhir/tools/StructureDefinition/additional-binding", f"{_EXTENSIONS}/additional-binding")
_REGEX = (f"{_EXTENSIONS}/regex", "http://hl7.org/fhir/StructureDefinition/structuredefinition-regex")
_SYSTEM = "http://hl7.org/fhirpath/System."


def compile_tree(structure: Structure) -> ElementRule:
    """The rule of the root element of ``structure``, with everything below it. ValueError for a definition without elements."""
    if not structure.elements:
        raise ValueError(f"{structure.url} has no elements")
    label = f"{structure.url}|{structure.version}" if structure.version else structure.url
    root = _element(structure.elements[0], label)
    by_id = {root.id: root}
    for element in structure.elements[1:]:
        rule = _element(element, label)
        by_id[rule.id] = rule
        _attach(rule, by_id, root)
    for rule in list(root.walk()):
        if rule.content_reference and rule.children is None:
            rule.refers = _referred(rule, by_id, structure)
    return root


def _attach(rule: ElementRule, by_id: dict[str, ElementRule], root: ElementRule) -> None:
    """Hang ``rule`` below its parent, or below the element it is a slice of."""
    head, _, last = rule.id.rpartition(".")
    parent = by_id.get(head, root)
    if ":" in last and rule.slice_name:
        sliced = _sliced(rule, head, last, by_id)
        if sliced is not None:
            sliced.slices.append(rule)
            return
        # A slice whose sliced element the snapshot leaves out: stand in for it with nothing asked.
    if parent.children is None:
        parent.children = {}
    parent.children.setdefault(rule.name, rule)


def _sliced(rule: ElementRule, head: str, last: str, by_id: dict[str, ElementRule]) -> ElementRule | None:
    name, _, label = last.partition(":")
    prefix = f"{head}." if head else ""
    while "/" in label:
        label = label.rpartition("/")[0]
        if (found := by_id.get(f"{prefix}{name}:{label}")) is not None:
            return found
    return by_id.get(f"{prefix}{name}") or by_id.get(f"{prefix}{rule.name}[x]")


def _referred(rule: ElementRule, by_id: dict[str, ElementRule], structure: Structure) -> ElementRule | None:
    """What a content reference points at. In a profile: nothing here, for it means the element of the base (R5 says so, by writing the base's url)."""
    return by_id.get(rule.content_reference.rpartition("#")[2]) if structure.derivation != "constraint" else None


def _element(element: Mapping[str, Any], label: str) -> ElementRule:
    path = str(element.get("path", ""))
    last = path.rpartition(".")[2]
    base = element.get("base") or {}
    base_max = base.get("max", element.get("max", "1"))
    maximum = element.get("max", base_max)
    slicing = element.get("slicing")
    return ElementRule(
        path=path,
        id=str(element.get("id") or path),
        name=last.removesuffix("[x]"),
        slice_name=str(element.get("sliceName") or ""),
        choice=last.endswith("[x]"),
        min=_whole(element.get("min")) or 0,
        max=None if maximum == "*" else _whole(maximum),
        many=base_max not in ("0", "1") if "." in path else False,
        types=tuple(_type(one, str(base.get("path") or path)) for one in element.get("type") or () if isinstance(one, Mapping)),
        fixed=_valued(element, "fixed"),
        pattern=_valued(element, "pattern"),
        min_value=_valued(element, "minValue"),
        max_value=_valued(element, "maxValue"),
        min_length=_whole(_extension(element, *_MIN_LENGTH)),
        max_length=_whole(element.get("maxLength")),
        regex=str(_extension(element, *_REGEX) or next((found for one in element.get("type") or () if (found := _extension(one, *_REGEX))), "")),
        binding=_binding(element.get("binding")),
        constraints=tuple(_constraint(one) for one in element.get("constraint") or () if one.get("expression")),
        slicing=_slicing(slicing) if isinstance(slicing, Mapping) else None,
        content_reference=str(element.get("contentReference") or ""),
        must_support=element.get("mustSupport") is True,
        is_modifier=element.get("isModifier") is True,
        xml_attribute="xmlAttr" in (element.get("representation") or ()),
        profile=label,
        origin=str(base.get("path") or path),
    )


def _type(one: Mapping[str, Any], base_path: str) -> TypeRule:
    code = str(one.get("code") or "")
    if code.startswith(_SYSTEM):
        said = _extension(one, _FHIR_TYPE)
        code = str(said) if said else code.removeprefix(_SYSTEM).lower()
        # The R4 definitions call the id of a resource a string; the page of Resource, and every later version, an id.
        if base_path == "Resource.id":
            code = "id"
    return TypeRule(code, _texts(one.get("profile")), _texts(one.get("targetProfile")), _texts(one.get("aggregation")), str(one.get("versioning") or ""))


def _binding(binding: object) -> BindingRule | None:
    if not isinstance(binding, Mapping) or not (binding.get("valueSet") or binding.get("extension") or binding.get("additional")):
        return None
    additional = [AdditionalBinding(str(one.get("purpose") or ""), str(one.get("valueSet") or "")) for one in binding.get("additional") or ()]
    for extension in binding.get("extension") or ():
        if extension.get("url") in _ADDITIONAL:
            parts = {part.get("url"): _value_of(part) for part in extension.get("extension") or ()}
            additional.append(AdditionalBinding(str(parts.get("purpose") or ""), str(parts.get("valueSet") or "")))
    return BindingRule(
        str(binding.get("strength") or "example"),
        str(binding.get("valueSet") or ""),
        str(_extension(binding, _MAX_VALUE_SET) or ""),
        str(_extension(binding, _MIN_VALUE_SET) or ""),
        tuple(additional),
    )


def _constraint(one: Mapping[str, Any]) -> ConstraintRule:
    return ConstraintRule(
        str(one.get("key") or ""),
        str(one.get("severity") or "error"),
        str(one.get("expression") or ""),
        str(one.get("human") or ""),
        _extension(one, _BEST_PRACTICE) is True,
        str(one.get("source") or ""),
    )


def _slicing(slicing: Mapping[str, Any]) -> SlicingRule:
    discriminators = tuple(Discriminator(str(one.get("type") or "value"), str(one.get("path") or "$this")) for one in slicing.get("discriminator") or ())
    return SlicingRule(discriminators, str(slicing.get("rules") or "open"), slicing.get("ordered") is True)


def _valued(element: Mapping[str, Any], prefix: str) -> tuple[str, Any] | None:
    """(type, value) of ``fixed[x]`` and its like; the type as FHIR spells it (``uri``, ``CodeableConcept``)."""
    size = len(prefix)
    for key, value in element.items():
        if key.startswith(prefix) and len(key) > size and key[size].isupper():
            kind = key[size:]
            lower = kind[0].lower() + kind[1:]
            return (lower if not isinstance(value, Mapping | list) else kind, value)
    return None


def _extension(holder: Mapping[str, Any], *urls: str) -> Any:
    for extension in holder.get("extension") or ():
        if isinstance(extension, Mapping) and extension.get("url") in urls:
            return _value_of(extension)
    return None


def _value_of(extension: Mapping[str, Any]) -> Any:
    return next((value for key, value in extension.items() if key.startswith("value")), None)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _whole(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None
