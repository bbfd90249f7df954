"""From a file to trees and records, whatever it turns out to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError, UnknownNameError
from harness.formats.detect import detect
from harness.model.record import Record

if TYPE_CHECKING:
    from harness.mapping import Lens

_BUNDLED = "collection"
_REGIONAL = "hl7v2/2.5.1/regional"
_REGIONAL_TYPES = frozenset({"ORU", "ORM", "OML", "OMG", "MDM", "SIU", "RDE"})


@dataclass(frozen=True, slots=True)
class ParsedPart:
    """One message or resource of a file. ``where`` is the file's name, with its place in it where there are several;
    ``tree`` is None when ``error`` says why it could not be read. ``key`` is the format key it is read under."""

    where: str
    kind: str
    key: str
    content: bytes
    tree: Any = None
    error: FormatError | None = None


def parts(data: bytes, name: str = "", *, key: str = "", dialect: str = "") -> Iterator[ParsedPart]:
    """The messages of ``data``, in order; one that cannot be read comes with its error.

    ``key`` (``fhir/4.0.1/ukcore``) overrides the key found by the format. In HL7 v2 the habits of ``dialect`` are undone (empty: of the one that a
    message shows; ``none``: of none). Raises FormatError when ``data`` is in no known format, UnknownNameError for an unknown dialect.
    """
    kind = detect(data, name)
    family = kind.partition("-")[0]
    chosen = key or default_key(family)
    for where, content in _split(kind, data, name):
        try:
            tree = _parse(kind, content, chosen)
            if family == "fhir" and not isinstance(tree.get("resourceType"), str):
                raise FormatError("a JSON object without resourceType is no FHIR resource", offset=0, where=where, expected="a FHIR resource, or HL7 v2")
            if family == "hl7v2":
                from harness.validation.hl7v2.detection import undone

                tree, _ = undone(tree, dialect)
            yield ParsedPart(where, kind, key or _key_of(tree, chosen), content, tree)
        except FormatError as error:
            yield ParsedPart(where, kind, chosen, content, error=error)


def default_key(format: str) -> str:
    """The first mapping key of a format family (``hl7v2``, ``fhir``); raises UnknownNameError when there is none."""
    from harness.catalogue import catalogue

    keys = catalogue().keys()
    for key in keys:
        if key.partition("/")[0] == format:
            return key
    raise UnknownNameError("format key for", format, keys)


def _key_of(tree: Any, default: str) -> str:
    """The key to read a message under where none was asked for: v2 results, orders, documents, bookings and prescriptions have a table of their own."""
    return _REGIONAL if getattr(tree, "type", "") in _REGIONAL_TYPES else default


def lens_of(key: str) -> Lens:
    """The lens of a format key; raises UnknownNameError."""
    from harness.mapping import lens

    return lens(key)


def stated_losses(key: str) -> dict[str, str]:
    """What the shipped rows of ``key`` say the standard loses, by item."""
    from harness.catalogue import catalogue

    table = catalogue().table(key)
    return {**table.losses, **{row.item: row.loss for row in table.rows if row.loss}}


def carried_items(key: str) -> frozenset[str]:
    """The items that have a place under ``key``."""
    from harness.catalogue import catalogue

    return frozenset(row.item for row in catalogue().table(key).rows)


def records(part: ParsedPart) -> list[Record]:
    """The people in a part that was read."""
    return list(lens_of(part.key).read_all(part.tree, codes={}))


def records_together(resources: list[ParsedPart]) -> list[Record]:
    """The people in FHIR parts that refer to one another, read as one collection."""
    bundle = bundled(resources)
    if not bundle["entry"]:
        return []
    return list(lens_of(resources[0].key).read_all(bundle, codes={}))


def bundled(resources: list[ParsedPart]) -> dict[str, Any]:
    """FHIR parts as one collection Bundle; the entries of a Bundle among them become entries of it."""
    entries: list[Any] = []
    for part in resources:
        tree = part.tree
        if tree.get("resourceType") == "Bundle":
            entries += [entry for entry in tree.get("entry") or () if isinstance(entry, dict)]
        else:
            entries.append({"fullUrl": f"{tree.get('resourceType')}/{tree.get('id', '')}", "resource": tree})
    return {"resourceType": "Bundle", "type": _BUNDLED, "entry": entries}


def _split(kind: str, data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    if kind == "hl7v2-batch":
        from harness.formats.hl7v2 import split_batch

        for index, _, content in split_batch(data):
            yield f"{name}#{index + 1}", content
    elif kind == "fhir-ndjson":
        from harness.formats.fhir.ndjson import lines

        for line in lines(data):
            yield f"{name}:{line.number}", line.data
    else:
        yield name, data


def _parse(kind: str, content: bytes, key: str) -> Any:
    match kind:
        case "hl7v2" | "hl7v2-batch":
            from harness.formats.hl7v2 import parse

            return parse(content)
        case "hl7v2-xml":
            from harness.formats.hl7v2.xml import from_xml

            return from_xml(content)
        case "fhir-xml":
            from harness.catalogue import catalogue
            from harness.formats.fhir.xml import parse_xml

            return parse_xml(content, catalogue().fhir_facts(key.split("/")[1]))
        case _:
            from harness.formats.fhir import parse_json

            return parse_json(content)
