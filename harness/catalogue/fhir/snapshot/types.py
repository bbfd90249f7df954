"""The types an element may have: a differential picks among those of its base, or specialises them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.model import Work
from harness.catalogue.fhir.snapshot.node import text_of

_SYSTEM = "http://hl7.org/fhirpath/"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_ABSTRACT = frozenset({"*", "Element", "BackboneElement", "Resource", "DomainResource", "Base", "DataType", "BackboneType", "PrimitiveType", "Any"})


def merge_types(element: dict[str, Any], given: object, work: Work, where: str) -> None:
    """Narrows the types of ``element`` to ``given``. A type keeps the targets, profiles and extensions of its base that the differential does not name."""
    wanted = [each for each in given if isinstance(each, Mapping) and text_of(each.get("code"))] if isinstance(given, list) else []
    if not wanted:
        return
    held = element.get("type")
    base = [each for each in held if isinstance(each, Mapping) and text_of(each.get("code"))] if isinstance(held, list) else []
    if not base:
        if "contentReference" not in element:
            element["type"] = wanted
        return
    made: list[Mapping[str, Any]] = []
    for each in wanted:
        before = next((one for one in base if one["code"] == each["code"]), None)
        if before is not None:
            made.append({**before, **each} if before.keys() - each.keys() else each)
        elif any(one["code"].startswith(_SYSTEM) for one in base):
            # The type of an id or url is told by its FHIRPath type; profiles name it by its FHIR type.
            made.append(base[0])
        elif any(specialises(each["code"], one["code"], work) for one in base):
            made.append(each)
        else:
            work.say(where, f"its type {each['code']} is not among the types of its base ({', '.join(dict.fromkeys(one['code'] for one in base))})")
    if made:
        element["type"] = made


def specialises(code: str, ancestor: str, work: Work) -> bool:
    """Whether the type ``code`` is ``ancestor`` or derives from it. A type that is not known may be anything an abstract type allows."""
    if ancestor in _ABSTRACT and ancestor not in ("Resource", "DomainResource"):
        return True
    seen: set[str] = set()
    while code and code not in seen and len(seen) < 20:
        if code == ancestor:
            return True
        seen.add(code)
        source = work.source(code)
        if source is None:
            return ancestor in _ABSTRACT
        code = source.base.removeprefix(_CORE)
    return False
