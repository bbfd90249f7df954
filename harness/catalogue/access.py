"""One object over everything under ``profiles/`` and ``fixtures/``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from harness.catalogue.load import data_root, load_yaml
from harness.errors import UnknownNameError

if TYPE_CHECKING:
    from harness.catalogue.citations import Document
    from harness.catalogue.fhir.facts import Facts
    from harness.catalogue.places import DefectNote
    from harness.catalogue.scale_text import ScaleSection
    from harness.catalogue.vocabulary import WordList
    from harness.model.clause import Clause
    from harness.model.item import CodeMap, Group, Item, MappingTable
    from harness.model.place import FixturePerson, Flow, Place, System

T = TypeVar("T")
REGISTER = "register"


class Catalogue:
    """The files below ``root`` (which holds ``profiles`` and ``fixtures``). Each property reads and proves only its own files, once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tables: dict[str, MappingTable] = {}
        self._profiles: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def vocabulary(self) -> Mapping[str, WordList]:
        """Lists of the words that several files share, by name (``families``, ``roles`` …)."""
        from harness.catalogue.vocabulary import load_vocabulary

        return load_vocabulary(self.root)

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Documents that are cited, by every name they have."""
        from harness.catalogue.citations import load_documents

        return load_documents(self.root)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Groups of the record by name."""
        from harness.catalogue.record import load_groups

        return load_groups(self.root)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Items of the record by id."""
        from harness.catalogue.record import load_items

        return load_items(self.root, self.groups)

    @cached_property
    def code_maps(self) -> Mapping[str, CodeMap]:
        """Code maps by id."""
        from harness.catalogue.mappings import load_code_maps

        return load_code_maps(self.root)

    def code_map(self, id: str) -> CodeMap:
        """The code map called ``id``; raises UnknownNameError."""
        return _known("code map", id, self.code_maps)

    def keys(self) -> tuple[str, ...]:
        """Format keys that have a mapping table, sorted."""
        from harness.catalogue.mappings import table_keys

        return table_keys(self.root)

    def table(self, key: str) -> MappingTable:
        """The mapping table of a format key such as ``hl7v2/2.4/itk``; raises UnknownNameError."""
        from harness.catalogue.mappings import load_table

        if key not in self._tables:
            if key not in self.keys():
                raise UnknownNameError("format key", key, self.keys())
            self._tables[key] = load_table(self.root, key, self.items, self.groups, self.code_maps)
        return self._tables[key]

    def carry(self) -> Mapping[str, Any]:
        """The carry tables of conversion: slots, code maps and one table per segment."""
        from harness.catalogue.carry import load_carry

        return load_carry(self.root)

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Clauses of every register by id."""
        from harness.catalogue.clauses import load_clauses

        return load_clauses(self.root, self.documents)

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Flows by id."""
        from harness.catalogue.clauses import load_flows, must_fit_the_record, names_the_record

        flows = load_flows(self.root, self.documents)
        if any(names_the_record(flow) for flow in flows.values()):
            must_fit_the_record(flows, self.groups, self.items)
        return flows

    @cached_property
    def defects(self) -> Mapping[str, DefectNote]:
        """Named defects of simulated systems."""
        from harness.catalogue.places import load_defects

        return load_defects(self.root)

    @cached_property
    def _system_files(self) -> Mapping[str, Mapping[str, Any]]:
        from harness.catalogue.places import load_system_files

        return load_system_files(self.root)

    @cached_property
    def systems(self) -> Mapping[str, System]:
        """The shipped simulated systems by id."""
        from harness.catalogue.places import build_system

        where = self.root / "profiles" / "systems"
        return {name: build_system(raw, self.defects, str(where / f"{name}.yaml")) for name, raw in self._system_files.items()}

    def system(self, id: str) -> System:
        """The shipped system called ``id``; raises UnknownNameError."""
        return _known("system", id, self.systems)

    @cached_property
    def _place_paths(self) -> Mapping[str, Path]:
        folder = self.root / "profiles" / "places"
        return {path.name.removesuffix(".place.yaml"): path for path in sorted(folder.glob("*.place.yaml"))}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The shipped places by id."""
        return {name: self.place(name) for name in [*self._place_paths, REGISTER]}

    def place(self, id_or_path: str | Path) -> Place:
        """A shipped place by id, or the place of a manifest file; raises UnknownNameError or CatalogueError."""
        from harness.catalogue.places import load_place

        text = str(id_or_path)
        if text == REGISTER:
            from harness.catalogue.register import register_place

            return register_place(self.root, self._system_files, self.defects)
        named = self._place_paths.get(text)
        if named is None:
            if not text.endswith((".yaml", ".yml")):
                raise UnknownNameError("place", text, [*self._place_paths, REGISTER])
            named = Path(text)
        return load_place(named, self.root, self._system_files, self.defects)

    @cached_property
    def levels(self) -> Mapping[str, Any]:
        """The scale: ``profiles/levels.yaml`` as plain data."""
        data: Mapping[str, Any] = load_yaml(self.root / "profiles" / "levels.yaml", "levels", root=self.root)
        return data

    @cached_property
    def scale_text(self) -> Mapping[str, ScaleSection]:
        """The scale in words: sections of ``profiles/levels.md`` by level or heading."""
        from harness.catalogue.scale_text import load_scale_text

        return load_scale_text(self.root)

    @cached_property
    def people(self) -> tuple[FixturePerson, ...]:
        """Synthetic people by letter."""
        from harness.catalogue.synthetic_people import load_people

        return load_people(self.root, self.items)

    def person(self, letter: str) -> FixturePerson:
        """The synthetic person called ``letter``; raises UnknownNameError."""
        return _known("person", letter, {person.id: person for person in self.people})

    def profile(self, name: str) -> Mapping[str, Any]:
        """An HL7 v2 profile of ``profiles/hl7v2`` as plain data; raises UnknownNameError."""
        folder = self.root / "profiles" / "hl7v2"
        if name not in self._profiles:
            path = _known("HL7 v2 profile", name, {path.stem: path for path in folder.glob("*.yaml")})
            self._profiles[name] = load_yaml(path, "hl7v2-profile", root=self.root)
        return self._profiles[name]

    @cached_property
    def profiles(self) -> Mapping[str, Mapping[str, Any]]:
        """Every HL7 v2 profile by name, as plain data."""
        return {path.stem: self.profile(path.stem) for path in sorted((self.root / "profiles" / "hl7v2").glob("*.yaml"))}

    @cached_property
    def dialects(self) -> Mapping[str, Mapping[str, Any]]:
        """Every dialect of HL7 v2 by name, as plain data; raises CatalogueError where the id is not the file's name."""
        from harness.catalogue.dialects import load_dialects

        return load_dialects(self.root)

    def register(self) -> Mapping[str, Any]:
        """The register of exemplar organisations: ``profiles/places/register.yaml`` as plain data."""
        from harness.catalogue.register import load_register

        return load_register(self.root)

    def fhir_facts(self, version: str) -> Facts:
        """Element facts of a FHIR version for reading XML; raises UnknownNameError for a version that does not ship."""
        from harness.catalogue.fhir.facts import facts_of

        return facts_of(version)


def _known(kind: str, name: str, known: Mapping[str, T]) -> T:
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError(kind, name, known) from None


@lru_cache(maxsize=8)
def catalogue(root: Path | None = None) -> Catalogue:
    """The catalogue of the shipped data, or of ``root``; one object per root."""
    return Catalogue(root if root is not None else data_root())
