"""What conversion makes of typed messages, and what its ledger says."""

from __future__ import annotations

import pytest
from mapping_convert_kit import converted, message, resources

from harness.errors import FormatError
from harness.formats.fhir import encode_json, parse_json
from harness.mapping.carry.back import to_v2
from harness.mapping.conversion import Conversion
from harness.mapping.lens import lens
from harness.validation.dispatch import validate
from harness.validation.options import Options

VISIT = "PV1|1|I|W1^R2^B3^X9A01||||C1234567^Grey^Anna^^^Dr|||300|||||||||V123^^^X9A|||||||||||||||||||||||||20260105090000"


def fate(conversion: Conversion, address: str) -> tuple[str, str, str]:
    found = next(one for one in conversion.fates if one.address == address)
    return found.state, found.by, found.reason


def test_a_clean_admission_validates_without_errors() -> None:
    made = converted(VISIT, "AL1|1|DA|Z88.0^Penicillin^I10|SV|Rash", "DG1|1||J18.9^Pneumonia^I10||20260105|A", "PR1|1||X35.2^Infusion^OPCS4||20260105101500")
    assert [str(issue) for issue in validate(made.data, Options(), "made.json") if issue.is_error] == []
    assert made.result["entry"][0]["resource"]["resourceType"] == "MessageHeader"


def test_the_nhs_number_keeps_its_system_and_its_item_row_wins() -> None:
    made = converted(VISIT)
    patient = resources(made, "Patient")[0]
    assert patient["identifier"][0]["system"] == "https://fhir.nhs.uk/Id/nhs-number"
    assert patient["identifier"][1]["system"] == "https://exemplar-harness.example/Id/local/X9A"
    assert patient["gender"] == "female"
    assert fate(made, "PID-3[1].1")[:2] == ("carried", "item")
    assert fate(made, "PID-3[1].5")[:2] == ("carried", "carry")


def test_a_birth_in_summer_stays_on_its_day() -> None:
    assert resources(converted(), "Patient")[0]["birthDate"] == "1925-07-04"


def test_a_visit_has_its_class_its_doctor_and_its_place() -> None:
    encounter = resources(made := converted(VISIT), "Encounter")[0]
    assert encounter["class"]["code"] == "IMP"
    assert encounter["status"] == "in-progress"
    assert encounter["period"]["start"] == "2026-01-05T09:00:00+00:00"
    doctor = resources(made, "Practitioner")[0]
    assert doctor["identifier"][0] == {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "C1234567"}
    assert {one["name"] for one in resources(made, "Location")} == {"W1", "R2", "B3", "X9A01"}


def test_a_result_is_a_report_with_its_observations() -> None:
    made = converted(
        "ORC|RE|P1^X9A|F1^X9B",
        "OBR|1|P1^X9A|F1^X9B|26464-8^White cells^LN|||20260105080000|||||||||||||||20260105093000||HM|F",
        "OBX|1|NM|6690-2^Leukocytes^LN||4.50|10*9/L^^UCUM|4-11|N|||F",
        "NTE|1||Sample slightly haemolysed",
        "OBX|2|CWE|600-7^Culture^LN||112283007^Escherichia coli^SCT||||||F",
        "OBX|3|SN|1-1^Titre^L||^1^:^128||||||F",
        event="ORU^R01^ORU_R01",
    )
    report = resources(made, "DiagnosticReport")[0]
    first, second, third = resources(made, "Observation")
    assert len(report["result"]) == 3
    assert report["status"] == "final"
    assert str(first["valueQuantity"]["value"]) == "4.50"
    assert first["note"] == [{"text": "Sample slightly haemolysed"}]
    assert second["valueCodeableConcept"]["coding"][0]["system"] == "http://snomed.info/sct"
    assert "valueString" not in second
    assert third["valueRatio"]["denominator"]["value"] == 128
    assert not [issue for issue in validate(made.data, Options(), "made.json") if issue.is_error]


def test_a_document_keeps_its_bytes() -> None:
    made = converted("TXA|1|CN|TX|20260105090000||||||||D1^X9A|||||AU", "OBX|1|ED|1^Letter^L||^application^pdf^Base64^JVBERi0=", event="MDM^T02^MDM_T02")
    document = resources(made, "DocumentReference")[0]
    assert document["content"][0]["attachment"] == {"contentType": "application/pdf", "data": "JVBERi0="}
    assert document["docStatus"] == "final"


def test_an_appointment_and_a_prescription() -> None:
    booked = converted("SCH|A1^X9A||||||REV^Review|ROUTINE|||^^^20260201100000^20260201103000||||||||||||||BOOKED", event="SIU^S12^SIU_S12")
    assert resources(booked, "Appointment")[0]["status"] == "booked"
    assert resources(booked, "Appointment")[0]["start"] == "2026-02-01T10:00:00+00:00"
    given = converted(
        "ORC|NW|RX1^X9A|||||||20260105090000", "RXE||322236009^Paracetamol 500mg tablets^SCT|1||TAB^tablet", "RXR|PO^Oral^HL70162", event="RDE^O11^RDE_O11"
    )
    order = resources(given, "MedicationRequest")[0]
    assert order["status"] == "active"
    assert order["medicationCodeableConcept"]["coding"][0]["code"] == "322236009"
    assert order["dosageInstruction"][0]["route"]["text"] == "Oral"


def test_a_merge_leaves_the_loser_inactive_and_linked() -> None:
    made = converted("MRG|A0000009^^^X9A^MR", event="ADT^A40^ADT_A39")
    survivor, loser = resources(made, "Patient")
    assert loser["active"] is False
    assert loser["link"][0]["type"] == "replaced-by"
    assert survivor["link"][0]["type"] == "replaces"


@pytest.mark.parametrize(
    ("segment", "address", "reason"),
    [
        ("ZZZ|something", "ZZZ-1", "no carry table for the segment ZZZ"),
        ("PD1|S", "PD1-1", "living dependency has no element of Patient"),
        ("PV1|1|I||||||||||||||||||||||||||||||||||||||||||2026130509", "PV1-44", "not a value that datetime can carry"),
        ("NK1|1|Smith^Ann||||||||||||" + '""', "NK1-14", "an explicit deletion: a FHIR resource says it by leaving the element out"),
    ],
)
def test_what_is_not_carried_says_why(segment: str, address: str, reason: str) -> None:
    assert fate(converted(segment), address) == ("not carried", "", reason)


def test_what_bounds_a_message_is_structural() -> None:
    assert fate(converted(VISIT), "PV1-1")[0] == "structural"
    assert fate(converted(VISIT), "MSH-2")[0] == "structural"


def test_the_same_message_gives_the_same_bytes() -> None:
    assert converted(VISIT).data == converted(VISIT).data


def test_there_and_back_keeps_what_rows_carry_both_ways() -> None:
    segments = (VISIT, "AL1|1|DA|Z88.0^Penicillin^I10|5|Rash|20200101", "DG1|1||J18.9^Pneumonia^I10||20260105|A", "ZU1|20260104120000|||||||||1")
    sent = message(*segments)
    back = to_v2(parse_json(encode_json(converted(*segments).result)))
    for address in (
        "MSH-9.2",
        "MSH-10",
        "PID-3[1].1",
        "PID-3[2].5",
        "PID-5.5",
        "PID-11.6",
        "PV1-3.1",
        "PV1-7.1",
        "PV1-19.1",
        "AL1-3.1",
        "DG1-3.3",
        "ZU1-1",
        "ZU1-10",
    ):
        assert back.result.get(address) == sent.get(address), address
    assert sum(back.counts.values()) == len(back.fates)


def test_a_report_goes_back_as_a_result_message() -> None:
    made = converted(
        "OBR|1||F1^X9B|26464-8^White cells^LN|||20260105080000||||||||||||||||||F",
        "OBX|1|NM|6690-2^Leukocytes^LN||4.50|10*9/L|4-11|N|||F",
        event="ORU^R01^ORU_R01",
    )
    back = to_v2(made.result).result
    assert [segment.name for segment in back.segments] == ["MSH", "PID", "OBR", "OBX"]
    assert back.get("MSH-9") == "ORU^R01^ORU_R01"
    assert (back.get("OBR-4.1"), back.get("OBR-25"), back.get("OBX-5")) == ("26464-8", "F", "4.50")


def test_a_bundle_without_a_person_is_refused() -> None:
    with pytest.raises(FormatError, match="no person was found"):
        to_v2({"resourceType": "Bundle", "type": "collection", "entry": []})


def test_items_read_the_same_from_both_sides() -> None:
    made = converted(VISIT)
    before, after = lens("hl7v2/2.4/itk").read(message(VISIT)), lens("fhir/4.0.1/ukcore").read(made.result)
    for item in (
        "person.nhs_number",
        "name.prefix",
        "address.postcode",
        "telecom.value",
        "encounter.ward",
        "encounter.bed",
        "encounter.site",
        "encounter.number",
    ):
        assert after.text(item) == before.text(item) != "", item
