"""What reading FHIR XML needs to know of a type: which elements repeat, their types, which are numbers or truth values in JSON.

facts = facts_of("4.0.1")
facts("Patient")["active"]     # (False, "boolean", True)
facts("Patient")["contact"]    # (True, "Patient.contact", False): the parts of an element go by its path
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.catalogue.fhir.core import CORE, core_layer
from harness.catalogue.fhir.structure import elements_of

ElementFacts: TypeAlias = Mapping[str, tuple[bool, str, bool]]
Facts: TypeAlias = Callable[[str], ElementFacts]

_NUMERIC = frozenset({"boolean", "integer", "decimal", "positiveInt", "unsignedInt", "integer64"})
_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_NONE: ElementFacts = MappingProxyType({})


@lru_cache(maxsize=4)
def facts_of(version: str) -> Facts:
    """A function from the name of a type (``Patient``, ``HumanName``) or the path of an element with parts (``Patient.contact``) to its elements by name.

    Each element is (repeats, type name, is a JSON number or truth value). A primitive or unknown type has none. A type is read when it is first asked for.
    Raises UnknownNameError for a FHIR version that does not ship.
    """
    core = core_layer(version)
    lists: dict[str, Mapping[str, ElementFacts]] = {}

    def facts(name: str) -> ElementFacts:
        root = name.partition(".")[0]
        known = lists.get(root)
        if known is None:
            entry = next((one for one in core.entries.get(CORE + root, ()) if one.derivation != "constraint" and one.kind == "StructureDefinition"), None)
            # Names that are no types come from the file being read: they are not kept.
            if entry is None or entry.sort == "primitive-type":
                return _NONE
            known = lists[root] = _lists(elements_of(core.load(entry), "snapshot"))
        return known.get(name, _NONE)

    return facts


def _lists(elements: tuple[Mapping[str, Any], ...]) -> dict[str, ElementFacts]:
    found: dict[str, dict[str, tuple[bool, str, bool]]] = {}
    parents = {str(one["path"]).rpartition(".")[0] for one in elements}
    for element in elements[1:]:
        path = str(element["path"])
        owner, _, name = path.rpartition(".")
        repeats = element.get("max") not in ("0", "1")
        into = found.setdefault(owner, {})
        if "contentReference" in element:
            into[name] = (repeats, str(element["contentReference"]).rpartition("#")[2], False)
            continue
        names = [_type_name(one) for one in element.get("type", ())]
        if name.endswith("[x]"):
            for kind in names:
                into[name[:-3] + kind[:1].upper() + kind[1:]] = (repeats, kind, kind in _NUMERIC)
        else:
            kind = path if path in parents else names[0] if names else ""
            into[name] = (repeats, kind, kind in _NUMERIC)
    return dict(found)


def _type_name(held: Mapping[str, Any]) -> str:
    code = str(held.get("code", ""))
    if code.startswith(_SYSTEM):
        said: Mapping[str, Any] = next((one for one in held.get("extension", ()) if one.get("url") == _FHIR_TYPE), {})
        return str(said.get("valueUrl") or said.get("valueUri") or "string")
    return code
