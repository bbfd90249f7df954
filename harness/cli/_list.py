"""What ``harness list`` shows: one function a kind. The lists of the vocabulary are kinds too, without a function of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from harness.errors import UnknownNameError
from harness.registry import Registry

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A kind of thing that can be listed: what it is in one line, and its headings and rows."""

    name: str
    title: str
    table: Callable[[], Table]


_OWN: Registry[Listing] = Registry("kind")


def listed(name: str, title: str) -> Callable[[Callable[[], Table]], Callable[[], Table]]:
    """Register a function of headings and rows as the kind ``name``."""

    def register(table: Callable[[], Table]) -> Callable[[], Table]:
        _OWN.add(name, Listing(name, title, table))
        return table

    return register


def listings() -> dict[str, Listing]:
    """Every kind by name: those with a function here, then the lists of the vocabulary."""
    from harness.catalogue import catalogue

    found = dict(_OWN.items())
    for words in catalogue().vocabulary.values():
        if words.name in found:
            raise UnknownNameError("list of words that is no kind already", words.name, found)
        rows = [(word.name, word.means, word.lives) for word in words.words.values()]
        found[words.name] = Listing(words.name, words.title, partial(_words, words.word, rows))
    return found


def _words(heading: str, rows: Sequence[tuple[str, ...]]) -> Table:
    return (heading, "means", "lives in"), rows


def kinds() -> Table:
    """The kinds themselves."""
    return ("kind", "", "what it is"), [(each.name, "" if each.name in _OWN else "words", each.title) for each in listings().values()]


@listed("checks", "Executable questions, one a clause")
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


@listed("clauses", "Requirements, with what they cite")
def _clauses() -> Table:
    from harness.catalogue import catalogue

    rows = [(c.id, f"L{c.level}{c.letter}", c.strength, c.family or "every", "; ".join(c.cites[1:]), c.text) for c in catalogue().clauses.values()]
    return ("clause", "level", "strength", "family", "cites", "text"), rows


@listed("suites", "Groups of clauses that can be run alone")
def _suites() -> Table:
    from harness.catalogue import catalogue

    clauses = list(catalogue().clauses.values())
    names = dict.fromkeys(clause.suite for clause in clauses)
    return ("suite", "clauses", "levels"), [
        (name, str(len(own)), ", ".join(sorted({f"L{clause.level}" for clause in own}))) for name in names for own in [[c for c in clauses if c.suite == name]]
    ]


@listed("levels", "The levels of the scale (harness explain scale)")
def _levels() -> Table:
    from harness.catalogue import catalogue

    c = catalogue()
    clauses = [clause.level for clause in c.clauses.values()]
    rows = [(f"L{level['level']}", level["name"], str(clauses.count(level["level"])), level["means"]) for level in c.levels["levels"]]
    return ("level", "name", "clauses", "means"), rows


@listed("documents", "Standards and guides that are cited, with their addresses")
def _documents() -> Table:
    from harness.catalogue import catalogue

    documents = {document.id: document for document in catalogue().documents.values()}
    return ("document", "publisher", "title", "where"), [(d.id, d.publisher, d.title, d.address or d.file) for d in documents.values()]


@listed("dialects", "Habits of sites in writing HL7 v2 (validate --dialect, read --dialect)")
def _dialects() -> Table:
    from harness.catalogue import catalogue

    rows = [(name, dialect["version"], dialect["nhs_number"]["write"], dialect["title"]) for name, dialect in catalogue().dialects.items()]
    return ("dialect", "version", "NHS number written as", "title"), rows


@listed("profiles", "HL7 v2 profiles (validate --profile); those of FHIR come with packages: harness packages list")
def _profiles() -> Table:
    from harness.catalogue import catalogue

    rows = [(name, ", ".join(profile["versions"]), profile["source"], profile["title"]) for name, profile in catalogue().profiles.items()]
    return ("profile", "versions", "after", "title"), rows


@listed("keys", "Format keys: what a record can be read and written under (read --key)")
def _keys() -> Table:
    from harness.catalogue import catalogue

    c = catalogue()
    tables = [c.table(key) for key in c.keys()]  # noqa: SIM118 - a method of the catalogue
    return ("key", "rows", "stated losses"), [(table.key, str(len(table.rows)), str(len(table.losses))) for table in tables]


@listed("systems", "Simulated systems (harness simulate)")
def _systems() -> Table:
    from harness.catalogue import catalogue

    rows = [(s.id, s.role, ", ".join(e.id for e in s.endpoints), ", ".join(s.defects), s.title) for s in catalogue().systems.values()]
    return ("system", "role", "endpoints", "defects", "title"), rows


@listed("places", "Places that ship (harness run)")
def _places() -> Table:
    from harness.catalogue import catalogue

    rows = [(p.id, str(len(p.systems)), ", ".join(pairing.id for pairing in p.pairings), p.title) for p in catalogue().places.values()]
    return ("place", "systems", "pairings", "title"), rows


@listed("defects", "Misbehaviours that a simulated system can be given (simulate --defect)")
def _defects() -> Table:
    from harness.catalogue import catalogue

    return ("defect", "side", "acts on", "breaks", "title"), [(n.name, n.side, n.acts_on, ", ".join(n.breaks), n.title) for n in catalogue().defects.values()]


@listed("issues", "What validation says of messages, resources and files (explain CODE)")
def _issues() -> Table:
    from harness.cli._issues import issue_list

    return ("issue", "code", "severity", "message"), issue_list()


@listed("items", "Data items of a record")
def _items() -> Table:
    from harness.catalogue import catalogue

    return ("item", "criticality", "normal form", "title"), [(i.id, i.criticality, i.normal_form, i.title) for i in catalogue().items.values()]


@listed("people", "Synthetic people")
def _people() -> Table:
    from harness.catalogue import catalogue

    return ("person", "traits", "title"), [(p.id, ", ".join(p.traits), p.title) for p in catalogue().people]


@listed("flows", "Scenarios of a place, as events and states")
def _flows() -> Table:
    from harness.catalogue import catalogue

    rows = [(f.id, f.family, ", ".join(f.scenarios), ", ".join(f.starts_at) or "any", str(len(f.events)), f.title) for f in catalogue().flows.values()]
    return ("flow", "family", "scenarios", "starts at", "events", "title"), rows


@listed("reports", "Formats that a run is reported in (run --format)")
def _reports() -> Table:
    from harness.reporting.registry import REPORTS

    return ("report", "file"), [(name, report.file) for name, report in REPORTS.items()]


@listed("exemplars", "The announced exemplars: with the register's file the only place where these organisations are named")
def _exemplars() -> Table:
    from harness.catalogue import catalogue

    rows = next((value for value in catalogue().register().values() if isinstance(value, list)), [])
    headings = tuple(dict.fromkeys(name for row in rows for name in row))
    return headings or ("exemplar",), [tuple(str(row.get(name, "")) for name in headings) for row in rows]
