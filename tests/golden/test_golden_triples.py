"""Golden triples: one person as a neutral record, as HL7 v2 bytes and as FHIR, typed by hand and never generated.

Each folder of ``triples`` holds ``record.json`` (``Record.to_json``), ``message.hl7`` (CR line ends, in the charset its MSH-18 names), ``resource.json`` (a
Patient or a collection Bundle), and ``expect.json`` only where the standards cannot say the same:

    v2_missing, fhir_missing   items of the record that this side does not hold; ``alert.*`` stands for a whole group
    v2_reads, fhir_reads       items that read as another value on this side than the record's
    v2_written_differs         why this side has spellings that are read and never written: the bytes are not compared, only read back
    fhir_written_differs

Each folder of ``readings`` holds a record and one message or resource: spellings and codes that are read on one side and have no like on the other.

They were typed from the ITK specifications and UK Core, not from the mapping rows: where a triple and a row disagree, the standard decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue import catalogue
from harness.formats.fhir import encode_json, parse_json
from harness.formats.hl7v2 import Tree, parse
from harness.mapping import lens
from harness.model.record import Record

V2, FHIR = "hl7v2/2.4/itk", "fhir/4.0.1/ukcore"
TRIPLES = sorted(path for path in (Path(__file__).parent / "triples").iterdir() if path.is_dir())
READINGS = sorted((Path(__file__).parent / "readings").iterdir())
SIDES = ("v2", "fhir")
# Which technical id a resource has, and what it is called in a reference, is the writer's affair.
FREE = ("id", "fullUrl", "reference")
# Which system numbered the visit is known from the person's local number, which most triples leave out.
VISIT = "https://exemplar-harness.example/Id/visit/"
# What an envelope says of the sender and the moment comes from the endpoint, not from the record.
ENVELOPE = ("MSH", "EVN")


def golden(function: Any) -> Any:
    return pytest.mark.parametrize("triple", TRIPLES, ids=lambda path: path.name)(function)


@cache
def expectation(triple: Path) -> Mapping[str, Any]:
    path = triple / "expect.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def written_as_typed(side: str) -> pytest.MarkDecorator:
    """Over the triples that have no spelling of that side which is only read."""
    same = [triple for triple in TRIPLES if f"{side}_written_differs" not in expectation(triple)]
    return pytest.mark.parametrize("triple", same, ids=lambda path: path.name)


def plain(triple: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads((triple / "record.json").read_text("utf-8"))
    return found


def record_on(triple: Path, side: str) -> dict[str, list[dict[str, Any]]]:
    """The typed record less what ``side`` cannot hold."""
    expect = expectation(triple)
    missing, reads = expect.get(f"{side}_missing", ()), expect.get(f"{side}_reads", {})
    found = {}
    for group, entries in plain(triple).items():
        kept = [{item: reads.get(item, value) for item, value in entry.items() if item not in missing} for entry in entries if f"{group}.*" not in missing]
        if any(kept):
            found[group] = [entry for entry in kept if entry]
    return found


def message(triple: Path) -> Tree:
    return parse((triple / "message.hl7").read_bytes())


def resource(triple: Path) -> dict[str, Any]:
    return parse_json((triple / "resource.json").read_bytes())


def read(triple: Path, side: str) -> Record:
    return lens(V2).read(message(triple)) if side == "v2" else lens(FHIR).read(resource(triple))


def write(triple: Path, side: str) -> Any:
    record = Record.from_json(plain(triple))
    return lens(V2).write(record, trigger=message(triple).trigger) if side == "v2" else lens(FHIR).write(record)


@pytest.mark.parametrize("side", SIDES)
@golden
def test_what_was_typed_reads_as_the_record(triple: Path, side: str) -> None:
    assert read(triple, side).to_json() == record_on(triple, side)


@pytest.mark.parametrize("folder", READINGS, ids=lambda path: path.name)
def test_what_is_only_read(folder: Path) -> None:
    side = "v2" if (folder / "message.hl7").exists() else "fhir"
    assert read(folder, side).to_json() == plain(folder)


@pytest.mark.parametrize("side", SIDES)
@golden
def test_the_record_written_reads_as_itself(triple: Path, side: str) -> None:
    written = write(triple, side)
    again = lens(V2).read(parse(written.encode())) if side == "v2" else lens(FHIR).read(parse_json(encode_json(written)))
    assert again.to_json() == record_on(triple, side)


@written_as_typed("v2")
def test_the_record_is_written_as_the_typed_segments(triple: Path) -> None:
    assert body(write(triple, "v2")) == body(message(triple))


def body(tree: Tree) -> list[str]:
    return [segment.text.rstrip("|") for segment in tree.segments if segment.name not in ENVELOPE]


@written_as_typed("fhir")
def test_the_record_is_written_as_the_typed_resources(triple: Path) -> None:
    written, typed = resources(write(triple, "fhir")), resources(resource(triple))
    assert [each["resourceType"] for each in written] == [each["resourceType"] for each in typed]
    for made, wanted in zip(written, typed, strict=True):
        assert absent(wanted, made) == []


def resources(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in tree["entry"]] if tree["resourceType"] == "Bundle" else [dict(tree)]
    return sorted(found, key=lambda each: each["resourceType"])


def absent(wanted: Any, made: Any, at: str = "") -> list[str]:
    """What of ``wanted`` is not in ``made``, as paths: a list's typed entries must all be there, more may."""
    if isinstance(wanted, dict) and isinstance(made, dict):
        return [
            path for key, value in wanted.items() if key not in FREE for path in (absent(value, made[key], f"{at}.{key}") if key in made else [f"{at}.{key}"])
        ]
    if isinstance(wanted, list) and isinstance(made, list):
        return [f"{at}[{index}]" for index, value in enumerate(wanted) if all(absent(value, other) for other in made)]
    if str(wanted).startswith(VISIT) and str(made).startswith(VISIT):
        return []
    return [] if wanted == made and str(wanted) == str(made) else [f"{at}: {wanted!r} is {made!r}"]


def test_the_triples_are_enough() -> None:
    assert len(TRIPLES) >= 30
    for triple in TRIPLES:
        raw = (triple / "message.hl7").read_bytes()
        assert b"\n" not in raw, triple.name
        assert raw.endswith(b"\r"), triple.name


def items_of(side: str) -> set[str]:
    return {item for triple in TRIPLES for entries in record_on(triple, side).values() for entry in entries for item in entry}


@pytest.mark.parametrize(("side", "key"), [("v2", V2), ("fhir", FHIR)])
def test_every_row_is_exercised(side: str, key: str) -> None:
    assert {row.item for row in catalogue().table(key).rows} <= items_of(side)


def test_every_item_is_exercised() -> None:
    assert set(catalogue().items) == items_of("fhir")
