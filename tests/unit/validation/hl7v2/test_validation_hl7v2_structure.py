"""Segment order, number and presence, on the small comparison itself and through whole messages."""

from __future__ import annotations

import pytest

from harness.errors import CatalogueError
from harness.validation.hl7v2 import validate
from harness.validation.hl7v2.profile import load_profile
from harness.validation.hl7v2.structure import compare, read_structure

KNOWN = frozenset({"MSH", "EVN", "PID", "PD1", "NK1", "PV1", "OBX", "MRG", "QPD"})
FLAT = read_structure("MSH EVN PID PD1:O NK1:O* PV1 OBX:RE*", ("X",), (), "by hand")
GROUPED = read_structure("MSH QPD (EVN:O PID PD1:O PV1:O):O*", ("X",), (), "by hand")


@pytest.mark.parametrize(
    ("names", "departures"),
    [
        ("MSH EVN PID PV1", []),
        ("MSH EVN PID PD1 NK1 NK1 PV1 OBX OBX", []),
        ("MSH EVN PID ZZZ PV1", []),
        ("MSH PID PV1", ["missing EVN"]),
        ("MSH EVN PID", ["missing PV1"]),
        ("MSH", ["missing EVN", "missing PID", "missing PV1"]),
        ("MSH PID EVN PV1", ["order EVN"]),
        ("MSH EVN PID PV1 PD1", ["order PD1"]),
        ("MSH EVN PID PD1 PD1 PV1", ["repeated PD1"]),
        ("MSH EVN PID PV1 PID", ["repeated PID"]),
        ("MSH EVN PID PV1 NK1 NK1", ["order NK1", "order NK1"]),
        ("MSH EVN PID PV1 MRG", ["not-allowed MRG"]),
    ],
)
def test_a_flat_structure(names: str, departures: list[str]) -> None:
    assert [f"{departure.kind} {departure.name}" for departure in compare(FLAT, names.split(), KNOWN)] == departures


@pytest.mark.parametrize(
    ("names", "departures"),
    [
        ("MSH QPD", []),
        ("MSH QPD PID", []),
        ("MSH QPD PID PD1 PID PD1", []),
        ("MSH QPD EVN PID PV1 EVN PID PV1", []),
        ("MSH QPD EVN PV1", ["missing PID"]),
        ("MSH QPD EVN PV1 EVN PID", ["missing PID"]),
        ("MSH QPD PID PID PD1 MRG", ["not-allowed MRG"]),
    ],
)
def test_a_repeating_group(names: str, departures: list[str]) -> None:
    assert [f"{departure.kind} {departure.name}" for departure in compare(GROUPED, names.split(), KNOWN)] == departures


def test_a_structure_that_cannot_be_read() -> None:
    with pytest.raises(CatalogueError):
        read_structure("MSH pid", ("X",), (), "by hand")


# Typed again from ITK trigger events and ITK segment grids: what may follow PID in each event.
NEXT = {
    "A01 A04 A05 A13 A14 A16 A38": "PD1 NK1 PV1 PV2 OBX AL1 DG1 PR1 ZU1 ZU3 ZU4 ZU6 ZU7 ZU8",
    "A08": "PD1 NK1 PV1 PV2 OBX AL1 DG1 PR1 ZU1 ZU3 ZU4 ZU5 ZU6 ZU7 ZU8",
    "A02 A03 A21 A22 A25 A26 A27": "PD1 PV1 PV2 OBX ZU1 ZU3 ZU4 ZU6 ZU7 ZU8",
    "A11 A12 A15": "PD1 PV1 PV2 OBX DG1 ZU1 ZU3 ZU4 ZU6 ZU7 ZU8",
    "A28 A31": "PD1 NK1 PV1 PV2 OBX AL1 DG1 PR1 ZU1 ZU8",
    "A40": "PD1 MRG",
    "A52 A53": "PD1 PV1 PV2 OBX",
}
STRUCTURES = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A05": "ADT_A05", "A08": "ADT_A01", "A11": "ADT_A09", "A12": "ADT_A09",
    "A13": "ADT_A01", "A14": "ADT_A05", "A15": "ADT_A15", "A16": "ADT_A16", "A21": "ADT_A21", "A22": "ADT_A21", "A25": "ADT_A21", "A26": "ADT_A21",
    "A27": "ADT_A21", "A28": "ADT_A05", "A31": "ADT_A05", "A38": "ADT_A38", "A40": "ADT_A39", "A52": "ADT_A52", "A53": "ADT_A52",
}  # fmt: skip


@pytest.mark.parametrize("event", sorted(STRUCTURES))
def test_the_profile_holds_the_grids(event: str) -> None:
    structure = load_profile("itk-2.4").structure("ADT", event)
    assert structure is not None
    (row,) = [names for events, names in NEXT.items() if event in events.split()]
    assert [slot.name for slot in structure.slots] == ["MSH", "EVN", "PID", *row.split()]
    assert structure.names == (STRUCTURES[event],)
    required = {slot.name for slot in structure.slots if slot.use == "R"}
    assert required == {"MSH", "EVN", "PID"} | ({"MRG"} if event == "A40" else set() if event in ("A28", "A31") else {"PV1"})
    assert {slot.name for slot in structure.slots if slot.repeats} <= {"NK1", "OBX", "AL1", "DG1", "PR1"}


def test_the_profile_holds_no_other_event() -> None:
    assert {event for kind, event in load_profile("itk-2.4").structures if kind == "ADT"} == set(STRUCTURES)


ADMIT = [
    r"MSH|^~\&|PAS|X9A|ROUTE|ROUTE|20260105090000||ADT^A01^ADT_A01|M1|P|2.4|||||GBR|UNICODE|EN||ITKv1.0",
    "EVN||20260105090000||||20260105085500",
    "PID|1||633^^^X9A||Sample^Ann^^^^^L",
    "PV1|1|I",
]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda lines: lines, []),
        (lambda lines: [*lines[:3]], ["hl7v2/missing-segment"]),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], ["hl7v2/segment-order"]),
        (lambda lines: [*lines, lines[3]], ["hl7v2/segment-repeated"]),
        (lambda lines: [*lines, "MRG|634^^^X9A"], ["hl7v2/segment-not-allowed"]),
        (lambda lines: [*lines, "ZQQ|1"], ["hl7v2/unknown-segment"]),
        (lambda lines: [*lines, "ROL|1"], ["hl7v2/unknown-segment", "hl7v2/segment-out-of-profile"]),
        (lambda lines: [*lines, "ZU8||1"], []),
    ],
)
def test_messages_of_an_admission(change, codes: list[str]) -> None:  # type: ignore[no-untyped-def]
    issues = validate("\r".join(change(ADMIT)).encode())
    assert [issue.code for issue in issues] == codes
    assert all(issue.error_code == "100" for issue in issues if issue.is_error)
    assert all(not issue.is_error for issue in issues if issue.code == "hl7v2/unknown-segment")


def test_an_acknowledgement_needs_no_profile_id() -> None:
    message = [r"MSH|^~\&|PAS|X9A|KIOSK|X9A|20260105090000||ACK^A31^ACK|K1|P|2.4", "MSA|AA|M1"]
    assert validate("\r".join(message).encode()) == []
    assert [issue.location.path for issue in validate("\r".join(message).replace("AA|M1", "ZZ|").encode())] == ["MSA-1", "MSA-2"]


@pytest.mark.parametrize("name", ["RSP_K21", "RSP_K22"])
def test_both_names_of_k22_are_accepted(name: str) -> None:
    lines = [
        rf"MSH|^~\&|PAS|X9A|KIOSK|X9A|20260105090000||RSP^K22^{name}|K1|P|2.4|||||GBR||EN||ITKv1.0",
        "MSA|AA|M1", "QAK|Q1|OK", "QPD|Q22^Find Candidates|Q1|@PID.3.1^1", "PID|1||633^^^X9A||Sample^Ann", "PID|2||634^^^X9A||Sample^Bea",
    ]  # fmt: skip
    assert validate("\r".join(lines).encode()) == []
