"""Records and HL7 v2.4 ITK messages: places, traps, deletion, order."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.formats.hl7v2 import Tree, parse
from harness.mapping import Loss, lens
from harness.model.record import DELETED, Coded, Record, Value

KEY = "hl7v2/2.4/itk"
MSH = "MSH|^~\\&|EPR|X9A|ROUTE|ROUTE|20260105090000||ADT^{0}^ADT_A01|1|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
PID = "PID|||9990007004^^^NHS~A0000001^^^X9A||Ashworth^Margaret^^^^^L||19250704|2\r"


def read(*segments: str, trigger: str = "A01", codes: dict[str, dict[str, str]] | None = None) -> Record:
    return lens(KEY).read(parse((MSH.format(trigger) + "\r".join(segments)).encode()), codes=codes or {})


def written(values: dict[str, Value], group: str = "person", trigger: str = "A28") -> Tree:
    tree = lens(KEY).write(Record().with_group(group, values), trigger=trigger)
    assert isinstance(tree, Tree)
    return tree


def pid(field: int, text: str) -> str:
    return "PID" + "|" * field + text


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


@pytest.mark.parametrize("spelling", ["^^^NHS", "^^^NHS^NH", "^^^NHS^NHS", "^^^NHS^HN", "^^^NH", "^^^NHSNBR^NHSNMBR", "^^^X^NI"])
def test_every_spelling_of_an_nhs_number_is_recognised(spelling: str) -> None:
    record = read(f"PID|||L1^^^X9A~9990007004{spelling}||A^B")
    assert record.text("person.nhs_number") == "9990007004"
    assert record.all("identifier.value") == ("L1",)


def test_a_local_number_is_not_an_nhs_number_because_it_looks_like_one() -> None:
    record = read("PID|||9990007004^^^X9A^MR||A^B")
    assert record.text("person.nhs_number") == ""
    assert record.all("identifier.value") == ("9990007004",)


@pytest.mark.parametrize(
    ("text", "date", "time"),
    [
        ("19250704", "1925-07-04", ""),
        ("19250704000000", "1925-07-04", "00:00"),
        ("192507042359", "1925-07-04", "23:59"),
        ("19250704081501", "1925-07-04", "08:15:01"),
        ("19250704000000+0100", "1925-07-04", "00:00"),
        ("192507", "1925-07", ""),
        ("1925", "1925", ""),
        ("196513121515", "196513121515", "15:15"),
        ("RESURREC", "RESURREC", ""),
    ],
)
def test_a_date_of_birth_is_its_first_eight_characters(text: str, date: str, time: str) -> None:
    record = read(pid(7, text))
    assert record.text("person.birth_date") == date
    assert record.text("person.birth_time") == time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260105", "2026-01-05"),
        ("202601050900", "2026-01-05T09:00"),
        ("20260105090001", "2026-01-05T09:00:01"),
        ("20260105090001.1234", "2026-01-05T09:00:01"),
        ("20260704080000+0000", "2026-07-04T09:00:00"),
        ("20260704090000+0100", "2026-07-04T09:00:00"),
        ("20261025013000", "2026-10-25T01:30:00"),
        ("20260230", "20260230"),
        ("201030081030", "201030081030"),
        ("2026-01-05 09:00:00", "2026-01-05 09:00:00"),
    ],
)
def test_times_are_local_wall_clock(text: str, expected: str) -> None:
    assert read("PV1||I" + "|" * 42 + text).text("encounter.start") == expected
    if expected != text and "+" not in text and "." not in text:
        assert written({"encounter.start": expected}, "encounter", "A01").get("PV1-44") == text


SEX = {"0": "0", "1": "1", "2": "2", "9": "9", "M": "1", "F": "2", "A": "9", "U": "0", "N": "0", "O": "0", "X": "0"}


@pytest.mark.parametrize(("text", "neutral"), SEX.items())
def test_sex(text: str, neutral: str) -> None:
    assert read(pid(8, text)).text("person.sex") == neutral


def test_marital_status_p_is_separated_and_stays_p() -> None:
    assert read(pid(16, "P")).text("person.marital_status") == "P"
    assert written({"person.marital_status": "P"}).get("PID-16.1") == "P"
    assert [read(pid(16, code)).entries("person")[0].values["person.marital_status"] for code in "SMDWPN89"] == list("SMDWPN89")


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "6", "7", "10", "11", "12", "13", "14", "19"])
def test_a_disposal_is_not_read_as_a_discharge_method(code: str) -> None:
    record = read("PV1||I" + "|" * 34 + code + "|19")
    assert "encounter.discharge_method" not in record.entries("encounter")[0].values
    assert record.text("encounter.discharge_destination") == "19"


@pytest.mark.parametrize("code", ["5", "8", "9"])
def test_the_three_shared_discharge_methods_go_both_ways(code: str) -> None:
    assert read("PV1||I" + "|" * 34 + code).text("encounter.discharge_method") == code
    assert written({"encounter.discharge_method": code}, "encounter", "A03").get("PV1-36") == code
    assert lens(KEY).loss_of("encounter.discharge_method", code) is None


@pytest.mark.parametrize("code", ["1", "3", "4", "6", "7"])
def test_a_discharge_method_without_a_place_is_not_written(code: str) -> None:
    tree = written({"encounter.class": "I", "encounter.discharge_method": code}, "encounter", "A03")
    assert tree.get("PV1-36") is None
    loss = lens(KEY).loss_of("encounter.discharge_method", code)
    assert isinstance(loss, Loss)
    assert loss.kind == "lost"


@pytest.mark.parametrize("code", ["25", "2A", "2B", "2C", "2D"])
def test_newer_admission_methods_fold_back_and_say_so(code: str) -> None:
    assert written({"encounter.admission_method": code}, "encounter", "A01").get("PV1-4") == "28"
    loss = lens(KEY).loss_of("encounter.admission_method", code)
    assert loss is not None
    assert loss.kind == "broadened"


def test_the_old_admission_methods_are_kept() -> None:
    for code in ("11", "12", "13", "21", "22", "23", "24", "28", "31", "32", "81", "82", "83", "98", "99"):
        assert read(f"PV1||I||{code}").text("encounter.admission_method") == code
        assert written({"encounter.admission_method": code}, "encounter", "A01").get("PV1-4") == code
        assert lens(KEY).loss_of("encounter.admission_method", code) is None


@pytest.mark.parametrize(
    ("segment", "item", "code"),
    [
        (pid(22, "Q^Qish"), "person.ethnic_category", "Q"),
        ("PV1||I||77", "encounter.admission_method", "77"),
        ("PV1||Z", "encounter.class", "Z"),
        (pid(8, "J"), "person.sex", "J"),
        ("OBX|1|ST|1^x^L||v||||||Confirmed", "observation.status", "Confirmed"),
        ("NK1|1|A^B|77", "contact.relationship", "77"),
    ],
)
def test_an_unknown_code_keeps_its_original(segment: str, item: str, code: str) -> None:
    record = read(segment)
    value = record.entries(item.partition(".")[0])[0].values[item]
    assert isinstance(value, Coded)
    assert (value.code, value.original) == (code, code)
    tree = lens(KEY).write(record, trigger="A01")
    assert code in tree.encode().decode()


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("L", "usual"),
        ("PREFERRED", "preferred"),
        ("A", "alias"),
        ("PREVIOUS-BIRTH", "birth"),
        ("PREVIOUS-MAIDEN", "birth"),
        ("PREVIOUS", "previous"),
        ("PREVIOUS-BACHELOR", "previous"),
        ("", "usual"),
    ],
)
def test_kinds_of_name(text: str, use: str) -> None:
    assert read(pid(5, f"A^B^^^^^{text}")).text("name.use") == use


def test_only_the_first_name_is_usual_by_default() -> None:
    assert [dict(entry.values) for entry in read(pid(5, "A^B~C^D")).entries("name")][1] == {"name.family": "C", "name.given": "D"}


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("01632960001^^PH", "phone"),
        ("07700900001^^CP", "mobile"),
        ("^^Internet^a@example.org", "email"),
        ("^NET^^a@example.org", "email"),
        ("01632960001", "phone"),
    ],
)
def test_kinds_of_number(number: str, kind: str) -> None:
    assert read(pid(13, number)).text("telecom.kind") == kind


def test_numbers_without_kind_stand_landline_first() -> None:
    assert read(pid(13, "01632960001~07700900001")).all("telecom.kind") == ("phone", "mobile")


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


@pytest.mark.parametrize(
    ("label", "system"),
    [
        ("SNCT", "http://snomed.info/sct"),
        ("SNM3", "http://snomed.info/sct"),
        ("I10", "http://hl7.org/fhir/sid/icd-10"),
        ("ICD10", "http://hl7.org/fhir/sid/icd-10"),
        ("OPCS4", "https://fhir.hl7.org.uk/CodeSystem/OPCS-4"),
        ("FOO", "FOO"),
        ("", ""),
    ],
)
def test_coding_system_labels(label: str, system: str) -> None:
    assert read(f"AL1|1|DA|X^Y^{label}").entries("allergy")[0].values["allergy.code"] == Coded("X", system, "Y")


def test_text_without_a_code_is_kept() -> None:
    assert read("AL1|1|DA|^Peanut").entries("allergy")[0].values["allergy.code"] == Coded("", "", "Peanut")


@pytest.mark.parametrize(("value", "kind"), [("5.0", "NM"), ("-1", "NM"), ("<70", "ST"), ("positive", "ST")])
def test_observation_values_declare_their_type(value: str, kind: str) -> None:
    tree = written({"observation.value": value}, "observation", "A01")
    assert (tree.get("OBX-2"), tree.get("OBX-5")) == (kind, value)


def test_a_structured_numeric_is_one_value() -> None:
    assert read("OBX|1|SN|x^y^LN||<^70|g/L").text("observation.value") == "<70"


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


def test_the_official_examples_are_read() -> None:
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "itk-adt-examples"
    if not folder.is_dir():
        pytest.skip("the official examples are not here")
    count = 0
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if content.startswith(b"MSH"):
            record = lens(KEY).read(parse(content))
            count += 1
            if path.stem == "A01" and record.entries("encounter"):
                assert record.text("name.family") == "SMITH"
    assert count >= 30
