"""Who takes part in a case, by the names that checks call them by, and the link between any two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.adapters.base import Adapter
from harness.case.blocked import Blocked
from harness.case.link import TARGET, Link, Side
from harness.mapping import Lens
from harness.model.finding import Attribution


@dataclass(frozen=True, slots=True)
class Passage:
    """One direction of a link: ``backwards`` from the link's target to its source."""

    link: Link
    backwards: bool = False

    @property
    def sender(self) -> Side:
        """Whose record moves."""
        return self.link.sides[self.backwards]

    @property
    def receiver(self) -> Side:
        """Where it goes."""
        return self.link.sides[not self.backwards]

    @property
    def adapter(self) -> Adapter | None:
        """What leads to the receiver; None where the link carries nothing in this direction."""
        return self.link.reverse if self.backwards else self.link.adapter

    @property
    def inlet(self) -> Adapter | None:
        """What catches what the sender emits."""
        return self.link.reverse if self.backwards else self.link.inlet


@dataclass(frozen=True, slots=True)
class Parties:
    """The links of a case, by the party that each leads to; the one link of a pairing leads to ``target``."""

    links: Mapping[str, Link]

    def link(self, party: str = TARGET) -> Link:
        """The link that leads to ``party``; raises Blocked where there is none."""
        if party not in self.links:
            raise self._unknown(party)
        return self.links[party]

    def side(self, party: str) -> Side:
        """The system that plays ``party``; raises Blocked where nobody does."""
        for link in self.links.values():
            for side in link.sides:
                if side.party == party:
                    return side
        raise self._unknown(party)

    def passage(self, sender: str, receiver: str = "") -> Passage:
        """The way from one party to another; ``receiver`` may be left out where the sender has one partner. Raises Blocked where there is no such way."""
        ways = [Passage(link, backwards) for link in self.links.values() for backwards in (False, True)]
        found = [way for way in ways if way.sender.party == sender and receiver in ("", way.receiver.party)]
        if len(found) == 1:
            return found[0]
        if not found and not receiver:
            raise self._unknown(sender)
        what = f"no way leads from {sender} to {receiver}" if receiver else f"{sender} has {len(found)} partners, and the check names none"
        raise Blocked(what, attribution=Attribution.HARNESS)

    def about(self, party: str) -> Link:
        """The link whose limits hold for ``party``: the one that leads to it, else one that it sends on."""
        found = [link for link in self.links.values() if party in (side.party for side in link.sides)]
        if party in self.links or not found:
            return self.link(party)
        return found[0]

    def lens(self, key: str) -> Lens:
        """The lens of a format key that some party is read by."""
        return next(link.lenses[key] for link in self.links.values() if key in link.lenses)

    def _unknown(self, party: str) -> Blocked:
        known = sorted({side.party for link in self.links.values() for side in link.sides})
        return Blocked(f"nobody plays the party {party!r} in this case; there are {', '.join(known)}", attribution=Attribution.HARNESS)
