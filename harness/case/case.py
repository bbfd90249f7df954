"""What a check is handed. Each part does one thing; the words that nearly every check speaks are said on the case itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Self

from harness.case.answers import Answers
from harness.case.clock import CaseClock
from harness.case.evidence import EvidenceStore
from harness.case.link import SOURCE, TARGET, Link, Side
from harness.case.look import Look, Seen
from harness.case.observation import Observation
from harness.case.parties import Parties
from harness.case.people import CasePeople, Person
from harness.case.relay import Relay
from harness.case.spec import CaseSpec
from harness.case.stimulus import Stimulus
from harness.case.transcript import Transcript
from harness.case.wire import Wire
from harness.catalogue import catalogue
from harness.model.clause import Clause
from harness.model.message import Exchange, Message
from harness.model.place import Endpoint, FixturePerson


@dataclass(slots=True)
class Case(Answers):
    """One check asked of some parties, with people of its own. Cases share nothing but the links they run on.

    ``people``, ``clock``, ``stimulus``, ``wire`` and ``look`` are its parts; ``parties`` who takes part; ``before`` what was seen of a person, by letter,
    when what was given had been brought about.
    """

    parties: Parties
    people: CasePeople
    clock: CaseClock
    stimulus: Stimulus
    wire: Wire
    look: Look
    before: dict[str, Observation] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        spec: CaseSpec,
        clause: Clause,
        links: Mapping[str, Link],
        people: Mapping[str, FixturePerson],
        store: EvidenceStore,
        *,
        watch: Callable[[], float] = monotonic,
    ) -> Self:
        """A case over ``links``, each under the party it leads to. ``people`` are the contents given to the run, by letter; ``watch`` tells seconds."""
        parties, transcript = Parties(links), Transcript(store)
        namespace = next(iter(links.values())).namespace
        flows = tuple(catalogue().flows.values())
        clock = CaseClock(spec, namespace, watch)
        cast = CasePeople(people, spec, namespace, parties.side(SOURCE).system.identity.get("authority", ""), clock, flows)
        relay = Relay(parties, transcript, clock)
        stimulus = Stimulus(parties, relay, clock, flows)
        wire = Wire(parties, relay, transcript, clock)
        return cls(spec, clause, transcript, parties, cast, clock, stimulus, wire, Look(parties, cast, relay, stimulus, transcript, clock))

    # --- who: see parties and people ---------------------------------------------------------------------------------------

    def link(self, party: str = TARGET) -> Link:
        """The link that leads to ``party``."""
        return self.parties.link(party)

    def side(self, party: str = TARGET) -> Side:
        """The system that plays ``party``."""
        return self.parties.side(party)

    def endpoint(self, party: str = TARGET) -> Endpoint:
        """The endpoint at which ``party`` is spoken to."""
        return self.parties.link(party).endpoint

    def acknowledges(self, party: str = TARGET) -> bool:
        """False where ``party`` declares that it acknowledges nothing: there is no answer to wait for."""
        return self.parties.link(party).adapter.acknowledges

    def person(self, letter: str) -> Person:
        """The case's own copy of a fixture person, under an identity of its own."""
        return self.people.person(letter)

    def become(self, person: Person) -> Person:
        """Make a changed person the one this case knows under that letter."""
        return self.people.become(person)

    # --- the three ports: see stimulus, wire and look ----------------------------------------------------------------------

    def stimulate(self, event: str, person: Person, *, at: str = SOURCE, to: str = "", fault: str = "", occurred: str = "", **details: Any) -> Exchange:
        """Make the party ``at`` cause ``event`` for ``person``, and carry what it emits through the wire fault named."""
        return self.stimulus.cause(event, person, at=at, to=to, fault=fault, occurred=occurred, details=details)

    def capture(self, event: str, person: Person, *, at: str = SOURCE, to: str = "", occurred: str = "", **details: Any) -> Message:
        """Make the party ``at`` emit ``event`` but keep the message from its receiver."""
        return self.stimulus.capture(event, person, at=at, to=to, occurred=occurred, details=details)

    def send(self, message: Message, *, to: str = TARGET) -> Exchange:
        """Put a message on the wire in the sender's name."""
        return self.wire.send(message, to=to)

    def altered(self, message: Message, *changes: tuple[str, Any]) -> Message:
        """A copy with some addresses changed, under a fresh control id, origin HARNESS."""
        return self.wire.altered(message, *changes)

    def observe(self, person: Person, *, at: str = TARGET, local: bool = False) -> Observation:
        """What the party ``at`` holds under the person's NHS number (or local number)."""
        return self.look.observe(person, at=at, local=local)

    def effect(self, person: Person, condition: Callable[[Observation], bool], *, at: str = TARGET, local: bool = False) -> Seen:
        """Look at the person until ``condition`` holds or the effect limit is over."""
        return self.look.effect(person, condition, at=at, local=local)
