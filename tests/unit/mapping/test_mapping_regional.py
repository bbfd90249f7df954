"""Results, orders and prescriptions read under the regional table."""

from __future__ import annotations

import pytest
from mapping_convert_kit import message

import harness

KEY = "hl7v2/2.5.1/regional"


@pytest.mark.parametrize(
    ("event", "segments", "expected"),
    [
        (
            "RDE^O11^RDE_O11",
            (
                "ORC|NW|RX1",
                "RXE|^TDS^^20260105^20260112|322236009^Paracetamol^SCT|1||TAB^tablet||||||||||||||||||||||^Pain",
                "RXR|PO",
                "ORC|NW|RX2",
                "RXE||1^Aspirin^L|75||mg",
            ),
            {
                "medication.code": ("322236009", "1"),
                "medication.dose": ("1", "75"),
                "medication.unit": ("TAB", "mg"),
                "medication.frequency": ("TDS",),
                "medication.start": ("2026-01-05",),
                "medication.stop": ("2026-01-12",),
                "medication.reason": ("Pain",),
            },
        ),
        (
            "ORU^R01^ORU_R01",
            ("PV1|1|I||||||||300^General medicine", "OBR|1", "OBX|1|NM|6690-2^Leukocytes^LN||4.50|10*9/L|4-11|H^High^HL70078|||F"),
            {
                "observation.value": ("4.50",),
                "observation.flag": ("H",),
                "observation.status": ("F",),
                "encounter.specialty": ("300",),
                "encounter.class": ("I",),
            },
        ),
    ],
)
def test_a_message_beyond_adt_is_read_by_its_own_rows(event: str, segments: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    (reading,) = harness.read(message(*segments, event=event).encode())
    assert reading.key == KEY
    assert reading.record.text("person.nhs_number") == "9990007004"
    for item, values in expected.items():
        assert reading.record.all(item) == values, item


def test_a_key_that_is_asked_for_is_used() -> None:
    (reading,) = harness.read(message("OBR|1", event="ORU^R01^ORU_R01").encode(), key="hl7v2/2.4/itk")
    assert reading.key == "hl7v2/2.4/itk"
