"""Addresses with groups: read, written, and printed as a person writes them."""

from __future__ import annotations

import pytest

from harness.catalogue.v2_shapes import v2_shape
from harness.errors import FormatError, UnknownNameError
from harness.formats.hl7v2 import Address, Grouped, GroupShape, address, parse

DATA = (
    b"MSH|^~\\&|L|A|B|C|1||ORU^R01^ORU_R01|1|P|2.5.1\rPID|1\rPV1|1\r"
    b"OBR|1\rNTE|1||order\rOBX|1||||a\rNTE|1||first\rOBX|2||||b\rZZZ|1\r"
    b"OBR|2\rOBX|1||||c^d\rOBX|2||||e\rPID|2\rOBR|1\rOBX|1||||f\r"
)
ORU = v2_shape("2.5.1", "ORU_R01")


@pytest.fixture
def grouped() -> Grouped:
    return Grouped(parse(DATA), ORU)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("PATIENT_RESULT[1]/ORDER_OBSERVATION[1]/OBSERVATION[2]/OBX-5", "b"),
        ("PATIENT_RESULT/ORDER_OBSERVATION/OBSERVATION/NTE-3", "first"),
        ("PATIENT_RESULT/ORDER_OBSERVATION/NTE-3", "order"),
        ("PATIENT_RESULT[1]/ORDER_OBSERVATION[2]/OBSERVATION[1]/OBX-5.2", "d"),
        ("PATIENT_RESULT[2]/ORDER_OBSERVATION/OBSERVATION/OBX-5", "f"),
        ("PATIENT_RESULT/ORDER_OBSERVATION/OBSERVATION[2]/ZZZ-1", "1"),
        ("PATIENT_RESULT[1]/OBSERVATION[3]/OBX-5", "c^d"),
        ("PATIENT_RESULT[1]/OBSERVATION[2]/OBX-5", "b"),
        ("PATIENT_RESULT[2]/OBX-5", "f"),
        ("PATIENT_RESULT[1]/OBX[4]-5", "e"),
        ("PATIENT_RESULT[3]/OBX-5", None),
        ("PATIENT_RESULT[1]/OBSERVATION[5]/OBX-5", None),
        ("PATIENT_RESULT/PATIENT/VISIT/PV1-1", "1"),
        ("OBX[5]-5", "f"),
        ("MSH-3", "L"),
    ],
)
def test_values_are_found_in_their_groups(grouped: Grouped, path: str, expected: str | None) -> None:
    assert grouped.get(path) == expected
    assert grouped.raw(path) == (expected or "")


def test_only_the_place_written_changes(grouped: Grouped) -> None:
    grouped.set("PATIENT_RESULT[1]/ORDER_OBSERVATION[2]/OBSERVATION[1]/OBX-5.2", "x|y")
    assert grouped.tree.encode() == DATA.replace(b"c^d", b"c^x\\F\\y")
    grouped.set("PATIENT_RESULT[1]/OBSERVATION[3]/OBX-5.2", None)
    assert grouped.tree.encode() == DATA.replace(b"c^d", b"c^")


def test_what_is_absent_is_emptied_and_not_set(grouped: Grouped) -> None:
    grouped.set("PATIENT_RESULT[9]/OBX-5", None)
    with pytest.raises(FormatError, match="no segment PATIENT_RESULT"):
        grouped.set("PATIENT_RESULT[9]/OBX-5", "x")
    with pytest.raises(FormatError, match="whole segment"):
        grouped.set("PATIENT_RESULT[1]/OBX", "x")


def test_every_segment_is_named_as_shortly_as_it_can_be_and_found_by_that_name(grouped: Grouped) -> None:
    printed = [grouped.path(segment) for segment in grouped.tree]
    assert printed[0] == "MSH"
    assert printed[5] == "PATIENT_RESULT[1]/ORDER_OBSERVATION[1]/OBSERVATION[1]/OBX"
    assert printed[-1] == "PATIENT_RESULT[2]/ORDER_OBSERVATION/OBSERVATION/OBX"
    assert len(set(printed)) == len(printed)
    assert [grouped.segment(one) for one in printed] == grouped.tree.segments
    assert grouped.path(grouped.tree.segments[-1], "5[2].1").endswith("OBX-5[2].1")


def test_a_segment_of_another_message_has_no_place(grouped: Grouped) -> None:
    with pytest.raises(FormatError, match="not of this message"):
        grouped.path(parse(DATA).segments[0])


def test_places_in_bytes_are_those_of_the_segment(grouped: Grouped) -> None:
    found = grouped.locate("PATIENT_RESULT[1]/OBSERVATION[3]/OBX-5.2")
    assert (found.line, found.column) == (11, 12)
    assert DATA[found.offset or 0 :].startswith(b"d\r")
    assert grouped.locate("PATIENT_RESULT[7]/OBX-5").line is None


def test_a_repeating_first_segment_does_not_begin_its_group_again() -> None:
    shape = GroupShape("X", False, (GroupShape("MSH"), GroupShape("G", True, (GroupShape("AAA", True), GroupShape("BBB")))))
    grouped = Grouped(parse(b"MSH|^~\\&|\rAAA|1\rAAA|2\rBBB|1\rAAA|3\r"), shape)
    assert [grouped.path(one) for one in grouped.tree][1:] == ["G[1]/AAA[1]", "G[1]/AAA[2]", "G[1]/BBB", "G[2]/AAA"]


def test_a_tree_says_that_groups_need_the_structure() -> None:
    with pytest.raises(FormatError, match="needs the structure"):
        parse(DATA).get("PATIENT_RESULT[1]/OBX-5")


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("PID-3[2].4.1", "PID-3[2].4.1"),
        ("OBX[3]-5", "OBX[3]-5"),
        ("PID[1]-3[1].4", "PID-3.4"),
        ("PID-3[1]", "PID-3[1]"),
        ("PATIENT_RESULT[1]/OBSERVATION[2]/OBX-5", "PATIENT_RESULT/OBSERVATION[2]/OBX-5"),
        ("PID", "PID"),
    ],
)
def test_addresses_print_as_a_person_writes_them(path: str, printed: str) -> None:
    assert str(address(path)) == printed
    assert address(printed) == address(path)
    assert isinstance(address(path), Address)


@pytest.mark.parametrize("path", ["/PID-3", "pid/PID-3", "A[0]/PID-3", "A//PID-3", "A/", "A[1/PID-3"])
def test_what_is_no_address_with_groups_is_refused(path: str) -> None:
    with pytest.raises(FormatError, match="address"):
        address(path)


def test_shapes_nobody_has_are_refused() -> None:
    for version, structure in (("2.9", "ORU_R01"), ("2.4", "ORU_R99")):
        with pytest.raises(UnknownNameError):
            v2_shape(version, structure)
