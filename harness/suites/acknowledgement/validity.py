"""acknowledgement/validity: LEVELS L2b. Only messages of origin source say anything about the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.validation_findings import SHOWN, errors_of, issue_told
from harness.formats.hl7v2 import parse
from harness.model.finding import Attribution
from harness.suites.process.stays import discharged, transferred

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

# ITK HL7 v2 message specifications, section 4: the events whose grid has AL1.
_CARRY_ALLERGIES = frozenset({"A01", "A04", "A05", "A08", "A28", "A31"})


def valid(case: Case) -> Iterator[Finding]:
    """One finding per message that the source sent in this case."""
    messages = case.transcript.messages()
    if not messages:
        yield case.inconclusive("the source sent nothing", blocked_by="acknowledgement/events-1")
    for message in messages:
        errors = errors_of(case, message.content)
        if not errors:
            yield case.passed(f"{message.trigger or 'message'}: no validation error")
            continue
        evidence = case.transcript.sent(message)
        for issue in errors[:SHOWN]:
            yield issue_told(case, issue, evidence, message.trigger or "message", attribution=Attribution.SOURCE)


@check("acknowledgement/validity-1")
def person_messages_are_valid(case: Case) -> Iterator[Finding]:
    """Every message by which the source registers or updates a person SHALL have no validation error.

    Registers A and updates A; reads what the source put on the wire.
    """
    case.stimulate("register", case.person("A"))
    case.stimulate("update-person", case.person("A").with_({"person.marital_status": "D"}))
    yield from valid(case)


@check("acknowledgement/validity-2")
def encounter_messages_are_valid(case: Case) -> Iterator[Finding]:
    """Every message by which the source tells of an encounter SHALL have no validation error.

    Admits, transfers and discharges A; reads what the source put on the wire.
    """
    person = case.person("A")
    case.stimulate("register", person)
    case.stimulate("admit", person)
    case.stimulate("transfer", transferred(person))
    case.stimulate("discharge", discharged(case, transferred(person)))
    yield from valid(case)


@check("acknowledgement/validity-3")
def held_allergies_are_sent(case: Case) -> Iterator[Finding]:
    """A source that holds allergies SHALL send them in every event that can carry them.

    Registers, admits and updates A, who has allergies; every A28, A01, A08 and A31 must hold AL1.
    """
    person = case.person("A")
    for event in ("register", "admit", "update-encounter", "update-person"):
        case.stimulate(event, person)
    held = max((len(record.entries("allergy")) for record in case.observe(person, at="source").records), default=0)
    carriers = [message for message in case.transcript.messages() if message.trigger in _CARRY_ALLERGIES]
    if not held or not carriers:
        yield case.inconclusive("no message that can carry allergies was sent for a person who has some", blocked_by="acknowledgement/events-1")
    for message in carriers:
        found = len(parse(message.content).all("AL1"))
        yield case.expect(
            found >= held,
            expected=f"{held} AL1 in {message.trigger}",
            actual=f"{found} AL1",
            attribution=Attribution.SOURCE,
            signals=() if found >= held else ("critical-loss",),
            person=person,
        )


@check("acknowledgement/validity-4", given=[known("A"), known("B")])
def merge_messages_are_valid(case: Case) -> Iterator[Finding]:
    """Every message by which the source tells of a merge SHALL have no validation error.

    Merges B into A; reads what the source put on the wire.
    """
    case.people.share(case.person("A"), case.person("B"))
    case.stimulate("merge", case.person("A"), loser=case.person("B"))
    yield from valid(case)
