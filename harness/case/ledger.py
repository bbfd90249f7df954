"""The three records of one exchange: A at the source, B on the wire, C at the target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.given import ROOT
from harness.case.link import SOURCE, TARGET, Link
from harness.case.observation import Observation
from harness.case.people import Person
from harness.case.transcript import Transcript
from harness.catalogue import catalogue
from harness.errors import FormatError
from harness.fidelity import compare
from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import parse
from harness.model.difference import Fate, Ledger
from harness.model.finding import Attribution, Finding
from harness.model.location import Location
from harness.model.message import Message
from harness.model.record import DELETED, Entry, Record


@dataclass(slots=True)
class _Readings:
    """What was read of the source's messages of one case: a ledger is made after every step of a walk, and each message is read once.

    ``records`` by content; ``merged`` by a person's token: how many messages are in it, and what they say together.
    """

    records: dict[bytes, tuple[Record, ...]] = field(default_factory=dict)
    merged: dict[str, tuple[int, Record | None]] = field(default_factory=dict)


_READINGS: WeakKeyDictionary[Transcript, _Readings] = WeakKeyDictionary()


def ledger(case: Case, person: Person, *, family: str = "", items: tuple[str, ...] = (), at: str = TARGET) -> Ledger:
    """Every item's fate for ``person``, from what the source holds, what it sent in this case, and what the party ``at`` comes to hold.

    ``items`` restricts to item ids or group names (``encounter``); empty means every core item of the family. Where something is missing or wrong, the party
    is looked at again until it is right or its effect limit is over: what comes in time is as right as what comes at once.
    """
    made = _comparison(case, person, family, items, at)
    found: list[Ledger] = []

    def right(seen: Observation) -> bool:
        found.append(made(seen.record))
        return not found[-1].faults

    seen = case.effect(person, right, at=at)
    last = found[-1] if found else made(seen.observation.record)
    unseen = _unseen(case, last, seen.observation, at)
    if not unseen:
        return last
    if case.look.prove(at):
        seen = case.effect(person, right, at=at)
        unseen = _unseen(case, found[-1], seen.observation, at)
        if not unseen:
            return found[-1]
    raise Blocked(f"cannot observe {', '.join(unseen)} at {case.side(at).system.id}, so nothing is known to be lost", ROOT, attribution=Attribution.HARNESS)


def _unseen(case: Case, made: Ledger, seen: Observation, at: str) -> list[str]:
    """What was found missing and may be there all the same: types of resource that this server answers with an error, or that no way of asking has found."""
    if seen.proved and not seen.unanswered:
        return []
    table = case.look.parties.lens(case.side(at).observe_key).table
    types = {row.item: row.at.partition(".")[0] for row in table.rows}
    missing = {types.get(fault.item, "") for fault in made.faults if fault.fate is Fate.LOST} - {"", "Patient"}
    refused = {kind: f"{kind} (answered {status})" for kind, status in seen.unanswered if kind in missing}
    return sorted(refused.values()) + sorted(f"{kind} (no way of asking has found anything)" for kind in missing - set(refused) if not seen.proved)


def _comparison(case: Case, person: Person, family: str, items: tuple[str, ...], at: str) -> Callable[[Record | None], Ledger]:
    """What a record held by the party ``at`` comes to beside that of the source and that on the wire."""
    kept = catalogue()
    a = case.observe(person, at=SOURCE).record
    b = on_the_wire(case, person, to=at)
    chosen = {
        name: item
        for name, item in kept.items.items()
        if (not items or name in items or item.group in items) and (not family or not item.families or family in item.families)
    }
    table = case.link(at).lens.table
    carried = frozenset(row.item for row in table.rows)
    losses = {**table.losses, **{row.item: row.loss for row in table.rows if row.loss}}
    maps = {row.item: kept.code_map(row.map) for row in table.rows if row.map}
    return lambda c: compare(a, b, c, items=chosen, groups=kept.groups, carried=carried, losses=losses, family=family, maps=maps)


def on_the_wire(case: Case, person: Person, *, to: str = TARGET) -> Record | None:
    """What the source's own messages of this case say of ``person``, later ones over earlier ones; None when it sent none."""
    messages, link = case.transcript.messages(), case.link(to)
    readings = _READINGS.setdefault(case.transcript, _Readings())
    done, merged = readings.merged.get(person.token, (0, None))
    for message in messages[done:]:
        for record in _read(readings, link, message):
            if _is(record, person):
                merged = record if merged is None else _overlay(merged, record)
    readings.merged[person.token] = (len(messages), merged)
    return merged


def _is(record: Record, person: Person) -> bool:
    if person.nhs_number and person.nhs_number in record.all("person.nhs_number"):
        return True
    return person.local[1] in record.all("identifier.value")


def _read(readings: _Readings, link: Link, message: Message) -> tuple[Record, ...]:
    """What one message says; nothing where it cannot be read."""
    if message.content not in readings.records:
        try:
            tree: Any = parse(message.content) if message.key.startswith("hl7v2") else parse_json(message.content)
        except FormatError:
            return ()
        readings.records[message.content] = tuple(link.lens.read_all(tree, codes=link.source.codes))
    return readings.records[message.content]


def _overlay(older: Record, newer: Record) -> Record:
    groups = dict(older.groups)
    known = catalogue().groups
    for name, entries in newer.groups.items():
        key = known[name].key if name in known else ()
        kept: dict[tuple[str, ...], Entry] = {tuple(entry.text(item) for item in key): entry for entry in groups.get(name, ())}
        for entry in entries:
            at = tuple(entry.text(item) for item in key)
            before = kept[at].values if at in kept else {}
            values = {**before, **entry.values}
            kept[at] = Entry(name, {item: value for item, value in values.items() if value is not DELETED or item in entry.values})
        groups[name] = tuple(kept.values())
    return Record(groups)


def measured(case: Case, found: Ledger, person: Person, *, critical: bool = False) -> Finding:
    """The ledger as a finding: F against the scale's threshold, or every safety-critical item against 1.00 when ``critical``.

    Nothing to measure is INCONCLUSIVE. The blame is that of the heaviest fault; a fault on a safety-critical item is a critical loss.
    """
    value = found.critical if critical else found.fidelity
    threshold = float(catalogue().levels["thresholds"]["critical_fidelity" if critical else "fidelity"])
    if found.not_compared:
        return case.inconclusive(_too_many(found))
    if value is None:
        return case.inconclusive("no item present at the source has a row under this interface's format key", blocked_by=ROOT)
    weights = catalogue().levels["fidelity"]["weights"]
    faults = sorted(found.faults, key=lambda fault: -fault.weight)
    serious = [fault for fault in faults if fault.weight == weights["critical"]]
    blamed = serious if critical else faults
    what = "every safety-critical item kept" if critical else f"F at least {threshold:.2f}"
    said = f"F {value:.3f}" + "".join(f"; {fault.item} {fault.fate}" for fault in blamed[:4])
    holds = value >= threshold and not (critical and serious)
    finding = case.expect(
        holds,
        expected=what,
        actual=said,
        attribution=blamed[0].attribution if blamed else Attribution.UNKNOWN,
        person=person,
        location=Location(blamed[0].location) if blamed and blamed[0].location else None,
    )
    # A cap is read from the finding whatever its outcome: F may be high enough and a safety-critical item lost all the same.
    signals = ("critical-loss",) if serious else ()
    return replace(finding, signals=signals, fidelity=found.fidelity, ceiling=found.ceiling, differences=_rows(found))


def arrived(case: Case, person: Person, *items: str) -> Finding:
    """Every one of ``items`` (ids or group names) kept or equivalent from the source to the target; none of them there is INCONCLUSIVE."""
    found = ledger(case, person, items=items)
    if found.not_compared:
        return case.inconclusive(_too_many(found))
    if not any(not difference.excused for difference in found.differences):
        return case.inconclusive(f"the source holds nothing of {', '.join(items)}", blocked_by=ROOT)
    worst = max(found.faults, key=lambda fault: fault.weight, default=None)
    if worst is None:
        return case.passed(f"{', '.join(items)} kept", person=person)
    serious = worst.weight == catalogue().levels["fidelity"]["weights"]["critical"]
    finding = case.failed(
        expected=f"{worst.item} as at the source: {worst.sent or 'nothing'}",
        actual=f"{worst.fate}: {worst.received or 'nothing'}",
        attribution=worst.attribution,
        signals=("critical-loss",) if serious else (),
        person=person,
        location=Location(worst.location) if worst.location else None,
    )
    return replace(finding, differences=_rows(found))


def _rows(found: Ledger) -> tuple[tuple[str, str, str, str, str], ...]:
    changed = [difference for difference in found.differences if difference.fate is not Fate.KEPT]
    return tuple((d.item, str(d.fate), d.sent, d.received, str(d.attribution)) for d in changed)


def _too_many(found: Ledger) -> str:
    return "; ".join(
        f"{group}: {count} entries of both sides say different things and were too many to hold against each other" for group, count in found.not_compared
    )
