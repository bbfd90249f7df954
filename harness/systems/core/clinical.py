"""Clinical and social-care entries of a record as this vendor's FHIR resources: one builder per group."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.model.record import Coded, Entry, Record
from harness.systems.core import uris
from harness.systems.core.clock import with_offset
from harness.systems.core.patient import concept
from harness.systems.core.units import unit_of

Resource = dict[str, Any]

_CATEGORY = {"DA": "medication", "MA": "medication", "FA": "food", "EA": "environment"}
_CERTAINTY = {"F": "confirmed", "W": "provisional", "A": "unconfirmed"}
_RESULT = {"F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "R": "registered"}


def coded(entry: Entry, item: str) -> Resource:
    """The CodeableConcept of ``item``: v2 labels become code-system URIs, the text is kept."""
    value = entry.values.get(item)
    if not isinstance(value, Coded):
        return {"coding": [{"code": entry.text(item)}]}
    coding: Resource = {}
    if value.system:
        coding["system"] = uris.SYSTEM_OF_LABEL.get(value.system) or (value.system if ":" in value.system else f"{uris.CODES}v2-label/{value.system}")
    if value.code:
        coding["code"] = value.code
    if value.text and value.code:
        coding["display"] = value.text
    found: Resource = {"coding": [coding]} if value.code else {}
    return found | ({"text": value.text} if value.text else {})


def allergy(entry: Entry, patient: str, _: str) -> Resource:
    """AllergyIntolerance; type and severity exact in this project's own extensions, category and criticality derived."""
    kind, severity = entry.text("allergy.type"), entry.text("allergy.severity")
    extensions = [{"url": f"{uris.EXTENSION}allergy-{name}", "valueCode": code} for name, code in (("type", kind), ("severity", severity)) if code]
    found: Resource = {"resourceType": "AllergyIntolerance"}
    if extensions:
        found["extension"] = extensions
    found["clinicalStatus"] = concept(f"{uris.TERMINOLOGY}allergyintolerance-clinical", "active")
    found["verificationStatus"] = concept(f"{uris.TERMINOLOGY}allergyintolerance-verification", "confirmed")
    if kind in _CATEGORY:
        found["category"] = [_CATEGORY[kind]]
    if severity.isdigit():
        found["criticality"] = "high" if int(severity) >= 5 and severity != "9" else "low"
    found["code"] = coded(entry, "allergy.code")
    found["patient"] = {"reference": patient}
    if entry.text("allergy.onset"):
        found["onsetDateTime"] = with_offset(entry.text("allergy.onset"))
    if entry.text("allergy.reaction"):
        found["reaction"] = [{"manifestation": [{"text": entry.text("allergy.reaction")}]}]
    return found


def diagnosis(entry: Entry, patient: str, encounter: str) -> Resource:
    """Condition; certainty F, W, A as verification confirmed, provisional, unconfirmed."""
    found: Resource = {"resourceType": "Condition", "clinicalStatus": concept(f"{uris.TERMINOLOGY}condition-clinical", "active")}
    if certainty := _CERTAINTY.get(entry.text("diagnosis.certainty")):
        found["verificationStatus"] = concept(f"{uris.TERMINOLOGY}condition-ver-status", certainty)
    found |= {"code": coded(entry, "diagnosis.code"), "subject": {"reference": patient}}
    if encounter:
        found["encounter"] = {"reference": encounter}
    if entry.text("diagnosis.date"):
        found["recordedDate"] = with_offset(entry.text("diagnosis.date"))
    return found


def procedure(entry: Entry, patient: str, encounter: str) -> Resource:
    """Procedure, completed; laterality as bodySite."""
    found: Resource = {"resourceType": "Procedure", "status": "completed", "code": coded(entry, "procedure.code"), "subject": {"reference": patient}}
    if encounter:
        found["encounter"] = {"reference": encounter}
    if entry.text("procedure.date"):
        found["performedDateTime"] = with_offset(entry.text("procedure.date"))
    if entry.text("procedure.laterality"):
        found["bodySite"] = [concept(uris.SNOMED, entry.text("procedure.laterality"))]
    return found


def observation(entry: Entry, patient: str, encounter: str) -> Resource:
    """Observation; a number becomes a quantity with its digits kept, anything else a string."""
    text = entry.text
    found: Resource = {"resourceType": "Observation", "status": _RESULT.get(text("observation.status"), "final"), "code": coded(entry, "observation.code")}
    found["subject"] = {"reference": patient}
    if encounter:
        found["encounter"] = {"reference": encounter}
    number = _number(text("observation.value"))
    if number is not None:
        unit = text("observation.unit")
        found["valueQuantity"] = {"value": number} | (unit_of(unit) if unit else {})
    elif text("observation.value"):
        found["valueString"] = text("observation.value")
    if text("observation.flag"):
        found["interpretation"] = [concept(f"{uris.TERMINOLOGY}v3-ObservationInterpretation", text("observation.flag"))]
    if text("observation.range"):
        found["referenceRange"] = [{"text": text("observation.range")}]
    return found


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def medication(entry: Entry, patient: str, _: str) -> Resource:
    """MedicationStatement; a stop date makes it stopped."""
    text = entry.text
    found: Resource = {"resourceType": "MedicationStatement", "status": "stopped" if text("medication.stop") else "active"}
    found |= {"medicationCodeableConcept": coded(entry, "medication.code"), "subject": {"reference": patient}}
    period = {end: with_offset(text(f"medication.{item}")) for end, item in (("start", "start"), ("end", "stop")) if text(f"medication.{item}")}
    if period:
        found["effectivePeriod"] = period
    if text("medication.reason"):
        found["reasonCode"] = [{"text": text("medication.reason")}]
    dosage: Resource = {}
    if text("medication.frequency"):
        dosage["text"] = text("medication.frequency")
    if text("medication.route"):
        dosage["route"] = {"text": text("medication.route")}
    dose = _number(text("medication.dose"))
    if dose is not None:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": dose} | ({"unit": text("medication.unit")} if text("medication.unit") else {})}]
    if dosage:
        found["dosage"] = [dosage]
    return found


def alert(entry: Entry, patient: str, _: str) -> Resource:
    """Flag; active unless the entry says otherwise."""
    found: Resource = {"resourceType": "Flag", "status": entry.text("alert.status") or "active"}
    return found | {"code": coded(entry, "alert.code"), "subject": {"reference": patient}}


def package(entry: Entry, patient: str, _: str) -> Resource:
    """EpisodeOfCare: a social-care service."""
    text = entry.text
    found: Resource = {"resourceType": "EpisodeOfCare"}
    if text("package.number"):
        found["identifier"] = [{"system": uris.PACKAGE, "value": text("package.number")}]
    found |= {"status": text("package.status") or "planned", "type": [coded(entry, "package.type")], "patient": {"reference": patient}}
    if text("package.start"):
        found["period"] = {"start": with_offset(text("package.start"))}
    if text("package.worker"):
        found["careManager"] = {"display": text("package.worker")}
    return found


def consent(record: Record, patient: str) -> Resource | None:
    """Consent to share: express permits, dissent denies; unknown has none."""
    decision = {"express": "permit", "dissent": "deny"}.get(record.text("person.consent_to_share"))
    if decision is None:
        return None
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": concept(f"{uris.TERMINOLOGY}consentscope", "patient-privacy"),
        "category": [concept("http://loinc.org", "59284-0")],
        "patient": {"reference": patient},
        "policyRule": concept(f"{uris.TERMINOLOGY}v3-ActCode", "OPTIN" if decision == "permit" else "OPTOUT"),
        "provision": {"type": decision},
    }


Builder = Callable[[Entry, str, str], Resource]
BUILDERS: dict[str, tuple[str, str, Builder]] = {
    "allergy": ("AllergyIntolerance", "allergy.code", allergy),
    "diagnosis": ("Condition", "diagnosis.code", diagnosis),
    "procedure": ("Procedure", "procedure.code", procedure),
    "observation": ("Observation", "observation.code", observation),
    "medication": ("MedicationStatement", "medication.code", medication),
    "alert": ("Flag", "alert.code", alert),
    "package": ("EpisodeOfCare", "package.type", package),
}
