"""acknowledgement/may-accept: LEVELS L2c. Refusing is right, accepting with the original kept is right; losing it silently is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from harness.case.check import check
from harness.case.craft import entries
from harness.case.wire import answered

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding
    from harness.model.message import Message

_UNKNOWN_CODE = "QQ7"
_LONG = "Extraordinarily long house name that nobody would cut without saying so, of which every word matters to the ambulance crew"


def refused_or_kept(case: Case, person: Person, message: Message, text: str, what: str) -> Finding:
    """Refused with a code, or accepted with ``text`` found somewhere in what the target holds; where nothing is acknowledged, held whole or not at all."""
    last = case.send(message).last
    if last is not None and not last.failure and not case.acknowledges():
        seen = case.effect(person, lambda found: text.encode() in found.content)
        whole = seen.met or not seen.observation.found
        return case.expect(whole, expected=f"{what} kept, or nothing taken", actual="so" if whole else "the original is gone", person=person)
    if last is None or last.acknowledgement is None:
        return case.failed(expected=f"{what} answered", actual=last.failure if last else "nothing sent")
    if not last.acknowledgement.positive:
        coded = bool(last.acknowledgement.error_code or last.acknowledgement.text)
        return case.expect(coded, expected=f"{what} refused with a code", actual=answered(last))
    seen = case.effect(person, lambda found: text.encode() in found.content)
    return case.expect(
        seen.met, expected=f"{what} accepted with the original kept", actual="the original is there" if seen.met else "the original is gone", person=person
    )


def _changed(case: Case, message: Message, v2: tuple[str, Any], fhir: tuple[str, Any]) -> Message:
    if case.endpoint().format == "hl7v2":
        return case.altered(message, v2)
    return case.altered(message, *[(f"entry/{n}/resource/{fhir[0]}", fhir[1]) for n in entries(message, "Patient")])


@check("acknowledgement/may-accept-1")
def unknown_code_is_kept_or_refused(case: Case) -> Iterator[Finding]:
    """A code outside its table SHALL be refused with its code or accepted with the original kept.

    A marital status that no table has. ITK: AE, 103, or AA with the original kept.
    """
    person = case.person("A")
    coding = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": _UNKNOWN_CODE}]}
    message = _changed(case, case.capture("register", person), ("PID-16", _UNKNOWN_CODE), ("maritalStatus", coding))
    yield refused_or_kept(case, person, message, _UNKNOWN_CODE, "an unknown code")


@check("acknowledgement/may-accept-2")
def long_text_is_kept_or_refused(case: Case) -> Iterator[Finding]:
    """Text over its recommended length SHALL be refused or accepted whole.

    An address line of about 120 characters, where the ITK specification recommends 35.
    """
    person = case.person("A")
    message = _changed(case, case.capture("register", person), ("PID-11[1].2", _LONG), ("address/0/line", [person.record.text("address.line1"), _LONG]))
    yield refused_or_kept(case, person, message, _LONG, "over-long text")


@check("acknowledgement/may-accept-3")
def unknown_part_does_no_harm(case: Case) -> Iterator[Finding]:
    """An unknown segment or extension SHALL be refused or ignored without loss of the rest.

    A registration with a ZQQ segment at its end, or with an extension that nobody defined.
    """
    person = case.person("A")
    extension = {"url": "https://exemplar-harness.example/fhir/StructureDefinition/nobody-knows", "valueString": "x"}
    message = _changed(case, case.capture("register", person), ("+ZQQ|1|local", None), ("extension/-", extension))
    yield refused_or_kept(case, person, message, person.record.text("address.postcode"), "an unknown part")
