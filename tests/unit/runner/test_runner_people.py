import json
from pathlib import Path

import pytest
from material import Material, everywhere

from harness.catalogue import catalogue
from harness.errors import FormatError, SetUpError, UnsafeError
from harness.model.mask import check_digit_holds
from harness.model.place import FixturePerson
from harness.model.record import Record
from harness.model.run import RecordsSummary
from harness.runner.people_of_records import people_of, replacement

FOREIGN, WRONG = "9434765919", "9434765910"


def message(number: str = FOREIGN, family: str = "Smith", born: str = "19651213", event: str = "A28") -> bytes:
    return (
        f"MSH|^~\\&|A|X9A|B|X9B|20260105090000||ADT^{event}^ADT_A05|1|P|2.4|||||GBR|UNICODE UTF-8||iTKv1.0\rEVN||20260105090000\r"
        f"PID|1||{number}^^^NHS||{family}^Ann^^^^^L||{born}|2\rPV1||N\r"
    ).encode()


def found(path: Path, **more: object) -> tuple[dict[str, FixturePerson], RecordsSummary]:
    people, summary = people_of(path, catalogue().people, "abcd1234", **more)  # type: ignore[arg-type]
    return {person.id: person for person in people}, summary


def record(person: FixturePerson) -> Record:
    assert isinstance(person.record, Record)
    return person.record


def test_people_take_the_places_of_the_fixtures_in_order_and_cycle(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message(family="Smith"))
    (tmp_path / "2.hl7").write_bytes(message(number="9990000018", family="Jones"))
    people, summary = found(tmp_path)
    assert list(people) == [person.id for person in catalogue().people]
    assert record(people["A"]).text("name.family") == "Smith"
    assert record(people["B"]).text("name.family") == "Jones"
    assert record(people["C"]).text("name.family") == "Smith"
    assert (summary.files, summary.messages, summary.people, summary.renumbered) == (2, 2, 2, 1)


def test_what_checks_rely_on_stays_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message())
    people, _ = found(tmp_path)
    for fixture in catalogue().people:
        for item in ("person.sensitive", "person.deceased", "person.nhs_number_status"):
            assert record(people[fixture.id]).text(item) == record(fixture).text(item)
        assert bool(record(people[fixture.id]).text("person.nhs_number")) == bool(record(fixture).text("person.nhs_number"))
        assert record(people[fixture.id]).entries("encounter") == record(fixture).entries("encounter")


def test_contradictions_are_told_and_the_first_stands(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message() + message(family="Jones", born="19700101"))
    people, summary = found(tmp_path)
    assert summary.messages == 2
    assert summary.people == 1
    assert len(summary.contradictions) == 2
    assert FOREIGN not in " ".join(summary.contradictions)
    assert record(people["A"]).text("person.birth_date") == "1965-12-13"


def test_defective_messages_are_reported_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message())
    (tmp_path / "2.hl7").write_bytes(b"MSH|^~")
    (tmp_path / "3.json").write_bytes(b'{"resourceType": "Patient", ')
    (tmp_path / "4.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir">&e;</Patient>')
    (tmp_path / "5.txt").write_bytes(b"Dear colleague,")
    people, summary = found(tmp_path)
    assert people
    assert any(line.startswith("2.hl7") for line in summary.defective)
    assert any(line.startswith("3.json") for line in summary.defective)
    assert summary.ignored >= 1


def test_dates_that_no_calendar_has_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message(born="19651341"))
    people, summary = found(tmp_path)
    assert any("19651341" in line for line in summary.defective)
    assert record(people["A"]).text("person.birth_date") == record(catalogue().person("A")).text("person.birth_date")


def test_fhir_resources_that_refer_to_each_other_are_read_together(tmp_path: Path) -> None:
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}
    patient = {"resourceType": "Patient", "id": "p", "identifier": [number], "name": [{"use": "usual", "family": "Smith"}], "birthDate": "1965-12-13"}
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}]},
    }
    (tmp_path / "p.json").write_text(json.dumps(patient))
    (tmp_path / "a.json").write_text(json.dumps(allergy))
    people, summary = found(tmp_path)
    assert summary.people == 1
    assert record(people["A"]).all("allergy.code") == ("91936005",)


def test_renumbering_is_stable_and_keeps_a_wrong_digit_wrong() -> None:
    assert replacement(FOREIGN, "n") == replacement(FOREIGN, "n")
    assert replacement(FOREIGN, "n") != replacement(FOREIGN, "m")
    assert replacement(FOREIGN, "n").startswith("999")
    assert check_digit_holds(replacement(FOREIGN, "n"))
    assert not check_digit_holds(replacement(WRONG, "n"))


def test_foreign_numbers_are_kept_only_where_a_host_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(message())
    with pytest.raises(UnsafeError, match="allow") as refused:
        found(tmp_path, keep_numbers=True)
    assert FOREIGN not in str(refused.value)
    assert found(tmp_path, keep_numbers=True, allow=("epr.example",))[1].renumbered == 0


def test_nobody_found_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear colleague,")
    with pytest.raises(SetUpError, match="no person"):
        found(tmp_path)
    with pytest.raises(FormatError):
        found(tmp_path / "notes.txt")
    with pytest.raises(SetUpError, match="no such"):
        found(tmp_path / "nowhere")


@everywhere
@pytest.mark.parametrize("folder", ["itk-adt-examples", "ukcore-2.0.0/examples"])
def test_published_examples_are_taken(material: Material, folder: str) -> None:
    own = "fixtures/itk" if folder == "itk-adt-examples" else "fixtures/package/examples"
    people, summary = found(material.root / (own if material.own else folder))
    assert len(people) == len(catalogue().people)
    assert summary.people >= 2
    assert summary.messages == summary.files
