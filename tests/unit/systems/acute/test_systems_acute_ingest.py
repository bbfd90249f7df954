"""HL7 v2 into a hospital's store, and its acknowledgements."""

from __future__ import annotations

from itertools import permutations

import pytest
from systems_acute_kit import NHS, adt, hospital, person, pid, place_of, pv1, tell, visit


def test_admission_is_kept_whole() -> None:
    role = hospital()
    allergy = "AL1|1|DA|91936005^Penicillin^SNCT|7|rash"
    message = adt("A01", pid(nhs="9990000018"), "PD1|||^^X9G01", "NK1|1|Kin^Next|17||07700 900124", pv1(f4="21", f37="", f9="C9999991"), allergy, "ZU8||2||0")
    assert tell(role, message) == "AA"
    patient, stay = person(role), visit(role)
    assert [each["value"] for each in patient["identifier"]] == ["9990000018", "A1"]
    assert (patient["birthDate"], patient["gender"], patient["name"][0]["family"]) == ("1970-06-15", "female", "Jones")
    assert patient["generalPractitioner"][0]["identifier"]["value"] == "X9G01"
    assert patient["contact"][0]["relationship"][0]["coding"][0]["code"] == "17"
    assert (stay["status"], stay["class"]["code"], place_of(stay)) == ("in-progress", "IMP", {"si": "X9A01", "wa": "X9B-M1", "bd": "4"})
    assert stay["period"] == {"start": "2026-01-05T08:30:00+00:00"}
    (held,) = role.store.of_patient("AllergyIntolerance", patient["id"])
    assert held["code"]["coding"][0] == {"system": "http://snomed.info/sct", "code": "91936005", "display": "Penicillin"}
    assert role.store.of_patient("Consent", patient["id"])[0]["provision"] == {"type": "deny"}


def test_birth_date_in_summer_stays_the_day() -> None:
    role = hospital()
    tell(role, adt("A28", pid(born="19250704000000")))
    assert person(role)["birthDate"] == "1925-07-04"


def test_null_deletes_and_absent_leaves() -> None:
    role = hospital()
    tell(role, adt("A28", pid(f11="1 High Street^^^^ZZ99 9ZZ^^H", f15="cy"), "NK1|1|Kin^Next|1"))
    tell(role, adt("A31", pid(), at="20260105090002", id="M2"))
    assert person(role)["address"][0]["line"] == ["1 High Street"]
    tell(role, adt("A31", pid(f11='""', f15='""'), 'NK1|1|""|""', at="20260105090003", id="M3"))
    assert not {"address", "communication", "contact"} & person(role).keys()


def test_unknown_code_keeps_its_original() -> None:
    role = hospital()
    assert tell(role, adt("A28", pid(sex="7", f22="Q9"))) == "AA"
    patient = person(role)
    assert patient["_gender"]["extension"][0]["valueString"] == "7"
    assert patient["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "Q9"


def test_unknown_ward_keeps_its_code() -> None:
    role = hospital()
    tell(role, adt("A01", pid(), pv1(ward="NOWHERE")))
    assert place_of(visit(role))["wa"] == "NOWHERE"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_stay_converges_in_any_order(order: tuple[int, ...]) -> None:
    role = hospital()
    messages = [
        adt("A01", pid(), pv1(), at="20260105090001", id="M1"),
        adt("A02", pid(), pv1(ward="A-SUR", bed="9"), at="20260105090002", id="M2"),
        adt("A03", pid(), pv1(ward="A-SUR", bed="9", f37="54", f45="20260106100000"), at="20260105090003", id="M3"),
    ]
    assert [tell(role, messages[number]) for number in order] == ["AA"] * 3
    stay = visit(role)
    assert (stay["status"], place_of(stay)["wa"], place_of(stay)["bd"]) == ("finished", "X9B-S1", "9")
    assert stay["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "54"


def test_late_update_does_not_undo_a_newer_one() -> None:
    role = hospital()
    tell(role, adt("A31", pid(name="New^Ann^^^^^L"), at="20260105090005"))
    tell(role, adt("A31", pid(name="Old^Ann^^^^^L"), at="20260105090004", id="M2"))
    assert person(role)["name"][0]["family"] == "New"


def test_cancelled_discharge_takes_the_end_back() -> None:
    role = hospital()
    tell(role, adt("A01", pid(), pv1()))
    tell(role, adt("A03", pid(), pv1(f37="19", f45="20260106100000"), at="20260105090002", id="M2"))
    tell(role, adt("A13", pid(), pv1(), at="20260105090003", id="M3"))
    stay = visit(role)
    assert (stay["status"], stay["period"], stay.get("hospitalization")) == ("in-progress", {"start": "2026-01-05T08:30:00+00:00"}, None)


def test_attendance_disposal_is_no_discharge_method() -> None:
    role = hospital()
    tell(role, adt("A03", pid(), pv1(f36="4")))
    urls = [each["url"].rpartition("/")[2] for each in visit(role)["extension"]]
    assert urls == ["attendance-disposal"]


def test_death_and_its_reversal() -> None:
    role = hospital()
    tell(role, adt("A31", pid(f29="20260104", f30="Y")))
    assert person(role)["deceasedDateTime"] == "2026-01-04"
    tell(role, adt("A31", pid(f29='""', f30="N"), at="20260105090002", id="M2"))
    assert "deceasedDateTime" not in person(role)
    assert person(role)["deceasedBoolean"] is False


def test_unverified_number_links_nobody() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1", nhs="9990000018", status="01")))
    tell(role, adt("A28", pid("A2", nhs="9990000018", status="02"), id="M2"))
    assert person(role, "A1")["id"] != person(role, "A2")["id"]


def test_verified_number_links() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1", nhs="9990000018")))
    tell(role, adt("A28", pid("", nhs="9990000018", name="Jones^Anna^^^^^L"), at="20260105090002", id="M2"))
    assert [each["given"] for each in person(role)["name"]] == [["Anna"]]
    assert len(role.store.find("Patient", NHS, "9990000018")) == 1


def test_one_number_of_two_authorities_is_two_people() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1")))
    tell(role, adt("A28", pid("").replace("PID|||", "PID|||A1^^^X9C"), id="M2"))
    assert len(role.store.all_ids("Patient")) == 2


def _merge(role: object, at: str = "20260105090004", id: str = "M9") -> str:
    return tell(role, adt("A40", pid("A1"), "MRG|A2^^^X9A", at=at, id=id))  # type: ignore[arg-type]


def test_merge_moves_what_was_the_losers() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1")))
    tell(role, adt("A01", pid("A2"), pv1(), "AL1|1|DA|91936005^Penicillin^SNCT", id="M2"))
    assert _merge(role) == "AA"
    survivor, loser = person(role, "A1"), person(role, "A2")
    assert loser["active"] is False
    assert loser["link"] == [{"other": {"reference": f"Patient/{survivor['id']}"}, "type": "replaced-by"}]
    assert visit(role)["subject"]["reference"] == f"Patient/{survivor['id']}"
    assert len(role.store.of_patient("AllergyIntolerance", survivor["id"])) == 1
    assert _merge(role, id="M10") == "AA"


def test_update_for_the_loser_goes_to_the_survivor() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1")))
    tell(role, adt("A28", pid("A2"), id="M2"))
    _merge(role)
    assert tell(role, adt("A31", pid("A2", name="Later^Ann^^^^^L"), at="20260105090006", id="M3")) == "AA"
    assert person(role, "A1")["name"][0]["family"] == "Later"
    assert person(role, "A2")["active"] is False


def test_merge_of_nobody_known_is_refused() -> None:
    role = hospital()
    tell(role, adt("A28", pid("A1")))
    assert _merge(role) == "AE/204"


def test_replay_has_no_second_effect() -> None:
    role = hospital()
    first = adt("A31", pid(name="First^Ann^^^^^L"))
    tell(role, first)
    tell(role, adt("A31", pid(name="Second^Ann^^^^^L"), at="20260105090002", id="M2"))
    version = person(role)["meta"]["versionId"]
    assert tell(role, first) == "AA"
    assert (person(role)["name"][0]["family"], person(role)["meta"]["versionId"]) == ("Second", version)


def test_same_control_id_of_another_message_is_applied() -> None:
    role = hospital()
    tell(role, adt("A31", pid()))
    tell(role, adt("A31", pid(name="Other^Ann^^^^^L"), at="20260105090002"))
    assert person(role)["name"][0]["family"] == "Other"


def test_tie_between_senders_is_refused() -> None:
    role = hospital()
    tell(role, adt("A28", pid(f15="cy")))
    assert tell(role, adt("A31", pid(f15="en"), id="M2", sender="X9C")) == "AE/207"


# Codes typed from ITK and HL7 UK A.3 acknowledgement rules.
REFUSED = [
    ("no message", "garbage", "AR/100"),
    ("version", adt("A28", pid(), version="9.9"), "AR/203"),
    ("processing id", adt("A28", pid(), processing="T"), "AR/202"),
    ("event", adt("A99", pid()), "AR/201"),
    ("type", adt("A28", pid()).replace("ADT^A28^ADT_A05", "ORU^R01^ORU_R01"), "AR/200"),
    ("no PID", adt("A28"), "AE/100"),
    ("no PV1", adt("A01", pid()), "AE/100"),
    ("order", adt("A01", pv1(), pid()), "AE/100"),
    ("wrong structure", adt("A28", pid(), structure="ADT_A39"), "AE/100"),
    ("no PID-3", adt("A28", pid("")), "AE/101"),
    ("no MRG", adt("A40", pid()), "AE/101"),
    ("empty MRG-1", adt("A40", pid(), "MRG|"), "AE/101"),
    ("month 13", adt("A28", pid(born="196513121515")), "AE/102"),
    ("check digit", adt("A28", pid(nhs="9990000019")), "AE/102"),
]


@pytest.mark.parametrize(("message", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refusal_has_its_code_and_no_effect(message: str, code: str) -> None:
    role = hospital()
    assert tell(role, message) == code
    assert role.store.all_ids("Patient") == []


def test_unknown_segments_are_passed_over() -> None:
    role = hospital()
    assert tell(role, adt("A28", pid(), "XYZ|1|what", "ZZZ|1")) == "AA"
    assert person(role)["gender"] == "female"


def test_no_acknowledgement_where_none_is_declared() -> None:
    role = hospital(acknowledgement="none")
    assert tell(role, adt("A28", pid())) == ""
    assert person(role)
