"""What ``harness list`` shows, by kind: headings and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def _checks() -> Table:
    from harness.case.check import CHECKS
    from harness.catalogue import catalogue

    clauses = catalogue().clauses
    rows = [(name, _level(name), check.sentence) for name, check in CHECKS.items()]
    return ("check", "level", "clause"), sorted(rows, key=lambda row: (list(clauses).index(row[0]) if row[0] in clauses else -1, row[0]))


def _level(clause: str) -> str:
    from harness.catalogue import catalogue

    found = catalogue().clauses.get(clause)
    return f"L{found.level}{found.letter}" if found else "?"


def _clauses() -> Table:
    from harness.catalogue import catalogue

    rows = [(c.id, f"L{c.level}{c.letter}", c.strength, c.family or "every", c.text) for c in catalogue().clauses.values()]
    return ("clause", "level", "strength", "family", "text"), rows


def _suites() -> Table:
    from harness.catalogue import catalogue

    clauses = list(catalogue().clauses.values())
    names = dict.fromkeys(clause.suite for clause in clauses)
    return ("suite", "clauses", "levels"), [
        (name, str(len(own)), ", ".join(sorted({f"L{clause.level}" for clause in own}))) for name in names for own in [[c for c in clauses if c.suite == name]]
    ]


def _systems() -> Table:
    from harness.catalogue import catalogue

    rows = [(s.id, s.role, ", ".join(e.id for e in s.endpoints), ", ".join(s.defects), s.title) for s in catalogue().systems.values()]
    return ("system", "role", "endpoints", "defects", "title"), rows


def _places() -> Table:
    from harness.catalogue import catalogue

    rows = [(p.id, str(len(p.systems)), ", ".join(pairing.id for pairing in p.pairings), p.title) for p in catalogue().places.values()]
    return ("place", "systems", "pairings", "title"), rows


def _defects() -> Table:
    from harness.catalogue import catalogue

    return ("defect", "side", "acts on", "breaks", "title"), [(n.name, n.side, n.acts_on, ", ".join(n.breaks), n.title) for n in catalogue().defects.values()]


def _items() -> Table:
    from harness.catalogue import catalogue

    return ("item", "criticality", "normal form", "title"), [(i.id, i.criticality, i.normal_form, i.title) for i in catalogue().items.values()]


def _people() -> Table:
    from harness.catalogue import catalogue

    return ("person", "traits", "title"), [(p.id, ", ".join(p.traits), p.title) for p in catalogue().people]


def _flows() -> Table:
    from harness.catalogue import catalogue

    return ("flow", "family", "events", "title"), [(f.id, f.family, str(len(f.events)), f.title) for f in catalogue().flows.values()]


def _reports() -> Table:
    from harness.reporting.registry import REPORTS

    return ("report", "file"), [(name, report.file) for name, report in REPORTS.items()]


def _exemplars() -> Table:
    """The only place, with the register's file, where these organisations are named."""
    from harness.catalogue import catalogue

    rows = next((value for value in catalogue().register().values() if isinstance(value, list)), [])
    headings = tuple(dict.fromkeys(name for row in rows for name in row))
    return headings or ("exemplar",), [tuple(str(row.get(name, "")) for name in headings) for row in rows]


KINDS: dict[str, Callable[[], Table]] = {
    "checks": _checks,
    "clauses": _clauses,
    "defects": _defects,
    "exemplars": _exemplars,
    "flows": _flows,
    "items": _items,
    "people": _people,
    "places": _places,
    "reports": _reports,
    "suites": _suites,
    "systems": _systems,
}
