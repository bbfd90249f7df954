"""Groups of a message: ``PATIENT_RESULT[1]/OBSERVATION[2]/OBX-5``. Which groups there are is handed in; this room knows no structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import FormatError
from harness.formats.hl7v2.address import Address, address
from harness.formats.hl7v2.segment import Segment
from harness.formats.hl7v2.tree import Tree
from harness.model.location import Location

Instance = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GroupShape:
    """A segment, or a group of ``parts`` in order. The outermost is the message, whose name is in no address."""

    name: str
    repeats: bool = False
    parts: tuple[GroupShape, ...] = ()


@dataclass(frozen=True, slots=True)
class _Slot:
    """One place for a segment: ``inside`` are the groups around it from the outermost in, as indices of ``_Group``."""

    name: str
    repeats: bool
    inside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """One group, whose slots are ``first`` to ``last``, the latter left out."""

    name: str
    repeats: bool
    first: int
    last: int


class Grouped:
    """A message with the groups of ``shape`` laid over it. Made anew after segments were added or removed; values may change.

    An address may leave groups out: in ``PATIENT_RESULT/OBSERVATION[2]/OBX-5`` the observations of all orders count.
    A segment that the shape has no place for (``ZPD``, or one out of order) belongs to the group of the one before it.
    """

    def __init__(self, tree: Tree, shape: GroupShape) -> None:
        self.tree, self.shape = tree, shape
        self._groups: list[_Group] = []
        self._slots: list[_Slot] = []
        self._number(shape, ())
        self._instances: list[Instance] = list(self._walk())
        self._found: dict[tuple[Instance, str], list[Segment]] = {}
        self._path: dict[int, tuple[Instance, int]] = {}
        self._counts: dict[tuple[Instance, str], int] = {}
        for segment, instance in zip(tree.segments, self._instances, strict=True):
            same = self._found.setdefault((instance, segment.name), [])
            same.append(segment)
            self._path[id(segment)] = (instance, len(same))
            for depth, (name, number) in enumerate(instance):
                place = (instance[:depth], name)
                self._counts[place] = max(number, self._counts.get(place, 0))

    @property
    def instances(self) -> list[Instance]:
        """The groups around each segment, from the outermost in, as (name, number)."""
        return list(self._instances)

    def segment(self, path: str | Address) -> Segment | None:
        """The segment an address with groups names; without groups, the nth of the whole message. None where it is absent."""
        at = address(path) if isinstance(path, str) else path
        if not at.groups:
            return self.tree.segment(at.segment, at.occurrence)
        same = self._found.get((at.groups, at.segment)) or self._abridged(at)
        return same[at.occurrence - 1] if at.occurrence <= len(same) else None

    def get(self, path: str) -> str | None:
        """As ``Tree.get``."""
        at, segment = address(path), self.segment(path)
        return None if segment is None else segment.read(at)

    def raw(self, path: str) -> str:
        """As ``Tree.raw``."""
        at, segment = address(path), self.segment(path)
        return "" if segment is None else segment.written(at) or ""

    def set(self, path: str, value: str | None) -> None:
        """As ``Tree.set``; FormatError where the segment is absent."""
        segment = self.segment(path)
        inner = path.rpartition("/")[2].partition("-")[2]
        if segment is not None and inner:
            segment.set(inner, value)
        elif segment is not None:
            raise FormatError("a whole segment cannot be set", where=path, do="set its fields, or remove it and add another")
        elif value:
            raise FormatError(f"there is no segment {path} to set", where=path, do="add it first")

    def locate(self, path: str) -> Location:
        """As ``Tree.locate``, its path the one asked for."""
        at, segment = address(path), self.segment(path)
        if segment is None:
            return Location(path)
        occurrence = self.tree.all(segment.name).index(segment) + 1
        found = self.tree.locate(str(Address(at.segment, occurrence, at.field, at.repetition, at.component, at.subcomponent)))
        return Location(path, found.line, found.column, found.offset)

    def path(self, segment: Segment, inside: str = "") -> str:
        """How a person writes where a segment stands: which group and which segment only where there are several; ``inside`` such as ``3[2].1`` follows."""
        if id(segment) not in self._path:
            raise FormatError(f"{segment!r} is not of this message", where=segment.name)
        instance, number = self._path[id(segment)]
        text = ""
        for depth, (name, which) in enumerate(instance):
            text += f"{name}[{which}]/" if self._counts[instance[:depth], name] > 1 else f"{name}/"
        text += segment.name + (f"[{number}]" if len(self._found[instance, segment.name]) > 1 else "")
        return f"{text}-{inside}" if inside else text

    def _abridged(self, at: Address) -> list[Segment]:
        """The segments of an address that leaves groups out: each name counts among all below the one before it."""
        inside: Instance = ()
        for name, number in at.groups:
            depth = len(inside)
            below = {one[: end + 1]: None for one in self._instances if one[:depth] == inside for end in range(depth, len(one)) if one[end][0] == name}
            if number > len(below):
                return []
            inside = list(below)[number - 1]
        direct = self._found.get((inside, at.segment))
        pairs = zip(self.tree.segments, self._instances, strict=True)
        return direct or [segment for segment, one in pairs if segment.name == at.segment and one[: len(inside)] == inside]

    def _number(self, shape: GroupShape, inside: tuple[int, ...]) -> None:
        for one in shape.parts:
            if not one.parts:
                self._slots.append(_Slot(one.name, one.repeats, inside))
                continue
            index = len(self._groups)
            self._groups.append(_Group(one.name, one.repeats, 0, 0))
            first = len(self._slots)
            self._number(one, (*inside, index))
            self._groups[index] = _Group(one.name, one.repeats, first, len(self._slots))

    def _walk(self) -> Iterator[Instance]:
        """The instance of each segment, each taking the nearest place that is still free: further on in its group, else that group again, else further out."""
        here = -1
        counts: dict[tuple[Instance, str], int] = {}
        instance: Instance = ()
        for segment in self.tree.segments:
            slot, again = self._next(here, segment.name)
            if slot >= 0:
                before = self._slots[here].inside if here >= 0 else ()
                after = self._slots[slot].inside
                kept = 0
                while kept < min(len(before), len(after)) and before[kept] == after[kept] and after[kept] != again:
                    kept += 1
                instance = instance[:kept]
                for group in after[kept:]:
                    name = self._groups[group].name
                    counts[instance, name] = counts.get((instance, name), 0) + 1
                    instance = (*instance, (name, counts[instance, name]))
                here = slot
            yield instance

    def _next(self, here: int, name: str) -> tuple[int, int]:
        """(slot, the group that begins again) for a segment after slot ``here``; -1 for none."""
        slots = self._slots
        if here < 0:
            return next(((slot, -1) for slot, one in enumerate(slots) if one.name == name), (-1, -1))
        if slots[here].repeats and slots[here].name == name:
            return here, -1
        for group in [*reversed(slots[here].inside), None]:
            first, last = (self._groups[group].first, self._groups[group].last) if group is not None else (0, len(slots))
            for slot in range(here + 1, last):
                if slots[slot].name == name:
                    return slot, -1
            if group is not None and self._groups[group].repeats:
                for slot in range(first, here + 1):
                    if slots[slot].name == name:
                        return slot, group
        return -1, -1
