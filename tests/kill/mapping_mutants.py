"""Changes of mapping rows and code-map entries, one at a time, in memory; and the golden triples asked whether they notice."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from golden_pairs import LOST, WRITTEN, Written, pairs

from harness.catalogue import Catalogue, catalogue
from harness.errors import HarnessError
from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import Tree, parse
from harness.mapping import Lens
from harness.model.item import CodeMap, CodeMapEntry, MappingTable, Row
from harness.model.record import DELETED, Record

KEYS: Final = {"v2": "hl7v2/2.4/itk", "fhir": "fhir/4.0.1/ukcore"}
ODD: Final = "zz"


@dataclass(frozen=True, slots=True)
class Mutant:
    """``what`` was changed, ``where`` (``v2 person.sex``, ``v2-sex 1``), in the table of ``side`` (empty: in a code map) or in code map ``map``."""

    where: str
    what: str
    side: str = ""
    table: MappingTable | None = None
    map: CodeMap | None = None
    item: str = ""
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.where}: {self.what}"


class Variant(Catalogue):
    """The shipped catalogue with one table or one code map changed."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(catalogue().root)
        self._mutant = mutant
        maps = dict(catalogue().code_maps)
        if mutant.map is not None:
            maps[mutant.map.id] = mutant.map
        self.__dict__["code_maps"] = maps

    def table(self, key: str) -> MappingTable:
        changed = self._mutant.table
        return changed if changed is not None and changed.key == key else catalogue().table(key)


# --- the triples, through the reader that tests/golden owns


@cache
def golden() -> ModuleType:
    path = Path(__file__).parents[1] / "golden" / "test_golden_triples.py"
    spec = importlib.util.spec_from_file_location("golden_triples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True, slots=True)
class Triple:
    """One golden triple on one side: what it must read as, and what its record must be written as (None where spellings are read only)."""

    name: str
    side: str
    record: Record
    found: Mapping[str, Any]
    tree: Any
    trigger: str
    typed: Any
    missing: tuple[str, ...]
    reads: Mapping[str, str]

    @property
    def text(self) -> str:
        return str(self.found)


@cache
def triples(side: str) -> tuple[Triple, ...]:
    g = golden()
    made = []
    for path in g.TRIPLES:
        expect = g.expectation(path)
        tree = g.message(path) if side == "v2" else g.resource(path)
        typed = None if f"{side}_written_differs" in expect else g.body(tree) if side == "v2" else g.resources(tree)
        missing, reads = tuple(expect.get(f"{side}_missing", ())), expect.get(f"{side}_reads", {})
        record, trigger = Record.from_json(g.plain(path)), g.message(path).trigger
        made.append(Triple(path.name, side, record, g.record_on(path, side), tree, trigger, typed, missing, reads))
    return tuple(made)


def notices(triple: Triple, lens: Lens) -> bool:
    """True when ``lens`` reads or writes ``triple`` other than it was typed, or knows no loss where the typed side holds nothing."""
    g = golden()
    try:
        if lens.read(triple.tree).to_json() != triple.found:
            return True
        written = lens.write(triple.record, trigger=triple.trigger)
        again = parse(written.encode()) if isinstance(written, Tree) else written
        if lens.read(again).to_json() != triple.found:
            return True
        if triple.typed is not None and not _as_typed(g, triple, written):
            return True
        return _otherwise_lost(triple, lens)
    except (HarnessError, KeyError, ValueError, AttributeError, TypeError, IndexError):
        return True


def _as_typed(g: ModuleType, triple: Triple, written: Any) -> bool:
    if triple.side == "v2":
        return bool(g.body(written) == triple.typed)
    made = g.resources(written)
    if [each["resourceType"] for each in made] != [each["resourceType"] for each in triple.typed]:
        return False
    return all(not g.absent(wanted, one) for one, wanted in zip(made, triple.typed, strict=True))


def _otherwise_lost(triple: Triple, lens: Lens) -> bool:
    """What the typed side lacks, or says otherwise, must be a loss that the table states; what it holds as it is must be none."""
    for entry in triple.record:
        for item, value in entry.values.items():
            if value is DELETED:
                continue
            lost = item in triple.missing or f"{entry.group}.*" in triple.missing or triple.reads.get(item, str(value)) != str(value)
            if lost != (lens.loss_of(item, value, trigger=triple.trigger) is not None):
                return True
    return False


# --- the pairs


HEAD: Final = "MSH|^~\\&|X9APAS|X9A|ROUTE|ROUTE|20260105090000||ADT^A01^ADT_A01|P1|P|2.4\r"


@cache
def small(side: str) -> tuple[tuple[Any, Any], ...]:
    """(pair, its source as a tree) of one side."""
    return tuple(
        (pair, parse(f"{HEAD}{pair.source}\r".encode()) if side == "v2" else parse_json(pair.source.encode())) for pair in pairs() if pair.side == side
    )


def pair_told(side: str, lens: Lens) -> str:
    """The first pair of ``side`` that ``lens`` reads or writes other than it was typed; empty where there is none."""
    for pair, tree in small(side):
        entries = lens.read(tree, codes=pair.codes).to_json().get(pair.item.partition(".")[0], [{}])
        if entries[0].get(pair.item) != pair.value:
            return f"{pair.item} {pair.source}: {entries[0].get(pair.item)}"
    for one in WRITTEN:
        if one.side == side and not _written(one, lens.write(Record.from_json(one.record), trigger=one.trigger, codes=one.codes)):
            return f"{one.record} is not written as {one.typed or f'no {one.absent}'} under {one.trigger}"
    for lost in LOST:
        if lost.side == side and lost.lost != (lens.loss_of(lost.item, lost.value, trigger=lost.trigger) is not None):
            return f"{lost.item} {lost.value} under {lost.trigger}"
    return ""


def _written(one: Written, made: Any) -> bool:
    g = golden()
    if one.absent:
        return all(segment.name != one.absent for segment in made.segments)
    if one.side == "v2":
        return one.typed in g.body(made)
    return any(not g.absent(one.typed, resource) for resource in g.resources(made))


def killer(mutant: Mutant) -> str:
    """The first triple that notices ``mutant``, most likely ones first; empty for a survivor."""
    source = Variant(mutant)
    for side in (mutant.side,) if mutant.side else tuple(KEYS):
        try:
            lens = Lens(KEYS[side], source)
        except (HarnessError, KeyError, ValueError, IndexError, AttributeError):
            return "the table does not compile"
        try:
            told = pair_told(side, lens)
        except (HarnessError, KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
            told = repr(error)
        if told:
            return f"{side} pair {told}"
        likely = sorted(triples(side), key=lambda triple: not (mutant.item in triple.text and all(f"'{code}'" in triple.text for code in mutant.codes)))
        for triple in likely:
            if notices(triple, lens):
                return f"{side} {triple.name}"
    return ""


# --- the mutants


def row_mutants() -> Iterator[Mutant]:
    for side, key in KEYS.items():
        table = catalogue().table(key)
        for index, row in enumerate(table.rows):
            for what, changed in _rows(row, side):
                rows = table.rows[:index] + (() if changed is None else (changed,)) + table.rows[index + 1 :]
                yield Mutant(f"{side} {row.item}", what, side, replace(table, rows=rows), item=row.item)
        for item in table.losses:
            losses = {name: sentence for name, sentence in table.losses.items() if name != item}
            yield Mutant(f"{side} {item}", "loss unstated", side, replace(table, losses=losses), item=item)


def _rows(row: Row, side: str) -> Iterator[tuple[str, Row | None]]:
    yield "deleted", None
    yield "moved", replace(row, at=_elsewhere(row.at, side))
    if row.map:
        yield "without its code map", replace(row, map="")
    # A text with a code map is what ``code`` means.
    if row.transform not in ("text", "code"):
        yield f"text instead of {row.transform}", replace(row, transform="text")
    if row.loss and row.loss != "none":
        yield "loss unstated", replace(row, loss="", loss_kind="")
    if row.when:
        yield "for no trigger", replace(row, when=("A99",))
    for name in row.options:
        yield f"without option {name}", replace(row, options={key: value for key, value in row.options.items() if key != name})


def _elsewhere(at: str, side: str) -> str:
    """Another field of the same segment, another element of the same resource."""
    if side == "fhir":
        head, _, last = at.rpartition(".")
        return f"{head}.x{last}"
    head, dash, rest = at.partition("-")
    field, dot, component = rest.partition(".")
    number = "".join(each for each in field.partition("[")[0] if each.isdigit())
    return f"{head}{dash}{field.replace(number, str(int(number) + 40), 1)}{dot}{component}"


def entry_mutants() -> Iterator[Mutant]:
    for one in catalogue().code_maps.values():
        for index, entry in enumerate(one.entries):
            for what, changed in _entries(entry):
                entries = one.entries[:index] + (() if changed is None else (changed,)) + one.entries[index + 1 :]
                where = f"{one.id} {entry.neutral}⇄{entry.local}"
                yield Mutant(where, what, map=replace(one, entries=entries), codes=(entry.neutral,))


def _entries(entry: CodeMapEntry) -> Iterator[tuple[str, CodeMapEntry | None]]:
    yield "deleted", None
    yield "other neutral code", replace(entry, neutral=ODD)
    yield "other local code", replace(entry, local=ODD)
    # Where both codes are the same, a code that the map does not write is written as it is: no change.
    if entry.direction == "both" and entry.neutral != entry.local:
        yield "read only", replace(entry, direction="read")
        yield "write only", replace(entry, direction="write")
