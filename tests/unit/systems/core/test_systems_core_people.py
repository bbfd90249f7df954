"""Records in this vendor's native FHIR, and as its messages."""

from __future__ import annotations

from typing import Any

from systems_world import NOW, record, system

from harness.formats.fhir import parse_json
from harness.model.record import Coded, Value
from harness.systems.core import emit, uris
from harness.systems.core.clock import Clock
from harness.systems.core.held_people import People
from harness.systems.core.store import Store


def people(**more: Any) -> People:
    one, clock = system("hospital", "X9A", role="exemplar", ward="MED1", **more), Clock(NOW)
    return People(one, Store(one.id, clock), clock)


def test_patient_holds_what_the_table_says() -> None:
    told = record(ethnic_category="A", language="cy", interpreter_required="Y", marital_status="P", practice="X9G01", birth_time="23:30", pseudo="Y")
    patient = people().build(told)
    extensions = {each["url"]: each for each in patient["extension"]}
    assert patient["identifier"][0] == {
        "extension": [{"url": uris.VERIFICATION, "valueCodeableConcept": {"coding": [{"system": uris.VERIFICATION_CODES, "code": "01"}]}}],
        "system": "https://fhir.nhs.uk/Id/nhs-number",
        "value": "9990007004",
    }
    assert patient["identifier"][1]["system"] == "https://exemplar-harness.example/Id/local/X9A"
    assert patient["gender"] == "female"
    assert extensions[f"{uris.UK_EXTENSION}EthnicCategory"]["valueCodeableConcept"]["coding"][0]["code"] == "A"
    assert extensions[f"{uris.HL7_EXTENSION}patient-interpreterRequired"]["valueBoolean"] is True
    assert patient["communication"][0]["language"]["coding"][0]["code"] == "cy"
    assert patient["maritalStatus"]["coding"][0]["code"] == "L"
    assert patient["generalPractitioner"][0]["identifier"] == {"system": uris.ODS, "value": "X9G01"}
    assert patient["_birthDate"]["extension"][0]["valueDateTime"] == "1925-07-04T23:30:00+01:00"
    assert patient["meta"]["tag"][0]["code"] == "pseudo-person"
    assert [each["code"] for each in patient["contact"][0]["relationship"][0]["coding"]] == ["20"]


def test_sensitive_and_death() -> None:
    assert people().build(record(sensitive="national"))["meta"]["security"] == [{"system": uris.CONFIDENTIALITY, "code": "R"}]
    assert [each["code"] for each in people().build(record(sensitive="local"))["meta"]["security"]] == ["R", "local-flag"]
    assert people().build(record(deceased="Y", death_date="2026-01-04"))["deceasedDateTime"] == "2026-01-04"
    assert people().build(record(deceased="Y"))["deceasedBoolean"] is True
    assert people().build(record(deceased="N"))["deceasedBoolean"] is False


def test_encounter_uses_local_codes_and_the_offset_of_the_day() -> None:
    stay: dict[str, Value] = {
        "encounter.number": "V1",
        "encounter.class": "I",
        "encounter.ward": "medical-1",
        "encounter.bed": "B04",
        "encounter.site": "X9A01",
        "encounter.start": "2026-07-01T09:00:01",
        "encounter.admission_method": "2A",
        "encounter.discharge_destination": "54",
        "encounter.discharge_method": "8",
        "encounter.consultant": "C9999991",
        "encounter.medically_fit": "Y",
    }
    encounter = people().apply(record().with_group("encounter", stay)).encounter
    assert encounter is not None
    places = {each["physicalType"]["coding"][0]["code"]: each["location"]["identifier"]["value"] for each in encounter["location"]}
    assert places == {"si": "X9A01", "wa": "MED1", "bd": "B04"}
    assert (encounter["status"], encounter["class"]["code"], encounter["period"]["start"]) == ("in-progress", "IMP", "2026-07-01T09:00:01+01:00")
    assert encounter["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "2A"
    assert encounter["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "54"
    assert {each["url"].rpartition("/")[2] for each in encounter["extension"]} == {"Extension-UKCore-DischargeMethod", "medically-fit"}


def test_clinical_groups_replace_what_was_held_and_numbers_keep_digits() -> None:
    one = people()
    lab: dict[str, Value] = {"observation.code": Coded("2160-0", "http://loinc.org", "Creatinine"), "observation.value": "84.10", "observation.unit": "umol/L"}
    first = one.apply(record().with_group("observation", lab, {**lab, "observation.code": Coded("1"), "observation.value": "<5"}))
    found = {each["code"]["coding"][0]["code"]: each for each in first.clinical if each["resourceType"] == "Observation"}
    assert str(found["2160-0"]["valueQuantity"]["value"]) == "84.10"
    assert found["1"]["valueString"] == "<5"
    again = one.apply(record().with_group("observation", lab))
    assert [each["resourceType"] for each in again.removed] == ["Observation"]
    assert len(one.store.of_patient("Observation", again.patient["id"])) == 1
    assert again.patient_before == first.patient
    gone = one.apply(record().with_group("allergy"), removing=True)
    assert {each["resourceType"] for each in gone.removed} == {"AllergyIntolerance", "Observation"}


def test_consent_is_stored_and_withdrawn() -> None:
    one = people()
    assert one.apply(record(consent_to_share="dissent")).clinical[-1]["provision"] == {"type": "deny"}
    assert one.apply(record(consent_to_share="unknown")).removed[0]["resourceType"] == "Consent"


def test_own_merge_leaves_one_live_record_with_everything() -> None:
    one = people()
    one.apply(record("9990007012", value="A2"))
    one.apply(record())
    kept, gone = one.merge(record(), record("9990007012", value="A2"))
    assert (kept["active"], gone["active"]) == (True, False)
    assert gone["link"][0]["other"]["reference"] == f"Patient/{kept['id']}"
    assert one.store.of_patient("AllergyIntolerance", gone["id"]) == []
    assert one.merge(record(), record("9990007012", value="A2"))[1]["active"] is False


def test_a_message_is_conditional_and_tells_nothing_sensitive() -> None:
    one = people()
    applied = one.apply(record(sensitive="national", practice="X9G01"))
    sent = emit.transaction(one.store, applied.resources, "C1", authorities=["X9A"])
    bundle = parse_json(sent.payload)
    assert (bundle["type"], bundle["identifier"]["value"]) == ("transaction", "C1")
    person, allergy = bundle["entry"]
    assert person["request"] == {"method": "PUT", "url": "Patient?identifier=https%3A%2F%2Fexemplar-harness.example%2FId%2Flocal%2FX9A%7CA1"}
    assert "id" not in person["resource"]
    assert "versionId" not in person["resource"]["meta"]
    assert not {"address", "telecom", "contact", "generalPractitioner"} & person["resource"].keys()
    assert allergy["resource"]["patient"]["reference"] == person["fullUrl"]
    alone = parse_json(emit.transaction(one.store, applied.clinical[:1], "C2", authorities=["X9A"]).payload)
    assert alone["entry"][0]["resource"]["patient"]["reference"].startswith("Patient?identifier=")
