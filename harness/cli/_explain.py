"""What ``harness explain`` knows, by kind of thing."""

from __future__ import annotations

import re

from harness.errors import UnknownNameError

Facts = dict[str, str | list[str]]


def explanation(id: str) -> Facts:
    """Facts about ``id``, by name; raises UnknownNameError with near misses over every kind."""
    from harness.catalogue import catalogue

    c = catalogue()
    if re.fullmatch(r"[Ll][0-6]", id):
        return _level(int(id[1]))
    suites = {clause.suite for clause in c.clauses.values()}
    facts: Facts = {}  # one word may name a flow and a suite: both are told
    for known, explain in ((c.clauses, _clause), (c.defects, _defect), (c.items, _item), (c.flows, _flow), (suites, _suite)):
        if id in known:
            facts |= _filled(explain(id))
    if facts:
        return facts
    raise UnknownNameError("thing", id, [*c.clauses, *c.defects, *c.items, *c.flows, *suites, *(f"L{number}" for number in range(7))])


def _filled(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if value}


def _level(number: int) -> Facts:
    from harness.catalogue import catalogue

    c = catalogue()
    level = c.levels["levels"][number]
    clauses = [f"{clause.id}  {clause.text}" for clause in c.clauses.values() if clause.level == number]
    caps = [str(cap["reason"]) for cap in [*c.levels["caps"], *c.levels["declared_caps"]] if cap["level"] == number]
    yardstick = " ".join(c.levels["statement"].split())
    return _filled({"level": f"L{number}", "name": level["name"], "means": level["means"], "caps here": caps, "clauses": clauses, "yardstick": yardstick})


def _suite(id: str) -> Facts:
    from harness.catalogue import catalogue

    return {"suite": id, "clauses": [f"{clause.id}  {clause.text}" for clause in catalogue().clauses.values() if clause.suite == id]}


def _clause(id: str) -> Facts:
    from harness.case.check import CHECKS
    from harness.catalogue import catalogue

    c = catalogue()
    clause = c.clauses[id]
    doc = CHECKS.get(id).doc.strip().splitlines()[1:] if id in CHECKS else ["no check asks this yet"]
    return {
        "clause": id,
        "title": clause.title,
        "text": clause.text,
        "strength": clause.strength,
        "level": f"L{clause.level}{clause.letter}",
        "family": clause.family or "every family",
        "criticality": clause.criticality,
        "negative": clause.negative,
        "applies": [f"{name}: {', '.join(values)}" for name, values in clause.applies.items()],
        "check": [line.strip() for line in doc if line.strip()],
        "lift": clause.remediation,
        "source": clause.source,
        "broken by": [name for name, note in c.defects.items() if id in note.breaks],
    }


def _defect(id: str) -> Facts:
    from harness.catalogue import catalogue

    note = catalogue().defects[id]
    return {"defect": id, "title": note.title, "side": note.side, "acts on": note.acts_on, "breaks": list(note.breaks)}


def _item(id: str) -> Facts:
    from harness.catalogue import catalogue

    c = catalogue()
    item, keys = c.items[id], c.keys()
    rows = [f"{key}: {row.at}" + (f" (loss: {row.loss})" if row.loss else "") for key in keys for row in c.table(key).rows if row.item == id]
    losses = [f"{key}: no place ({c.table(key).losses[id]})" for key in keys if id in c.table(key).losses]
    return {
        "item": id,
        "title": item.title,
        "heading": item.heading,
        "criticality": item.criticality,
        "normal form": item.normal_form,
        "kept apart": [f"{one} and {other}" for one, other in item.apart],
        "held equal": [f"{one} and {other}" for one, other in item.alike],
        "families": ", ".join(item.families),
        "where": [*rows, *losses],
    }


def _flow(id: str) -> Facts:
    from harness.catalogue import catalogue

    flow = catalogue().flows[id]
    return {
        "flow": id,
        "title": flow.title,
        "family": flow.family,
        "source": flow.source,
        "events": [f"{event.name} {event.trigger} {event.title}".strip() for event in flow.events],
        "needs": [f"L{level}: {', '.join(names)}" for level, names in flow.requires.items()],
        "time limit": f"{flow.time_limit:g} s",
    }
