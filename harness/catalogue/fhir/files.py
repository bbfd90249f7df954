"""Definitions in files, JSON or XML, as a layer: their heads are read at once, each of them when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from harness.catalogue.fhir.layer import LayerEntry, by_url, entry_of
from harness.errors import CatalogueError, FormatError

INDEX = ".index.json"
MANIFEST = "package.json"
_KINDS = frozenset(
    {"ActivityDefinition", "CapabilityStatement", "CodeSystem", "CompartmentDefinition", "ConceptMap", "ExampleScenario", "GraphDefinition"}
    | {"ImplementationGuide", "Library", "Measure", "MessageDefinition", "NamingSystem", "OperationDefinition", "PlanDefinition", "Questionnaire"}
    | {"SearchParameter", "StructureDefinition", "StructureMap", "TerminologyCapabilities", "TestScript", "ValueSet", "DataElement", "ServiceDefinition"}
)


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str = ""
    url: str | None = None
    version: str | None = None
    type: Any = None
    derivation: str | None = None
    kind: Any = None
    abstract: Any = None
    name: Any = None


_HEAD = ("url", "version", "type", "derivation", "kind", "abstract", "name")


class _Indexed(msgspec.Struct, rename={"resource_type": "resourceType"}):
    filename: str
    resource_type: str = ""
    url: str | None = None
    version: str | None = None
    kind: str | None = None
    type: str | None = None
    derivation: str | None = None


class _Index(msgspec.Struct):
    files: list[_Indexed]


class Files:
    """The definitions among some files of one package.

    ``names`` are their paths in the package, ``read`` gives the bytes of one; ``index`` is the content of the package's own index, if it has one.
    ``notes`` say what was left out: files that cannot be read, and of two definitions with the same url and version the second.
    """

    def __init__(self, where: str, names: Sequence[str], read: Callable[[str], bytes], version: str, index: bytes | None = None) -> None:
        self._where, self._read, self._version = where, read, version
        self._names: list[str] = []
        self.notes: list[str] = []
        listed = self._from_index(index, names) if index is not None else None
        entries = listed if listed is not None else list(self._scan(names))
        self.entries: Mapping[str, tuple[LayerEntry, ...]] = by_url(self._single(entries))

    def load(self, entry: LayerEntry) -> Mapping[str, Any]:
        """The slim definition of an entry. CatalogueError where its file is not what its head was."""
        from harness.catalogue.fhir.slim import slim

        name = self._names[entry.key]
        try:
            return slim(resource_of(name, self._read(name), self._version), self._version)
        except FormatError as error:
            raise CatalogueError(error.what, where=f"{self._where}/{name} {error.where}", expected=error.expected, do="mend or leave out the file") from None
        except OSError as error:
            raise CatalogueError(f"cannot be read ({error.strerror})", where=f"{self._where}/{name}", do="add the package again") from None

    def _scan(self, names: Sequence[str]) -> Iterator[LayerEntry]:
        for name in names:
            try:
                head = _head(name, self._read(name))
            except (FormatError, OSError) as error:
                self.notes.append(f"{self._where}/{name} is left out: {error.what if isinstance(error, FormatError) else error.strerror}")
                continue
            if isinstance(head.get("url"), str) and head.get("resourceType") in _KINDS:
                self._names.append(name)
                yield entry_of(head, len(self._names) - 1)

    def _from_index(self, index: bytes, names: Sequence[str]) -> list[LayerEntry] | None:
        try:
            held = msgspec.json.decode(index, type=_Index).files
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.notes.append(f"{self._where}/{INDEX} cannot be read: the files were searched instead")
            return None
        known = set(names)
        found: list[LayerEntry] = []
        for one in held:
            if one.url and one.resource_type in _KINDS and one.filename in known:
                self._names.append(one.filename)
                derived = one.derivation or ("constraint" if one.type and one.kind != "logical" and one.url.rpartition("/")[2] != one.type else "")
                found.append(LayerEntry(one.url, one.version or "", one.resource_type, len(self._names) - 1, one.type or "", derived, one.kind or ""))
        return found

    def _single(self, entries: Sequence[LayerEntry]) -> Iterator[LayerEntry]:
        seen: dict[tuple[str, str, str], str] = {}
        for entry in entries:
            name = self._names[entry.key]
            first = seen.setdefault((entry.url, entry.version, entry.kind), name)
            if first == name:
                yield entry
            else:
                self.notes.append(f"{self._where}/{name} is left out: {first} defines {entry.url} too")


def resource_of(name: str, data: bytes, version: str) -> dict[str, Any]:
    """The resource in a file of JSON or XML. Stray text in XML is passed over. FormatError for what cannot be read."""
    if name.lower().endswith(".xml"):
        from harness.catalogue.fhir.facts import facts_of
        from harness.formats.fhir.xml import parse_xml

        return parse_xml(data, facts_of(version), remarks=[])
    from harness.formats.fhir import parse_json

    return parse_json(data)


def _head(name: str, data: bytes) -> Mapping[str, Any]:
    if name.lower().endswith(".xml"):
        return _xml_head(data)
    try:
        head = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FormatError(str(error)) from None
    return {"resourceType": head.resource_type, **{name: getattr(head, name) for name in _HEAD}}


def _xml_head(data: bytes) -> Mapping[str, Any]:
    from harness.formats.safe_xml import name_of, read_root

    root = read_root(data)
    head: dict[str, Any] = {"resourceType": name_of(root)[1]}
    for child in root:
        if isinstance(child.tag, str):
            name = name_of(child)[1]
            if name in _HEAD and name not in head and "value" in child.attrib:
                head[name] = str(child.attrib["value"])
    head["abstract"] = head.get("abstract") == "true"
    return head
