"""acknowledgement/replay: LEVELS L2e."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blocked import Blocked
from harness.case.check import check
from harness.case.given import known
from harness.model.message import Message

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding
    from harness.model.message import Exchange


def _sent(exchange: Exchange, case: Case) -> Message:
    """The message to replay; raises Blocked where none was accepted."""
    last = exchange.last
    if last is None or last.failure or (case.acknowledges() and not exchange.positive):
        raise Blocked("there was nothing accepted to replay", "acknowledgement/events-1")
    return last.message


def _no_second_effect(case: Case, person: Person, message: Message) -> Iterator[Finding]:
    before = case.observe(person)
    case.wire.replay(message)
    seen = case.look.unchanged(before, lambda: case.observe(person))
    yield case.expect(seen.met, expected="no second effect", actual="nothing changed" if seen.met else "the record changed", person=person)


@check("acknowledgement/replay-1", given=[known("A")])
def replayed_update_does_nothing(case: Case) -> Iterator[Finding]:
    """A byte-identical replay of an update SHALL have no second effect.

    Updates A, replays the very bytes, and compares what is held before and after.
    """
    person = case.person("A").with_({"person.marital_status": "D"})
    message = _sent(case.stimulate("update-person", person), case)
    yield from _no_second_effect(case, person, message)


@check("acknowledgement/replay-2", given=[known("A")])
def replayed_admission_does_nothing(case: Case) -> Iterator[Finding]:
    """A byte-identical replay of an admission SHALL have no second effect.

    Admits A and replays the very bytes.
    """
    person = case.person("A")
    message = _sent(case.stimulate("admit", person), case)
    yield from _no_second_effect(case, person, message)


@check("acknowledgement/replay-3", given=[known("A")])
def late_replay_does_not_turn_back(case: Case) -> Iterator[Finding]:
    """A byte-identical replay of an old message after a newer one SHALL NOT bring the old content back.

    Updates A twice and replays the first update.
    """
    first = case.person("A").with_({"address.postcode": "ZZ99 1AA"})
    second = case.person("A").with_({"address.postcode": "ZZ99 2BB"})
    message = _sent(case.stimulate("update-person", first), case)
    case.stimulate("update-person", second)
    yield from _no_second_effect(case, second, message)


@check("acknowledgement/replay-4", given=[known("A"), known("B")])
def reused_control_id_is_a_new_message(case: Case) -> Iterator[Finding]:
    """A new message under a control id that was used before SHALL be applied.

    Sends an update of A under the control id of an update of B. Control ids wrap in real senders; it is the message that is new.
    """
    one = case.capture("update-person", case.person("B"))
    person = case.person("A").with_({"address.postcode": "ZZ99 7QQ"})
    other = case.capture("update-person", person)
    case.send(one)
    case.send(case.wire.altered(other, control_id=one.control_id))
    seen = case.effect(person, lambda found: any("ZZ99 7QQ" in record.all("address.postcode") for record in found.records))
    yield case.expect(seen.met, expected="the new message applied", actual="applied" if seen.met else "not applied", person=person)
