"""Values between ITK v2.4 and the record: identifiers, times, codes and their traps."""

from __future__ import annotations

import pytest
from mapping_hl7v2_kit import KEY, pid, read, written

from harness.mapping import Loss, lens
from harness.model.record import Coded


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
