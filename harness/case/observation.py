"""What a case saw of a person at a system, and how strong that sight is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from harness.case.people import TOKEN
from harness.model.finding import Evidence
from harness.model.record import Record


class Records(Sequence[Record]):
    """Records that are read when somebody first asks for them: most looks of a wait only count resources."""

    __slots__ = ("_found", "_read")

    def __init__(self, read: Callable[[], Sequence[Record]]) -> None:
        self._read = read
        self._found: tuple[Record, ...] | None = None

    def all(self) -> tuple[Record, ...]:
        """The records."""
        if self._found is None:
            self._found = tuple(self._read())
        return self._found

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self.all()[index]

    def __len__(self) -> int:
        return len(self.all())

    def __eq__(self, other: object) -> bool:
        return self.all() == (other.all() if isinstance(other, Records) else other)

    def __hash__(self) -> int:
        return hash(self.all())


@dataclass(frozen=True, slots=True)
class Observation:
    """``records`` are what the lens reads, one per Patient; ``resources`` what was returned; ``independent`` when it was made
    in another format than the write, or by a credential of its own through search on a business identifier.

    An observation with a ``problem`` saw nothing, which is not the same as seeing that there is nothing. Of what hangs on a patient an absence says something
    only where the way of asking is ``proved``; of the types ``unanswered`` (with the server's status) it says nothing.
    """

    kind: str
    independent: bool
    content: bytes
    resources: tuple[dict[str, Any], ...]
    records: Sequence[Record]
    evidence: Evidence | None = None
    problem: str = ""
    title: str = ""
    proved: bool = True
    unanswered: tuple[tuple[str, int], ...] = ()

    def of(self, type: str) -> list[dict[str, Any]]:
        """The resources of one FHIR type."""
        return [resource for resource in self.resources if resource.get("resourceType") == type]

    @property
    def patients(self) -> list[dict[str, Any]]:
        """The Patient resources found."""
        return self.of("Patient")

    @property
    def current(self) -> list[dict[str, Any]]:
        """Patients that are not superseded: active is not false and no link says replaced-by."""
        return [p for p in self.patients if p.get("active") is not False and not any(link.get("type") == "replaced-by" for link in p.get("link") or [])]

    def current_under(self, number: str) -> list[dict[str, Any]]:
        """Current patients that hold ``number`` as their own, not as an old identifier of a superseded record."""
        return [p for p in self.current if any(i.get("value") == number and i.get("use") != "old" for i in p.get("identifier") or [])]

    @property
    def found(self) -> bool:
        """Somebody was found."""
        return bool(self.patients)

    @property
    def record(self) -> Record | None:
        """The one current record; None where there is none or more than one."""
        return self.records[0] if len(self.records) == 1 else None

    def tokens(self) -> frozenset[str]:
        """The tokens of people that stand anywhere in what was returned, in lower case."""
        return frozenset(match.lower() for match in TOKEN.findall(self.content.decode("utf-8", "replace")))

    def foreign(self, own: Iterable[str]) -> frozenset[str]:
        """Tokens of people whose content has no business here."""
        return self.tokens() - {token.lower() for token in own}
