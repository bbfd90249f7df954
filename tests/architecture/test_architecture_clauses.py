"""Registers and checks say the same, both ways; a clause without a check, or a check without a clause, fails."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from harness.case.check import CHECKS
from harness.catalogue import catalogue

CHECK_IDS = [name for name, _ in CHECKS.items()]


def test_every_clause_has_its_check_and_every_check_its_clause() -> None:
    assert set(CHECK_IDS) == set(catalogue().clauses)


@pytest.mark.parametrize("id", CHECK_IDS)
def test_the_docstring_begins_with_the_clause(id: str) -> None:
    assert CHECKS.get(id).sentence == catalogue().clauses[id].text


@pytest.mark.parametrize("id", CHECK_IDS)
def test_a_check_stands_in_the_file_of_its_section(id: str) -> None:
    suite, _, rest = id.partition("/")
    section = rest.rpartition("-")[0]
    path = Path(inspect.getfile(inspect.unwrap(CHECKS.get(id).function)))
    assert (path.parent.name, path.stem) == (suite.replace("-", "_"), section.replace("-", "_"))


def test_every_clause_cites_a_source_and_says_what_to_do() -> None:
    for clause in catalogue().clauses.values():
        assert f"LEVELS L{clause.level}{clause.letter}" in clause.cites, clause.id
        assert clause.remediation.endswith((".", "!")), clause.id


def test_only_levels_that_belong_to_a_family_name_one() -> None:
    deepest = catalogue().levels["cell"]["per_interface"]
    for clause in catalogue().clauses.values():
        assert bool(clause.family) == (clause.level > deepest), clause.id


def test_there_are_at_least_fifty_checks_over_five_levels() -> None:
    assert len(CHECK_IDS) >= 50
    assert {clause.level for clause in catalogue().clauses.values()} == {1, 2, 3, 4, 5}
