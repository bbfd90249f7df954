"""Who takes part: one link has two parties, and several links have as many as they join."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_kit import case_on
from conversation_kit import Council, Hospital, conversation_link
from scripted_link_kit import Watch, scripted_link

from harness.case.blocked import Blocked
from harness.case.link import Link
from harness.case.parties import Parties
from harness.model.finding import Attribution
from harness.model.place import Limits


def place_of_three() -> tuple[dict[str, Link], Watch]:
    """hospital → council (which replies) and hospital → gp."""
    links = {}
    watch = Watch()
    for party in ("council", "gp"):
        link, _ = conversation_link(Hospital, Council) if party == "council" else scripted_link(over="fhir")
        for adapter in filter(None, (link.adapter, link.reverse)):
            adapter.wiring.watch = watch  # type: ignore[attr-defined]
        source, target = replace(link.source, party="source"), replace(link.target, party=party)
        endpoint = replace(link.endpoint, limits=replace(link.endpoint.limits, effect=0.02 if party == "gp" else 0.05))
        links[party] = replace(link, source=source, target=target, endpoint=endpoint)
    return links, watch


def test_a_pairing_has_a_source_and_a_target() -> None:
    link, _ = conversation_link(Hospital, Council)
    parties = Parties({"target": link})
    assert parties.link() is link
    assert parties.side("source") is link.source
    forth, back = parties.passage("source"), parties.passage("target")
    assert (forth.sender, forth.receiver, forth.adapter, forth.inlet) == (link.source, link.target, link.adapter, link.inlet)
    assert (back.sender, back.receiver, back.adapter, back.inlet) == (link.target, link.source, link.reverse, link.reverse)


def test_a_party_that_nobody_plays_blocks_and_names_those_that_are_there() -> None:
    link, _ = scripted_link()
    for ask in (lambda: Parties({"target": link}).side("gp"), lambda: Parties({"target": link}).link("gp"), lambda: Parties({"target": link}).passage("gp")):
        with pytest.raises(Blocked, match="'gp' in this case; there are source, target") as caught:
            ask()
        assert caught.value.attribution is Attribution.HARNESS


def test_of_several_partners_one_is_named() -> None:
    links, _ = place_of_three()
    parties = Parties(links)
    assert parties.passage("source", "gp").link is links["gp"]
    assert parties.passage("council").receiver.party == "source"
    with pytest.raises(Blocked, match="source has 2 partners"):
        parties.passage("source")
    with pytest.raises(Blocked, match="no way leads from council to gp"):
        parties.passage("council", "gp")
    assert parties.about("source") is links["council"]
    assert parties.about("gp").endpoint.limits == Limits(0.1, 0.1, 0.02, 0.01, 100_000)


def test_a_case_of_three_parties_stimulates_and_observes_each() -> None:
    case = case_on(*place_of_three())
    person = case.person("A")
    assert case.stimulate("register", person, to="gp").positive
    assert case.effect(person, lambda seen: seen.found, at="gp").met
    assert not case.observe(person, at="council").found
    case.look.barrier(at="council")
    assert case.stimulate("register", person, to="council").positive
    assert case.observe(person, at="council").found
    assert len(case.transcript.messages()) == 3
