"""One person's neutral content: groups of entries, each a mapping of item to value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Union


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded value. ``system`` is a code-system URI or v2 label as found; ``original`` keeps what stood there when a map changed it."""

    code: str
    system: str = ""
    text: str = ""
    original: str = ""

    def __str__(self) -> str:
        return self.code or self.text


class _Deleted:
    """The explicit deletion (HL7 v2 ``""``): present and empty, which is not absent."""

    _instance: _Deleted | None = None

    def __new__(cls) -> _Deleted:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "DELETED"

    def __str__(self) -> str:
        return '""'

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "DELETED"


class Unsaid:
    """Given to ``Record.replaced``: the item is taken out and nothing is said of it, which leaves with others whatever they hold."""

    def __repr__(self) -> str:
        return "UNSAID"


DELETED: Final = _Deleted()
UNSAID: Final = Unsaid()
Value = Union[str, Coded, _Deleted]


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence of a group. ``values`` maps item ids (``name.family``) to values; ``where`` maps them to their location path."""

    group: str
    values: Mapping[str, Value]
    where: Mapping[str, str] = field(default_factory=dict, compare=False)

    def text(self, item: str) -> str:
        """The value of ``item`` as text (a code for a coded value), empty where absent or deleted."""
        value = self.values.get(item, "")
        return "" if value is DELETED else str(value)


@dataclass(frozen=True, slots=True)
class Record:
    """One person's content. ``groups`` maps a group name to its entries, in the order found; ``person`` and ``encounter`` are groups too."""

    groups: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)

    def entries(self, group: str) -> tuple[Entry, ...]:
        """Entries of ``group``, empty where it has none."""
        return tuple(self.groups.get(group, ()))

    def text(self, item: str, default: str = "") -> str:
        """The first value of ``item`` (``person.nhs_number``) as text."""
        for entry in self.entries(item.partition(".")[0]):
            if item in entry.values:
                return entry.text(item)
        return default

    def all(self, item: str) -> tuple[str, ...]:
        """Every value of ``item`` as text, in order."""
        return tuple(entry.text(item) for entry in self.entries(item.partition(".")[0]) if item in entry.values)

    def __iter__(self) -> Iterator[Entry]:
        for entries in self.groups.values():
            yield from entries

    def replaced(self, changes: Mapping[str, Value | Unsaid]) -> Record:
        """A copy with items of the first entry of their group set; a missing group is made.

        DELETED says that an item is gone, for others to take out too; UNSAID says nothing of it. Raises TypeError for None, which says neither.
        """
        groups = {name: list(entries) for name, entries in self.groups.items()}
        for item, value in changes.items():
            group = item.partition(".")[0]
            entries = groups.setdefault(group, [])
            first = dict(entries[0].values) if entries else {}
            first.pop(item, None)
            if value is None:
                raise TypeError(f"{item}: None is neither DELETED nor UNSAID")
            if not isinstance(value, Unsaid):
                first[item] = value
            entries[:1] = [Entry(group, first)]
        return Record({name: tuple(entries) for name, entries in groups.items()})

    def with_group(self, group: str, *entries: Mapping[str, Value]) -> Record:
        """A copy whose ``group`` is exactly ``entries`` (mappings of item id to value); none removes the group."""
        groups = {name: kept for name, kept in self.groups.items() if name != group}
        if entries:
            groups[group] = tuple(Entry(group, dict(values)) for values in entries)
        return Record(groups)

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """Plain JSON: ``{group: [{item: "text" | {"code", "system", "text"} | null for deleted}]}``."""
        return {group: [{item: _plain(value) for item, value in entry.values.items()} for entry in entries] for group, entries in self.groups.items()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Record:
        """The inverse of to_json."""
        return Record({group: tuple(Entry(group, {item: _value(raw) for item, raw in entry.items()}) for entry in entries) for group, entries in data.items()})


def _plain(value: Value) -> Any:
    if isinstance(value, Coded):
        return {key: text for key, text in (("code", value.code), ("system", value.system), ("text", value.text), ("original", value.original)) if text}
    return None if value is DELETED else value


def _value(raw: Any) -> Value:
    if raw is None:
        return DELETED
    if isinstance(raw, Mapping):
        return Coded(raw.get("code", ""), raw.get("system", ""), raw.get("text", ""), raw.get("original", ""))
    return str(raw)
