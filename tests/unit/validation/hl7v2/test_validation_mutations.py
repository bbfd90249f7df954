"""Valid messages are called valid, and broken ones broken: at least 98 of 100, and no false alarm. ``mutation_rates.py`` prints the figures."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest
from mutation_rates import Rates, measure
from validation_mutations_kit import lines_of, messages
from validation_mutations_table import HARMLESS, MUTATIONS

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def rates() -> Rates:
    return measure(rounds=2, seed=20260105)


def test_broken_messages_are_found(rates: Rates) -> None:
    assert rates.rate >= 0.98, rates.table()


def test_every_kind_is_found_mostly(rates: Rates) -> None:
    assert {kind: pair for kind, pair in rates.kinds.items() if pair[0] < 0.9 * pair[1]} == {}


def test_whole_messages_are_not_called_broken(rates: Rates) -> None:
    assert [(what, kind) for what, kind, _ in rates.alarms] == []
    assert rates.whole > 500


def test_there_are_at_least_twenty_kinds_and_all_are_tried(rates: Rates) -> None:
    kinds = {row.kind for row in MUTATIONS}
    assert len(kinds) >= 20
    assert set(rates.kinds) == kinds


@pytest.mark.parametrize("name", ["validation_mutations_kit.py", "validation_mutations_table.py"])
def test_the_table_knows_nothing_of_the_judge(name: str) -> None:
    tree = ast.parse((HERE / name).read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.partition(".")[0] in ("harness", "yaml")]


def test_the_same_seed_gives_the_same_messages() -> None:
    assert list(messages(7, 1)) == list(messages(7, 1))
    assert list(messages(7, 1)) != list(messages(8, 1))


def test_every_mutation_changes_something() -> None:
    rng = Random(1)  # noqa: S311  # nothing secret
    for row in (*MUTATIONS, *HARMLESS):
        changed = [broken != message.data for message in messages(3, 2) if row.suits(message.kind) and (broken := row.operation(message.data, rng)) is not None]
        assert changed, row.kind
        assert all(changed), row.kind


def test_every_kind_of_message_is_there() -> None:
    kinds = {message.kind for message in messages(1, 1)}
    assert {kind.partition("^")[0] for kind in kinds} == {"ADT", "OML", "ORU", "MDM", "ACK"}
    assert len(kinds) == 27
    assert all(len(lines_of(message.data)) >= 3 for message in messages(1, 1))
