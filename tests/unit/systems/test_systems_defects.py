"""Every named defect: declared, registered, and doing what its name says to a hospital that is otherwise faithful."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from systems_acute_kit import NHS, adt, emit, hospital, person, pid, place_of, pv1, record, tell, visit

from harness.catalogue import catalogue
from harness.catalogue.places import DefectNote
from harness.model.clause import Clause
from harness.systems.core.defect import DEFECTS, Defects
from harness.systems.roles.acute import Acute

FULL = pid(nhs="9990000018", name="Llŷr-Ŵyn^Siân^^^^^L~Smith^Sian^^^^^PREVIOUS", f11="1 High Street^^^^ZZ99 9ZZ^^H", f13="020 7946 0018^^PH", sex="9")
SEGMENTS = ("NK1|1|Kin^Next|17||07700 900124", pv1(f37="54", f4="21"), "OBX|1|NM|1^Dose^L||1.25|mg|||||F", "AL1|1|DA|91936005^Penicillin^SNCT|7|rash", "ZU8||2")


def _count(role: Acute, kind: str = "Patient") -> int:
    return len(role.store.all_ids(kind))


def _full(role: Acute) -> str:
    return tell(role, adt("A01", FULL, *SEGMENTS))


def _twice(role: Acute, second: str, at: str = "20260105090002") -> str:
    tell(role, adt("A28", pid(nhs="9990000018", f11="1 High Street^^^^ZZ99 9ZZ^^H")))
    return tell(role, adt("A31", second, at=at, id="M2"))


def _merged(role: Acute) -> str:
    tell(role, adt("A28", pid("A1")))
    tell(role, adt("A01", pid("A2"), pv1(), id="M2"))
    return tell(role, adt("A40", pid("A1"), "MRG|A2^^^X9A", at="20260105090003", id="M3"))


def test_catalogue_and_registry_name_the_same_defects() -> None:
    assert set(catalogue().defects) == set(DEFECTS)


def misnamed(defects: Iterable[DefectNote], clauses: Mapping[str, Clause]) -> Iterator[str]:
    """Defects that name no clause, or one that is not there, or one twice; and clauses that no defect breaks: a wrong name leaves one behind."""
    unbroken = set(clauses)
    for note in defects:
        unbroken -= set(note.breaks)
        yield from (f"{note.name}: there is no clause {clause}" for clause in note.breaks if clause not in clauses)
        yield from (f"{note.name}: {clause} stands twice" for clause in set(note.breaks) if note.breaks.count(clause) > 1)
        if not note.breaks:
            yield f"{note.name}: breaks nothing"
    yield from (f"{clause}: no defect breaks it" for clause in sorted(unbroken))


def test_what_defects_break_are_the_clauses_of_the_registers() -> None:
    known = catalogue()
    assert list(misnamed(known.defects.values(), known.clauses)) == []


@pytest.mark.parametrize(
    ("defect", "breaks", "said"),
    [
        ("drops-notice", ("social-care/notice-99",), ["drops-notice: there is no clause social-care/notice-99", "social-care/notice-14: no defect breaks it"]),
        ("drops-notice", ("identity/merge-1",), ["social-care/notice-14: no defect breaks it"]),
        ("drops-notice", (), ["drops-notice: breaks nothing", "social-care/notice-14: no defect breaks it"]),
        ("ignores-death", ("identity/death-1", "identity/death-1"), ["ignores-death: identity/death-1 stands twice"]),
    ],
)
def test_a_wrong_clause_of_a_defect_is_found(defect: str, breaks: tuple[str, ...], said: list[str]) -> None:
    known = catalogue()
    planted = {**known.defects, defect: replace(known.defects[defect], breaks=breaks)}
    assert list(misnamed(planted.values(), known.clauses)) == said


# (defect, what is done, what is seen): the faithful hospital must show something else.
Look = Callable[[Acute], Any]
SEEN: list[tuple[str, Callable[[Acute], str], Look]] = [
    ("always-aa", lambda role: tell(role, adt("A99", pid())), lambda role: None),
    ("acknowledges-unparseable", lambda role: tell(role, "garbage"), lambda role: None),
    ("no-acknowledgement", _full, lambda role: None),
    ("accepts-wrong-version", lambda role: tell(role, adt("A28", pid(), version="9.9")), _count),
    ("accepts-unknown-event", lambda role: tell(role, adt("A99", pid())), _count),
    ("accepts-wrong-processing-id", lambda role: tell(role, adt("A28", pid(), processing="T")), _count),
    ("accepts-bad-structure", lambda role: tell(role, adt("A28")), _count),
    ("accepts-missing-identifier", lambda role: tell(role, adt("A28", pid(""))), _count),
    ("accepts-missing-mrg", lambda role: tell(role, adt("A40", pid())), _count),
    ("accepts-impossible-date", lambda role: tell(role, adt("A28", pid(born="196513121515"))), _count),
    ("accepts-bad-check-digit", lambda role: tell(role, adt("A28", pid(nhs="9990000019"))), _count),
    ("ack-without-effect", _full, _count),
    ("ignores-encounters", _full, lambda role: _count(role, "Encounter")),
    ("refuses-large", lambda role: tell(role, adt("A28", pid(), "ZZZ|" + "x" * 70_000)), _count),
    ("refuses-unnumbered", lambda role: tell(role, adt("A28", pid())), _count),
    ("refuses-people", lambda role: tell(role, adt("A28", pid())), _count),
    ("stops-at-unknown-part", lambda role: tell(role, adt("A28", pid(), "ZQQ|1")), _count),
    ("drops-z-segments", _full, lambda role: _count(role, "Consent")),
    ("drops-allergies", _full, lambda role: _count(role, "AllergyIntolerance")),
    ("invents-allergy", _full, lambda role: _count(role, "AllergyIntolerance")),
    ("truncates-names", lambda role: tell(role, adt("A28", pid(name="A" * 30 + "^B^^^^^L"))), lambda role: person(role)["name"]),
    ("shifts-birth-date-in-summer", lambda role: tell(role, adt("A28", pid(born="19250704"))), lambda role: person(role)["birthDate"]),
    ("folds-sex-nine", _full, lambda role: person(role)["gender"]),
    ("folds-to-ascii", _full, lambda role: person(role)["name"]),
    ("loses-welsh-letters", _full, lambda role: person(role)["name"]),
    ("strips-accents", _full, lambda role: person(role)["name"]),
    ("decodes-utf8-as-latin1", _full, lambda role: person(role)["name"]),
    ("keeps-escapes", lambda role: tell(role, adt("A28", pid(name="D'Souza \\T\\ Sons^A^^^^^L"))), lambda role: person(role)["name"]),
    ("keeps-first-repetition", _full, lambda role: len(person(role)["name"])),
    ("drops-contacts", _full, lambda role: "contact" in person(role)),
    ("drops-contact-flags", _full, lambda role: "relationship" in person(role)["contact"][0]),
    ("drops-nhs-number", _full, lambda role: len(role.store.find("Patient", NHS, "9990000018"))),
    ("drops-unit", _full, lambda role: role.store.get("Observation", role.store.all_ids("Observation")[0])["valueQuantity"]),  # type: ignore[index]
    ("rounds-decimals", _full, lambda role: role.store.get("Observation", role.store.all_ids("Observation")[0])["valueQuantity"]),  # type: ignore[index]
    ("drops-destination", _full, lambda role: "dischargeDisposition" in visit(role)["hospitalization"]),
    ("drops-bed", _full, lambda role: place_of(visit(role))),
    ("keeps-partner-ward-codes", _full, lambda role: place_of(visit(role))),
    ("utc-times", lambda role: tell(role, adt("A01", pid(), pv1(f44="20260705083000"))), lambda role: visit(role)["period"]),
    ("reads-disposal-as-method", lambda role: tell(role, adt("A03", pid(), pv1(f36="4"))), lambda role: len(visit(role)["extension"])),
    ("drops-unknown-code", lambda role: tell(role, adt("A28", pid(f22="Q9"))), lambda role: person(role).get("extension")),
    ("ignores-updates", lambda role: _twice(role, pid(sex="1")), lambda role: person(role)["gender"]),
    ("ignores-deletes", lambda role: _twice(role, pid(f11='""')), lambda role: "address" in person(role)),
    ("treats-null-as-text", lambda role: _twice(role, pid(f11='""')), lambda role: "address" in person(role)),
    ("absent-deletes", lambda role: _twice(role, pid()), lambda role: "address" in person(role)),
    ("ignores-death", lambda role: _twice(role, pid(f29="20260104", f30="Y")), lambda role: "deceasedDateTime" in person(role)),
    ("replay-brings-back-old", lambda role: _twice(role, pid(sex="1"), at="20260105080000"), lambda role: person(role)["gender"]),
    ("trusts-control-id", lambda role: [tell(role, adt("A28", pid())), tell(role, adt("A31", pid(sex="1")))][1], lambda role: person(role)["gender"]),
    ("duplicates-person", lambda role: _twice(role, pid(sex="1")), _count),
    ("links-unverified-number", lambda role: _twice(role, pid("A2", nhs="9990000018", status="02")), _count),
    ("mixes-local-numbers", lambda role: _twice(role, pid("").replace("PID|||", "PID|||A1^^^X9C")), _count),
    ("matches-by-resemblance", lambda role: _twice(role, pid("A2")), _count),
    ("fuzzy-matches-pseudo", lambda role: _twice(role, pid("A2", f31="Y")), _count),
    ("ignores-a40", _merged, lambda role: person(role, "A2")["active"]),
    ("reverses-a40", _merged, lambda role: person(role, "A2")["active"]),
    ("loser-still-current", _merged, lambda role: person(role, "A2")["active"]),
    ("merges-leave-encounters", _merged, lambda role: visit(role)["subject"]["reference"] == f"Patient/{person(role, 'A1')['id']}"),
    (
        "ignores-cancel-admit",
        lambda role: [_full(role), tell(role, adt("A11", pid(), pv1(), at="20260105090002", id="M2"))][1],
        lambda role: visit(role)["status"],
    ),
]


@pytest.mark.parametrize(("name", "act", "look"), SEEN, ids=[row[0] for row in SEEN])
def test_defect_shows(name: str, act: Callable[[Acute], str], look: Look) -> None:
    faithful, broken = hospital(), hospital((name,))
    assert (act(faithful), look(faithful)) != (act(broken), look(broken))


SENT = ["source-omits-allergies", "source-sends-bad-structure", "source-omits-msh-fields", "source-swaps-names"]


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("interface", ["hl7v2", "fhir"])
def test_source_defect_changes_what_goes_out(name: str, interface: str) -> None:
    payload = emit(hospital(code="X9A"), "admit", record(), interface=interface)
    sent = Defects((name,)).wire_out(payload, interface)
    assert sent is not None
    assert (sent == payload) is (name == "source-omits-msh-fields" and interface == "fhir")


def test_defects_leave_each_other_alone() -> None:
    role = hospital(("drops-allergies", "ignores-a40"))
    _full(role)
    assert (_count(role, "AllergyIntolerance"), person(role)["gender"]) == (0, "other")
