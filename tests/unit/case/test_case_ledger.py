"""The three records of an exchange, each message of the source read once a case."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import Any

import pytest
from case_kit import opened
from scripted_follower_kit import Follower

from harness.case import ledger as rooms
from harness.case.ledger import arrived, ledger, measured, on_the_wire
from harness.mapping import Lens
from harness.model.difference import Fate
from harness.model.finding import Attribution
from harness.model.outcome import Outcome
from harness.model.record import Record

CHECK = "fidelity/person-1"


class LosesAllergies(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: entries for name, entries in record.groups.items() if name != "allergy"}), trigger)


class LosesPostcodes(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record.replaced({"address.postcode": "ZZ99 9ZZ"}), trigger)


def test_what_is_kept_is_kept_and_what_is_lost_is_the_targets_fault() -> None:
    for follower, fate, outcome in ((Follower, Fate.KEPT, Outcome.PASS), (LosesAllergies, Fate.LOST, Outcome.FAIL)):
        case, _, _ = opened(follower, check=CHECK)
        person = case.person("A")
        case.stimulate("register", person)
        found = ledger(case, person, items=("allergy.code",))
        assert [one.fate for one in found.differences] == [fate]
        said = arrived(case, person, "allergy")
        assert said.outcome is outcome
        if outcome is Outcome.FAIL:
            assert (said.attribution, said.signals) == (Attribution.TARGET, ("critical-loss",))
            assert said.differences


def test_the_measure_is_held_against_the_scale() -> None:
    case, _, _ = opened(check=CHECK)
    person = case.person("A")
    case.stimulate("register", person)
    whole = measured(case, ledger(case, person, items=("person", "name", "address")), person)
    assert (whole.outcome, whole.fidelity, whole.signals) == (Outcome.PASS, 1.0, ())
    case, _, _ = opened(LosesPostcodes, check=CHECK)
    case.stimulate("register", person)
    less = measured(case, ledger(case, case.person("A"), items=("address",)), case.person("A"))
    assert less.outcome is Outcome.FAIL
    assert {(row[0], row[1]) for row in less.differences} == {("address.postcode", "wrong")}
    assert less.fidelity is not None
    assert less.fidelity < 0.95


def test_nothing_to_measure_is_inconclusive() -> None:
    case, _, _ = opened(check=CHECK)
    person = case.person("A")
    case.stimulate("register", person)
    assert measured(case, replace(ledger(case, person, items=("address",)), fidelity=None), person).outcome is Outcome.INCONCLUSIVE
    assert arrived(case, person, "procedure").outcome is Outcome.INCONCLUSIVE


def test_later_messages_lie_over_earlier_ones() -> None:
    case, _, _ = opened(check=CHECK)
    person = case.person("A")
    assert on_the_wire(case, person) is None
    case.stimulate("register", person)
    case.stimulate("update-person", person.with_({"address.postcode": "ZZ99 1AA"}))
    merged = on_the_wire(case, person)
    assert merged is not None
    assert merged.all("address.postcode")[0] == "ZZ99 1AA"
    assert merged.all("allergy.code") == person.record.all("allergy.code")


def test_what_the_harness_sent_in_the_sources_name_is_not_the_sources() -> None:
    case, _, _ = opened(check=CHECK)
    person = case.person("A")
    case.stimulate("register", person)
    case.send(case.altered(case.capture("update-person", person), ("PID-11[1].5", "ZZ99 8ZZ")))
    merged = on_the_wire(case, person)
    assert merged is not None
    assert "ZZ99 8ZZ" not in merged.all("address.postcode")


def test_the_message_of_somebody_else_says_nothing_of_a_person() -> None:
    case, _, _ = opened(check=CHECK)
    case.stimulate("register", case.person("B"))
    assert on_the_wire(case, case.person("A")) is None


def test_each_message_is_read_once_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    case, _, _ = opened(check=CHECK)
    read: list[Any] = []
    ours, read_all = case.link().lens, Lens.read_all

    def reading(lens: Lens, tree: Any, **how: Any) -> list[Record]:
        if lens is ours:
            read.append(tree)
        return read_all(lens, tree, **how)

    monkeypatch.setattr(Lens, "read_all", reading)
    person = case.person("A")
    for event in ("register", "update-person"):
        case.stimulate(event, person)
        for _ in range(3):
            on_the_wire(case, person)
    assert len(read) == 2


def test_what_was_read_ends_with_its_case() -> None:
    case, _, _ = opened(check=CHECK)
    case.stimulate("register", case.person("A"))
    on_the_wire(case, case.person("A"))
    before = len(rooms._READINGS)
    assert case.transcript in rooms._READINGS
    del case
    gc.collect()
    assert len(rooms._READINGS) < before
