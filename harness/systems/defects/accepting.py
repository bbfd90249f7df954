"""Defects of refusing too little or too much: what should be refused is let through, what is good is refused."""

from __future__ import annotations

from harness.systems.defects.kit import flag
from harness.systems.defects.shapes import LetsThrough, register_rows

register_rows(
    {
        "accepts-wrong-version": LetsThrough("203"),
        "accepts-unknown-event": LetsThrough("200", "201"),
        "accepts-wrong-processing-id": LetsThrough("202"),
        "accepts-bad-structure": LetsThrough("100", "101 PID-3"),
        "accepts-missing-identifier": LetsThrough("101 PID-3", "required"),
        "accepts-missing-mrg": LetsThrough("101 MRG-1", "204 MRG-1"),
        "accepts-impossible-date": LetsThrough("102 PID-7", "102 PID-29", "102 EVN-6", "102 EVN-2", "102 PV1-44", "102 PV1-45", "102 DG1[1]-5"),
        "accepts-bad-check-digit": LetsThrough("102 PID-3", "value"),
        "accepts-discharge-before-assessment": LetsThrough("business-rule"),
        "accepts-any-token": LetsThrough("login", "security", "expired"),
        "accepts-expired-token": LetsThrough("expired"),
    }
)
flag("refuses-unnumbered")
