"""Observe, and the waits: looking at what a system holds until something shows, or until it is sure that nothing does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.case.blocked import Blocked
from harness.case.clock import CaseClock
from harness.case.link import TARGET
from harness.case.observation import Observation, Records
from harness.case.parties import Parties
from harness.case.people import CasePeople, Person
from harness.case.relay import Relay
from harness.case.stimulus import Stimulus
from harness.case.transcript import Transcript
from harness.model.finding import Attribution
from harness.model.record import Record

INTRODUCES = "register"  # the one event that a case needs for itself: a person whom the target did not know
_ROOT = "acknowledgement/effect-1"  # the check that examines whether anything can be seen at all
_LEAVES_SOMETHING = ("admit", "package-start")  # events after which something hangs on a person
_POLL = 0.004  # seconds between looks: a simulated system acts within a few of them
_LOOKS = 12  # a busy machine may let a limit pass without letting anybody work: look this often before calling it over


@dataclass(frozen=True, slots=True)
class Seen:
    """What a wait ended with: the last observation, and whether the condition was met in time."""

    observation: Observation
    met: bool


@dataclass(slots=True)
class Look:
    """The third port of a case. ``alarms`` are what a look found and no check asked for: content of people whom it was not about."""

    parties: Parties
    people: CasePeople
    relay: Relay
    stimulus: Stimulus
    transcript: Transcript
    clock: CaseClock
    alarms: list[str] = field(default_factory=list)
    _waiting: bool = False

    def observe(self, person: Person, *, at: str = TARGET, local: bool = False) -> Observation:
        """What the party ``at`` holds under the person's NHS number (or local number); keeps the evidence and looks for other people's tokens.

        Raises Blocked when nothing could be observed, which is not the same as seeing that there is nothing.
        """
        return self.under(person.local if local else person.identifier, at=at, own=self.people.tokens_of(person))

    def under(self, identifier: tuple[str, str], *, at: str = TARGET, own: Collection[str] | None = None, thoroughly: bool = True) -> Observation:
        """What the party ``at`` holds under any business identifier, (kind, value). ``own`` are the tokens that may stand there (None: do not look)."""
        side = self.parties.side(at)
        if side.observer is None:
            raise Blocked(f"{side.system.id} declares no endpoint to observe it by", _ROOT, attribution=Attribution.HARNESS)
        sighting = side.observer.find(*identifier, thoroughly=thoroughly and not self._waiting)
        records: Sequence[Record] = ()
        if not sighting.problem and sighting.of("Patient"):
            lens = self.parties.lens(side.observe_key)
            records = Records(lambda: lens.read_all(sighting.tree, codes=side.codes))
        title = f"{side.system.id} as observed"
        seen = Observation(
            sighting.kind,
            sighting.independent,
            sighting.content,
            tuple(sighting.resources),
            records,
            None,
            sighting.problem,
            title,
            sighting.proved,
            sighting.unanswered,
        )
        if not self._waiting:
            seen = self._kept(seen)
        if own is not None and seen.foreign(own):
            self.alarms.append(f"content of {len(seen.foreign(own))} other people stands in the record found under this identifier")
        return seen

    def until(self, observe: Callable[[], Observation], condition: Callable[[Observation], bool], within: float | None = None, *, at: str = TARGET) -> Seen:
        """Look again until ``condition`` holds or the effect limit of the party ``at`` (or ``within`` seconds) is over, carrying replies meanwhile."""
        limit = self.parties.about(at).endpoint.limits.effect if within is None else within
        start, looks = self.clock.watch(), 0
        self._waiting = True
        try:
            while True:
                looks += 1
                self.relay.pump(0.0)
                seen = observe()
                met = not seen.problem and condition(seen)
                if met or (self.clock.watch() - start >= limit and looks >= _LOOKS):
                    break
                self.relay.pump(_POLL)
        finally:
            self._waiting = False
        if not met and not seen.problem and not seen.proved:
            # The last look asks in every way that there is.
            seen = observe()
            met = condition(seen)
        if not met:
            self.clock.waited += self.clock.watch() - start
        return Seen(self._kept(seen), met)

    def effect(self, person: Person, condition: Callable[[Observation], bool], *, at: str = TARGET, local: bool = False) -> Seen:
        """``until`` for one person."""
        return self.until(lambda: self.observe(person, at=at, local=local), condition, at=at)

    def prove(self, at: str = TARGET) -> bool:
        """Whether the way in which ``at`` is asked for what hangs on a patient has found something: if not yet, somebody is admitted there, and looked for.

        An absence says something only then; the person is neutral, and is not spoken of again.
        """
        person = self.people.control()
        for event in _LEAVES_SOMETHING:
            try:
                self.stimulus.cause(event, person, at=self.parties.link(at).source.party, to=at)
            except Blocked:
                continue
            if self.effect(person, lambda seen: seen.proved, at=at).met:
                return True
        return False

    def barrier(self, at: str = TARGET) -> None:
        """Send a neutral sentinel person down the channel to ``at`` and wait until it is observable. Raises Blocked when it never is."""
        sentinel = self.people.sentinel()
        self.stimulus.cause(INTRODUCES, sentinel, at=self.parties.link(at).source.party, to=at)
        if not self.effect(sentinel, lambda seen: seen.found, at=at).met:
            raise Blocked("a neutral message sent afterwards down the same channel never became observable", _ROOT)

    def unchanged(self, before: Observation, observe: Callable[[], Observation], *, at: str = TARGET) -> Seen:
        """After a barrier: is what can be observed the same as ``before``? Never true without the barrier."""
        self.barrier(at)
        after = observe()
        same = not after.problem and after.records == before.records and _shape(after) == _shape(before)
        return Seen(after, same)

    def _kept(self, seen: Observation) -> Observation:
        """The look that counts, with its evidence: how often one had to look before is none."""
        if seen.problem:
            raise Blocked(f"nothing could be observed: {seen.problem}", _ROOT, attribution=Attribution.HARNESS)
        return replace(seen, evidence=self.transcript.keep(seen.content, "application/fhir+json", seen.title)) if seen.content else seen


def _shape(seen: Observation) -> Mapping[str, int]:
    """How many resources there are of each type."""
    kinds = [str(resource.get("resourceType")) for resource in seen.resources]
    return {kind: kinds.count(kind) for kind in kinds}
