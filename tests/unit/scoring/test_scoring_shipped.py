"""The shipped registers, flows and places can be scored: everything a level asks for can be asked somewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.catalogue import catalogue
from harness.errors import CatalogueError
from harness.model.clause import Strength
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.place import Place
from harness.scoring import applicable, score
from harness.scoring.requires import missing_capability
from harness.scoring.scale import Scale

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


def lacking(system: str, capability: str) -> Place:
    """The demonstration place with one system that does not declare one capability, at no endpoint either."""
    place = catalogue().place("demonstration")
    without = {each.id: tuple(name for name in each.capabilities if name != capability) for each in place.systems if each.id == system}
    return replace(place, systems=tuple(replace(each, capabilities=without.get(each.id, each.capabilities)) for each in place.systems))


@pytest.mark.parametrize(
    ("system", "capability", "stopped"),
    [
        ("follower-a", "cancel-transfer", {("exemplar:follower-a", "adt"): 5}),
        ("follower-a", "merge", {("exemplar:follower-a", "identity"): 3}),
        ("exemplar", "merge", {(f"exemplar:{target}", "identity"): 3 for target in ("follower-a", "follower-b", "council")}),
        ("council", "merge", {("exemplar:council", "identity"): 3}),
        ("council", "cancel-transfer", {}),
    ],
)
def test_what_the_shipped_flows_require_stops_their_family_alone(system: str, capability: str, stopped: dict[tuple[str, str], int]) -> None:
    kept, place = catalogue(), lacking(system, capability)
    scale = Scale.of(kept.levels)
    found = {(each.id, family): missing_capability(place, kept.flows, each, family, scale) for each in place.pairings for family in each.families}
    assert {cell: level for cell, (level, _) in found.items() if level is not None} == stopped
    for cell in stopped:
        assert repr(capability) in found[cell][1]
        assert kept.flows[cell[1]].title in found[cell][1]


def test_a_shipped_flow_counts_for_the_roles_that_it_can_start_at_and_where_none_can_for_all() -> None:
    kept, place = catalogue(), lacking("council", "nothing")
    flows = {**kept.flows, "elsewhere": replace(kept.flows["adt"], id="elsewhere", starts_at=("social-care",), requires={1: ("flying",)})}
    scale, pairing = Scale.of(kept.levels), place.pairings[0]
    assert missing_capability(place, flows, pairing, "adt", scale) == (None, "")
    del flows["adt"]
    assert missing_capability(place, flows, pairing, "adt", scale)[0] == 1
    assert set(kept.flows["adt"].starts_at) < set(kept.vocabulary["roles"].words)


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
