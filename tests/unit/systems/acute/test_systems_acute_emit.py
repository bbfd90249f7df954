"""What a hospital sends: HL7 v2 and FHIR."""

from __future__ import annotations

import pytest
from systems_acute_kit import emit, hospital, person, place_of, record, tell, visit

from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import Tree, parse
from harness.model.record import UNSAID


def _sent(role: object, event: str, about: object, **more: object) -> Tree:
    return parse(emit(role, event, about, **more))  # type: ignore[arg-type]


def test_admission_says_what_is_held() -> None:
    tree = _sent(hospital(code="X9A"), "admit", record(**{"encounter.admission_method": "2A", "encounter.medically_fit": "N"}))
    wanted = {
        "MSH-4": "X9A", "MSH-9.2": "A01", "MSH-9.3": "ADT_A01", "MSH-10": "C1", "MSH-12": "2.4", "MSH-17": "GBR", "MSH-19": "EN", "MSH-21": "ITKv1.0",
        "EVN-6": "20260105090001", "PID-3[1].1": "9990000018", "PID-3[1].4": "NHS", "PID-3[2].4": "X9A", "PID-5[1].1": "Llŷr-Ŵyn", "PID-7": "19700615",
        "PID-8": "2", "PID-32": "NSTS01", "PV1-2": "I", "PV1-3.2": "X9A-M1", "PV1-3.3": "4", "PV1-4": "28", "PV1-19.1": "V1", "AL1-3.1": "91936005",
        "AL1-3.3": "SNCT", "AL1-4": "7", "ZU1-22": "N",
    }  # fmt: skip
    assert {path: tree.get(path) for path in wanted} == wanted
    assert [segment.name for segment in tree.segments] == ["MSH", "EVN", "PID", "PV1", "AL1", "ZU1"]


def test_what_was_held_and_is_gone_is_deleted() -> None:
    role = hospital(code="X9A")
    emit(role, "register", record(**{"person.language": "cy"}))
    tree = _sent(role, "update-person", record().with_group("address").with_group("allergy"), second=2)
    assert (tree.get("PID-11"), tree.get("PID-15"), tree.get("AL1-3")) == ('""', '""', '""')
    assert tree.raw("PID-16") == ""


def test_protected_person_goes_without_whereabouts() -> None:
    role = hospital(code="X9A")
    emit(role, "register", record(**{"person.practice": "X9G01"}))
    tree = _sent(role, "update-person", record(**{"person.practice": "X9G01", "person.sensitive": "national"}), second=2)
    assert (tree.raw("PID-11"), tree.raw("PD1-3"), tree.get("ZU8-4")) == ("", "", "2")


def test_lifted_flag_is_told() -> None:
    role = hospital(code="X9A")
    emit(role, "register", record(**{"person.sensitive": "national"}))
    tree = _sent(role, "update-person", record(), second=2)
    assert (tree.get("ZU8-4"), tree.get("PID-11[1].1")) == ("0", "1 High Street")


def test_merge_names_both() -> None:
    role = hospital(code="X9A")
    loser = record().with_group("identifier", {"identifier.authority": "X9A", "identifier.value": "A2"}).replaced({"person.nhs_number": UNSAID})
    tree = _sent(role, "merge", record(), loser=loser.to_json())
    assert (tree.structure, tree.get("PID-3[2].1"), tree.get("MRG-1.1"), tree.get("MRG-1.4")) == ("ADT_A39", "A1", "A2", "X9A")
    assert [segment.name for segment in tree.segments] == ["MSH", "EVN", "PID", "MRG"]
    assert person(role, "A2")["active"] is False


STATUS = [
    ("admit", "in-progress"),
    ("transfer", "in-progress"),
    ("leave", "onleave"),
    ("discharge", "finished"),
    ("cancel-admit", "cancelled"),
    ("pre-admit", "planned"),
]


@pytest.mark.parametrize(("event", "status"), STATUS)
def test_event_changes_the_own_record(event: str, status: str) -> None:
    role = hospital(code="X9A")
    emit(role, event, record())
    assert visit(role)["status"] == status


def test_every_event_is_understood_by_the_other_hospital() -> None:
    sender, receiver = hospital(code="X9A"), hospital()
    receiver.outbox.set_routes({"sender": {"organisation": "X9A", "codes": sender.system.codes}})
    events = [
        "register",
        "pre-admit",
        "admit",
        "transfer",
        "leave",
        "return-from-leave",
        "pend-discharge",
        "cancel-pend-discharge",
        "discharge",
        "cancel-discharge",
    ]
    for second, event in enumerate(events, 1):
        about = record(**{"encounter.ward": "surgical-1", "encounter.bed": UNSAID}) if second > 3 else record()
        assert tell(receiver, emit(sender, event, about, second=second)) == "AA", event
    assert (visit(receiver)["status"], place_of(visit(receiver))) == ("in-progress", {"wa": "X9B-S1"})
    assert person(receiver)["name"] == person(sender)["name"]


def test_fhir_event_is_one_transaction() -> None:
    bundle = parse_json(emit(hospital(code="X9A"), "admit", record(), interface="fhir"))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert (bundle["type"], bundle["identifier"]["value"], kinds) == ("transaction", "C1", ["Patient", "Encounter", "AllergyIntolerance"])
    assert bundle["entry"][0]["request"]["url"].endswith("local%2FX9A%7CA1")


def test_notices_name_one_another() -> None:
    role = hospital(code="X9A")
    made = {}
    for second, event in enumerate(("assessment-notice", "discharge-notice", "withdraw-notice"), 1):
        about = record().with_group("referral", {"referral.date": "2026-07-10", "referral.support_reason": "Cannot wash alone"})
        bundle = parse_json(emit(role, event, about, interface="fhir", second=second))
        made[event] = bundle["entry"][-1]["resource"]
    codes = [each["code"]["coding"][0]["code"] for each in made.values()]
    assert codes == ["975701000000106", "975731000000100", "975841000000102"]
    assessment = made["assessment-notice"]
    assert (assessment["occurrenceDateTime"], assessment["reasonCode"]) == ("2026-07-10", [{"text": "Cannot wash alone"}])
    assert made["discharge-notice"]["basedOn"][0]["identifier"] == assessment["identifier"][0]
    assert [each["identifier"] for each in made["withdraw-notice"]["replaces"]] == [assessment["identifier"][0], made["discharge-notice"]["identifier"][0]]
    assert {each["status"] for each in role.store.of_patient("ServiceRequest", person(role)["id"])} == {"active", "revoked"}
