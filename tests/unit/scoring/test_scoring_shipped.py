"""The shipped registers, flows and places can be scored: everything a level asks for can be asked somewhere."""

from __future__ import annotations

import pytest

from harness.catalogue import catalogue
from harness.errors import CatalogueError
from harness.model.clause import Strength
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.place import Place
from harness.scoring import applicable, score

PLACES = sorted(catalogue().places)


def everything_passed(place: Place) -> list[Finding]:
    return [
        Finding(clause.id, clause.id, clause.level, pairing.id, interface.id, family, Outcome.PASS)
        for pairing in place.pairings
        for interface in pairing.interfaces
        for clause in catalogue().clauses.values()
        for family in (pairing.families if clause.level > 3 else ("",))
        if applicable(clause, place, pairing, interface, family)
    ]


@pytest.mark.parametrize("name", PLACES)
def test_a_place_where_everything_passes_reaches_what_its_manifest_aims_at(name: str) -> None:
    place, kept = catalogue().place(name), catalogue()
    found = score(everything_passed(place), place, clauses=kept.clauses, flows=kept.flows, levels=kept.levels)
    assert not found.partial
    for cell in found.cells:
        assert cell.level == cell.ceiling_level, (cell.pairing, cell.family, cell.stopped, cell.blocked_by)
        assert cell.aim is None or cell.aim_met, (cell.pairing, cell.family, cell.stopped)


@pytest.mark.parametrize("name", PLACES)
def test_a_place_where_nothing_was_run_is_unproven(name: str) -> None:
    place, kept = catalogue().place(name), catalogue()
    found = score([], place, clauses=kept.clauses, flows=kept.flows, levels=kept.levels)
    assert {cell.level for cell in found.cells} == {0}
    assert all(cell.stopped for cell in found.cells)
    assert (found.headline, found.run) == (0, 0)


# What no shipped endpoint declares; a place outside the repository may.
NOT_SHIPPED = {("acknowledgement", "none")}


def test_every_shall_clause_applies_somewhere() -> None:
    places = [catalogue().place(name) for name in PLACES]
    for clause in catalogue().clauses.values():
        if clause.strength is Strength.SHALL and not NOT_SHIPPED & {(key, value) for key, values in clause.applies.items() for value in values}:
            ways = ((place, pairing, interface) for place in places for pairing in place.pairings for interface in pairing.interfaces)
            assert any(applicable(clause, *way, clause.family) for way in ways), clause.id


def test_no_register_names_a_predicate_that_does_not_exist() -> None:
    place = catalogue().place(PLACES[0])
    pairing = place.pairings[0]
    for clause in catalogue().clauses.values():
        try:
            applicable(clause, place, pairing, pairing.interfaces[0])
        except CatalogueError as error:
            pytest.fail(str(error))
