"""PV1, PV2 and ZU1 as changes to an Encounter (ITK segment grids and ITK reference tables 1.0.14)."""

from __future__ import annotations

from typing import Any, Final

from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_codes
from harness.systems.acute.nulls import Local, Patch, deleted, note, present, value
from harness.systems.acute.v2_times import fhir_datetime

Resource = dict[str, Any]
PLACES: Final = (("site", "si", "PV1-3.4"), ("ward", "wa", "PV1-3.2"), ("bed", "bd", "PV1-3.3"))
# What a cancelled discharge takes back.
DISCHARGE_PARTS: Final = ("end", "destination", f"ext:{v2_codes.DISCHARGE_METHOD}", f"ext:{v2_codes.DISPOSAL}")


def visit_key(tree: Tree) -> tuple[str, str]:
    """(authority, number) of PV1-19; the authority defaults to the sender's facility. ("", "") when there is no number."""
    number = value(tree, "PV1-19.1")
    return (value(tree, "PV1-19.4.1") or value(tree, "PV1-19.4") or value(tree, "MSH-4.1"), number) if number else ("", "")


def read(tree: Tree, local: Local) -> Patch:
    """Changes keyed by part; None deletes. ``local`` turns a sender's code of a table into the own one, an unknown one into itself."""
    patch: Patch = {}
    letter = value(tree, "PV1-2")
    known = v2_codes.CLASS.get(letter)
    note(patch, "class", tree, "PV1-2", {"system": v2_codes.ACT_CODE, "code": known} if known else {"system": v2_codes.CLASS_OWN, "code": letter})
    for key, _, path in PLACES:
        found = value(tree, path)
        note(patch, key, tree, path, local(key, found) if key != "bed" and found else found)
    if deleted(tree, "PV1-3"):
        patch.update(dict.fromkeys(("site", "ward", "bed")))
    elif tree.trigger == "A02" and present(tree, "PV1-3") and not present(tree, "PV1-3.3"):
        # A move to another ward leaves the old bed behind.
        patch["bed"] = None
    method = {"coding": [{"system": v2_codes.ADMISSION_METHOD_CS, "code": value(tree, "PV1-4")}]}
    note(patch, "method", tree, "PV1-4", {"url": v2_codes.ADMISSION_METHOD, "valueCodeableConcept": method})
    note(patch, "source", tree, "PV1-14", {"coding": [{"system": v2_codes.ADMIT_SOURCE_CS, "code": value(tree, "PV1-14")}]})
    note(patch, "destination", tree, "PV1-37.1", {"coding": [{"system": v2_codes.DESTINATION_CS, "code": value(tree, "PV1-37.1")}]})
    _disposal(tree, patch)
    note(patch, "start", tree, "PV1-44", fhir_datetime(value(tree, "PV1-44")))
    note(patch, "end", tree, "PV1-45", fhir_datetime(value(tree, "PV1-45")))
    note(patch, "consultant", tree, "PV1-9.1", local("consultant", value(tree, "PV1-9.1")))
    note(patch, "specialty", tree, "PV1-10", value(tree, "PV1-10"))
    note(patch, "reason", tree, "PV2-3.2", value(tree, "PV2-3.2"))
    for url, path, kind, made in (
        (v2_codes.TRANSPORT, "PV2-38.1", "valueCode", value(tree, "PV2-38.1")),
        (v2_codes.EXPECTED, "PV2-9", "valueDateTime", fhir_datetime(value(tree, "PV2-9"))),
        (v2_codes.READY, "ZU1-24", "valueDateTime", fhir_datetime(value(tree, "ZU1-24"))),
        (v2_codes.FIT, "ZU1-22", "valueBoolean", value(tree, "ZU1-22") == "Y"),
    ):
        note(patch, f"ext:{url}", tree, path, {"url": url, kind: made})
    if tree.trigger == "A13":
        patch.update(dict.fromkeys(DISCHARGE_PARTS))
    return patch


def _disposal(tree: Tree, patch: Patch) -> None:
    code = value(tree, "PV1-36")
    # PV1-36 is an attendance disposal list: only 5, 8 and 9 mean the same as a discharge method; the rest is kept as what it is.
    method = {"url": v2_codes.DISCHARGE_METHOD, "valueCodeableConcept": {"coding": [{"system": v2_codes.DISCHARGE_METHOD_CS, "code": code}]}}
    shared = code in v2_codes.SHARED_METHODS
    note(patch, f"ext:{v2_codes.DISCHARGE_METHOD}", tree, "PV1-36", method if shared else None)
    note(patch, f"ext:{v2_codes.DISPOSAL}", tree, "PV1-36", None if shared else {"url": v2_codes.DISPOSAL, "valueCode": code})


def apply(encounter: Resource, patch: Patch) -> Resource:
    """``encounter`` with ``patch`` in it; a new mapping."""
    changed = dict(encounter)
    places = places_of(changed)
    hospital = dict(changed.get("hospitalization") or {})
    period = dict(changed.get("period") or {})
    for key, made in patch.items():
        if key in ("site", "ward", "bed"):
            _put(places, key, made)
        elif key in ("start", "end"):
            _put(period, key, made)
        elif key == "method":
            _put(hospital, "extension", [made] if made else None)
        elif key in ("source", "destination"):
            _put(hospital, "admitSource" if key == "source" else "dischargeDisposition", made)
        elif key.startswith("ext:"):
            kept = [each for each in changed.get("extension") or () if each.get("url") != key[4:]]
            _put(changed, "extension", [*kept, made] if made else kept)
        elif key == "consultant":
            _put(changed, "participant", [_consultant(made)] if made else None)
        elif key == "specialty":
            _put(changed, "serviceType", {"coding": [{"system": v2_codes.SPECIALTY_CS, "code": made}]} if made else None)
        elif key == "reason":
            _put(changed, "reasonCode", [{"text": made}] if made else None)
        else:
            _put(changed, key, made)
    _put(changed, "hospitalization", hospital)
    _put(changed, "period", period)
    _put(changed, "location", [_location(kind, places[key]) for key, kind, _ in PLACES if key in places])
    return changed


def _put(mapping: Resource, key: str, made: Any) -> None:
    if made:
        mapping[key] = made
    else:
        mapping.pop(key, None)


def _consultant(code: str) -> Resource:
    kind = {"coding": [{"system": f"{v2_codes.HL7}/v3-ParticipationType", "code": "CON"}]}
    return {"type": [kind], "individual": {"identifier": {"system": v2_codes.GMC, "value": code}}}


def _location(kind: str, code: str) -> Resource:
    return {"location": {"identifier": {"value": code}, "display": code}, "physicalType": {"coding": [{"system": v2_codes.PHYSICAL, "code": kind}]}}


def places_of(encounter: Resource) -> dict[str, str]:
    """Site, ward and bed codes of a stored Encounter."""
    kinds = {kind: key for key, kind, _ in PLACES}
    found: dict[str, str] = {}
    for each in encounter.get("location") or ():
        coding = ((each.get("physicalType") or {}).get("coding") or [{}])[0]
        code = ((each.get("location") or {}).get("identifier") or {}).get("value")
        if coding.get("code") in kinds and isinstance(code, str):
            found[kinds[coding["code"]]] = code
    return found
