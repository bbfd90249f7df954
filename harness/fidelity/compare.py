"""Three records in, one ledger out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from harness.fidelity.align import Aligner
from harness.fidelity.item_fate import ItemFate, alike, judge, present
from harness.fidelity.normal_forms import plain
from harness.fidelity.sums import ledger
from harness.model.difference import Difference, Fate, Ledger
from harness.model.finding import Attribution
from harness.model.item import CodeMap, Group, Item
from harness.model.record import Entry, Record, Value

_GOOD = (Fate.KEPT, Fate.EQUIVALENT)


def compare(
    source: Record | None,
    wire: Record | None,
    target: Record | None,
    *,
    items: Mapping[str, Item],
    groups: Mapping[str, Group],
    carried: frozenset[str],
    losses: Mapping[str, str],
    family: str = "",
    maps: Mapping[str, CodeMap] | None = None,
    own: frozenset[str] = frozenset({"identifier"}),
    scale: Mapping[str, Any] | None = None,
) -> Ledger:
    """The ledger of one exchange: A = ``source``, B = ``wire``, C = ``target``; None means unknown, never empty (LEVELS, Fidelity).

    ``carried`` are the items with a shipped row under the interface's format key; ``losses`` what shipped rows say the standard loses;
    ``maps`` the code map of an item under that key, by which a changed code may be a declared one; ``family`` limits the items to those
    the catalogue lists for it; ``own`` names groups in which a target may add entries of its own (its local number for a person);
    ``scale`` is profiles/levels.yaml. Where A is unknown, B stands in for it and nothing is attributed. Without C, or without A and B,
    the ledger is empty and F is None.
    """
    weights, shares = _scale(scale)
    reference = source if source is not None else wire
    if reference is None or target is None:
        return Ledger((), None, None, None)
    comparison = _Comparison(source, wire, target, items, groups, carried, losses, family, maps or {}, own, weights)
    differences = tuple(comparison.differences(reference))
    return ledger(differences, items, shares, not_compared=comparison.not_compared)


def _scale(scale: Mapping[str, Any] | None) -> tuple[Mapping[str, int], Mapping[str, float]]:
    chosen = scale if scale is not None else _shipped()
    return chosen["fidelity"]["weights"], chosen["fidelity"]["fates"]


@cache
def _shipped() -> Mapping[str, Any]:
    from harness.catalogue import catalogue

    levels: Mapping[str, Any] = catalogue().levels
    return levels


class _Comparison:
    def __init__(
        self,
        source: Record | None,
        wire: Record | None,
        target: Record,
        items: Mapping[str, Item],
        groups: Mapping[str, Group],
        carried: frozenset[str],
        losses: Mapping[str, str],
        family: str,
        maps: Mapping[str, CodeMap],
        own: frozenset[str],
        weights: Mapping[str, int],
    ) -> None:
        self._source, self._wire, self._target = source, wire, target
        self._items, self._carried, self._losses, self._family = items, carried, losses, family
        self._maps, self._own, self._weights = maps, own, weights
        self._aligner = Aligner(items, groups, maps)
        self.not_compared: dict[str, int] = {}
        # By group, the wire's entry for each of the target's, by identity.
        self._answers: dict[str, dict[int, Entry]] = {}

    def differences(self, reference: Record) -> Iterator[Difference]:
        for group in dict.fromkeys([*reference.groups, *self._target.groups]):
            aligned = self._aligner.align(group, reference, self._target)
            if aligned.not_compared:
                self.not_compared[group] = len(aligned.not_compared)
            on_wire = self._on_wire(group, reference)
            for sent, received in aligned.pairs:
                if sent is None and received is not None and self._is_own(received, reference):
                    continue
                yield from self._entry(sent, received, on_wire)

    def _entry(self, sent: Entry | None, received: Entry | None, on_wire: dict[int, Entry]) -> Iterator[Difference]:
        shown = sent if sent is not None else received
        assert shown is not None  # noqa: S101
        wire = on_wire.get(id(sent)) if sent is not None else self._wire_answer(shown)
        for name in dict.fromkeys([*(sent.values if sent else ()), *(received.values if received else ())]):
            item = self._items.get(name)
            if item is None or (self._family and item.families and self._family not in item.families):
                continue
            value, got = (entry.values.get(name) if entry else None for entry in (sent, received))
            judgement = judge(item, value, got, self._maps.get(name))
            # The interface cannot have brought an item that it has no row for.
            if judgement is None or (judgement.fate is Fate.INVENTED and name not in self._carried):
                continue
            yield self._difference(item, self._aligner.title(shown), judgement, value, got, wire, (received or shown).where.get(name, ""))

    def _difference(self, item: Item, entry: str, judgement: ItemFate, sent: Value | None, got: Value | None, wire: Entry | None, where: str) -> Difference:
        fate, reason = judgement.fate, judgement.reason
        excuse = self._excuse(item, judgement, sent, wire)
        if excuse:
            attribution, reason = Attribution.STANDARD, excuse
        else:
            attribution = self._blame(item, fate, sent, got, wire)
            if fate is Fate.BROADENED and judgement.declared and "not kept" in reason:
                fate, reason = Fate.WRONG, f"broadened {reason}"
        return Difference(
            item.id,
            entry,
            fate,
            "" if sent is None else plain(sent),
            "" if got is None else plain(got),
            int(self._weights[item.criticality]),
            attribution,
            where,
            bool(excuse),
            reason,
        )

    def _excuse(self, item: Item, judgement: ItemFate, sent: Value | None, wire: Entry | None) -> str:
        """Why the standard, and nobody else, is answerable; empty where it is not."""
        if judgement.fate is Fate.INVENTED:
            return ""
        if item.id not in self._carried:
            return self._losses.get(item.id, "no shipped row carries it under this format key")
        if judgement.fate in _GOOD or item.id not in self._losses:
            return ""
        arrived = wire.values.get(item.id) if wire is not None else None
        if sent is not None and arrived is not None and present(arrived) and alike(item, sent, arrived):
            return ""  # it did travel: whoever lost it, it was not the standard
        # A row that carries an item loses a part of it: a value that its code map cannot write, or precision. Losing the item is no part of that.
        return self._losses[item.id] if judgement.declared or judgement.fate in (Fate.NARROWED, Fate.BROADENED) else ""

    def _blame(self, item: Item, fate: Fate, sent: Value | None, got: Value | None, wire: Entry | None) -> Attribution:
        if fate in _GOOD:
            return Attribution.NONE
        if self._source is None or self._wire is None:
            return Attribution.UNKNOWN
        arrived = wire.values.get(item.id) if wire is not None else None
        if fate is Fate.INVENTED:
            both = arrived is not None and got is not None and present(arrived) and alike(item, arrived, got)
            return Attribution.SOURCE if both else Attribution.TARGET
        assert sent is not None  # noqa: S101
        if arrived is None or not present(arrived):
            return Attribution.SOURCE
        if alike(item, sent, arrived):
            return Attribution.TARGET
        written = judge(item, sent, arrived, self._maps.get(item.id))
        if written is None or not written.declared:
            return Attribution.SOURCE
        # A code map folds it: that is the standard's doing, and the target's is only what became of it then.
        return Attribution.STANDARD if got is not None and present(got) and alike(item, arrived, got) else Attribution.TARGET

    def _on_wire(self, group: str, reference: Record) -> dict[int, Entry]:
        """The wire's entry for each entry of the reference, by identity: two entries may be equal."""
        if self._wire is None:
            return {}
        return {id(sent): entry for sent, entry in self._aligner.align(group, reference, self._wire).pairs if sent is not None and entry is not None}

    def _wire_answer(self, received: Entry) -> Entry | None:
        if self._wire is None:
            return None
        if received.group not in self._answers:
            aligned = self._aligner.align(received.group, self._wire, self._target)
            self._answers[received.group] = {id(got): sent for sent, got in aligned.pairs if sent is not None and got is not None}
        return self._answers[received.group].get(id(received))

    def _is_own(self, received: Entry, reference: Record) -> bool:
        """An entry of a group in ``own`` whose leading key occurs neither at the source nor on the wire."""
        if received.group not in self._own:
            return False
        records = [record for record in (reference, self._wire) if record is not None]
        return all(self._aligner.key(entry)[:1] != self._aligner.key(received)[:1] for record in records for entry in record.entries(received.group))
