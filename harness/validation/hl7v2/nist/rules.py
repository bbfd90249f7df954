"""A conformance profile as the plain data every profile has: structures, segments with fields and components, tables, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harness.validation.hl7v2.model import ProfileFlaw
from harness.validation.hl7v2.nist.model import Bundle, Defined, Element, MessagePart

_USES = {"R": "R", "RE": "RE", "O": "O", "B": "B", "X": "X", "W": "X", "IX": "O"}
_DEEP = 3
_RULES = {
    "message-type": {"severity": "error", "source": "conformance profile, Message"},
    "conformance-statements": {"severity": "error", "source": "conformance profile, Constraints"},
}


def plain_data(bundle: Bundle, title: str, version: str, open_sets: frozenset[str]) -> Bundle:
    """``bundle`` with its ``data``, and with the flaws that came up making it."""
    making = _Making(bundle, open_sets)
    flavours: dict[str, list[Defined]] = {}
    for message in bundle.messages:
        for part in _segments(message.root):
            found = bundle.segments[part.ref]
            if found not in flavours.setdefault(part.name, []):
                flavours[part.name].append(found)
    structures = [
        {"type": one.type, "events": {one.event: [one.structure]}, "segments": structure_text(one.root), "source": f"conformance profile {one.id}"}
        for one in bundle.messages
    ]
    segments = {name: {"source": f"conformance profile, segment {name}", "fields": making.merged(kinds)} for name, kinds in flavours.items()}
    data = {
        "id": bundle.id,
        "title": title,
        "source": title,
        "versions": [version] if version else [],
        "profile_ids": [],
        "structures": structures,
        "segments": segments,
        "tables": making.tables,
        "rules": _RULES,
    }
    return replace(bundle, data=data, flaws=tuple(dict.fromkeys((*bundle.flaws, *making.flaws))))


def structure_text(part: MessagePart) -> str:
    """``MSH PID:O (OBR OBX:O*)*`` of a message or group; parts that are not used have no place."""
    words = []
    for child in part.children:
        if child.use in ("X", "W") or child.max == "0":
            continue
        inner = f"({structure_text(child)})" if child.children else child.name
        words.append(inner + ("" if child.use == "R" else ":O") + ("*" if child.max not in ("1", "") else ""))
    return " ".join(words)


def _segments(part: MessagePart) -> Iterator[MessagePart]:
    for child in part.children:
        if child.children:
            yield from _segments(child)
        else:
            yield child


class _Making:
    def __init__(self, bundle: Bundle, open_sets: frozenset[str]) -> None:
        self.bundle, self.open = bundle, open_sets
        self.tables: dict[str, Any] = {}
        self.flaws: list[ProfileFlaw] = []

    def merged(self, kinds: list[Defined]) -> dict[str, Any]:
        """Fields of a segment. Of several flavours in one profile, what all of them say: a field is judged by no rule that one of them lacks."""
        every = [{element.number: self.field(element, f"{kind.id}-{element.number}") for element in kind.elements} for kind in kinds]
        numbers = sorted({number for one in every for number in one})
        fields = {}
        for number in numbers:
            said = [one.get(number, {"use": "O", "max": "*"}) for one in every]
            first = said[0]
            fields[str(number)] = first if all(one == first for one in said) else _common(said)
        return fields

    def field(self, element: Element, where: str, depth: int = 0) -> dict[str, Any]:
        """One field or component as data; the parts of its data type go ``depth`` levels down."""
        rule: dict[str, Any] = {"use": _USES.get(element.use, "O")}
        if not depth:
            rule["max"] = element.max if element.max not in ("", "0") else "*"
            if element.min > 1 and rule["use"] == "R":
                rule["min"] = element.min
        kind = self.bundle.datatypes.get(element.datatype)
        if kind is None and element.datatype and element.datatype.lower() != "varies":
            self.flaws.append(ProfileFlaw("hl7v2/profile-structure", where, f"there is no data type {element.datatype}"))
        if kind is not None and not kind.elements:
            rule["type"] = kind.name
            if element.length:
                rule["length"] = element.length
        elif kind is not None and depth < _DEEP - 1:
            parts = {str(part.number): self.field(part, f"{where}.{part.number}", depth + 1) for part in kind.elements}
            rule["parts"] = {number: part for number, part in parts.items() if part != {"use": "O"}}
        if element.value:
            rule["fixed"] = element.value
        self._bind(rule, element, where, composite=kind is not None and bool(kind.elements))
        return rule

    def _bind(self, rule: dict[str, Any], element: Element, where: str, *, composite: bool) -> None:
        name = element.table
        if not name or element.strength == "U":
            return
        codes = self.bundle.valuesets.get(name)
        if codes is None:
            self.flaws.append(ProfileFlaw("hl7v2/profile-table", where, name))
            return
        if not codes:
            return
        local = element.strength != "R" or name in self.open
        table = f"{name} (suggested)" if local else name
        kind = "local" if local else "base"
        self.tables[table] = {"title": "value set", "kind": kind, "source": f"value set {name}", "values": sorted(codes)}
        if composite and element.bound > 1:
            rule.setdefault("parts", {}).setdefault(str(element.bound), {})["table"] = table
        else:
            rule["table"] = table


def _common(said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several flavours of one field all say."""
    uses = {one["use"] for one in said}
    rule: dict[str, Any] = {"use": uses.pop() if len(uses) == 1 else "O"}
    most = {one.get("max", "1") for one in said}
    rule["max"] = most.pop() if len(most) == 1 else "*"
    for key in ("type", "table", "length", "fixed", "parts"):
        values = [one.get(key) for one in said]
        if values[0] is not None and all(value == values[0] for value in values):
            rule[key] = values[0]
    return rule
