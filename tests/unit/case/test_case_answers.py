"""A finding carries what the case is about, and everything seen so far."""

from __future__ import annotations

import pytest

from harness.case.answers import Answers
from harness.case.evidence import EvidenceHashes
from harness.case.people import Person
from harness.case.spec import CaseSpec
from harness.case.transcript import Transcript
from harness.catalogue import catalogue
from harness.model.finding import Attribution
from harness.model.location import Location
from harness.model.outcome import Outcome
from harness.model.record import Record


@pytest.fixture
def answers() -> Answers:
    spec = CaseSpec(3, "a:b", "hl7v2", "adt", "process/encounter-1", 2)
    return Answers(spec, catalogue().clauses["process/encounter-1"], Transcript(EvidenceHashes()))


PERSON = Person("A", "Zqabcde", Record({}), ("X9A", "1"))


def test_a_finding_says_what_it_is_about(answers: Answers) -> None:
    proof = answers.transcript.keep(b"x", "text/plain", "x")
    found = answers.passed("seen", person=PERSON)
    assert (found.check, found.clause, found.level) == ("process/encounter-1", "process/encounter-1", 5)
    assert (found.pairing, found.interface, found.family, found.attempt, found.person) == ("a:b", "hl7v2", "adt", 2, "person A")
    assert (found.outcome, found.message, found.evidence) == (Outcome.PASS, "seen", (proof,))


def test_evidence_kept_later_is_not_that_of_an_earlier_finding(answers: Answers) -> None:
    found = answers.passed()
    answers.transcript.remark("later")
    assert found.evidence == ()
    assert len(answers.passed().evidence) == 1


def test_a_failure_tells_both_sides_and_whose_fault_it_is(answers: Answers) -> None:
    found = answers.failed(expected="one record", actual="two", signals=["wrong-patient"], location=Location("PID-3"), within="hash")
    assert (found.outcome, found.message, found.attribution) == (Outcome.FAIL, "expected one record; found two", Attribution.TARGET)
    assert (found.expected, found.actual, found.signals, found.within) == ("one record", "two", ("wrong-patient",), "hash")
    assert found.location == Location("PID-3")
    assert answers.failed(expected="a", actual="b", message="other", attribution=Attribution.SOURCE).message == "other"


@pytest.mark.parametrize(("holds", "outcome", "signals"), [(True, Outcome.PASS, ()), (False, Outcome.FAIL, ("critical-loss",))])
def test_what_is_expected_holds_or_fails(answers: Answers, holds: bool, outcome: Outcome, signals: tuple[str, ...]) -> None:
    found = answers.expect(holds, expected="e", actual="a", signals=("critical-loss",), person=PERSON)
    assert (found.outcome, found.expected, found.actual, found.signals, found.person) == (outcome, "e", "a", signals, "person A")
    assert found.attribution is (Attribution.NONE if holds else Attribution.TARGET)


def test_what_cannot_be_told_names_its_root(answers: Answers) -> None:
    found = answers.inconclusive("no answer", blocked_by="connection/answer-1", signals=("unreachable",))
    assert (found.outcome, found.message, found.blocked_by, found.attribution) == (
        Outcome.INCONCLUSIVE,
        "no answer",
        "connection/answer-1",
        Attribution.UNKNOWN,
    )
    assert found.signals == ("unreachable",)
    assert answers.not_applicable("none").outcome is Outcome.NOT_APPLICABLE
