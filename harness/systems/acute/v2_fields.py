"""Native resources as HL7 v2 fields: what PID, PD1, PV1, PV2 and the Z-segments hold (ITK segment grids and reference tables)."""

from __future__ import annotations

from typing import Any

from harness.systems.acute import v2_codes
from harness.systems.acute.encounter_in import places_of
from harness.systems.acute.identity import of_patient
from harness.systems.acute.v2_times import v2_stamp
from harness.systems.core.identity import is_pseudo, sensitivity
from harness.systems.core.view import suppressed

Resource = dict[str, Any]
Fields = dict[str, str]


def extension(resource: Resource, url: str) -> Resource:
    """The extension called ``url``; empty where there is none."""
    return next((each for each in resource.get("extension") or () if each.get("url") == url), {})


def code(concept: Any) -> str:
    """The first code of a CodeableConcept; empty where there is none."""
    coding = (concept or {}).get("coding") or [{}]
    return str(coding[0].get("code", ""))


def _first(value: Any) -> Resource:
    return value[0] if isinstance(value, list) and value else {}


def person(patient: Resource, consent: Resource | None) -> Fields:
    """Single-valued fields of PID, PD1 and ZU8, by address; only those with a value. Suppressed where the person is flagged."""
    patient = suppressed(patient)
    born = v2_stamp(str(patient.get("birthDate", "")))
    time = extension(patient.get("_birthDate") or {}, v2_codes.BIRTH_TIME).get("valueDateTime", "")
    dead = patient.get("deceasedDateTime")
    status = of_patient(patient).status
    marital = patient.get("maritalStatus") or {}
    practice = _first(patient.get("generalPractitioner"))
    fields = {
        "PID-7": v2_stamp(time)[:12] if time and v2_stamp(time).startswith(born) else born,
        "PID-8": v2_codes.GENDER.get(str(patient.get("gender", "")), "") or extension(patient.get("_gender") or {}, v2_codes.ORIGINAL).get("valueString", ""),
        "PID-15": code(_first(patient.get("communication")).get("language")),
        "PID-16": _marital(marital),
        "PID-17": code(extension(patient, v2_codes.RELIGION).get("valueCodeableConcept")),
        "PID-22": code(extension(patient, v2_codes.ETHNIC).get("valueCodeableConcept")),
        "PID-29": v2_stamp(dead) if dead else "",
        "PID-30": "Y" if dead or patient.get("deceasedBoolean") is True else "N" if patient.get("deceasedBoolean") is False else "",
        "PID-31": "Y" if is_pseudo(patient) else "",
        "PID-32": f"NSTS{status}" if status else "",
        "PD1-3.3": str((practice.get("identifier") or {}).get("value", "")),
        "ZU8-2": {"permit": "1", "deny": "2"}.get(((consent or {}).get("provision") or {}).get("type", ""), ""),
        "ZU8-4": {"none": "0", "local": "1", "national": "2"}[sensitivity(patient)],
    }
    return {path: text for path, text in fields.items() if text}


def _marital(concept: Resource) -> str:
    for coding in concept.get("coding") or ():
        if coding.get("system") == v2_codes.MARITAL_OWN:
            return str(coding.get("code", ""))
    found = code(concept)
    return v2_codes.MARITAL_OUT.get(found, "N" if found == "UNK" else found)


def visit(encounter: Resource, previous: Resource | None) -> Fields:
    """Single-valued fields of PV1, PV2 and ZU1, by address; ``previous`` gives the location before a move."""
    places, hospital, period = places_of(encounter), encounter.get("hospitalization") or {}, encounter.get("period") or {}
    kind = str((encounter.get("class") or {}).get("code", ""))
    method = code(extension(hospital, v2_codes.ADMISSION_METHOD).get("valueCodeableConcept"))
    leaving = code(extension(encounter, v2_codes.DISCHARGE_METHOD).get("valueCodeableConcept"))
    identifier = _first(encounter.get("identifier"))
    fields = {
        "PV1-2": v2_codes.CLASS_OUT.get(kind, kind),
        "PV1-3.2": places.get("ward", ""),
        "PV1-3.3": places.get("bed", ""),
        "PV1-3.4": places.get("site", ""),
        "PV1-4": v2_codes.METHOD_FOLD.get(method, method),
        "PV1-9": _consultant(encounter),
        "PV1-10": code(encounter.get("serviceType")),
        "PV1-14": code(hospital.get("admitSource")),
        "PV1-19.1": str(identifier.get("value", "")),
        "PV1-19.4": str(identifier.get("system", "")).removeprefix(v2_codes.VISIT) if identifier.get("value") else "",
        "PV1-36": leaving if leaving in v2_codes.SHARED_METHODS else str(extension(encounter, v2_codes.DISPOSAL).get("valueCode", "")),
        "PV1-37": code(hospital.get("dischargeDisposition")),
        "PV1-44": v2_stamp(str(period.get("start", ""))),
        "PV1-45": v2_stamp(str(period.get("end", ""))),
        "PV2-3.2": str(_first(encounter.get("reasonCode")).get("text", "")),
        "PV2-9": v2_stamp(str(extension(encounter, v2_codes.EXPECTED).get("valueDateTime", ""))),
        "PV2-38": str(extension(encounter, v2_codes.TRANSPORT).get("valueCode", "")),
        "ZU1-22": {True: "Y", False: "N"}.get(extension(encounter, v2_codes.FIT).get("valueBoolean"), ""),  # type: ignore[arg-type]
        "ZU1-24": v2_stamp(str(extension(encounter, v2_codes.READY).get("valueDateTime", ""))),
    }
    before = places_of(previous) if previous else {}
    if before and before != places:
        fields |= {"PV1-6.2": before.get("ward", ""), "PV1-6.3": before.get("bed", ""), "PV1-6.4": before.get("site", "")}
    return {path: text for path, text in fields.items() if text}


def _consultant(encounter: Resource) -> str:
    for each in encounter.get("participant") or ():
        if any(code(kind) == "CON" for kind in each.get("type") or ()):
            return str(((each.get("individual") or {}).get("identifier") or {}).get("value", ""))
    return ""
