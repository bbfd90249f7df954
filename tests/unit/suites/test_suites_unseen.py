"""What an observer cannot see is not lost: a way of asking that never found anything, or a type of resource that is answered with an error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from scripted_follower_kit import Follower
from scripted_link_kit import asked, scripted_link
from wrong_content_kit import dropping

from harness.adapters.fhir_observer import Sighting
from harness.model.finding import Attribution, Finding
from harness.model.outcome import Outcome


@dataclass
class Blind:
    """An observer that misses ``hidden`` until its way of asking found something else; ``refused`` types are answered with an error."""

    observer: Any
    hidden: tuple[str, ...] = ()
    refused: tuple[tuple[str, int], ...] = ()
    proves: tuple[str, ...] = ()
    proved: bool = False

    def find(self, kind: str, value: str, *, thoroughly: bool = True) -> Sighting:
        seen: Sighting = self.observer.find(kind, value)
        entries = [one for one in seen.tree["entry"] if one["resource"]["resourceType"] not in (*self.hidden, *dict(self.refused))]
        self.proved = self.proved or any(one["resource"]["resourceType"] in self.proves for one in entries)
        return replace(seen, tree={**seen.tree, "entry": entries}, proved=self.proved, unanswered=self.refused)

    def close(self) -> None:
        self.observer.close()


def said(check: str, follower: type[Follower] = Follower, **blind: Any) -> tuple[Finding, ...]:
    link, watch = scripted_link(follower)
    link.target.observer = Blind(link.target.observer, **blind)  # type: ignore[assignment]
    return asked(check, link, watch)


@pytest.mark.parametrize("check", ["fidelity/person-2", "fidelity/allergies-1"])
def test_what_no_way_of_asking_has_found_is_not_lost(check: str) -> None:
    found = said(check, hidden=("AllergyIntolerance", "Encounter"), proves=("AllergyIntolerance", "Encounter"))
    assert {(one.outcome, one.attribution) for one in found} == {(Outcome.INCONCLUSIVE, Attribution.HARNESS)}
    last = found[-1]
    assert "cannot observe AllergyIntolerance" in last.message
    assert last.signals == ()


def test_what_is_answered_with_an_error_is_not_lost() -> None:
    (*_, last) = said("fidelity/person-2", refused=(("AllergyIntolerance", 404),), proved=True)
    assert last.outcome is Outcome.INCONCLUSIVE
    assert "AllergyIntolerance (answered 404)" in last.message


def test_somebody_put_in_place_proves_the_way_of_asking_and_then_a_loss_is_one() -> None:
    drops = dropping("DropsAllergies", "allergy")
    found = said("fidelity/person-2", drops, proves=("Encounter",))
    assert {one.outcome for one in found} == {Outcome.FAIL}
    assert {one.attribution for one in found} == {Attribution.TARGET}
