"""fidelity/codes: LEVELS L4c; tables 0001, 0002, 0063 and the ethnic category as the ITK reference tables give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived
from harness.model.record import Coded, Entry, Value

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_SEX = ("0", "1", "2", "9")
_MARITAL = ("S", "M", "D", "W", "P", "N", "8", "9")
_CONSENT = ("express", "dissent")
# None first: a receiver that hides next of kin for a local flag too is right, so contacts are not asked for under one.
_HIDING = ("none", "local")
_ETHNIC = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z")
_RELATIONSHIPS = ("1", "2", "3", "4", "5", "6", "9", "10", "12", "13", "14", "15", "16", "17", "18", "19", "20", "98", "99")


@check("fidelity/codes-1", given=[known("A")])
def codes_of_the_person_arrive(case: Case) -> Iterator[Finding]:
    """Every code of sex, marital status, ethnic category and relationship SHALL arrive as declared equivalent.

    Walks the tables: one update of A per row of the longest, with all relationships as contacts in the first.
    """
    person = case.person("A")
    contact: dict[str, Value] = dict(person.record.entries("contact")[0].values) if person.record.entries("contact") else {}
    relatives = tuple(Entry("contact", {**contact, "contact.relationship": code}).values for code in _RELATIONSHIPS)
    person = person.with_group("contact", *relatives)
    for at in range(max(len(_SEX), len(_MARITAL), len(_ETHNIC))):
        person = person.with_(
            {
                "person.sex": _SEX[at % len(_SEX)],
                "person.marital_status": _MARITAL[at % len(_MARITAL)],
                "person.ethnic_category": _ETHNIC[at % len(_ETHNIC)],
                "person.consent_to_share": _CONSENT[at % len(_CONSENT)],
                "person.sensitive": _HIDING[at % len(_HIDING)],
            }
        )
        case.stimulate("update-person", person)
        coded = ("person.sex", "person.marital_status", "person.ethnic_category", "person.consent_to_share", "person.sensitive")
        yield arrived(case, person, *coded, *(("contact",) if at == 0 else ()))


@check("fidelity/codes-2")
def unknown_code_keeps_its_original(case: Case) -> Iterator[Finding]:
    """A code that the tables do not know SHALL keep its original code and text.

    An allergy to a substance that only the source's own list has.
    """
    base = case.person("A")
    entry = base.record.entries("allergy")[0] if base.record.entries("allergy") else None
    if entry is None:
        yield case.inconclusive("the person has no allergy to recode")
        return
    local = Coded("LOC-4711", "", "Sticking plaster of the old kind")
    person = case.become(base.with_group("allergy", {**entry.values, "allergy.code": local}))
    case.stimulate("register", person)
    seen = case.effect(person, lambda found: found.found)
    held = [(str(c), getattr(c, "text", "")) for record in seen.observation.records for e in record.entries("allergy") for c in [e.values.get("allergy.code")]]
    right = (local.code, local.text) in held
    yield case.expect(
        right,
        expected="the local code and its text",
        actual="both" if right else "the code alone" if any(code == "LOC-4711" for code, _ in held) else "neither",
        attribution=left_out_by(case, person, "allergy.code", local),
        signals=() if right else ("critical-loss",),
        person=person,
    )
