"""The calendar of a case, and its ids."""

from __future__ import annotations

from harness.case.clock import CaseClock
from harness.case.spec import CaseSpec, Namespace

NAMESPACE = Namespace(1, "unit", "2026-01-05")


def clock(ordinal: int = 0, attempt: int = 0, namespace: Namespace = NAMESPACE) -> CaseClock:
    return CaseClock(CaseSpec(ordinal, "a:b", "hl7v2", "", "x/y-1", attempt), namespace)


def test_cases_begin_a_quarter_of_an_hour_apart() -> None:
    assert [clock(ordinal).moment.isoformat() for ordinal in (0, 1, 4)] == ["2026-01-05T06:00:00", "2026-01-05T06:15:00", "2026-01-05T07:00:00"]


def test_a_tick_is_a_second_and_what_is_told_lies_around_it() -> None:
    ours = clock()
    assert (ours.tick(), ours.tick()) == ("2026-01-05T06:00:01", "2026-01-05T06:00:02")
    assert ours.at() == "2026-01-05T06:00:02"
    assert ours.at(days=-1, minutes=5) == "2026-01-04T06:05:02"


def test_control_ids_fit_msh_10_and_are_nobody_elses() -> None:
    makers = [clock(), clock(1), clock(attempt=1), clock(namespace=Namespace(1, "other", "2026-01-05"))]
    ids = [maker.control_id() for maker in makers for _ in range(50)]
    assert len(set(ids)) == len(ids)
    assert all(len(one) <= 20 and one.startswith("EH") and one.isalnum() for one in ids)
    assert clock().control_id() == ids[0]
