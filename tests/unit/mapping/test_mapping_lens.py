"""What holds for every lens: people there and back, between standards, rows that do not compile."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue import Catalogue, catalogue
from harness.catalogue.load import data_root
from harness.errors import CatalogueError, UnknownNameError
from harness.formats.fhir import encode_json, parse_json
from harness.formats.hl7v2 import parse
from harness.mapping import Lens, lens
from harness.model.record import Record

V2, FHIR = "hl7v2/2.4/itk", "fhir/4.0.1/ukcore"
CODES = {"ward": {"medical-1": "MED1", "medical-2": "MED2", "emergency": "ED", "maternity": "MAT"}, "practice": {"a": "X9G01"}, "consultant": {"a": "C9999991"}}


def _person(letter: str) -> Record:
    record = catalogue().person(letter).record
    assert isinstance(record, Record)
    return record


def _changed(sent: Record, received: Record, through: Lens, trigger: str = "") -> dict[str, tuple[str, str]]:
    """Items that differ, except those whose loss a row states for that very value."""
    found = {}
    for group in {*sent.groups, *received.groups}:
        before, after = sent.entries(group), received.entries(group)
        for index in range(max(len(before), len(after))):
            values = before[index].values if index < len(before) else {}
            others = after[index].values if index < len(after) else {}
            for item in {*values, *others}:
                if values.get(item) != others.get(item) and through.loss_of(item, values.get(item, ""), trigger=trigger) is None:
                    found[item] = (str(values.get(item)), str(others.get(item)))
    return found


@pytest.mark.parametrize("letter", list("ABCDEFGHIJ"))
def test_everyone_goes_through_a_message_and_back(letter: str) -> None:
    record = _person(letter)
    tree = lens(V2).write(record, trigger="A08", codes=CODES)
    tree.set("MSH-18", "UNICODE UTF-8")
    assert _changed(record, lens(V2).read(parse(tree.encode()), codes=CODES), lens(V2), "A08") == {}


@pytest.mark.parametrize("letter", list("ABCDEFGHIJ"))
def test_everyone_goes_through_resources_and_back(letter: str) -> None:
    record = _person(letter)
    bundle = parse_json(encode_json(lens(FHIR).write(record, codes=CODES)))
    assert _changed(record, lens(FHIR).read(bundle, codes=CODES), lens(FHIR)) == {}


@pytest.mark.parametrize("letter", list("ABCDEFGHIJ"))
def test_a_message_becomes_resources_without_a_change(letter: str) -> None:
    tree = lens(V2).write(_person(letter), trigger="A01", codes=CODES)
    tree.set("MSH-18", "UNICODE UTF-8")
    carried = lens(V2).read(parse(tree.encode()), codes=CODES)
    bundle = parse_json(encode_json(lens(FHIR).write(carried, codes=CODES)))
    assert _changed(carried, lens(FHIR).read(bundle, codes=CODES), lens(FHIR)) == {}


@pytest.mark.parametrize("letter", list("ABCDEFGHIJ"))
def test_what_is_written_is_fhir(letter: str) -> None:
    fhir = pytest.importorskip("fhir.resources.R4B")
    for entry in lens(FHIR).write(_person(letter), codes=CODES)["entry"]:
        resource = entry["resource"]
        fhir.get_fhir_model_class(resource["resourceType"]).model_validate_json(encode_json(resource))


def test_a_lens_is_compiled_once_and_an_unknown_key_says_what_is_known() -> None:
    assert lens(V2) is lens(V2)
    with pytest.raises(UnknownNameError, match=r"did you mean .*hl7v2/2\.4/itk"):
        lens("hl7v2/2.4/itx")


def test_nothing_of_nobody() -> None:
    assert lens(FHIR).read({"resourceType": "Bundle", "entry": []}) == Record()
    assert lens(V2).read(parse(b"MSH|^~\\&|A\r")) == Record()
    assert [segment.name for segment in lens(V2).write(Record()).segments] == ["MSH", "EVN", "PID"]


def test_items_are_rows_and_losses() -> None:
    assert lens(V2).items == frozenset(catalogue().items)
    assert lens(FHIR).items == frozenset(catalogue().items)
    assert lens(FHIR).losses == {}


@pytest.mark.parametrize(
    ("key", "row", "fault"),
    [
        ("hl7v2/2.4/x", "{item: person.sex, at: PID8}", "not a place in a message"),
        ("hl7v2/2.4/x", "{item: person.sex, at: PID-8, transform: magic}", "no transform 'magic'"),
        ("fhir/4.0.1/x", "{item: person.sex, at: 'Patient.gender[0'}", "brackets|step of a path"),
        ("fhir/4.0.1/x", "{item: person.sex, at: 'Patient.gender[system]'}", "not a condition"),
        ("fhir/4.0.1/x", "{item: person.sex, at: Patient.gender, transform: magic}", "no transform 'magic'"),
        ("fhir/4.0.1/x", "{item: person.sex, at: Patient.gender, options: {also: nowhere}}", "no code map 'nowhere'"),
        ("fhir/4.0.1/x", "{item: alert.code, at: Flag.code}", "has no anchor"),
    ],
)
def test_rows_that_cannot_be_walked_are_refused(tmp_path: Path, key: str, row: str, fault: str) -> None:
    mappings = tmp_path / "profiles" / "mappings"
    (tmp_path / "profiles" / "record").mkdir(parents=True)
    mappings.mkdir()
    for name in ("items", "groups"):
        (tmp_path / "profiles" / "record" / f"{name}.yaml").write_text((data_root() / "profiles" / "record" / f"{name}.yaml").read_text())
    text = f"key: {key}\nsource: here\nanchors: {{person: {{resource: Patient}}}}\nrows: [{row}]\n"
    (mappings / f"{key.replace('/', '-')}.yaml").write_text(text)
    with pytest.raises(CatalogueError, match=fault):
        Lens(key, Catalogue(tmp_path))
