"""Records of very many entries are aligned by looking at each, not at each pair; work is counted in comparisons."""

from __future__ import annotations

from hashlib import sha256

import pytest

from harness.catalogue import catalogue
from harness.fidelity import compare
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
    aligned = Aligner(kept.items, kept.groups, {}).align("name", record(families), record(shuffled))
    assert not aligned.not_compared
    pairs = aligned.pairs
    assert len(pairs) == MANY
    assert all(one is not None and other is not None and one.values == other.values for one, other in pairs)
    assert len(comparisons) < 100 * MANY


def test_an_entry_whose_key_or_whose_rest_changed_is_found_however_far_away(comparisons: list[int]) -> None:
    kept = catalogue()
    sent = [Entry("name", {"name.family": f"N{number}", "name.given": f"G{number}"}) for number in range(MANY)]
    got = list(reversed(sent))
    got[0] = Entry("name", {"name.family": f"N{MANY - 1}", "name.given": "OTHER"})
    got[1] = Entry("name", {"name.family": "OTHER", "name.given": f"G{MANY - 2}"})
    aligned = Aligner(kept.items, kept.groups, {}).align("name", Record({"name": tuple(sent)}), Record({"name": tuple(got)}))
    answers = {one.text("name.family"): other for one, other in aligned.pairs if one is not None}
    assert answers[f"N{MANY - 1}"] is got[0]
    assert answers[f"N{MANY - 2}"] is got[1]
    assert len(comparisons) < 100 * MANY


def test_what_is_left_of_very_many_is_held_against_each_other_where_it_is_few() -> None:
    kept = catalogue()
    alike = [f"N{number}" for number in range(MANY)]
    aligned = Aligner(kept.items, kept.groups, {}).align("name", record([*alike, "GONE"]), record(alike))
    assert [one.text("name.family") for one, other in aligned.pairs if one is not None and other is None] == ["GONE"]
    assert not aligned.not_compared


def test_nothing_is_called_lost_or_invented_that_was_not_looked_for(comparisons: list[int]) -> None:
    kept = catalogue()
    sent = Record({"name": tuple(Entry("name", {"name.family": f"L{number}", "name.given": f"A{number}"}) for number in range(MANY))})
    got = Record({"name": tuple(Entry("name", {"name.family": f"R{number}", "name.given": f"B{number}"}) for number in range(MANY))})
    aligned = Aligner(kept.items, kept.groups, {}).align("name", sent, got)
    assert (aligned.pairs, len(aligned.not_compared)) == ((), 2 * MANY)
    found = compare(sent, None, got, items=kept.items, groups=kept.groups, carried=frozenset(kept.items), losses={})
    assert found.not_compared == (("name", 2 * MANY),)
    assert found.differences == ()
    assert (found.fidelity, found.critical, found.ceiling) == (None, None, None)
    assert not comparisons
