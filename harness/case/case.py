"""What a check is handed: the people, the three ports (stimulate, exchange, observe), the four waits, and the ways to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from harness.case.answers import Answers
from harness.case.check import Blocked
from harness.case.evidence import EvidenceStore
from harness.case.link import Link, Side
from harness.case.observation import Observation, Records
from harness.case.people import Person, cast
from harness.case.relay import Relay
from harness.case.spec import CaseSpec
from harness.case.story import alerted, noticed, on_the_calendar, packaged, told_by
from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.model.clause import Clause
from harness.model.finding import Attribution, Evidence
from harness.model.message import Delivery, Exchange, Message, Origin
from harness.model.place import FixturePerson
from harness.model.record import Record

_CASE_SPAN = timedelta(minutes=15)
_POLL = 0.004
_LOOKS = 12  # a busy machine may let a limit pass without letting anybody work: look this often before calling it over
_SENTINEL_PLACE = 15


@dataclass(frozen=True, slots=True)
class Seen:
    """What a wait ended with: the last observation, and whether the condition was met in time."""

    observation: Observation
    met: bool


@dataclass(slots=True)
class Case(Answers):
    """One pairing × interface × check, with people of its own. Cases share nothing but the link they run on."""

    spec: CaseSpec
    link: Link
    clause: Clause
    fixtures: Mapping[str, FixturePerson]
    store: EvidenceStore
    before: dict[str, Observation] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    transcript: list[Delivery] = field(default_factory=list)
    readings: dict[bytes, tuple[Record, ...]] = field(default_factory=dict)
    told: dict[str, tuple[int, Record | None]] = field(default_factory=dict)
    waited: float = 0.0
    moment: datetime = field(init=False)
    relay: Relay = field(init=False)
    _people: dict[str, Person] = field(default_factory=dict)
    _joined: dict[str, set[str]] = field(default_factory=dict)
    _sent: int = 0
    _sentinels: int = 0
    _looking: bool = False

    def __post_init__(self) -> None:
        self.moment = datetime.fromisoformat(f"{self.link.namespace.epoch}T06:00:00") + _CASE_SPAN * self.spec.ordinal
        self.relay = Relay(self)

    # --- who -----------------------------------------------------------------------------------------------------------

    def person(self, letter: str) -> Person:
        """The case's own copy of a fixture person, under an identity of its own."""
        if letter not in self._people:
            fixture = self.fixtures.get(letter)
            if fixture is None:
                raise Blocked(f"no person {letter} among the people given to this run", attribution=Attribution.HARNESS)
            assert isinstance(fixture.record, Record)  # noqa: S101 - narrows the noun's opaque field
            authority = self.link.source.deployment.system.identity.get("authority", "")
            self._people[letter] = on_the_calendar(self, cast(fixture.record, letter, self.spec, self.link.namespace, authority))
        return self._people[letter]

    def become(self, person: Person) -> Person:
        """Make a changed person the one this case knows under that letter."""
        self._people[person.letter] = person
        return person

    def joined(self, survivor: Person, loser: Person) -> None:
        """Say that a merge was asked for: content of the loser may now stand under the survivor."""
        self.share(survivor, loser)

    def share(self, one: Person, other: Person) -> None:
        """Say that two people were deliberately given some of the same content, so that its tokens prove nothing between them."""
        self._joined.setdefault(one.token, set()).add(other.token)
        self._joined.setdefault(other.token, set()).add(one.token)

    # --- when ----------------------------------------------------------------------------------------------------------

    def tick(self) -> str:
        """The next second of the case's calendar, ``YYYY-MM-DDTHH:MM:SS``."""
        self.moment += timedelta(seconds=1)
        return self.moment.isoformat()

    def at(self, **delta: int) -> str:
        """A moment relative to now, for content (``case.at(days=2)``)."""
        return (self.moment + timedelta(**delta)).isoformat()

    def advance(self, **delta: int) -> None:
        """Move the virtual clock of both systems; real systems keep their own time."""
        self.moment += timedelta(**delta)
        self.set_clocks()

    def set_clocks(self) -> None:
        """Bring both simulated systems to the case's moment."""
        for side in (self.link.source, self.link.target):
            side.control.clock(self.moment.isoformat())

    def control_id(self) -> str:
        """A fresh MSH-10 or X-Request-ID, at most 20 characters, derived from namespace and case."""
        self._sent += 1
        return f"EH{self.link.namespace.digest(self.spec.ordinal, self.spec.attempt, self._sent):016X}"

    # --- stimulate and exchange -----------------------------------------------------------------------------------------

    def stimulate(self, event: str, person: Person, *, at: str = "source", fault: str = "", occurred: str = "", **details: Any) -> Exchange:
        """Make a system cause ``event`` for ``person`` and carry what it emits to its partner, through the wire fault named.

        ``at`` is source or target. Raises Blocked when the system has no way to be stimulated or declines the event.
        """
        count = self._cause(event, person, at, occurred, details)
        return self.relay.carry(event, count, backwards=at == "target", fault=fault)

    def capture(self, event: str, person: Person, **details: Any) -> Message:
        """Make the source emit ``event`` but keep the message from the target: the source is told that it was accepted."""
        count = self._cause(event, person, "source", str(details.pop("occurred", "")), details)
        messages = self.relay.withhold(event, count)
        if not messages:
            raise Blocked(f"the source emitted nothing for {event}", "acknowledgement/events-1")
        return messages[-1]

    def _cause(self, event: str, person: Person, at: str, occurred: str, details: Mapping[str, Any]) -> int:
        side, other = self._sides(at)
        if not side.control.available:
            raise Blocked(f"{side.deployment.system.id} cannot be stimulated: it declares no control interface", attribution=Attribution.HARNESS)
        moment = occurred or self.tick()
        plain = {name: told_by(event, value.record).to_json() if isinstance(value, Person) else value for name, value in details.items()}
        try:
            count, refusal = side.control.event(
                event,
                told_by(event, person.record),
                to=other.deployment.system.id,
                interface=self.link.endpoint.format,
                control_id=self.control_id(),
                occurred=moment,
                now=self.moment.isoformat(),
                details=plain,
            )
        except TransportError as error:
            raise Blocked(f"the control interface failed: {error}", signals=("unreachable",)) from error
        if refusal:
            raise Blocked(refusal)
        return count

    def send(self, message: Message, *, fault: str = "") -> Exchange:
        """Put a message on the wire in the source's name."""
        return self.relay.send(message, fault)

    def altered(self, message: Message, *changes: tuple[str, Any]) -> Message:
        """A copy with some addresses changed, under a fresh control id, origin HARNESS (see the adapter for the address form)."""
        return self.link.adapter.altered(message, changes, self.control_id())

    def rubbish(self, message: Message) -> Message:
        """Bytes that no format reads, sent the way ``message`` would go."""
        self._sent += 1
        return replace(message, content=b"\x00\xff{ this is |neither HL7 v2 nor JSON", origin=Origin.HARNESS, control_id="")

    def note(self, text: str) -> None:
        """Keep a remark beside the evidence."""
        self.keep(text.encode(), "text/plain", "remark", "harness")

    def replay(self, message: Message) -> Exchange:
        """Send the very same bytes again."""
        return self.relay.send(replace(message, origin=Origin.REPLAY))

    def noticed(self, letter: str, **how: Any) -> Person:
        """The person with a notice to social care (see story.noticed)."""
        return noticed(self, self.person(letter), **how)

    def packaged(self, letter: str, **how: Any) -> Person:
        """The person with a social-care package (see story.packaged)."""
        return packaged(self, self.person(letter), **how)

    def alerted(self, letter: str, **how: Any) -> Person:
        """The person with a safeguarding alert (see story.alerted)."""
        return alerted(self.person(letter), **how)

    # --- observe -------------------------------------------------------------------------------------------------------

    def observe(self, person: Person, *, at: str = "target", local: bool = False) -> Observation:
        """What the system holds under the person's NHS number (or local number); keeps the evidence and looks for other people's tokens."""
        side, _ = self._sides(at)
        kind, value = person.local if local else person.identifier
        own = {person.token, *self._joined.get(person.token, ())}
        return self.see(side, kind, value, own)

    def see(self, side: Side, kind: str, value: str, own: set[str] | None = None) -> Observation:
        """What ``side`` holds under any business identifier. ``own`` are the tokens that may stand there (None: do not look)."""
        if side.observer is None:
            raise Blocked(f"{side.deployment.system.id} declares no endpoint to observe it by", "acknowledgement/effect-1", attribution=Attribution.HARNESS)
        sighting = side.observer.find(kind, value)
        records: Sequence[Record] = ()
        if not sighting.problem and sighting.of("Patient"):
            records = Records(lambda: self.link.lenses[side.observe_key].read_all(sighting.tree, codes=side.codes))
        title = f"{side.deployment.system.id} as observed"
        seen = Observation(sighting.kind, sighting.independent, sighting.content, tuple(sighting.resources), records, None, sighting.problem, title)
        if not self._looking:
            seen = self._kept(self._seen(seen))
        if own is not None and seen.foreign(own):
            self.alarms.append(f"content of {len(seen.foreign(own))} other people stands in the record found under this identifier")
        return seen

    # --- the four waits ------------------------------------------------------------------------------------------------

    def until(self, observe: Callable[[], Observation], condition: Callable[[Observation], bool], within: float | None = None) -> Seen:
        """Look again until ``condition`` holds or the target's effect limit (or ``within`` seconds) is over, carrying replies meanwhile."""
        limit = self.link.endpoint.limits.effect if within is None else within
        start, looks = monotonic(), 0
        self._looking = True
        try:
            while True:
                looks += 1
                self.relay.pump(0.0)
                seen = observe()
                met = not seen.problem and condition(seen)
                if met or (monotonic() - start >= limit and looks >= _LOOKS):
                    break
                self.relay.pump(_POLL)
        finally:
            self._looking = False
        if not met:
            self.waited += monotonic() - start
        return Seen(self._kept(self._seen(seen)), met)

    def _seen(self, seen: Observation) -> Observation:
        """Seeing nothing is not seeing that there is nothing: an observation that failed blocks the question."""
        if seen.problem:
            raise Blocked(f"nothing could be observed: {seen.problem}", "acknowledgement/effect-1", attribution=Attribution.HARNESS)
        return seen

    def _kept(self, seen: Observation) -> Observation:
        """Only what a wait ended with is evidence: how often one had to look is not."""
        return replace(seen, evidence=self.keep(seen.content, "application/fhir+json", seen.title)) if seen.content else seen

    def effect(self, person: Person, condition: Callable[[Observation], bool], *, at: str = "target", local: bool = False) -> Seen:
        """``until`` for one person."""
        return self.until(lambda: self.observe(person, at=at, local=local), condition)

    def barrier(self) -> None:
        """Send a neutral sentinel person down the same channel and wait until it is observable. Raises Blocked when it never is."""
        self._sentinels += 1
        fixture = self.fixtures[min(self.fixtures)]
        assert isinstance(fixture.record, Record)  # noqa: S101 - narrows the noun's opaque field
        plain = Record({group: fixture.record.entries(group)[:1] for group in ("person", "name", "address") if fixture.record.entries(group)})
        authority = self.link.source.deployment.system.identity.get("authority", "")
        sentinel = cast(plain, f"sentinel-{self._sentinels}", self.spec, self.link.namespace, authority, _SENTINEL_PLACE - self._sentinels)
        self.stimulate("register", sentinel)
        if not self.effect(sentinel, lambda seen: seen.found).met:
            raise Blocked("a neutral message sent afterwards down the same channel never became observable", "acknowledgement/effect-1")

    def unchanged(self, before: Observation, observe: Callable[[], Observation]) -> Seen:
        """After a barrier: is what can be observed the same as ``before``? Never true without the barrier."""
        self.barrier()
        after = observe()
        same = not after.problem and after.records == before.records and _shape(after) == _shape(before)
        return Seen(after, same)

    # --- shared ---------------------------------------------------------------------------------------------------------

    def keep(self, content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        """Store bytes as evidence of this case."""
        proof = self.store.store(content, media_type, title, origin)
        if proof not in self.evidence:
            self.evidence.append(proof)
        return proof

    def sent(self, message: Message) -> Evidence:
        """Keep a message that was on the wire."""
        return self.keep(message.content, message.media_type, f"{message.trigger or 'message'} ({message.origin})", message.origin)

    def limit(self) -> float:
        """The target's effect limit in seconds."""
        return self.link.endpoint.limits.effect

    def source_messages(self) -> Sequence[Message]:
        """What the source itself put on the wire so far in this case."""
        return [delivery.message for delivery in self.transcript if delivery.message.origin is Origin.SOURCE]

    def _sides(self, at: str) -> tuple[Side, Side]:
        return (self.link.target, self.link.source) if at == "target" else (self.link.source, self.link.target)


def known_people(people: Sequence[FixturePerson]) -> dict[str, FixturePerson]:
    """People by letter; falls back to the fixtures of the project."""
    return {person.id: person for person in people or catalogue().people}


def _shape(seen: Observation) -> dict[str, int]:
    counts: dict[str, int] = {}
    for resource in seen.resources:
        kind = str(resource.get("resourceType"))
        counts[kind] = counts.get(kind, 0) + 1
    return counts
