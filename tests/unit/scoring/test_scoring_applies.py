"""The applicability predicate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scoring_world import clause, pairing, place, system

from harness.errors import CatalogueError
from harness.model.place import Endpoint, Interface
from harness.scoring import applicable

OUT = Endpoint("out", "hl7v2/2.4/itk", "mllp", "out", acknowledgement="none", capabilities=("send-merge",))
IN = Endpoint("in", "hl7v2/2.4/itk", "mllp", "in", auth="none", acknowledgement="application", capabilities=("at-the-door",))
WAY = Interface("hl7v2", "out", "in")


def ask(source: Endpoint = OUT, target: Endpoint = IN, family: str = "", **applies: tuple[str, ...]) -> bool:
    of = place(
        pairing(interfaces=(WAY,)),
        systems=(
            system("hospital", "exemplar", endpoints=(source,), capabilities=("merge", "both")),
            system("council", "social-care", endpoints=(target,), capabilities=("both",)),
        ),
    )
    return applicable(clause(1, applies=applies), of, of.pairings[0], WAY, family)


@pytest.mark.parametrize(
    ("applies", "answer"),
    [
        ({}, True),
        ({"transport": ("mllp",)}, True),
        ({"transport": ("http",)}, False),
        ({"transport": ("http", "mllp")}, True),
        ({"format": ("hl7v2",)}, True),
        ({"format": ("hl7v2/2.4/itk",)}, True),
        ({"format": ("fhir",)}, False),
        ({"acknowledgement": ("application", "accept")}, True),
        ({"acknowledgement": ("none",)}, False),
        ({"auth": ("bearer",)}, False),
        ({"auth": ("none",)}, True),
        ({"mode": ("pull",)}, False),
        ({"role": ("social-care",)}, True),
        ({"source_role": ("social-care",)}, False),
        ({"target_role": ("social-care",)}, True),
        ({"capabilities": ("both",)}, True),
        ({"capabilities": ("merge",)}, False),
        ({"capabilities": ("both", "merge")}, False),
        ({"source_capabilities": ("merge", "send-merge")}, True),
        ({"target_capabilities": ("merge",)}, False),
        ({"target_capabilities": ("at-the-door",)}, True),
        ({"transport": ("mllp",), "auth": ("bearer",)}, False),
    ],
)
def test_every_predicate_must_hold(applies: dict[str, Any], answer: bool) -> None:
    assert ask(**applies) is answer


def test_in_a_pull_the_source_answers() -> None:
    pulled: Any = replace(OUT, mode="pull", auth="bearer")
    assert ask(pulled, auth=("bearer",))
    assert not ask(pulled, auth=("none",))


def test_a_family_clause_is_for_its_family() -> None:
    of = place()
    own = clause(4, family="adt")
    assert applicable(own, of, of.pairings[0], "hl7v2", "adt")
    assert not applicable(own, of, of.pairings[0], "hl7v2", "identity")


def test_an_interface_that_is_not_there_has_no_clauses() -> None:
    of = place()
    assert not applicable(clause(1), of, of.pairings[0], "carrier-pigeon")
    assert not applicable(clause(1), of, of.pairings[0], Interface("hl7v2", "hl7v2-out", "nowhere"))


def test_a_misspelt_predicate_is_refused() -> None:
    with pytest.raises(CatalogueError, match="capabilites"):
        ask(capabilites=("both",))


def test_capabilities_handed_in_stand_for_the_manifest() -> None:
    of = place()
    wanted = clause(1, applies={"capabilities": ("merge",)})
    assert applicable(wanted, of, of.pairings[0], "hl7v2")
    assert not applicable(wanted, of, of.pairings[0], "hl7v2", capabilities={"council": ()})
