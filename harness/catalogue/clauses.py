"""Clause registers and flows: ``profiles/clauses`` and ``profiles/flows``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.citations import Document, citation
from harness.catalogue.load import load_yaml
from harness.catalogue.refer import must_differ, must_know
from harness.errors import CatalogueError
from harness.model.clause import Clause, Strength
from harness.model.place import Event, Flow, Offset


def load_clauses(root: Path, documents: Mapping[str, Document]) -> Mapping[str, Clause]:
    """Every clause by id, suites in order of name, clauses in file order. A citation of none of ``documents`` raises CatalogueError."""
    clauses: dict[str, Clause] = {}
    for path in sorted((root / "profiles" / "clauses").glob("*.yaml")):
        data = load_yaml(path, "clauses", root=root)
        if data["suite"] != path.stem:
            raise CatalogueError(f"the suite {data['suite']!r} does not fit the file name", where=str(path), do="rename one of them")
        must_differ("section", (section["id"] for section in data["sections"]), str(path))
        for section in data["sections"]:
            for raw in section["clauses"]:
                clause = _clause(raw, data, section)
                stem = f"{clause.suite}/{clause.section}-"
                if not clause.id.startswith(stem):
                    raise CatalogueError(f"the clause {clause.id!r} names another suite or section", where=str(path), expected=f"{stem}<number>")
                must_differ("clause", (*clauses, clause.id), str(path))
                for text in clause.cites:
                    citation(text, documents, f"{path} {clause.id}")
                clauses[clause.id] = clause
    return clauses


def _clause(raw: Mapping[str, Any], register: Mapping[str, Any], section: Mapping[str, Any]) -> Clause:
    return Clause(
        id=raw["id"],
        text=raw["text"],
        strength=Strength(raw["strength"]),
        level=raw["level"],
        letter=raw["letter"],
        suite=register["suite"],
        section=section["id"],
        title=section["title"],
        cites=tuple(raw["cites"]),
        remediation=raw["remediation"],
        family=raw.get("family", ""),
        criticality=raw.get("criticality", "normal"),
        negative=raw.get("negative", ""),
        weight=raw.get("weight", 1),
        applies={name: tuple(values) for name, values in raw.get("applies", {}).items()},
    )


def load_flows(root: Path, documents: Mapping[str, Document]) -> Mapping[str, Flow]:
    """Every flow by id. A citation of none of ``documents`` raises CatalogueError."""
    flows: dict[str, Flow] = {}
    for path in sorted((root / "profiles" / "flows").glob("*.yaml")):
        data = load_yaml(path, "flow", root=root)
        if data["id"] != path.stem:
            raise CatalogueError(f"the id {data['id']!r} does not fit the file name", where=str(path), do="rename one of them")
        for text in data["cites"]:
            citation(text, documents, str(path))
        flows[data["id"]] = _flow(data, str(path))
    return flows


def names_the_record(flow: Flow) -> bool:
    """True where a flow speaks of groups or items of the record."""
    return bool(flow.calendar) or any(event.tells for event in flow.events)


def must_fit_the_record(flows: Mapping[str, Flow], groups: Collection[str], items: Collection[str]) -> None:
    """Raise CatalogueError where an event tells of a group, or a calendar has an item, that the record does not know."""
    for flow in flows.values():
        for event in flow.events:
            for group in event.tells:
                must_know("group", group, groups, f"flow {flow.id}: {event.name}")
        for item in flow.calendar:
            must_know("item", item, items, f"flow {flow.id}: calendar")


def _flow(data: Mapping[str, Any], where: str) -> Flow:
    events = tuple(Event(**{**raw, "tells": (*data.get("tells", ()), *raw.get("tells", ()))}) for raw in data["events"])
    names = {event.name for event in events}
    must_differ("event", (event.name for event in events), where)
    for event in events:
        if event.cancels:
            must_know("event", event.cancels, names, f"{where} {event.name}")
    transitions = tuple((state, event, after) for state, event, after in data.get("transitions", ()))
    for _, name, _ in transitions:
        must_know("event", name, names, f"{where} transitions")
    return Flow(
        id=data["id"],
        title=data["title"],
        family=data["family"],
        cites=tuple(data["cites"]),
        events=events,
        starts_at=tuple(data.get("starts_at", ())),
        scenarios=tuple(data.get("scenarios", ())),
        transitions=transitions,
        requires={int(level): tuple(needed) for level, needed in data.get("requires", {}).items()},
        calendar={item: Offset(**raw) for item, raw in data.get("calendar", {}).items()},
        time_limit=float(data.get("time_limit", 60.0)),
        permutations=data.get("permutations", 2),
    )
