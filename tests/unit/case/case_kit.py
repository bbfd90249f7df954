"""A case on a scripted link (see scripted_link_kit and conversation_kit), for asking each of its parts by itself."""

from __future__ import annotations

from typing import Any

from scripted_follower_kit import Follower
from scripted_link_kit import Watch, scripted_link

from harness.adapters.base import Caught
from harness.case.case import Case
from harness.case.evidence import EvidenceHashes
from harness.case.link import TARGET, Link
from harness.case.spec import CaseSpec
from harness.catalogue import catalogue
from harness.model.message import Delivery


class Released:
    """What an adapter's senders were told, in the order they were released."""

    def __init__(self, adapter: Any) -> None:
        self.told: list[Delivery | None] = []
        self._catch, adapter.catch = adapter.catch, self

    def __call__(self, timeout: float) -> Caught | None:
        caught: Caught | None = self._catch(timeout)
        if caught is None:
            return None
        message, reply = caught.message, caught.reply

        def released(delivery: Delivery | None) -> None:
            self.told.append(delivery)
            reply(delivery)

        return Caught(message, released)


PEOPLE = {person.id: person for person in catalogue().people}


def case_on(links: dict[str, Link], watch: Watch, check: str = "connection/answer-1", ordinal: int = 3, attempt: int = 0) -> Case:
    """A case of ``check`` over these links."""
    first = next(iter(links.values()))
    spec = CaseSpec(ordinal, first.pairing.id, first.interface.id, catalogue().clauses[check].family, check, attempt)
    return Case.open(spec, catalogue().clauses[check], links, PEOPLE, EvidenceHashes(), watch=watch)


def opened(
    follower: type[Follower] = Follower, *, check: str = "connection/answer-1", ordinal: int = 3, attempt: int = 0, **how: Any
) -> tuple[Case, Any, Watch]:
    """(case, the follower that its target is, the link's watch); ``how``: see scripted_link."""
    link, watch = scripted_link(follower, **how)
    adapter: Any = link.adapter
    return case_on({TARGET: link}, watch, check, ordinal, attempt), adapter.wiring.follower, watch
