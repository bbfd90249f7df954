"""ITK trigger events and the message structure each is written under, typed again from ITK-M and HL7 v2.4 chapter 3 (table 0354)."""

from __future__ import annotations

from harness.mapping.hl7v2 import STRUCTURES

TYPED = """
A01 ADT_A01   A02 ADT_A02   A03 ADT_A03   A04 ADT_A01   A05 ADT_A05   A08 ADT_A01   A11 ADT_A09   A12 ADT_A09   A13 ADT_A01   A14 ADT_A05
A15 ADT_A15   A16 ADT_A16   A21 ADT_A21   A22 ADT_A21   A25 ADT_A21   A26 ADT_A21   A27 ADT_A21   A28 ADT_A05   A31 ADT_A05   A38 ADT_A38
A40 ADT_A39   A52 ADT_A52   A53 ADT_A52
"""


def test_each_event_has_its_structure() -> None:
    words = TYPED.split()
    assert dict(zip(words[::2], words[1::2], strict=True)) == STRUCTURES
