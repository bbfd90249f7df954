"""What ``harness explain`` knows, by kind of thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from harness.cli._issues import issue_facts, issue_names
from harness.errors import UnknownNameError

Facts = dict[str, str | list[str]]
SCALE = "scale"


def explanation(id: str) -> Facts:
    """Facts about ``id``, by name; raises UnknownNameError with near misses over every kind."""
    from harness.catalogue import catalogue

    c = catalogue()
    if id.lower() == SCALE:
        return _scale()
    if found := re.fullmatch(r"[Ll]([0-6])([a-z]?)", id):
        return _level(int(found[1]), found[2])
    suites = {clause.suite for clause in c.clauses.values()}
    words = {name for words in c.vocabulary.values() for name in words.words}
    facts: Facts = {}  # one word may name a flow, a suite and a role: all are told
    explained: tuple[tuple[Collection[str], Callable[[str], Facts]], ...] = (
        (c.clauses, _clause),
        (c.defects, _defect),
        (c.items, _item),
        (c.flows, _flow),
        (suites, _suite),
        (c.dialects, _dialect),
        (c.documents, _document),
        (words, _word),
        (issue_names(), issue_facts),
    )
    for known, explain in explained:
        if id in known:
            facts |= _filled(explain(id))
    if facts:
        return facts
    raise UnknownNameError("thing", id, [SCALE, *(f"L{number}" for number in range(7)), *(name for known, _ in explained for name in known)])


def _filled(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if value}


def _scale() -> Facts:
    """The whole scale in words, as its file has it."""
    from harness.catalogue import catalogue

    lines: list[str] = []
    for name, section in catalogue().scale_text.items():
        lines += ["", f"## {name} {section.title}" if name != section.title else f"## {name}", ""] if name else [f"# {section.title}", ""]
        lines += section.lines
    return {SCALE: lines}


def _level(number: int, letter: str) -> Facts:
    from harness.catalogue import catalogue

    c = catalogue()
    level, section = c.levels["levels"][number], c.scale_text[f"L{number}"]
    if letter and letter not in section.letters:
        raise UnknownNameError(f"letter of L{number}", letter, section.letters)
    asked = {letter: section.letters[letter]} if letter else section.letters
    clauses = [f"{clause.id}  {clause.text}" for clause in c.clauses.values() if clause.level == number and letter in ("", clause.letter)]
    caps = [str(cap["reason"]) for cap in [*c.levels["caps"], *c.levels["declared_caps"]] if cap["level"] == number]
    yardstick = " ".join(c.levels["statement"].split())
    return _filled(
        {
            "level": f"L{number}{letter}",
            "name": level["name"],
            "means": level["means"],
            "in words": [f"({name}) {text}" for name, text in asked.items()] or " ".join(section.lines),
            "caps here": "" if letter else caps,
            "clauses": clauses,
            "yardstick": yardstick,
        }
    )


def _suite(id: str) -> Facts:
    from harness.catalogue import catalogue

    return {"suite": id, "clauses": [f"{clause.id}  {clause.text}" for clause in catalogue().clauses.values() if clause.suite == id]}


def _clause(id: str) -> Facts:
    from harness.case.check import CHECKS
    from harness.catalogue import catalogue
    from harness.catalogue.citations import citation

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
        "cites": [str(citation(text, c.documents, id)) for text in clause.cites],
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
    from harness.catalogue.citations import citation

    c = catalogue()
    flow = c.flows[id]
    return {
        "flow": id,
        "title": flow.title,
        "family": flow.family,
        "scenarios": ", ".join(flow.scenarios),
        "starts at": ", ".join(flow.starts_at) or "any role",
        "cites": [str(citation(text, c.documents, id)) for text in flow.cites],
        "events": [f"{event.name} {event.trigger} {event.title}".strip() for event in flow.events],
        "needs": [f"L{level}: {', '.join(names)}" for level, names in flow.requires.items()],
        "time limit": f"{flow.time_limit:g} s",
    }


def _dialect(id: str) -> Facts:
    from harness.catalogue import catalogue

    dialect = catalogue().dialects[id]
    number, habits = dialect["nhs_number"], dialect.get("habits", {})
    return {
        "dialect": id,
        "title": dialect["title"],
        "after": dialect["source"],
        "version": dialect["version"],
        "NHS number": f"in {', '.join(number['fields'])}, written {number['write']}",
        "status": f"in {dialect['status']['place']}",
        "habits": [f"{name}: {'for ' + ', '.join(value) if isinstance(value, dict) else value}" for name, value in habits.items()],
    }


def _document(id: str) -> Facts:
    from harness.catalogue import catalogue
    from harness.catalogue.citations import named

    c = catalogue()
    document = c.documents[id]
    return {
        "document": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "where": document.address or document.file,
        "cited by": [clause.id for clause in c.clauses.values() if any(named(text, c.documents)[0] is document for text in clause.cites)],
    }


def _word(id: str) -> Facts:
    from harness.catalogue import catalogue

    lists = [words for words in catalogue().vocabulary.values() if id in words.words]
    return {"word": [f"{words.word}: {words.words[id].means} ({words.words[id].lives})" for words in lists]}
