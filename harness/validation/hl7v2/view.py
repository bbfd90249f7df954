"""A message laid out for judging: lines by name and occurrence, each split into raw field text when first asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.location import Location

if TYPE_CHECKING:
    from harness.formats.hl7v2.delimiters import Delimiters

DELETE = '""'


class Line:
    """One segment: ``fields[n]`` is the raw text of field n (``fields[0]`` the name), ``occurrence`` counts from 1 among its name."""

    __slots__ = ("_fields", "_separator", "name", "occurrence", "text")

    def __init__(self, name: str, occurrence: int, text: str, separator: str) -> None:
        self.name, self.occurrence, self.text, self._separator = name, occurrence, text, separator
        self._fields: list[str] | None = None

    @property
    def fields(self) -> list[str]:
        """The raw text of the fields, by number."""
        if self._fields is None:
            self._fields = self.text.split(self._separator)
            if self.name == "MSH":
                self._fields.insert(1, self._separator)
        return self._fields

    def raw(self, number: int) -> str:
        """Raw text of a field, empty where absent."""
        fields = self.fields if self._fields is None else self._fields
        return fields[number] if number < len(fields) else ""


class View:
    """The lines of one message. ``of(name)`` are the lines of a name, in order."""

    __slots__ = ("_by_name", "delimiters", "lines", "tree")

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.delimiters: Delimiters = tree.delimiters
        self.lines: list[Line] = []
        self._by_name: dict[str, list[Line]] = {}
        separator = self.delimiters.field
        lines, by_name = self.lines, self._by_name
        for segment in tree.segments:
            name = segment.name
            same = by_name.get(name)
            if same is None:
                same = by_name[name] = []
            line = Line(name, len(same) + 1, segment.text, separator)
            same.append(line)
            lines.append(line)

    def of(self, name: str) -> list[Line]:
        """Every line called ``name``."""
        return self._by_name.get(name, [])

    def field(self, name: str, number: int) -> str:
        """Raw text of a field of the first line called ``name``."""
        lines = self._by_name.get(name)
        return lines[0].raw(number) if lines else ""

    def repetitions(self, raw: str) -> list[str]:
        """The repetitions of a raw field; none for an empty one."""
        if not raw:
            return []
        mark = self.delimiters.repetition
        return raw.split(mark) if mark and mark in raw else [raw]

    def part(self, raw: str, number: int) -> str:
        """Component ``number`` of a raw repetition (its first sub-component), empty where absent."""
        mark = self.delimiters.component
        parts = raw.split(mark) if mark else [raw]
        text = parts[number - 1] if number <= len(parts) else ""
        inner = self.delimiters.subcomponent
        return text.split(inner)[0] if inner and inner in text else text

    def value(self, name: str, number: int, component: int = 1) -> str:
        """Component of the first repetition of a field of the first line called ``name``; an explicit delete counts as empty."""
        repetitions = self.repetitions(self.field(name, number))
        text = self.part(repetitions[0], component) if repetitions else ""
        return "" if text == DELETE else text

    def path(self, line: Line, field: int = 0, repetition: int = 0, component: int = 0) -> str:
        """The address of a place, as short as it can be: occurrence and repetition are named only where there are several."""
        text = line.name if len(self.of(line.name)) == 1 else f"{line.name}[{line.occurrence}]"
        if field:
            text += f"-{field}"
            if repetition and len(self.repetitions(line.raw(field))) > 1:
                text += f"[{repetition}]"
            if component:
                text += f".{component}"
        return text

    def locate(self, path: str) -> Location:
        """Where ``path`` stands in the bytes, as far as that is known."""
        from harness.errors import HarnessError

        try:
            found: Location = self.tree.locate(path)
        except (HarnessError, KeyError, IndexError, ValueError):
            return Location(path)
        return found
