"""Which messages this hospital refuses, in which order it looks, and with what code (ITK and HL7 UK A.3 acknowledgement rules).

Syntax failure AR, content failure AE, else AA: version, processing id, message type and event first, then structure, then content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.formats.hl7v2 import Tree
from harness.systems.acute.identity import identifiers
from harness.systems.acute.nulls import present, value
from harness.systems.acute.refusal import RefusedError
from harness.systems.acute.v2_times import is_stamp
from harness.systems.core.fhir.structure import valid_nhs_number

_VISIT: Final = "EVN PID PD1? NK1* PV1 PV2? OBX* AL1* DG1* PR1* ZU1? ZU3? ZU4? ZU5? ZU6? ZU7? ZU8?"
_PERSON: Final = "EVN PID PD1? NK1* PV1? PV2? OBX* AL1* DG1* PR1* ZU1? ZU8?"
_MOVE: Final = "EVN PID PD1? PV1 PV2? OBX* DG1* ZU1? ZU3? ZU4? ZU6? ZU7? ZU8?"

# trigger -> (structures of MSH-9.3 accepted, segments in order; ? may be absent, * repeats). ITK trigger events and ITK segment grids.
EVENTS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    **dict.fromkeys(("A01", "A04", "A08", "A13"), (("ADT_A01",), _VISIT)),
    **dict.fromkeys(("A05", "A14"), (("ADT_A05",), _VISIT)),
    "A38": (("ADT_A38",), _VISIT),
    "A02": (("ADT_A02",), _MOVE),
    "A03": (("ADT_A03",), _MOVE),
    "A15": (("ADT_A15",), _MOVE),
    "A16": (("ADT_A16",), _VISIT),
    **dict.fromkeys(("A11", "A12"), (("ADT_A09", "ADT_A12"), _MOVE)),
    **dict.fromkeys(("A21", "A22", "A25", "A26", "A27"), (("ADT_A21",), _MOVE)),
    **dict.fromkeys(("A28", "A31"), (("ADT_A05",), _PERSON)),
    "A40": (("ADT_A39", "ADT_A40"), "EVN PID PD1? MRG?"),
    **dict.fromkeys(("A52", "A53"), (("ADT_A52",), "EVN PID PD1? PV1 PV2? OBX*")),
}
_STAMPS: Final = ("EVN-2", "EVN-6", "PID-7", "PID-29", "PV1-44", "PV1-45", "PV2-8", "PV2-9", "ZU1-24")
_LISTED: Final = (("AL1", 6), ("DG1", 5), ("PR1", 5), ("OBX", 14))


def judge(tree: Tree, identity: Mapping[str, str]) -> RefusedError | None:
    """Why ``tree`` must be refused by a receiver that is ``identity`` (version, processing_id); None when it may be applied."""
    for look in (_header, _structure, _content):
        refusal = look(tree, identity)
        if refusal is not None:
            return refusal
    return None


def refusals(tree: Tree, identity: Mapping[str, str]) -> list[RefusedError]:
    """The first refusal of each of the three looks: what a receiver that lets one through goes on to."""
    return [refusal for look in (_header, _structure, _content) if (refusal := look(tree, identity)) is not None]


def _header(tree: Tree, identity: Mapping[str, str]) -> RefusedError | None:
    version = identity.get("version", "2.4")
    if tree.version != version:
        return RefusedError("AR", "203", f"version {tree.version or 'missing'} is not {version}", "MSH-12")
    processing = identity.get("processing_id", "")
    if processing and value(tree, "MSH-11.1") != processing:
        return RefusedError("AR", "202", f"processing id {value(tree, 'MSH-11.1') or 'missing'} is not {processing}", "MSH-11")
    if tree.type != "ADT":
        return RefusedError("AR", "200", f"message type {tree.type or 'missing'} is not handled", "MSH-9.1")
    if tree.trigger not in EVENTS:
        return RefusedError("AR", "201", f"event {tree.trigger or 'missing'} is not handled", "MSH-9.2")
    if not tree.control_id:
        return RefusedError("AE", "101", "the control id is missing", "MSH-10")
    return None


def _structure(tree: Tree, _: Mapping[str, str]) -> RefusedError | None:
    if tree.trigger not in EVENTS:
        return None
    structures, grammar = EVENTS[tree.trigger]
    if tree.structure and tree.structure not in structures:
        return RefusedError("AE", "100", f"{tree.trigger} has structure {structures[0]}, not {tree.structure}", "MSH-9.3")
    slots = grammar.split()
    order = {slot.rstrip("?*"): place for place, slot in enumerate(slots)}
    once = {slot.rstrip("?") for slot in slots if not slot.endswith("*")}
    seen: dict[str, int] = {}
    furthest = -1
    for segment in tree.segments[1:]:
        if segment.name not in order:
            continue
        if order[segment.name] < furthest:
            return RefusedError("AE", "100", f"{segment.name} stands out of order", segment.name)
        furthest = order[segment.name]
        seen[segment.name] = seen.get(segment.name, 0) + 1
        if segment.name in once and seen[segment.name] > 1:
            return RefusedError("AE", "100", f"{segment.name} occurs more than once", f"{segment.name}[2]")
    for slot in slots:
        if slot.isalnum() and slot not in seen:
            return RefusedError("AE", "100", f"{slot} is missing", slot)
    return None


def _content(tree: Tree, _: Mapping[str, str]) -> RefusedError | None:
    named = identifiers(tree)
    if not named:
        return RefusedError("AE", "101", "no patient identifier", "PID-3")
    if tree.trigger == "A40" and not identifiers(tree, "MRG-1"):
        return RefusedError("AE", "101", "no identifier of the record that ends", "MRG-1")
    for path in _STAMPS:
        text = value(tree, path)
        if text and not is_stamp(text) and not (path == "PID-29" and text == "RESURREC"):
            return RefusedError("AE", "102", f"{text} is not a date or time", path)
    for name, field in _LISTED:
        for number in range(1, len(tree.all(name)) + 1):
            path = f"{name}[{number}]-{field}"
            if present(tree, path) and value(tree, path) and not is_stamp(value(tree, path)):
                return RefusedError("AE", "102", f"{value(tree, path)} is not a date or time", path)
    if named.nhs and not valid_nhs_number(named.nhs):
        return RefusedError("AE", "102", "the check digit of the NHS number does not hold", "PID-3")
    return None
