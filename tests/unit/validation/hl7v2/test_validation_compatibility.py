"""Is every message that one v2 profile allows allowed by another? Usages in pairs, then number, codes, types and structures."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.compatibility import Compatibility
from harness.validation.hl7v2.compatibility import compare_v2_profiles, compared
from harness.validation.hl7v2.profile import compile_profile

CODES = {"title": "codes", "kind": "hl7", "source": "typed here"}
TABLES = {
    "two": {**CODES, "values": ["A", "B"]},
    "three": {**CODES, "values": ["A", "B", "C"]},
    "local": {**CODES, "kind": "local", "values": ["A"]},
}


def profile(field: dict[str, Any] | None = None, segments: str = "MSH PID PV1:O", event: str = "A01") -> dict[str, Any]:
    return {
        "id": "small",
        "title": "small",
        "source": "typed here",
        "versions": ["2.4"],
        "profile_ids": [],
        "structures": [{"type": "ADT", "events": {event: ["ADT_A01"]}, "segments": segments, "source": "typed here"}],
        "segments": {
            "MSH": {"source": "typed here", "fields": {}},
            "PID": {"source": "typed here", "fields": {"8": field} if field else {}},
            "PV1": {"source": "typed here", "fields": {}},
            "NK1": {"source": "typed here", "fields": {}},
        },
        "tables": TABLES,
        "rules": {},
    }


def answer(first: dict[str, Any], second: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    found = Compatibility("first", "second", compared(compile_profile(first), compile_profile(second)))
    return found.answer, found.elements


@pytest.mark.parametrize(
    ("ours", "refused"),
    [("R", "X"), ("RE", "R X"), ("O", "R X"), ("X", "R")],
)
@pytest.mark.parametrize("theirs", ["R", "RE", "O", "X"])
def test_usages_in_pairs(ours: str, theirs: str, refused: str) -> None:
    expected = ("incompatible", ("PID-8",)) if theirs in refused.split() else ("compatible", ())
    assert answer(profile({"use": ours}), profile({"use": theirs})) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ({"use": "O", "max": 1}, {"use": "O", "max": 2}, "compatible"),
        ({"use": "O", "max": 3}, {"use": "O", "max": 2}, "incompatible"),
        ({"use": "O", "max": "*"}, {"use": "O", "max": 2}, "incompatible"),
        ({"use": "X", "max": "*"}, {"use": "O", "max": 2}, "compatible"),
        ({"use": "O", "table": "two"}, {"use": "O", "table": "three"}, "compatible"),
        ({"use": "O", "table": "three"}, {"use": "O", "table": "two"}, "incompatible"),
        ({"use": "O"}, {"use": "O", "table": "two"}, "incompatible"),
        ({"use": "O"}, {"use": "O", "table": "local"}, "compatible"),
        ({"use": "O", "type": "NM"}, {"use": "O", "type": "NM"}, "compatible"),
        ({"use": "O", "type": "NM"}, {"use": "O"}, "compatible"),
        ({"use": "O"}, {"use": "O", "type": "NM"}, "incompatible"),
        ({"use": "O", "fixed": "A"}, {"use": "O", "table": "two"}, "compatible"),
        ({"use": "O", "fixed": "C"}, {"use": "O", "table": "two"}, "incompatible"),
        ({"use": "O", "fixed": "A"}, {"use": "O", "fixed": "A"}, "compatible"),
        ({"use": "O"}, {"use": "O", "fixed": "A"}, "incompatible"),
        ({"use": "R", "parts": {1: {"use": "R"}}}, {"use": "R", "parts": {1: {"use": "R"}}}, "compatible"),
        ({"use": "R"}, {"use": "R", "parts": {1: {"use": "R"}}}, "incompatible"),
    ],
)
def test_fields(ours: dict[str, Any], theirs: dict[str, Any], expected: str) -> None:
    assert answer(profile(ours), profile(theirs))[0] == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("MSH PID PV1", "MSH PID PV1:O", ("compatible", ())),
        ("MSH PID PV1:O", "MSH PID PV1", ("incompatible", ("ADT^A01 PV1",))),
        ("MSH PID NK1:O* PV1", "MSH PID NK1:O PV1", ("incompatible", ("ADT^A01 NK1",))),
        ("MSH PID NK1:O PV1", "MSH PID NK1:O* PV1", ("compatible", ())),
        ("MSH PID NK1:O PV1", "MSH PID PV1", ("incompatible", ("ADT^A01 NK1",))),
        ("MSH PID", "MSH PID PV1", ("incompatible", ("ADT^A01 PV1",))),
        ("MSH (PID PV1)*", "MSH (PID PV1:O)*", ("compatible", ())),
        ("MSH (PID PV1:O)*", "MSH (PID PV1)*", ("incompatible", ("ADT^A01 PV1",))),
    ],
)
def test_structures(ours: str, theirs: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert answer(profile(segments=ours), profile(segments=theirs)) == expected


def test_another_order_is_not_told_to_be_a_lack() -> None:
    assert answer(profile(segments="MSH PV1 PID"), profile(segments="MSH PID PV1")) == ("undetermined", ())


def test_a_message_that_the_second_has_not() -> None:
    assert answer(profile(event="A01"), profile(event="A03")) == ("incompatible", ("MSH-9",))


def test_shipped_profiles() -> None:
    assert compare_v2_profiles("itk-2.4", "itk-2.4").answer == "compatible"
    assert "MSH-9" not in compare_v2_profiles("itk-2.4", "base").elements
    assert compare_v2_profiles("base", "itk-2.4").answer == "incompatible"
