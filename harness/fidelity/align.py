"""Which entry of one record answers which entry of another."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.fidelity.item_fate import alike, judge, present
from harness.fidelity.normal_forms import normal_form, plain
from harness.model.difference import Fate
from harness.model.item import CodeMap, Group, Item
from harness.model.record import Entry, Record

# Pairs up to which each entry is held against each other. Beyond, entries are paired by what they say alike (all, the key, all but the key), found by
# looking it up, so that a message of 20,000 repetitions costs 20,000 looks and not 400,000,000; what is left then is held against each other if it is few.
_EVERY_PAIR = 40_000

Pair = tuple[Entry | None, Entry | None]
Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """``pairs``: every entry whose answer was looked for, once; ``not_compared``: entries of both sides that were too many to hold against each other."""

    pairs: tuple[Pair, ...]
    not_compared: tuple[Entry, ...] = ()


class Aligner:
    """Pairs the entries of two records, group by group, by the normal forms of the groups' key items."""

    def __init__(self, items: Mapping[str, Item], groups: Mapping[str, Group], maps: Mapping[str, CodeMap]) -> None:
        self._items, self._groups, self._maps = items, groups, maps
        # By identity, with the entry itself, so that no other can take its place: keys are asked for once per pair of entries.
        self._known_keys: dict[int, tuple[Entry, tuple[str, ...]]] = {}

    def key(self, entry: Entry) -> tuple[str, ...]:
        """The normal forms of the key items of ``entry``; empty texts where absent."""
        known = self._known_keys.get(id(entry))
        if known is None:
            known = self._known_keys[id(entry)] = (entry, tuple(self._normal(item, entry) for item in self._keys(entry.group)))
        return known[1]

    def title(self, entry: Entry) -> str:
        """The key of ``entry`` as it is shown."""
        return " ".join(filter(None, (plain(entry.values[item]) for item in self._keys(entry.group) if item in entry.values)))

    def align(self, group: str, sent: Record, received: Record) -> Alignment:
        """Every entry of ``group`` once, in the order sent, then what only ``received`` has."""
        left, right = list(sent.entries(group)), list(received.entries(group))
        known = self._groups.get(group)
        if known is not None and not known.repeats:
            # A record has one person: a second entry is not another person but more of the same, so the first counts.
            return Alignment(((left[0] if left else None, right[0] if right else None),) if left or right else ())
        found: dict[int, Entry] = {}
        rest = right
        if len(left) * len(right) > _EVERY_PAIR:
            for says in (self._all_said, self.key, self._beside_the_key):
                rest = _look_up(left, rest, found, says)
            apart = [entry for index, entry in enumerate(left) if index not in found]
            if len(apart) * len(rest) > _EVERY_PAIR:
                return Alignment(tuple((entry, found[index]) for index, entry in enumerate(left) if index in found), (*apart, *rest))
        for matches in (self._same_key, self._explained_key, self._same_rest):
            for index, entry in enumerate(left):
                if index in found:
                    continue
                candidates = [at for at, other in enumerate(rest) if matches(entry, other)]
                if candidates:
                    best = candidates[0] if len(candidates) == 1 else max(candidates, key=lambda at: self._agreement(entry, rest[at]))
                    found[index] = rest.pop(best)
        return Alignment((*((entry, found.get(index)) for index, entry in enumerate(left)), *((None, other) for other in rest)))

    def _all_said(self, entry: Entry) -> Said:
        return tuple(sorted((item, self._normal(item, entry)) for item, value in entry.values.items() if present(value)))

    def _beside_the_key(self, entry: Entry) -> Said:
        keys = self._keys(entry.group)
        return tuple((item, value) for item, value in self._all_said(entry) if item not in keys)

    def _keys(self, group: str) -> tuple[str, ...]:
        known = self._groups.get(group)
        return known.key if known else ()

    def _normal(self, item: str, entry: Entry) -> str:
        if item not in entry.values:
            return ""
        known = self._items.get(item)
        return normal_form(known.normal_form if known else "text")(entry.values[item])

    def _same_key(self, one: Entry, other: Entry) -> bool:
        return self.key(one) == self.key(other)

    def _explained_key(self, one: Entry, other: Entry) -> bool:
        """The keys differ in a way that a code map declares, or the original was kept."""
        for item in self._keys(one.group):
            known = self._items.get(item)
            if known is None:
                # An item that is not asked about still tells entries apart.
                if self._normal(item, one) != self._normal(item, other):
                    return False
                continue
            judgement = judge(known, one.values.get(item), other.values.get(item), self._maps.get(item))
            if judgement is not None and judgement.fate in (Fate.LOST, Fate.WRONG, Fate.INVENTED):
                return False
        return True

    def _same_rest(self, one: Entry, other: Entry) -> bool:
        """A key went missing or wrong, and everything else that both hold agrees: one entry with a faulty key, not two."""
        keys = set(self._keys(one.group))
        shared = [item for item in one.values if item not in keys and present(one.values[item]) and present(other.values.get(item))]
        return bool(shared) and self._agreement(one, other) >= len(shared)

    def _agreement(self, one: Entry, other: Entry) -> int:
        return sum(
            1
            for item, value in one.values.items()
            if item in self._items and item in other.values and item not in self._keys(one.group) and alike(self._items[item], value, other.values[item])
        )


def _look_up(left: Sequence[Entry], right: Sequence[Entry], found: dict[int, Entry], says: Callable[[Entry], tuple[object, ...]]) -> list[Entry]:
    """Pairs into ``found`` what says the same and was not found yet, each once and in order, and returns what is left of ``right``.

    Entries that say nothing answer nobody.
    """
    same: dict[tuple[object, ...], deque[Entry]] = defaultdict(deque)
    for entry in right:
        same[says(entry)].append(entry)
    taken = set()
    for index, entry in enumerate(left):
        said = says(entry)
        if index not in found and any(said) and (answers := same.get(said)):
            found[index] = answers.popleft()
            taken.add(id(found[index]))
    return [entry for entry in right if id(entry) not in taken]
