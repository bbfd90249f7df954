"""A person's demographics as this vendor's FHIR Patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.model.record import Record
from harness.systems.core import uris
from harness.systems.core.clock import with_offset
from harness.systems.core.local_codes import Tables, local

Resource = dict[str, Any]

_GENDER = {"0": "unknown", "1": "male", "2": "female", "9": "other"}
_NAME_USE = {"usual": "usual", "preferred": "nickname", "alias": "nickname", "birth": "maiden", "previous": "old"}
_MARITAL = {"S": "S", "M": "M", "D": "D", "W": "W", "P": "L"}
_TELECOM = {"phone": {"system": "phone", "use": "home"}, "mobile": {"system": "phone", "use": "mobile"}, "email": {"system": "email"}}
_ADDRESS: dict[str, dict[str, str]] = {"home": {"use": "home"}, "temp": {"use": "temp"}, "postal": {"type": "postal"}}
_KIN = {
    "1": "SPS", "2": "DOMPART", "3": "PRN", "5": "GUARD", "6": "PRNFOST", "9": "CHILD", "12": "MTH", "13": "FTH", "14": "SIS", "15": "BRO", "16": "FAMMEMB",
    "21": "ONESELF", "61": "STPPRN",
}  # fmt: skip


def concept(system: str, code: str, text: str = "") -> Resource:
    """A CodeableConcept with one coding."""
    return {"coding": [{"system": system, "code": code} | ({"display": text} if text else {})]}


def build_patient(record: Record, identity: Mapping[str, str], codes: Tables) -> Resource:
    """The Patient of ``record``, without id or meta version; fixture keys become this system's local codes."""
    text = record.text
    patient: Resource = {"resourceType": "Patient"}
    meta = _meta(record)
    if meta:
        patient["meta"] = meta
    _set(patient, "extension", _extensions(record))
    _set(patient, "identifier", _identifiers(record))
    patient["active"] = True
    _set(patient, "name", [_name(entry.text) for entry in record.entries("name")])
    _set(
        patient,
        "telecom",
        [
            {**_TELECOM.get(entry.text("telecom.kind"), {}), "value": entry.text("telecom.value")}
            for entry in record.entries("telecom")
            if entry.text("telecom.value")
        ],
    )
    _set(patient, "gender", _GENDER.get(text("person.sex"), ""))
    _set(patient, "birthDate", text("person.birth_date"))
    if text("person.birth_time") and text("person.birth_date"):
        moment = with_offset(f"{text('person.birth_date')}T{text('person.birth_time')}")
        patient["_birthDate"] = {"extension": [{"url": f"{uris.HL7_EXTENSION}patient-birthTime", "valueDateTime": moment}]}
    if text("person.death_date"):
        patient["deceasedDateTime"] = with_offset(text("person.death_date"))
    elif text("person.deceased"):
        patient["deceasedBoolean"] = text("person.deceased") == "Y"
    _set(patient, "address", [address for entry in record.entries("address") if (address := _address(entry.text))])
    if text("person.marital_status"):
        patient["maritalStatus"] = _marital(text("person.marital_status"))
    _set(patient, "contact", [_contact(entry.text) for entry in record.entries("contact")])
    if text("person.language"):
        patient["communication"] = [{"language": concept(uris.LANGUAGE, text("person.language"))}]
    if text("person.practice"):
        patient["generalPractitioner"] = [{"identifier": {"system": uris.ODS, "value": local(codes, "practice", text("person.practice"))}}]
    patient["managingOrganization"] = {"identifier": {"system": uris.ODS, "value": identity.get("facility", "")}}
    return patient


def _set(target: Resource, key: str, value: Any) -> None:
    if value:
        target[key] = value


def _meta(record: Record) -> Resource:
    meta: Resource = {}
    sensitive = record.text("person.sensitive")
    if sensitive in ("national", "local"):
        meta["security"] = [{"system": uris.CONFIDENTIALITY, "code": "R"}]
        if sensitive == "local":
            meta["security"].append({"system": f"{uris.CODES}sensitive-flag", "code": "local-flag"})
    if record.text("person.pseudo") == "Y":
        meta["tag"] = [{"system": uris.PERSON_TAG, "code": "pseudo-person"}]
    return meta


def _extensions(record: Record) -> list[Resource]:
    found: list[Resource] = []
    if record.text("person.ethnic_category"):
        coded = concept(f"{uris.UK_CODES}EthnicCategoryEngland", record.text("person.ethnic_category"))
        found.append({"url": f"{uris.UK_EXTENSION}EthnicCategory", "valueCodeableConcept": coded})
    if record.text("person.religion"):
        coded = concept(uris.RELIGION_CODES, record.text("person.religion"))
        found.append({"url": f"{uris.HL7_EXTENSION}patient-religion", "valueCodeableConcept": coded})
    if record.text("person.interpreter_required"):
        found.append({"url": f"{uris.HL7_EXTENSION}patient-interpreterRequired", "valueBoolean": record.text("person.interpreter_required") == "Y"})
    return found


def _identifiers(record: Record) -> list[Resource]:
    found: list[Resource] = []
    number, status = record.text("person.nhs_number"), record.text("person.nhs_number_status")
    if number:
        traced = [{"url": uris.VERIFICATION, "valueCodeableConcept": concept(uris.VERIFICATION_CODES, status)}] if status else []
        found.append(({"extension": traced} if traced else {}) | {"system": uris.NHS_NUMBER, "value": number})
    for entry in record.entries("identifier"):
        authority = entry.text("identifier.authority")
        assigner = {"identifier": {"system": uris.ODS, "value": authority}}
        found.append({"system": f"{uris.LOCAL}{authority}", "value": entry.text("identifier.value"), "assigner": assigner})
    return found


def _name(text: Any) -> Resource:
    use = text("name.use") or "usual"
    name: Resource = {"use": _NAME_USE.get(use, "usual")}
    given = [part for part in (text("name.given"), *text("name.middle").split()) if part]
    if use == "alias":
        name["text"] = " ".join([*given, text("name.family")]).strip()
    _set(name, "family", text("name.family"))
    _set(name, "given", given)
    _set(name, "prefix", [part for part in (text("name.prefix"),) if part])
    _set(name, "suffix", [part for part in (text("name.suffix"),) if part])
    return name


def _address(text: Any) -> Resource:
    address: Resource = dict(_ADDRESS.get(text("address.use") or "home", {}))
    _set(address, "line", [line for line in (text("address.line1"), text("address.line2")) if line])
    _set(address, "city", text("address.city"))
    _set(address, "district", text("address.county"))
    _set(address, "postalCode", text("address.postcode"))
    return address


def _marital(code: str) -> Resource:
    if code in _MARITAL:
        return concept(f"{uris.TERMINOLOGY}v3-MaritalStatus", _MARITAL[code])
    return {"coding": [{"system": f"{uris.TERMINOLOGY}v3-NullFlavor", "code": "UNK"}, {"system": f"{uris.CODES}marital-0002", "code": code}]}


def _contact(text: Any) -> Resource:
    contact: Resource = {}
    if relationship := text("contact.relationship"):
        codings = [{"system": f"{uris.CODES}nk1-0063", "code": relationship}]
        if relationship in _KIN:
            codings.append({"system": f"{uris.TERMINOLOGY}v3-RoleCode", "code": _KIN[relationship]})
        contact["relationship"] = [{"coding": codings}]
    name: Resource = {}
    _set(name, "family", text("contact.family"))
    _set(name, "given", [part for part in (text("contact.given"),) if part])
    _set(contact, "name", name)
    if text("contact.phone"):
        contact["telecom"] = [{"system": "phone", "value": text("contact.phone")}]
    return contact
