"""Conformance resources made slim: what judging needs, no prose, in the shape of R4 whatever the version.

``slim`` is for packages read at run time: sentences of invariants (``human``) and all extensions are kept. ``slim_core`` is for the facts
that ship: no sentence at all, only the extensions below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.stu3 import to_r4

_EXT = "http://hl7.org/fhir/StructureDefinition/"
_CORE_EXTENSIONS = frozenset(
    {
        f"{_EXT}structuredefinition-fhir-type",
        f"{_EXT}regex",
        f"{_EXT}elementdefinition-maxValueSet",
        f"{_EXT}elementdefinition-minValueSet",
        f"{_EXT}elementdefinition-bestpractice",
        f"{_EXT}ordinalValue",
    }
)

_PROSE = frozenset(
    {"text", "contact", "publisher", "description", "purpose", "copyright", "copyrightLabel", "mapping", "useContext", "jurisdiction", "date", "keyword"}
    | {"immutable", "language", "author", "editor", "reviewer", "endorser", "relatedArtifact", "usage"}
)
_CORE_PROSE = _PROSE | {"title", "identifier", "meta", "id", "experimental", "fhirVersion", "count", "differential", "versionNeeded", "compositional"}
_ELEMENT_PROSE = frozenset(
    {"short", "definition", "comment", "requirements", "alias", "mapping", "example", "meaningWhenMissing", "orderMeaning", "isModifierReason"}
    | {"condition", "label", "code"}
)
_SPEAKING = frozenset({"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap", "NamingSystem", "SearchParameter", "OperationDefinition"})
_FALSE_IS_ABSENT = ("isModifier", "isSummary", "mustSupport")


def slim(resource: Mapping[str, Any], version: str) -> dict[str, Any]:
    """A definition of a package, slim and of R4 shape. What is malformed is kept as it is, for validation to say so; never raises on content."""
    if version.startswith("3"):
        resource = to_r4(resource)
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in _SPEAKING:
        return {name: value for name, value in resource.items() if name != "text"}
    return _slim(resource, core=False)


def slim_core(resource: Mapping[str, Any], version: str) -> dict[str, Any]:
    """A definition of the core, with nothing but facts."""
    if version.startswith("3"):
        resource = to_r4(resource)
    found = _slim(resource, core=True)
    found.setdefault("version", version)
    return found


def _slim(resource: Mapping[str, Any], *, core: bool) -> dict[str, Any]:
    prose = _CORE_PROSE if core else _PROSE
    found: dict[str, Any] = {}
    for name, value in resource.items():
        if name in prose or (name[:1] == "_" and (core or name[1:] in prose)):
            continue
        if name in ("snapshot", "differential") and isinstance(value, Mapping) and isinstance(value.get("element"), list):
            value = {"element": [_element(one, core=core) if isinstance(one, Mapping) else one for one in value["element"]]}
        elif name == "concept" and isinstance(value, list):
            value = [_concept(one, core=core) if isinstance(one, Mapping) else one for one in value]
        elif name in ("compose", "expansion", "property", "filter", "group", "parameter"):
            value = _plain(value, core=core)
        elif name == "extension":
            value = _extensions(value, core=core)
            if not value:
                continue
        elif name == "contained" and core:
            value = [_slim(one, core=True) for one in value]
        found[name] = value
    return found


def _element(element: Mapping[str, Any], *, core: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in element.items():
        if name in _ELEMENT_PROSE or (name[:1] == "_" and name[1:] in _ELEMENT_PROSE):
            continue
        if core and name in _FALSE_IS_ABSENT and value is False:
            continue
        if name == "constraint" and isinstance(value, list):
            value = [_constraint(one, core=core) if isinstance(one, Mapping) else one for one in value]
        elif name == "binding" and isinstance(value, Mapping):
            value = {key: part for key, part in value.items() if key not in ("description", "_description")}
            if core:
                value = _plain(value, core=True)
        elif name in ("type", "extension") and core:
            value = _plain({name: value}, core=True).get(name)
            if not value:
                continue
        elif name == "slicing" and isinstance(value, Mapping):
            value = {key: part for key, part in value.items() if key != "description"}
        found[name] = value
    return found


def _constraint(constraint: Mapping[str, Any], *, core: bool) -> dict[str, Any]:
    left_out = ("xpath", "requirements", "human", "_human") if core else ("xpath", "requirements")
    found = {name: value for name, value in constraint.items() if name not in left_out}
    return _plain(found, core=True) if core else found


def _concept(concept: Mapping[str, Any], *, core: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in concept.items():
        if name in ("definition", "_definition") or (core and name in ("designation", "modifierExtension", "_display")):
            continue
        if name == "concept" and isinstance(value, list):
            value = [_concept(one, core=core) if isinstance(one, Mapping) else one for one in value]
        elif name == "extension":
            value = _extensions(value, core=core)
            if not value:
                continue
        found[name] = value
    return found


def _extensions(value: Any, *, core: bool) -> Any:
    if not core or not isinstance(value, list):
        return value
    return [one for one in value if one.get("url") in _CORE_EXTENSIONS]


def _plain(value: Any, *, core: bool) -> Any:
    """``value`` without descriptions; in the core without other extensions than those needed."""
    if isinstance(value, list):
        return [_plain(one, core=core) for one in value]
    if not isinstance(value, Mapping):
        return value
    found: dict[str, Any] = {}
    for name, part in value.items():
        if name in ("description", "documentation", "comment") or (core and name in ("designation", "timestamp")):
            continue
        if name == "extension" and core:
            part = _extensions(part, core=True)
            if not part:
                continue
        elif isinstance(part, (list, Mapping)):
            part = _plain(part, core=core)
        if core and name[:1] == "_" and not part:
            continue
        found[name] = part
    return found
