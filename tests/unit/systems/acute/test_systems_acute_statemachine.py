"""The order of events: state table, late arrivals, ties."""

from __future__ import annotations

from itertools import permutations

import pytest

from harness.systems.acute.statemachine import ConflictError, Move, fold, insert


def _steps(*events: str) -> list[Move]:
    return [Move(event, f"2026010509000{number}", "EPR|X9A", number) for number, event in enumerate(events)]


# Typed from the events and cancel pairs of ITK, not from the module.
PATHS = [
    (["A05"], "planned"),
    (["A14"], "planned"),
    (["A05", "A38"], "cancelled"),
    (["A14", "A27"], "cancelled"),
    (["A05", "A01"], "inpatient"),
    (["A04"], "attending"),
    (["A04", "A01", "A02"], "inpatient"),
    (["A01", "A02", "A12"], "inpatient"),
    (["A01", "A21"], "on-leave"),
    (["A01", "A21", "A22"], "inpatient"),
    (["A01", "A21", "A52"], "inpatient"),
    (["A01", "A21", "A22", "A53"], "on-leave"),
    (["A01", "A15", "A26", "A16", "A25"], "inpatient"),
    (["A01", "A03"], "discharged"),
    (["A01", "A03", "A13"], "inpatient"),
    (["A01", "A11"], "cancelled"),
    (["A01", "A11", "A01"], "inpatient"),
    (["A01", "A08", "A31"], "inpatient"),
]


@pytest.mark.parametrize(("events", "state"), PATHS, ids=lambda each: "-".join(each) if isinstance(each, list) else each)
def test_path_leads_to_state(events: list[str], state: str) -> None:
    assert fold(_steps(*events)) == state


@pytest.mark.parametrize("events", [["A01", "A02", "A03"], ["A01", "A03", "A13"], ["A04", "A01", "A21", "A22"], ["A01", "A21", "A03"]], ids="-".join)
def test_any_arrival_order_gives_one_state(events: list[str]) -> None:
    states = set()
    for order in permutations(_steps(*events)):
        known: list[Move] = []
        for step in order:
            known = insert(known, step)
        states.add(fold(known))
    assert len(states) == 1


@pytest.mark.parametrize("trigger", ["A02", "A03", "A11", "A13", "A21", "A22"])
def test_first_event_implies_what_went_before(trigger: str) -> None:
    assert (
        fold(_steps(trigger))
        == {"A02": "inpatient", "A03": "discharged", "A11": "cancelled", "A13": "inpatient", "A21": "on-leave", "A22": "inpatient"}[trigger]
    )


@pytest.mark.parametrize("events", [["A01", "A11", "A02"], ["A01", "A03", "A01"], ["A01", "A38"], ["A01", "A11", "A03"]], ids="-".join)
def test_contradiction_is_a_conflict(events: list[str]) -> None:
    with pytest.raises(ConflictError):
        fold(_steps(*events))


def test_tie_between_senders_is_a_conflict() -> None:
    first = [Move("A02", "20260105090000", "EPR|X9A", 0, "X^W1^1")]
    with pytest.raises(ConflictError):
        insert(first, Move("A02", "20260105090000", "PAS|X9C", 1, "X^W2^1"))


def test_tie_that_says_the_same_is_none() -> None:
    first = [Move("A02", "20260105090000", "EPR|X9A", 0, "X^W1^1")]
    assert len(insert(first, Move("A02", "20260105090000", "PAS|X9C", 1, "X^W1^1"))) == 2


def test_tie_of_one_sender_keeps_arrival() -> None:
    known = insert([Move("A01", "20260105090000", "EPR|X9A", 0)], Move("A11", "20260105090000", "EPR|X9A", 1))
    assert fold(known) == "cancelled"
