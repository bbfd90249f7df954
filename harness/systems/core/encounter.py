"""A hospital contact as this vendor's FHIR Encounter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.record import Entry
from harness.systems.core import uris
from harness.systems.core.clock import with_offset
from harness.systems.core.local_codes import Tables, local
from harness.systems.core.patient import concept

Resource = dict[str, Any]

_CLASS = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC"}
_PLACES = (("encounter.site", "si", "site"), ("encounter.ward", "wa", "ward"), ("encounter.bed", "bd", "bed"))


def build_encounter(entry: Entry, patient_id: str, identity: Mapping[str, str], codes: Tables) -> Resource:
    """The Encounter of one entry of the group ``encounter``; ``status`` only where the entry has one."""
    text = entry.text
    encounter: Resource = {"resourceType": "Encounter"}
    if text("encounter.number"):
        encounter["identifier"] = [{"system": f"{uris.VISIT}{identity.get('authority', '')}", "value": text("encounter.number")}]
    extensions = _extensions(entry)
    if extensions:
        encounter["extension"] = extensions
    if text("encounter.status"):
        encounter["status"] = text("encounter.status")
    code = text("encounter.class")
    if code:
        encounter["class"] = {"system": f"{uris.TERMINOLOGY}v3-ActCode", "code": _CLASS.get(code, code)}
    if text("encounter.specialty"):
        encounter["serviceType"] = concept(f"{uris.UK_CODES}PracticeSettingCode", text("encounter.specialty"))
    encounter["subject"] = {"reference": f"Patient/{patient_id}"}
    if text("encounter.consultant"):
        consultant = local(codes, "consultant", text("encounter.consultant"))
        kind = concept(f"{uris.TERMINOLOGY}v3-ParticipationType", "CON")
        encounter["participant"] = [{"type": [kind], "individual": {"identifier": {"system": uris.GMC, "value": consultant}}}]
    period = {end: with_offset(text(f"encounter.{end}")) for end in ("start", "end") if text(f"encounter.{end}")}
    if period:
        encounter["period"] = period
    if text("encounter.reason"):
        encounter["reasonCode"] = [{"text": text("encounter.reason")}]
    if hospitalization := _hospitalization(entry):
        encounter["hospitalization"] = hospitalization
    places = [_place(local(codes, table, text(item)), kind) for item, kind, table in _PLACES if text(item)]
    if places:
        encounter["location"] = places
    encounter["serviceProvider"] = {"identifier": {"system": uris.ODS, "value": identity.get("facility", "")}}
    return encounter


def _place(value: str, kind: str) -> Resource:
    return {
        "location": {"identifier": {"value": value}, "display": value},
        "physicalType": concept(f"{uris.TERMINOLOGY}location-physical-type", kind),
    }


def _hospitalization(entry: Entry) -> Resource:
    stay: Resource = {}
    if method := entry.text("encounter.admission_method"):
        coded = concept(f"{uris.UK_CODES}AdmissionMethodEngland", method)
        stay["extension"] = [{"url": f"{uris.UK_EXTENSION}AdmissionMethod", "valueCodeableConcept": coded}]
    if source := entry.text("encounter.admission_source"):
        stay["admitSource"] = concept(f"{uris.UK_CODES}SourceOfAdmissionEngland", source)
    if destination := entry.text("encounter.discharge_destination"):
        stay["dischargeDisposition"] = concept(f"{uris.UK_CODES}DischargeDestinationEngland", destination)
    return stay


def _extensions(entry: Entry) -> list[Resource]:
    found: list[Resource] = []
    if method := entry.text("encounter.discharge_method"):
        coded = concept(f"{uris.UK_CODES}DischargeMethodEngland", method)
        found.append({"url": f"{uris.UK_EXTENSION}DischargeMethod", "valueCodeableConcept": coded})
    if transport := entry.text("encounter.transport"):
        found.append({"url": f"{uris.EXTENSION}mode-of-arrival", "valueCode": transport})
    for item, name in (("encounter.expected_discharge", "expected-discharge"), ("encounter.ready_for_discharge", "ready-for-discharge")):
        if moment := entry.text(item):
            found.append({"url": f"{uris.EXTENSION}{name}", "valueDateTime": with_offset(moment)})
    if fit := entry.text("encounter.medically_fit"):
        found.append({"url": f"{uris.EXTENSION}medically-fit", "valueBoolean": fit == "Y"})
    return found
