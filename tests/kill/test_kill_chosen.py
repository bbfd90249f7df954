"""What ``--defect`` and ``--check`` choose of the kill matrix."""

from __future__ import annotations

import pytest
from kill_world import chosen

from harness.case.check import CHECKS
from harness.catalogue import catalogue
from harness.errors import UnknownNameError


def test_nothing_named_is_everything() -> None:
    every = chosen()
    assert every.all
    assert (set(every.defects), set(every.checks)) == (set(catalogue().defects), set(CHECKS))
    assert len(every.pairs) == sum(len(note.breaks) for note in catalogue().defects.values())


def test_a_defect_brings_the_checks_that_it_breaks() -> None:
    one = chosen(["keeps-bare-encounter"])
    assert (one.defects, one.checks, one.all) == (("keeps-bare-encounter",), ("fidelity/encounter-1",), False)
    assert one.named("keeps-bare-encounter") == {"fidelity/encounter-1"}


def test_a_check_brings_the_defects_that_break_it_and_no_other_check_of_theirs() -> None:
    one = chosen(checks=["fidelity/notice-1"])
    assert one.checks == ("fidelity/notice-1",)
    assert "keeps-bare-person" in one.defects
    assert one.named("keeps-bare-person") == {"fidelity/notice-1"}


def test_both_are_asked_of_one_another_whatever_the_catalogue_says() -> None:
    both = chosen(["drops-alert"], ["identity/verified-1"])
    assert both.pairs == {("drops-alert", "identity/verified-1")}


@pytest.mark.parametrize(("defects", "checks", "known"), [(["drop-alert"], [], "drops-alert"), ([], ["identity/verified-11"], "identity/verified-1")])
def test_a_name_nobody_knows_is_refused_with_what_is_known(defects: list[str], checks: list[str], known: str) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean .*{known}"):
        chosen(defects, checks)
