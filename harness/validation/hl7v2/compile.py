"""Compiles hl7apy's version tables into grammar facts that ship: hl7apy is not imported when the product runs.

``python -m harness.validation.hl7v2.compile [VERSION…]`` writes ``profiles/hl7v2/grammar/<version>.json.z`` (JSON, zlib)::

    {"messages": {"ADT_A39": "MSH EVN (PID PD1:O MRG PV1:O)*"},           structure text, see ``structure``
     "shapes": {"ORU_R01": "MSH PATIENT_RESULT(PATIENT(PID NTE*) …)*"}, names of the groups, without their structure's; * repeats
     "segments": {"PID": [[3, "CX", 1, 0, ""], …]},                     number, type, minimum, maximum (0: any), table
     "types": {"CX": [["ST", 0, ""], …]},                                  type, minimum, table of each component in order
     "lengths": {"NM": 16},                                                longest value of a primitive type, in characters
     "tables": {"0085": ["C", "D", …]}}                                    codes; a table hl7apy names and lacks is not there

Facts only: names, types, cardinalities and codes, no prose.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

VERSIONS = ("2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2")
# Types whose first component hl7apy calls a string, and chapter 2 a date and time.
_TIMES = {"TS": "DTM"}
_LONG = 65536
_SEGMENT = re.compile("[A-Z][A-Z0-9]{2}")
_WILD = re.compile("[A-Za-z0-9]{4}")


def compile_grammar(version: str) -> dict[str, Any]:
    """The facts of one HL7 version, as plain data."""
    library = import_module(f"hl7apy.v{version.replace('.', '_')}")
    tables = getattr(library, "TABLES", {})
    return {
        "version": version,
        # A structure that holds any segment at all says nothing that could be judged.
        "source": f"HL7 v{version}, through hl7apy's tables",
        "messages": {name: text for name, text in _structures(library) if text and not _WILD.search(text)},
        "shapes": {name: _shape(node, library.GROUPS, f"{name}_", ()) for name, node in sorted(library.MESSAGES.items()) if len(node) > 1},
        "segments": {name: [_field(*entry) for entry in _entries(node)] for name, node in sorted(library.SEGMENTS.items()) if _SEGMENT.fullmatch(name)},
        "types": {name: _type(name, library.DATATYPES_STRUCTS[name]) for name in sorted(library.DATATYPES_STRUCTS)},
        "lengths": _lengths(library),
        "tables": {name.removeprefix("HL7"): list(codes) for name, (_, codes) in sorted(tables.items()) if codes},
    }


def pack(facts: Mapping[str, Any]) -> bytes:
    """Facts as they are stored: the same facts are always the same bytes."""
    return zlib.compress(json.dumps(facts, separators=(",", ":"), sort_keys=True).encode(), 9)


def _structures(library: Any) -> Iterator[tuple[str, str]]:
    for name, node in sorted(library.MESSAGES.items()):
        yield name, _structure(node, library.GROUPS, ())


def _structure(node: Any, groups: Mapping[str, Any], above: tuple[str, ...]) -> str:
    """``A B:O* (C D:O):O*`` of a sequence, ``<A|B>`` of a choice; a group inside itself is left out."""
    parts = []
    for name, _, (least, most), kind in node[1] if len(node) > 1 else ():
        if kind == "GRP":
            if name in above or name not in groups:
                continue
            inner = _structure(groups[name], groups, (*above, name))
            if not inner:
                continue
            text = f"<{inner}>" if groups[name][0] == "choice" else f"({inner})"
        else:
            text = name
        parts.append(text + ("" if least else ":O") + ("*" if most != 1 else ""))
    return ("|" if node[0] == "choice" else " ").join(parts)


def _shape(node: Any, groups: Mapping[str, Any], prefix: str, above: tuple[str, ...]) -> str:
    """Segments and named groups in order; a group inside itself is left out."""
    parts = []
    for name, _, (_, most), kind in node[1] if len(node) > 1 else ():
        text = name
        if kind == "GRP":
            inner = _shape(groups[name], groups, prefix, (*above, name)) if name in groups and name not in above else ""
            if not inner:
                continue
            text = f"{name.removeprefix(prefix)}({inner})"
        parts.append(text + ("*" if most != 1 else ""))
    return " ".join(parts)


def _entries(node: Any) -> Iterator[tuple[str, Any, tuple[int, int]]]:
    """(name, reference, cardinality) of each child. ORO of v2.1 lacks a pair of brackets in hl7apy: its four parts stand in a row."""
    items = iter(node[1] if len(node) > 1 else ())
    for item in items:
        entry = (item, next(items), next(items), next(items)) if isinstance(item, str) else item
        yield entry[0], entry[1], entry[2]


def _field(name: str, reference: Any, cardinality: tuple[int, int]) -> list[Any]:
    # A field that hl7apy names and does not describe is of any type. RX1-30 of v2.1 has one part too many in hl7apy, which moves its type.
    reference = reference or ("leaf", None, "varies", "", None, -1)
    kind, table = (reference[3], "") if len(reference) > 6 else (reference[2], reference[4])
    return [int(name.rpartition("_")[2]), kind or "varies", cardinality[0], max(cardinality[1], 0), (table or "").removeprefix("HL7")]


def _type(name: str, components: Any) -> list[list[Any]]:
    found = []
    for number, (_, reference, (least, _), _) in enumerate(components or (), 1):
        kind, table = (reference[2] or "varies", reference[4]) if reference else ("varies", None)
        found.append([_TIMES.get(name, kind) if number == 1 else kind, least, (table or "").removeprefix("HL7")])
    return found


def _lengths(library: Any) -> dict[str, int]:
    lengths = {}
    for name, kind in sorted(library.get_base_datatypes().items()):
        try:
            most = (kind() if name in ("NM", "SI") else kind("1")).max_length
        except (TypeError, ValueError, AttributeError):
            continue
        if most and most < _LONG and name not in ("CM", "ID"):
            lengths[name] = most
    return lengths


def main(arguments: list[str]) -> None:
    """Write the facts of the versions named, or of all, and say their sizes."""
    folder = Path(__file__).resolve().parents[3] / "profiles" / "hl7v2" / "grammar"
    folder.mkdir(parents=True, exist_ok=True)
    for version in arguments or VERSIONS:
        packed = pack(compile_grammar(version))
        (folder / f"{version}.json.z").write_bytes(packed)
        sys.stdout.write(f"{version}: {len(packed)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
