"""fidelity/allergies: LEVELS L4b and L4d."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived
from harness.model.record import Coded

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

# SNOMED CT 716186003: no known allergy, as UK Core's own example gives the negation.
_NO_KNOWN_ALLERGY = Coded("716186003", "http://snomed.info/sct", "No known allergy")


@check("fidelity/allergies-1", given=[known("A"), known("J")])
def allergies_arrive_and_no_other(case: Case) -> Iterator[Finding]:
    """Every allergy held at the source SHALL be found at the target, and no other.

    Compares the codes of what is held on both sides, and the ledger of their details.
    """
    for letter in ("A", "J"):
        person = case.person(letter)
        details = arrived(case, person, "allergy")
        held, found = (sorted(code for record in case.observe(person, at=at).records for code in record.all("allergy.code")) for at in ("source", "target"))
        same = held == found and bool(held)
        missing, invented = set(held) - set(found), set(found) - set(held)
        yield case.expect(
            same,
            expected=f"the allergies of the source ({len(held)})",
            actual=f"{len(found)}, of which {len(invented)} invented; {len(missing)} missing",
            attribution=left_out_by(case, person, "allergy.code", *missing, unwanted=invented),
            signals=() if same else ("critical-loss",),
            person=person,
        )
        yield details


@check("fidelity/allergies-2")
def no_known_allergy_is_its_own_statement(case: Case) -> Iterator[Finding]:
    """No known allergy SHALL stay different from an allergy and from nothing recorded.

    Registers A with the negation as only entry.
    """
    person = case.become(case.person("A").with_group("allergy", {"allergy.code": _NO_KNOWN_ALLERGY, "allergy.type": "DA"}))
    case.stimulate("register", person)
    seen = case.effect(person, lambda found: found.found)
    codes = [code for record in seen.observation.records for code in record.all("allergy.code")]
    right = codes == [_NO_KNOWN_ALLERGY.code]
    yield case.expect(
        right,
        expected="the negation, as coded",
        actual=", ".join(codes) or "nothing recorded",
        attribution=left_out_by(case, person, "allergy.code", _NO_KNOWN_ALLERGY.code, unwanted=set(codes) - {_NO_KNOWN_ALLERGY.code}),
        signals=() if right else ("critical-loss",),
        person=person,
    )
