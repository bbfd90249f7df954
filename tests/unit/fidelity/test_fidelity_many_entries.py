"""Records of very many entries are aligned by looking at each, not at each pair; work is counted in comparisons."""

from __future__ import annotations

from hashlib import sha256

import pytest

from harness.catalogue import catalogue
from harness.fidelity.align import Aligner
from harness.model.record import Entry, Record

MANY = 1_500


def hash_of(text: str) -> bytes:
    return sha256(text.encode()).digest()


def record(families: list[str]) -> Record:
    return Record({"name": tuple(Entry("name", {"name.family": family, "name.given": "ANNE"}) for family in families)})


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One for every pair of entries whose keys are compared."""
    count: list[int] = []
    same = Aligner._same_key

    def counted(self: Aligner, one: Entry, other: Entry) -> bool:
        count.append(1)
        return same(self, one, other)

    monkeypatch.setattr(Aligner, "_same_key", counted)
    return count


@pytest.mark.parametrize("families", [[f"N{number}" for number in range(MANY)], ["ONE"] * MANY], ids=["all different", "all alike"])
def test_every_entry_finds_its_own_whatever_the_order(families: list[str], comparisons: list[int]) -> None:
    kept = catalogue()
    shuffled = sorted(families, key=hash_of)
    pairs = Aligner(kept.items, kept.groups, {}).pairs("name", record(families), record(shuffled))
    assert len(pairs) == MANY
    assert all(one is not None and other is not None and one.values == other.values for one, other in pairs)
    assert len(comparisons) < 100 * MANY


def test_what_one_side_alone_has_stays_alone(comparisons: list[int]) -> None:
    kept = catalogue()
    left, right = [f"L{number}" for number in range(MANY)], [f"R{number}" for number in range(MANY)]
    pairs = Aligner(kept.items, kept.groups, {}).pairs("name", record([*left, "BOTH"]), record(["BOTH", *right]))
    both = [(one, other) for one, other in pairs if one is not None and one.text("name.family") == "BOTH"]
    assert [other.text("name.family") for _, other in both if other is not None] == ["BOTH"]
    assert sum(one is not None for one, _ in pairs) == MANY + 1
    assert sum(other is not None for _, other in pairs) == MANY + 1
    assert len(comparisons) < 100 * MANY
