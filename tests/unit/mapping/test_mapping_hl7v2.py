"""Whole messages: places, segments and their order, deletion, events."""

from __future__ import annotations

import pytest
from mapping_hl7v2_kit import KEY, PID, pid, read, written
from material import Material, everywhere

from harness.formats.hl7v2 import parse
from harness.mapping import lens
from harness.model.record import DELETED, Record


def test_a_whole_message_of_the_canonical_table() -> None:
    record = read(
        "EVN||20260105090000",
        "PID|||9990007004^^^NHS~A0000001^^^X9A||Ashworth^Margaret^Rose^MBE^Mrs^^L~Pickering^Margaret^^^^^PREVIOUS-BIRTH||192507040015|2|||"
        "1 Example Street^Little Sample^Exampleton^Sampleshire^ZZ99 3WZ^^H||01632960001^^PH~07700900001^^CP~^^Internet^m@example.org||en|W|C22"
        "|||||A|||||||20260106234000|Y|Y|ED~NSTS01",
        "PD1|||^^X9G01",
        "NK1|1|Ashworth^Peter|9||07700900002",
        "PV1||I|^MED1^B04^X9A01|21|||||C9999991|300||||19|||||V000001|||||||||||||||||5|54|||||||20260105090001|20260109100000",
        "PV2|||^Breathless||||||20260109|||||||||||||||||||||||||||||A",
        "OBX|1|NM|2708-6^Oxygen saturation^LN||91.0|%|94-98|L|||F",
        "AL1|1|DA|91936005^Allergy to penicillin^SNCT|7|Anaphylaxis|19980701",
        "DG1|1||J18.9^Pneumonia^I10||20260105|W",
        "PR1|1||U07.1^CT of chest^OPCS4||202601051130",
        "ZU1||||||||||||||||||||||N||20260108",
        "ZU8||1||2",
        codes={"ward": {"medical-1": "MED1", "medical-2": "MED2"}, "practice": {"a": "X9G01"}},
    )
    assert record.to_json() == {
        "person": [
            {
                "person.nhs_number": "9990007004",
                "person.nhs_number_status": "01",
                "person.birth_date": "1925-07-04",
                "person.birth_time": "00:15",
                "person.sex": "2",
                "person.deceased": "Y",
                "person.death_date": "2026-01-06T23:40:00",
                "person.ethnic_category": "A",
                "person.language": "en",
                "person.marital_status": "W",
                "person.religion": "C22",
                "person.pseudo": "Y",
                "person.practice": "a",
                "person.consent_to_share": "express",
                "person.sensitive": "national",
            }
        ],
        "name": [
            {
                "name.family": "Ashworth",
                "name.given": "Margaret",
                "name.middle": "Rose",
                "name.suffix": "MBE",
                "name.prefix": "Mrs",
                "name.use": "usual",
            },
            {"name.family": "Pickering", "name.given": "Margaret", "name.use": "birth"},
        ],
        "identifier": [{"identifier.value": "A0000001", "identifier.authority": "X9A"}],
        "address": [
            {
                "address.line1": "1 Example Street",
                "address.line2": "Little Sample",
                "address.city": "Exampleton",
                "address.county": "Sampleshire",
                "address.postcode": "ZZ99 3WZ",
                "address.use": "home",
            }
        ],
        "telecom": [
            {"telecom.kind": "phone", "telecom.value": "01632960001"},
            {"telecom.kind": "mobile", "telecom.value": "07700900001"},
            {"telecom.kind": "email", "telecom.value": "m@example.org"},
        ],
        "contact": [{"contact.family": "Ashworth", "contact.given": "Peter", "contact.relationship": "9", "contact.phone": "07700900002"}],
        "encounter": [
            {
                "encounter.status": "in-progress",
                "encounter.class": "I",
                "encounter.site": "X9A01",
                "encounter.ward": "medical-1",
                "encounter.bed": "B04",
                "encounter.admission_method": "21",
                "encounter.consultant": "C9999991",
                "encounter.specialty": "300",
                "encounter.admission_source": "19",
                "encounter.number": "V000001",
                "encounter.discharge_method": "5",
                "encounter.discharge_destination": "54",
                "encounter.start": "2026-01-05T09:00:01",
                "encounter.end": "2026-01-09T10:00:00",
                "encounter.reason": "Breathless",
                "encounter.expected_discharge": "2026-01-09",
                "encounter.transport": "A",
                "encounter.medically_fit": "N",
                "encounter.ready_for_discharge": "2026-01-08",
            }
        ],
        "observation": [
            {
                "observation.code": {"code": "2708-6", "system": "http://loinc.org", "text": "Oxygen saturation"},
                "observation.value": "91.0",
                "observation.unit": "%",
                "observation.range": "94-98",
                "observation.flag": "L",
                "observation.status": "F",
            }
        ],
        "allergy": [
            {
                "allergy.type": "DA",
                "allergy.code": {"code": "91936005", "system": "http://snomed.info/sct", "text": "Allergy to penicillin"},
                "allergy.severity": "7",
                "allergy.reaction": "Anaphylaxis",
                "allergy.onset": "1998-07-01",
            }
        ],
        "diagnosis": [
            {
                "diagnosis.code": {"code": "J18.9", "system": "http://hl7.org/fhir/sid/icd-10", "text": "Pneumonia"},
                "diagnosis.date": "2026-01-05",
                "diagnosis.certainty": "W",
            }
        ],
        "procedure": [
            {
                "procedure.code": {"code": "U07.1", "system": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "text": "CT of chest"},
                "procedure.date": "2026-01-05T11:30",
            }
        ],
    }
    back = lens(KEY).write(record, trigger="A01", codes={"ward": {"medical-1": "W01"}, "practice": {"a": "X9G01"}})
    assert back.raw("PV1").startswith("PV1||I|^W01^B04^X9A01|21|||||C9999991|300||||19|||||V000001|")
    assert back.raw("PID") == (
        "PID|||9990007004^^^NHS~A0000001^^^X9A||Ashworth^Margaret^Rose^MBE^Mrs^^L~Pickering^Margaret^^^^^PREVIOUS-BIRTH||192507040015|2|||"
        "1 Example Street^Little Sample^Exampleton^Sampleshire^ZZ99 3WZ^^H||01632960001^^PH~07700900001^^CP~^^Internet^m@example.org||en|W|C22"
        "|||||A|||||||20260106234000|Y|Y|NSTS01"
    )
    assert back.raw("PV2") == "PV2|||^Breathless||||||20260109|||||||||||||||||||||||||||||A"
    assert back.raw("OBX") == "OBX|1|NM|2708-6^Oxygen saturation^LN||91.0|%|94-98|L|||F"
    assert back.raw("AL1") == "AL1|1|DA|91936005^Allergy to penicillin^SNCT|7|Anaphylaxis|19980701"
    assert back.raw("DG1") == "DG1|1||J18.9^Pneumonia^I10||20260105|W"
    assert back.raw("PR1") == "PR1|1||U07.1^CT of chest^OPCS4||202601051130"
    assert back.raw("NK1") == "NK1|1|Ashworth^Peter|9||07700900002"
    assert back.raw("PD1") == "PD1|||^^X9G01"
    assert back.raw("ZU1") == "ZU1||||||||||||||||||||||N||20260108"
    assert back.raw("ZU8") == "ZU8||1||2"


def test_each_value_knows_where_it_stood() -> None:
    record = read(PID.strip(), "AL1|1|DA|1^A^SNCT", "AL1|2|DA|2^B^SNCT|7", "PV1||I|^MED1")
    assert record.entries("person")[0].where["person.nhs_number"] == "PID-3[1].1"
    assert record.entries("person")[0].where["person.birth_date"] == "PID-7"
    assert record.entries("identifier")[0].where["identifier.value"] == "PID-3[2].1"
    assert record.entries("name")[0].where["name.family"] == "PID-5[1].1"
    assert record.entries("allergy")[1].where["allergy.severity"] == "AL1[2]-4.1"
    assert record.entries("encounter")[0].where["encounter.ward"] == "PV1-3.2"


def test_two_quotation_marks_delete_and_nothing_leaves_alone() -> None:
    values = read('PID|||1^^^X9A||A^B||""|""|||||||""||||||||||||||""|""', 'PD1|||^^""', 'ZU8||""||""').entries("person")[0].values
    assert {item for item, value in values.items() if value is DELETED} == {
        "person.birth_date",
        "person.sex",
        "person.language",
        "person.practice",
        "person.death_date",
        "person.deceased",
        "person.consent_to_share",
        "person.sensitive",
    }
    assert "person.marital_status" not in values
    tree = written({"person.birth_date": DELETED, "person.practice": DELETED, "person.deceased": DELETED, "person.nhs_number_status": DELETED})
    assert [tree.raw(path) for path in ("PID-7", "PD1-3.3", "PID-30", "PID-32")] == ['""'] * 4
    assert tree.raw("PID-8") == ""


def test_a_deleted_address_is_one_deletion_and_goes_back_as_one() -> None:
    record = read(pid(11, '""'))
    assert record.entries("address")[0].values == {"address.line1": DELETED}
    assert lens(KEY).write(record).raw("PID-11") == '""'


TRIGGERS = {
    "A01": "in-progress",
    "A02": "in-progress",
    "A04": "in-progress",
    "A12": "in-progress",
    "A13": "in-progress",
    "A22": "in-progress",
    "A52": "in-progress",
    "A21": "onleave",
    "A53": "onleave",
    "A03": "finished",
    "A05": "planned",
    "A14": "planned",
    "A11": "cancelled",
    "A27": "cancelled",
    "A38": "cancelled",
    "A08": "",
    "A31": "",
}


@pytest.mark.parametrize(("trigger", "status"), TRIGGERS.items())
def test_an_event_implies_the_state_of_the_visit(trigger: str, status: str) -> None:
    assert read("PV1||I", trigger=trigger).text("encounter.status") == status
    assert (lens(KEY).loss_of("encounter.status", status, trigger=trigger) is None) == bool(status)


def test_a_person_event_without_a_visit_has_no_encounter() -> None:
    assert read("PV1||N", trigger="A31").entries("encounter") == ()
    assert read(PID.strip(), trigger="A28").entries("encounter") == ()
    assert read("PV1||N|^MED1", trigger="A31").text("encounter.ward") == "MED1"


RICH = (
    Record()
    .with_group("person", {"person.nhs_number": "9990007004", "person.practice": "X9G01", "person.sensitive": "none"})
    .with_group("contact", {"contact.family": "A"})
    .with_group("encounter", {"encounter.class": "I", "encounter.reason": "x", "encounter.medically_fit": "Y"})
    .with_group("observation", {"observation.value": "1"})
    .with_group("allergy", {"allergy.reaction": "x"}, {"allergy.reaction": "y"})
    .with_group("diagnosis", {"diagnosis.certainty": "F"})
    .with_group("procedure", {"procedure.date": "2026-01-05"})
)
FULL = "MSH EVN PID PD1 NK1 PV1 PV2 OBX AL1 AL1 DG1 PR1 ZU1 ZU8"
GRIDS = {
    "A01": FULL,
    "A04": FULL,
    "A08": FULL,
    "A28": FULL,
    "A02": "MSH EVN PID PD1 PV1 PV2 OBX ZU1 ZU8",
    "A03": "MSH EVN PID PD1 PV1 PV2 OBX ZU1 ZU8",
    "A11": "MSH EVN PID PD1 PV1 PV2 OBX DG1 ZU1 ZU8",
    "A40": "MSH EVN PID PD1",
    "A52": "MSH EVN PID PD1 PV1 PV2 OBX",
}


@pytest.mark.parametrize(("trigger", "names"), GRIDS.items())
def test_segments_are_those_of_the_grid_in_its_order(trigger: str, names: str) -> None:
    tree = lens(KEY).write(RICH, trigger=trigger)
    assert " ".join(segment.name for segment in tree.segments) == names


def test_the_header_names_the_event_and_its_structure() -> None:
    assert [written({}, trigger=trigger).get("MSH-9") for trigger in ("A28", "A01", "A40", "A12", "A27", "A53")] == [
        "ADT^A28^ADT_A05",
        "ADT^A01^ADT_A01",
        "ADT^A40^ADT_A39",
        "ADT^A12^ADT_A09",
        "ADT^A27^ADT_A21",
        "ADT^A53^ADT_A52",
    ]
    assert written({}).get("MSH-12") == "2.4"


def test_separators_and_line_breaks_survive() -> None:
    text = "a|b^c~d\\e&f\ng £ Ŵyn"
    tree = lens(KEY).write(Record().with_group("allergy", {"allergy.reaction": text}), trigger="A01")
    tree.set("MSH-18", "UNICODE UTF-8")
    assert lens(KEY).read(parse(tree.encode())).text("allergy.reaction") == text


def test_codes_resolve_both_ways_and_unknown_ones_stay() -> None:
    codes = {"ward": {"medical-1": "MED1"}, "consultant": {"a": "C9999991"}}
    record = read("PV1||I|^MED1^^X9A01||||||C9999991", codes=codes)
    assert (record.text("encounter.ward"), record.text("encounter.consultant")) == ("medical-1", "a")
    assert read("PV1||I|^MED9", codes=codes).text("encounter.ward") == "MED9"
    assert lens(KEY).write(record, trigger="A01", codes={"ward": {"medical-1": "W01"}}).get("PV1-3.2") == "W01"


def test_losses_are_items_no_message_can_carry() -> None:
    losses = lens(KEY).losses
    assert {"medication.code", "alert.code", "package.status", "referral.reply", "procedure.laterality", "person.interpreter_required"} <= set(losses)
    assert "encounter.discharge_method" not in losses
    assert all(sentence.endswith(".") for sentence in losses.values())
    assert lens(KEY).loss_of("person.sex", "9") is None


@everywhere
def test_examples_are_read(material: Material) -> None:
    count = 0
    for path in material.files(own=["fixtures/itk/*/*"], shared=["itk-adt-examples/**/*"]):
        content = path.read_bytes()
        if content.startswith(b"MSH"):
            record = lens(KEY).read(parse(content))
            count += 1
            if path.stem == "A01" and record.entries("encounter"):
                assert record.text("name.family") == "SMITH"
    assert count >= material.least(own=6, shared=30)
