"""Is a received resource one that this server can file? Base structure, and the few national rules that protect identity."""

from __future__ import annotations

import re
from typing import Any, Final

from harness.systems.core import uris
from harness.systems.core.refusal import RefusalError

Resource = dict[str, Any]

TYPES: Final = frozenset(
    {
        *("AllergyIntolerance", "Appointment", "AuditEvent", "Basic", "CarePlan", "CareTeam", "Communication", "CommunicationRequest", "Composition"),
        *("Condition", "Consent", "Coverage", "Device", "DeviceUseStatement", "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare"),
        *("FamilyMemberHistory", "Flag", "Goal", "HealthcareService", "Immunization", "List", "Location", "Medication", "MedicationAdministration"),
        *("MedicationDispense", "MedicationRequest", "MedicationStatement", "MessageHeader", "NutritionOrder", "Observation", "Organization", "Patient"),
        *("Person", "Practitioner", "PractitionerRole", "Procedure", "Provenance", "Questionnaire", "QuestionnaireResponse", "RelatedPerson"),
        *("RiskAssessment", "Schedule", "ServiceRequest", "Slot", "Specimen", "Subscription", "Task"),
    }
)
_REQUIRED: Final = {
    "AllergyIntolerance": ("code", "patient"),
    "Condition": ("subject",),
    "Consent": ("status", "scope", "category"),
    "Encounter": ("status", "class"),
    "EpisodeOfCare": ("status", "patient"),
    "Flag": ("status", "code", "subject"),
    "MedicationStatement": ("status", "subject"),
    "Observation": ("status", "code"),
    "Procedure": ("status", "subject"),
    "RelatedPerson": ("patient",),
    "ServiceRequest": ("status", "intent", "subject"),
    "Task": ("status", "intent"),
}
_STATUS: Final = {
    "Encounter": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    "EpisodeOfCare": "planned waitlist active onhold finished cancelled entered-in-error",
    "Flag": "active inactive entered-in-error",
    "ServiceRequest": "draft active on-hold revoked completed entered-in-error unknown",
    "Task": "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed entered-in-error",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "MedicationStatement": "active completed entered-in-error intended stopped on-hold unknown not-taken",
    "Procedure": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
    "Consent": "draft proposed active rejected inactive entered-in-error",
}
_LISTS: Final = {
    "Patient": ("identifier", "name", "telecom", "address", "contact", "communication", "generalPractitioner", "link", "extension"),
    "Encounter": ("identifier", "location", "participant", "reasonCode", "extension", "type"),
    "EpisodeOfCare": ("identifier", "type"),
    "AllergyIntolerance": ("identifier", "category", "reaction"),
    "ServiceRequest": ("identifier", "basedOn", "replaces", "reasonCode"),
    "Task": ("identifier", "basedOn"),
    "Flag": ("identifier", "category"),
}
_OBJECTS: Final = frozenset(
    {"code", "subject", "patient", "encounter", "period", "class", "hospitalization", "meta", "maritalStatus", "managingOrganization", "focus"}
)
_OF_OBJECTS: Final = frozenset({"extension", "modifierExtension", "coding", "tag", "security"})
_CODINGS: Final = frozenset({"coding", "tag", "security"})
_SHAPES: Final[dict[str, type | tuple[type, ...]]] = {
    **dict.fromkeys(
        ("meta", "period", "assigner", "valueCodeableConcept", "individual", "other", "requester", "owner", "serviceProvider", "managingOrganization"), dict
    ),
    **dict.fromkeys(("system", "reference", "family", "url", "display", "versionId", "lastUpdated"), str),
}
_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_MOMENT: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
_ID: Final = re.compile(r"[A-Za-z0-9.\-]{1,64}")


def check(resource: Resource) -> None:
    """Raises RefusalError: 400 for what is no such resource, 422 for content that breaks a rule."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in TYPES:
        raise RefusalError(400, "structure", f"{str(kind)[:60]!r} is not a resource type of this server")
    _walk(resource, kind)
    if "id" in resource and not (isinstance(resource["id"], str) and _ID.fullmatch(resource["id"])):
        raise RefusalError(400, "value", f"{kind}.id is not a FHIR id")
    for element in _LISTS.get(kind, ()):
        if element in resource and not (isinstance(resource[element], list) and all(isinstance(each, (dict, str)) for each in resource[element])):
            raise RefusalError(400, "structure", f"{kind}.{element} must be a list")
        if element != "category" and any(not isinstance(each, dict) for each in resource.get(element, ())):
            raise RefusalError(400, "structure", f"{kind}.{element} must be a list of objects")
    for element in _OBJECTS & resource.keys():
        if not isinstance(resource[element], dict):
            raise RefusalError(400, "structure", f"{kind}.{element} must be an object")
    for element in _REQUIRED.get(kind, ()):
        if element not in resource:
            raise RefusalError(422, "required", f"{kind}.{element} is required")
    if kind == "MedicationStatement" and not {"medicationCodeableConcept", "medicationReference"} & resource.keys():
        raise RefusalError(422, "required", "MedicationStatement.medication[x] is required")
    if kind in _STATUS and resource.get("status") not in _STATUS[kind].split():
        raise RefusalError(422, "code-invalid", f"{str(resource.get('status'))[:40]!r} is not a code of {kind}.status")
    for element in ("basedOn", "replaces"):
        for reference in resource.get(element, ()) if isinstance(resource.get(element), list) else ():
            if not isinstance(reference, dict) or not isinstance(reference.get("identifier", {}), dict):
                raise RefusalError(400, "structure", f"{kind}.{element} must be a list of references")
    if kind == "Encounter":
        _encounter(resource)
    if kind == "Patient":
        _patient(resource)


def _walk(value: Any, path: str) -> None:
    """FHIR's own rule: nothing is empty, and null stands only inside a list. Elements that have one shape everywhere must have it."""
    if isinstance(value, dict):
        if not value:
            raise RefusalError(400, "structure", f"{path} is an empty object")
        for key, each in value.items():
            if each is None:
                raise RefusalError(400, "structure", f"{path}.{key[:60]} is null")
            if key in _SHAPES and not isinstance(each, _SHAPES[key]):
                raise RefusalError(400, "structure", f"{path}.{key} has the wrong shape")
            if key in _OF_OBJECTS and (not isinstance(each, list) or not all(isinstance(one, dict) for one in each)):
                raise RefusalError(400, "structure", f"{path}.{key} must be a list of objects")
            if key in _CODINGS and not all(isinstance(one.get("code", ""), str) for one in each):
                raise RefusalError(400, "structure", f"{path}.{key}.code must be a string")
            _walk(each, f"{path}.{key[:60]}")
    elif isinstance(value, list):
        if not value:
            raise RefusalError(400, "structure", f"{path} is an empty list")
        for each in value:
            if each is not None:
                _walk(each, path)
    elif value == "":
        raise RefusalError(400, "structure", f"{path} is an empty string")


def _encounter(encounter: Resource) -> None:
    if not isinstance(encounter["class"].get("code"), str):
        raise RefusalError(422, "required", "Encounter.class.code is required")
    for place in encounter.get("location", ()):
        if not isinstance(place.get("location"), dict) or not isinstance(place.get("physicalType", {}), dict):
            raise RefusalError(400, "structure", "Encounter.location needs a location and a physicalType that are objects")
    for end in ("start", "end"):
        moment = encounter.get("period", {}).get(end)
        if moment is not None and not (isinstance(moment, str) and _MOMENT.fullmatch(moment)):
            raise RefusalError(422, "value", f"Encounter.period.{end} is not a dateTime")


def _patient(patient: Resource) -> None:
    if not patient.get("identifier"):
        raise RefusalError(422, "required", "a Patient needs an identifier")
    if "gender" in patient and patient["gender"] not in ("male", "female", "other", "unknown"):
        raise RefusalError(422, "code-invalid", f"{str(patient['gender'])[:40]!r} is not a code of Patient.gender")
    born = patient.get("birthDate")
    if born is not None and not (isinstance(born, str) and _DATE.fullmatch(born)):
        raise RefusalError(422, "value", "Patient.birthDate is not a date")
    if not isinstance(patient.get("active", True), bool) or not isinstance(patient.get("deceasedBoolean", True), bool):
        raise RefusalError(400, "structure", "Patient.active and deceasedBoolean are booleans")
    died = patient.get("deceasedDateTime")
    if died is not None and not (isinstance(died, str) and _MOMENT.fullmatch(died)):
        raise RefusalError(422, "value", "Patient.deceasedDateTime is not a dateTime")
    numbers = {str(each.get("value")) for each in patient.get("identifier", ()) if each.get("system") == uris.NHS_NUMBER}
    if len(numbers) > 1:
        raise RefusalError(422, "business-rule", "a Patient has one NHS number at most")
    for number in numbers:
        if not valid_nhs_number(number):
            raise RefusalError(422, "value", "the NHS number is not ten digits with a right check digit")


def valid_nhs_number(number: str) -> bool:
    """Ten digits whose last is the modulus 11 check digit of the nine before."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    check = (11 - sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False)) % 11) % 11
    return check == int(number[9])
