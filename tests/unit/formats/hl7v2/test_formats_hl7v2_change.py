"""Reading and changing parts of a message by address."""

from __future__ import annotations

import pytest
from formats_samples import ADMISSION

from harness.errors import FormatError
from harness.formats.hl7v2 import Address, Delimiters, Tree, address, parse


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("PID-3[2]", Address("PID", 1, 3, 2)),
        ("PID-3[2].4.1", Address("PID", 1, 3, 2, 4, 1)),
        ("OBX[3]-5", Address("OBX", 3, 5)),
        ("PID-3.1", Address("PID", 1, 3, 1, 1)),
        ("ZU1-24", Address("ZU1", 1, 24)),
        ("PID", Address("PID")),
    ],
)
def test_addresses_are_compiled(path: str, expected: Address) -> None:
    assert address(path) == expected
    assert address(path) is address(path)


@pytest.mark.parametrize(
    "path", ["", "PID-", "PID-0", "PID-3[0]", "PID-3.0", "pid-3", "PID.3", "PID-3.1.1.1", "PID-99999", "PI-3", "PID-3[1", " PID-3", "PID-3\n"]
)
def test_what_is_no_address_is_refused(path: str) -> None:
    with pytest.raises(FormatError, match="address"):
        address(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("MSH-1", "|"),
        ("MSH-2", "^~\\&"),
        ("MSH-3", "PAS"),
        ("MSH-18", "UNICODE UTF-8"),
        ("PID-3[1].1", "9990000018"),
        ("PID-3.4", "NHS"),
        ("PID-3.4.1", "NHS"),
        ("PID-3[2].4", "X9A&1.2.3&ISO"),
        ("PID-3[2].4.2", "1.2.3"),
        ("PID-3[2].4.4", None),
        ("PID-3[3].1", None),
        ("PID-3", "9990000018^^^NHS~L1^^^X9A&1.2.3&ISO"),
        ("PID-5.2", "Siân"),
        ("PID-6", None),
        ("PID-99", None),
        ("NK1-2.1", "D'Souza & Sons"),
        ("AL1[2]-3.2", "Nuts"),
        ("AL1[3]-3.2", None),
        ("AL1-5", "Rash\nHives"),
        ("OBX-5", "72.50"),
        ("ZU1-24", '""'),
        ("ZZZ-1", None),
    ],
)
def test_get(path: str, expected: str | None) -> None:
    assert parse(ADMISSION).get(path) == expected


def test_raw_leaves_escapes_alone() -> None:
    tree = parse(ADMISSION)
    assert tree.raw("NK1-2.1") == "D'Souza \\T\\ Sons"
    assert tree.raw("NK1") == "NK1|1|D'Souza \\T\\ Sons^A|16"
    assert tree.raw("ZZZ-1") == ""


def test_segments_read_themselves() -> None:
    tree = parse(ADMISSION)
    allergies = tree.all("AL1")
    assert [one.get("3.2") for one in allergies] == ["Penicillin", "Nuts"]
    patient = tree.segment("PID")
    assert patient is not None
    assert (patient.repetitions(3), patient.repetitions(5), patient.repetitions(6), patient.repetitions(99)) == (2, 1, 0, 0)
    assert patient.components(3) == 4
    assert patient.last == 33
    assert tree.segments[0].last == 21


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("MSH-12", "9.9", b"|2.4|", b"|9.9|"),
        ("PID-3[1].1", "a|b", b"9990000018^", b"a\\F\\b^"),
        ("PID-3[2].4.2", "9", b"&1.2.3&", b"&9&"),
        ("PID-5.1", None, b"O'Neill^", b"^"),
        ("PID-5.7", "L", b"^^^Mrs|", b"^^^Mrs^^L|"),
        ("AL1[2]-6", "x", b"456^Nuts^L\r", b"456^Nuts^L|||x\r"),
        ("AL1-5", "a\nb", b"Rash\\.br\\Hives", b"a\\.br\\b"),
        ("ZU1-22", '""', b"|Y|", b'|""|'),
        ("PID-8[2]", "1", b"|2||", b"|2~1||"),
        ("PID-99", None, b"", b""),
        ("PID-5.99", None, b"", b""),
        ("PID-5[9].1", "", b"", b""),
    ],
)
def test_setting_changes_that_place_only(path: str, value: str | None, before: bytes, after: bytes) -> None:
    assert not before or ADMISSION.count(before) == 1
    tree = parse(ADMISSION)
    tree.set(path, value)
    assert tree.encode() == ADMISSION.replace(before, after)


def test_setting_the_delimiters_to_themselves_changes_nothing_and_to_others_is_refused() -> None:
    tree = parse(ADMISSION)
    tree.set("MSH-1", "|")
    tree.set("MSH-2", "^~\\&")
    assert tree.encode() == ADMISSION
    with pytest.raises(FormatError, match="MSH-2"):
        tree.set("MSH-2", "^~\\*")


def test_setting_a_segment_that_is_absent_is_refused_and_emptying_it_is_nothing() -> None:
    tree = parse(ADMISSION)
    tree.set("ZZZ-1", None)
    assert tree.encode() == ADMISSION
    with pytest.raises(FormatError, match="ZZZ"):
        tree.set("ZZZ-1", "x")


def test_a_whole_segment_cannot_be_set() -> None:
    with pytest.raises(FormatError, match="whole segment"):
        parse(ADMISSION).set("PID", "x")


def test_a_level_without_a_separator_cannot_be_reached() -> None:
    tree = Tree.new(Delimiters(subcomponent=""))
    tree.add("PID")
    tree.set("PID-3.1.1", "x")
    with pytest.raises(FormatError, match="separator"):
        tree.set("PID-3.1.2", "y")


def test_segments_are_added_where_asked_and_removed() -> None:
    tree = parse(b"MSH|^~\\&\rPID|1\rPV1|1\r")
    first = tree.add("AL1")
    tree.add("NK1", after=tree.all("PID")[0])
    tree.add("EVN", after=0)
    first.set("3.1", "x")
    assert tree.encode() == b"MSH|^~\\&\rEVN\rPID|1\rNK1\rPV1|1\rAL1|||x\r"
    tree.remove(tree.all("PID")[0])
    assert tree.encode() == b"MSH|^~\\&\rEVN\rNK1\rPV1|1\rAL1|||x\r"
    with pytest.raises(FormatError, match="MSH"):
        tree.remove(tree.segments[0])
    with pytest.raises(FormatError, match="not of this message"):
        tree.remove(parse(ADMISSION).segments[1])


def test_an_added_segment_keeps_the_line_ends_of_the_message() -> None:
    tree = parse(b"MSH|^~\\&\r\nPID|1")
    tree.add("PV1")
    assert tree.encode() == b"MSH|^~\\&\r\nPID|1\r\nPV1"


@pytest.mark.parametrize(
    ("path", "line", "column", "text"),
    [
        ("PID-5.1", 3, 45, b"O'Neill"),
        ("PID-5.5", 3, 60, b"Mrs"),
        ("AL1[2]-3.2", 7, 14, b"Nuts"),
        ("MSH-1", 1, 4, b"|"),
        ("MSH-3", 1, 10, b"PAS"),
        ("PID", 3, 1, b"PID"),
    ],
)
def test_places_are_found_in_bytes(path: str, line: int, column: int, text: bytes) -> None:
    data = b"\x0b" + ADMISSION
    place = parse(data).locate(path)
    assert (place.path, place.line, place.column) == (path, line, column)
    assert place.offset is not None
    assert data[place.offset :].startswith(text)


def test_an_absent_place_is_located_at_what_is_there() -> None:
    tree = parse(ADMISSION)
    assert tree.locate("ZZZ-1").line is None
    assert tree.locate("PID-99").line == 3
    assert tree.locate("PID-5.9").column == tree.locate("PID-5").column
