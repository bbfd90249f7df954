"""Hospitals and councils that differ from the right ones in one thing, made of a name and a few words; and pairs of which one party is such.

wrong_party("social-care/notice-2", silent(Council, "KeepsAcceptanceToItself", "Task", "accepted"))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conversation_kit import Council, Hospital, Party, conversation_link
from pairs_kit import PAIRS, Pair
from scripted_link_kit import Source, asked

from harness.model.finding import Attribution, Finding

Resource = dict[str, Any]


@dataclass(frozen=True)
class PartyPair(Pair):
    """A wrong hospital or council, the other one being right. Of a notice the hospital is the source, of a package the council."""

    party: type[Party]

    @property
    def sides(self) -> tuple[type[Party], type[Party]]:
        """The right source and the right target."""
        return (Hospital, Council) if "/notice-" in self.check else (Council, Hospital)

    @property
    def whose(self) -> Attribution:
        return Attribution.SOURCE if self.party.identity == self.sides[0].identity else Attribution.TARGET

    def right_said(self) -> tuple[Finding, ...]:
        return asked(self.check, *conversation_link(*self.sides))

    def wrong_said(self) -> tuple[Finding, ...]:
        source, target = (self.party if self.party.identity == side.identity else side for side in self.sides)
        return asked(self.check, *conversation_link(source, target))

    def __str__(self) -> str:
        return f"{self.check}-{self.party.identity}-{self.party.__name__}"


def wrong_party(check: str, *parties: type[Party]) -> None:
    """One pair for each wrong party."""
    PAIRS.extend(PartyPair(check, "fhir", True, party, Source, party) for party in parties)


def storing(right: type[Party], name: str, change: Callable[[Resource, Resource | None], Resource | None]) -> type[Party]:
    """Keeps ``change`` of a resource and of what it held before; None leaves that."""

    def stored(self: Party, resource: Resource, before: Resource | None) -> Resource | None:
        return change(resource, before)

    return type(name, (right,), {"stored": stored})


def dropping(right: type[Party], name: str, kind: str) -> type[Party]:
    """Keeps no resource of one type."""
    return storing(right, name, lambda resource, _: None if resource["resourceType"] == kind else resource)


def staying(right: type[Party], name: str, kind: str, status: str, *after: str) -> type[Party]:
    """A resource never goes to ``status`` (from one of ``after``; any, when empty)."""

    def change(resource: Resource, before: Resource | None) -> Resource | None:
        stays = resource["resourceType"] == kind and resource.get("status") == status and before is not None
        return None if stays and (not after or (before or {}).get("status") in after) else resource

    return storing(right, name, change)


def silent(right: type[Party], name: str, kind: str, *statuses: str) -> type[Party]:
    """Never tells of a resource in one of these statuses."""

    def tells(self: Party, resources: Sequence[Resource]) -> Sequence[Resource]:
        return [one for one in resources if one["resourceType"] != kind or one.get("status") not in statuses]

    return type(name, (right,), {"tells": tells})


def doubling(right: type[Party], kind: str) -> type[Party]:
    """Opens another resource of one type each time it is told of one."""

    class Doubles(right):  # type: ignore[misc, valid-type]
        number = 0

        def hears(self, message: Any) -> Any:
            self.seen.discard(message.content)
            self.number += 1
            return super().hears(message)

        def name(self, resource: Resource) -> str:
            return f"{super().name(resource)}{f'-{self.number}' if resource['resourceType'] == kind else ''}"

    Doubles.__name__ = f"Doubles{kind}"
    return Doubles


def never_repeating(right: type[Party]) -> type[Party]:
    """Gives up what was not acknowledged."""
    return type("NeverRepeats", (right,), {"repeats": lambda _, message: False})


def showing_late(right: type[Party], kind: str, seconds: float) -> type[Party]:
    """Shows a resource of one type so long after it came."""

    class ShowsLate(right):  # type: ignore[misc, valid-type]
        def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
            return {**resource, "_since": self.now()}

        def shows(self, kind_: str, value: str) -> list[Resource]:
            return [one for one in super().shows(kind_, value) if one["resourceType"] != kind or self.now() - one["_since"] >= seconds]

    return ShowsLate
