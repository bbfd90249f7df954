"""acknowledgement/must-reject: LEVELS L2c. Sent by the harness in the source's name; expected codes after the ITK acknowledgement rules.

Codes: nhs ITK table 0008 (AE, AR) and 0357; which of them each fault deserves is the project's reading of those rules and of HL7 UK A.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.craft import entries, paths, repetition
from harness.case.given import known
from harness.case.wire import answered
from harness.model.message import AckKind

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding
    from harness.model.message import Message

_REFUSED = (AckKind.ERROR, AckKind.REJECTED)


def refused(case: Case, message: Message, kinds: Sequence[AckKind], what: str, codes: Sequence[str] = ()) -> Finding:
    """``message`` is answered by one of ``kinds`` (and, over HTTP, by one of the status ``codes``)."""
    last = case.send(message).last
    said = last.acknowledgement if last else None
    wanted = " or ".join(codes) if codes else " or ".join("AR" if kind is AckKind.REJECTED else "AE" for kind in kinds)
    actual = answered(last) if last else "nothing"
    if said is not None and said.positive:
        return case.failed(expected=f"{what} refused with {wanted}", actual=actual, signals=("acknowledged",))
    if said is None or said.kind is AckKind.UNREADABLE:
        return case.failed(expected=f"{what} refused with {wanted}", actual=actual)
    right = said.code in codes if codes else said.kind in kinds
    return case.expect(right, expected=f"{what} refused with {wanted}", actual=actual)


@check("acknowledgement/must-reject-1")
def unparseable_content_is_refused(case: Case) -> Iterator[Finding]:
    """Content that cannot be parsed SHALL NOT be acknowledged positively.

    Sends bytes that are neither HL7 v2 nor JSON; no answer at all is not a positive one.
    """
    message = case.capture("register", case.person("A"))
    last = case.send(case.wire.rubbish(message)).last
    said = last.acknowledgement if last else None
    if said is None or said.kind is AckKind.UNREADABLE:
        yield case.expect(case.endpoint().format == "hl7v2", expected="no positive acknowledgement", actual="no answer")
        return
    yield case.expect(
        not said.positive, expected="no positive acknowledgement", actual=answered(last) if last else "", signals=("acknowledged",) if said.positive else ()
    )


@check("acknowledgement/must-reject-2")
def unknown_event_is_rejected(case: Case) -> Iterator[Finding]:
    """An unknown trigger event SHALL be rejected with AR.

    A registration whose MSH-9 says A99, which no version defines. ITK: AR, 201.
    """
    message = case.capture("register", case.person("A"))
    yield refused(case, case.altered(message, ("MSH-9.2", "A99"), ("MSH-9.3", "ADT_A99")), [AckKind.REJECTED], "an unknown event")


@check("acknowledgement/must-reject-3")
def unsupported_version_is_rejected(case: Case) -> Iterator[Finding]:
    """An unsupported version SHALL be rejected with AR.

    A registration whose MSH-12 says 9.9. ITK: AR, 203.
    """
    message = case.capture("register", case.person("A"))
    yield refused(case, case.altered(message, ("MSH-12", "9.9")), [AckKind.REJECTED], "an unsupported version")


@check("acknowledgement/must-reject-4")
def other_processing_id_is_rejected(case: Case) -> Iterator[Finding]:
    """A message for another processing id SHALL be rejected with AR.

    A registration whose MSH-11 says training. ITK: AR, 202.
    """
    own = case.side().system.identity.get("processing_id", "P")
    message = case.capture("register", case.person("A"))
    yield refused(case, case.altered(message, ("MSH-11", "T" if own != "T" else "D")), [AckKind.REJECTED], "another processing id")


@check("acknowledgement/must-reject-5")
def missing_segment_is_refused(case: Case) -> Iterator[Finding]:
    """A message without a required segment SHALL be refused with AE or AR.

    A registration without PID. ITK: AE, 100; AR is as clear.
    """
    message = case.capture("register", case.person("A"))
    yield refused(case, case.altered(message, ("-PID", None)), _REFUSED, "a registration without PID")


@check("acknowledgement/must-reject-6")
def missing_identifier_is_refused(case: Case) -> Iterator[Finding]:
    """A person without any identifier SHALL be refused.

    A registration with an empty PID-3 (ITK: AE, 101), or a Patient without identifier (422).
    """
    message = case.capture("register", case.person("A"))
    if case.endpoint().format == "hl7v2":
        yield refused(case, case.altered(message, ("PID-3", None)), _REFUSED, "an empty PID-3")
    else:
        bare = case.altered(message, *[(f"entry/{n}/resource/identifier", None) for n in entries(message, "Patient")])
        yield refused(case, bare, _REFUSED, "a Patient without identifier", ("400", "422"))


@check("acknowledgement/must-reject-7", given=[known("A"), known("B")])
def merge_without_loser_is_refused(case: Case) -> Iterator[Finding]:
    """A merge without the identifier to be merged SHALL be refused with AE or AR.

    An A40 whose MRG is empty, then one without MRG. ITK: AE, 101 and 100.
    """
    case.people.share(case.person("A"), case.person("B"))
    message = case.capture("merge", case.person("A"), loser=case.person("B"))
    yield refused(case, case.altered(message, ("MRG-1", None)), _REFUSED, "an empty MRG-1")
    yield refused(case, case.altered(message, ("-MRG", None)), _REFUSED, "a merge without MRG")


@check("acknowledgement/must-reject-8")
def unknown_type_is_refused(case: Case) -> Iterator[Finding]:
    """A resource of an unknown type SHALL be refused.

    A transaction whose Patient calls itself a Person of no FHIR version. FHIR R4 http 3.1.0.8: 400, 404 or 422.
    """
    message = case.capture("register", case.person("A"))
    changes = [(f"entry/{n}/resource/resourceType", "PatientRecord") for n in entries(message, "Patient")]
    yield refused(case, case.altered(message, *changes), _REFUSED, "an unknown resource type", ("400", "404", "422"))


@check("acknowledgement/must-reject-9")
def bad_entry_refuses_the_transaction(case: Case) -> Iterator[Finding]:
    """A transaction with one entry that cannot be taken SHALL be refused whole.

    Adds an Encounter without status and class to a registration; the person must not be found afterwards either.
    """
    person = case.person("A")
    message = case.capture("register", person)
    bad = {"resource": {"resourceType": "Encounter", "status": "no-such-status"}, "request": {"method": "POST", "url": "Encounter"}}
    yield refused(case, case.altered(message, ("entry/-", bad)), _REFUSED, "a transaction with a bad entry", ("400", "409", "412", "422"))
    case.look.barrier()
    found = case.observe(person).found
    yield case.expect(not found, expected="none of the transaction applied", actual="the person is there" if found else "nothing applied")


@check("acknowledgement/must-reject-10")
def impossible_date_is_refused(case: Case) -> Iterator[Finding]:
    """An impossible date of birth SHALL be refused with AE or AR.

    A registration with PID-7 in month 13. ITK: AE, 102.
    """
    message = case.capture("register", case.person("A"))
    yield refused(case, case.altered(message, ("PID-7", "19651312")), _REFUSED, "month 13")


@check("acknowledgement/must-reject-11")
def wrong_check_digit_is_refused(case: Case) -> Iterator[Finding]:
    """An NHS number that fails its check digit SHALL be refused.

    A registration whose NHS number has its last digit changed. ITK: AE, 102; FHIR: 400 or 422.
    """
    person = case.person("A")
    wrong = f"{person.nhs_number[:9]}{(int(person.nhs_number[9]) + 1) % 10}"
    message = case.capture("register", person)
    if case.endpoint().format == "hl7v2":
        place = repetition(message, person.nhs_number)
        yield refused(case, case.altered(message, (f"PID-3[{place}].1", wrong)), _REFUSED, "a wrong check digit")
    else:
        changes = [(path, wrong) for path in paths(message, person.nhs_number)]
        yield refused(case, case.altered(message, *changes), _REFUSED, "a wrong check digit", ("400", "422"))
