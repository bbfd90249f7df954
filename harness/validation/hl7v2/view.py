"""A message laid out for judging: segments split into raw field text once, by name and occurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.location import Location

if TYPE_CHECKING:
    from harness.formats.hl7v2.delimiters import Delimiters

DELETE = '""'


class Line:
    """One segment: ``fields[n]`` is the raw text of field n (``fields[0]`` the name), ``occurrence`` counts from 1 among its name."""

    __slots__ = ("fields", "name", "occurrence", "text")

    def __init__(self, name: str, occurrence: int, text: str, fields: list[str]) -> None:
        self.name, self.occurrence, self.text, self.fields = name, occurrence, text, fields

    def raw(self, number: int) -> str:
        """Raw text of a field, empty where absent."""
        fields = self.fields
        return fields[number] if number < len(fields) else ""


class View:
    """The lines of one message. ``of(name)`` are the lines of a name, in order.

    ``names`` are the names of its segments in their order and ``kinds`` those names, ``shared`` what one rule has worked out and others ask for too.
    """

    __slots__ = ("_by_name", "_component", "_repetition", "_subcomponent", "_values", "delimiters", "kinds", "lines", "names", "shared", "tree")

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.delimiters: Delimiters = tree.delimiters
        marks = self.delimiters
        self._component, self._subcomponent, self._repetition = marks.component, marks.subcomponent, marks.repetition
        self._values: dict[tuple[str, int, int], str] = {}
        self.shared: dict[tuple[str, int, int], Any] = {}
        self.lines: list[Line] = []
        self._by_name: dict[str, list[Line]] = {}
        separator = self.delimiters.field
        lines, by_name = self.lines, self._by_name
        for segment in tree.segments:
            name = segment.name
            same = by_name.get(name)
            if same is None:
                same = by_name[name] = []
            text = segment.text
            fields = text.split(separator)
            if name == "MSH":
                fields.insert(1, separator)
            line = Line(name, len(same) + 1, text, fields)
            same.append(line)
            lines.append(line)
        self.names = tuple([line.name for line in lines])
        self.kinds = frozenset(by_name)

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
        mark = self._repetition
        return raw.split(mark) if mark and mark in raw else [raw]

    def part(self, raw: str, number: int) -> str:
        """Component ``number`` of a raw repetition (its first sub-component), empty where absent."""
        mark, inner = self._component, self._subcomponent
        if mark and mark in raw:
            parts = raw.split(mark, number)
            text = parts[number - 1] if number <= len(parts) else ""
        else:
            text = raw if number == 1 else ""
        return text.partition(inner)[0] if inner and inner in text else text

    def parts(self, raw: str) -> list[str]:
        """Every component of a raw repetition (its first sub-component)."""
        mark, inner = self._component, self._subcomponent
        found = raw.split(mark) if mark else [raw]
        return [text.partition(inner)[0] for text in found] if inner and inner in raw else found

    def value(self, name: str, number: int, component: int = 1) -> str:
        """Component of the first repetition of a field of the first line called ``name``; an explicit delete counts as empty."""
        key = (name, number, component)
        found = self._values.get(key)
        if found is None:
            text, lines = "", self._by_name.get(name)
            if lines is not None:
                fields, mark = lines[0].fields, self._repetition
                if number < len(fields) and (text := fields[number]):
                    if mark and mark in text:
                        text = text.partition(mark)[0]
                    text = self.part(text, component)
            found = self._values[key] = "" if text == DELETE else text
        return found

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
