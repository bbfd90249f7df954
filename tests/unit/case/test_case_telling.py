"""What an event tells, and which moments follow the calendar, by the flows' own data."""

from __future__ import annotations

from datetime import datetime

import pytest

from harness.case.telling import on_the_calendar, told_by
from harness.catalogue import catalogue
from harness.model.place import Event, Flow, Offset
from harness.model.record import Record

EVERYTHING = Record({}).replaced(
    {
        "person.sex": "1",
        "encounter.ward": "medical-1",
        "referral.status": "active",
        "package.status": "active",
        "alert.status": "active",
    }
)
WARDS = Flow("wards", "Wards", "adt", (), (Event("admit", tells=("encounter",)), Event("look-round")))
LETTERS = Flow("letters", "Letters", "documents", (), (Event("write", tells=("referral", "encounter")), Event("admit")))


@pytest.mark.parametrize(
    ("event", "groups"),
    [
        ("register", {"person", "alert"}),
        ("merge", {"person", "alert"}),
        ("admit", {"person", "alert", "encounter"}),
        ("assessment-notice", {"person", "alert", "encounter", "referral"}),
        ("refuse-notice", {"person", "alert", "encounter", "referral"}),
        ("package-start", {"person", "alert", "encounter", "package"}),
        ("alert-raise", {"person", "alert", "encounter"}),
        ("no-such-event", {"person", "alert"}),
    ],
)
def test_an_event_tells_what_it_claims_and_what_nobody_claims(event: str, groups: set[str]) -> None:
    assert set(told_by(event, EVERYTHING, catalogue().flows.values()).groups) == groups


@pytest.mark.parametrize(("event", "groups"), [("admit", {"encounter"}), ("look-round", set()), ("write", {"encounter", "referral"})])
def test_claims_of_several_flows_add_up(event: str, groups: set[str]) -> None:
    told = set(told_by(event, EVERYTHING, (WARDS, LETTERS)).groups)
    assert told == {"person", "package", "alert"} | groups


def test_a_flow_without_claims_tells_everything() -> None:
    assert told_by("register", EVERYTHING, (Flow("f", "F", "identity", (), (Event("register"),)),)) == EVERYTHING


def test_moments_that_are_held_are_moved_and_others_are_not_made() -> None:
    flow = Flow("f", "F", "adt", (), (), calendar={"encounter.start": Offset(hours=-1), "encounter.expected_discharge": Offset(days=4, at=12)})
    moment = datetime.fromisoformat("2026-01-05T00:30:07")
    held = Record({}).replaced({"encounter.start": "1999-01-01T00:00:00", "encounter.ward": "medical-1"})
    assert on_the_calendar(held, (flow,), moment) == {"encounter.start": "2026-01-04T23:30:07"}
    both = held.replaced({"encounter.expected_discharge": "1999-01-02T00:00:00"})
    assert on_the_calendar(both, (flow,), moment)["encounter.expected_discharge"] == "2026-01-09T12:00:00"
    assert on_the_calendar(Record({}), (flow,), moment) == {}
