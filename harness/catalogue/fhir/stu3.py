"""STU3 definitions in the shape of R4: types merged with lists of profiles, canonicals as text, contexts as pairs, questionnaires by R4's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.catalogue.fhir.choices import by_own_name

_EXT = "http://hl7.org/fhir/StructureDefinition/"
_REGEX = f"{_EXT}structuredefinition-regex"
_SYSTEM = "http://hl7.org/fhirpath/System."
_SYSTEM_TYPES = {
    "boolean": "Boolean",
    "integer": "Integer",
    "positiveInt": "Integer",
    "unsignedInt": "Integer",
    "decimal": "Decimal",
    "date": "Date",
    "dateTime": "DateTime",
    "instant": "DateTime",
    "time": "Time",
}
_CONTEXTS = {"resource": "element", "datatype": "element", "extension": "extension"}


def to_r4(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """An STU3 conformance resource as R4 would have it. What is malformed, or has that shape already, is kept as it is."""
    change = _CHANGES.get(str(resource.get("resourceType")))
    return change(resource) if change else resource


def _structure(resource: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(resource)
    kind = found.pop("contextType", None)
    if isinstance(found.get("context"), list):
        found["context"] = [{"type": _CONTEXTS.get(str(kind), "element"), "expression": one} if isinstance(one, str) else one for one in found["context"]]
    for view in ("snapshot", "differential"):
        held = found.get(view)
        if isinstance(held, Mapping) and isinstance(held.get("element"), list):
            elements = [_element(one, view) if isinstance(one, Mapping) else one for one in held["element"]]
            found[view] = {**held, "element": by_own_name(elements) if view == "snapshot" else elements}
    return found


def _element(element: Mapping[str, Any], view: str) -> dict[str, Any]:
    found = dict(element)
    if view == "snapshot" and "base" not in found:
        # STU3 leaves out the base of what a definition adds itself.
        found["base"] = {name: found[name] for name in ("path", "min", "max") if name in found}
    path = str(found.get("path", ""))
    if isinstance(found.get("type"), list):
        found["type"] = _types(found["type"], path)
    if isinstance(found.get("binding"), Mapping):
        found["binding"] = _binding(found["binding"])
    if isinstance(found.get("constraint"), list):
        found["constraint"] = [_constraint(one) if isinstance(one, Mapping) else one for one in found["constraint"]]
    return found


def _types(types: list[Any], path: str) -> list[Any]:
    """One entry a code: STU3 repeats the code for each profile and target."""
    merged: dict[str, dict[str, Any]] = {}
    rest: list[Any] = []
    for one in types:
        if not isinstance(one, Mapping):
            rest.append(one)
            continue
        found = {name: value for name, value in one.items() if name != "_code"}
        if "code" not in found:
            # Only the values of primitives have a type that is no FHIR type.
            owner = path.partition(".")[0]
            found["code"] = _SYSTEM + _SYSTEM_TYPES.get(owner, "String")
            found["extension"] = [*_regexes(found.get("extension")), {"url": f"{_EXT}structuredefinition-fhir-type", "valueUrl": owner}]
        code = str(found["code"])
        for name in ("profile", "targetProfile"):
            if isinstance(found.get(name), str):
                found[name] = [found[name]]
        into = merged.setdefault(code, found)
        if into is not found:
            for name in ("profile", "targetProfile", "aggregation"):
                added = found.get(name)
                if isinstance(added, list):
                    held = into.setdefault(name, [])
                    held += [each for each in added if each not in held]
    return [*merged.values(), *rest]


def _regexes(extensions: Any) -> list[Any]:
    if not isinstance(extensions, list):
        return []
    return [{**one, "url": f"{_EXT}regex"} if isinstance(one, Mapping) and one.get("url") == _REGEX else one for one in extensions]


def _binding(binding: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in binding.items() if name not in ("valueSetUri", "valueSetReference")}
    value = binding.get("valueSetUri") or _reference(binding.get("valueSetReference"))
    if value:
        found["valueSet"] = value
    if isinstance(found.get("extension"), list):
        found["extension"] = [_canonical_value(one) if isinstance(one, Mapping) else one for one in found["extension"]]
    return found


def _canonical_value(extension: Mapping[str, Any]) -> Mapping[str, Any]:
    if str(extension.get("url", "")).endswith(("-maxValueSet", "-minValueSet")):
        value = extension.get("valueUri") or _reference(extension.get("valueReference"))
        if value:
            return {"url": extension["url"], "valueCanonical": value}
    return extension


def _constraint(constraint: Mapping[str, Any]) -> dict[str, Any]:
    source = constraint.get("source")
    return {**constraint, "source": _EXT + source} if isinstance(source, str) and source.isalnum() else dict(constraint)


def _reference(value: Any) -> str:
    found = value.get("reference") if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def _concept_map(resource: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(resource)
    for side in ("source", "target"):
        value = _reference(found.pop(f"{side}Reference", None))
        if value:
            found[f"{side}Canonical"] = value
    return found


def _questionnaire(resource: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(resource)
    if isinstance(found.get("item"), list):
        found["item"] = [_item(one) if isinstance(one, Mapping) else one for one in found["item"]]
    return found


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(item)
    if "options" in found:
        found["answerValueSet"] = _reference(found.pop("options"))
    if "option" in found:
        found["answerOption"] = found.pop("option")
    for name in [name for name in found if name.startswith("initial") and name != "initial"]:
        found["initial"] = [{f"value{name.removeprefix('initial')}": found.pop(name)}]
    if isinstance(found.get("enableWhen"), list):
        found["enableWhen"] = [_enable_when(one) if isinstance(one, Mapping) else one for one in found["enableWhen"]]
        # STU3 enables an item when any condition holds.
        found.setdefault("enableBehavior", "any")
    if isinstance(found.get("item"), list):
        found["item"] = [_item(one) if isinstance(one, Mapping) else one for one in found["item"]]
    return found


def _enable_when(condition: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(condition)
    if "hasAnswer" in found:
        return {"question": found.get("question"), "operator": "exists", "answerBoolean": found["hasAnswer"]}
    found.setdefault("operator", "=")
    return found


_CHANGES: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "StructureDefinition": _structure,
    "ConceptMap": _concept_map,
    "Questionnaire": _questionnaire,
}
