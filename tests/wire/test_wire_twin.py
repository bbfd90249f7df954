"""The twin as follower: every check that passes on the faithful simulated follower passes on a system that shares no code with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import hl7
import pytest
import requests
from hl7.client import MLLPClient
from twin import Twin
from wire_pairs import Outcomes, asked_of_follower, asked_of_twin, levels, new_twin

from harness.catalogue import catalogue
from harness.model.outcome import Outcome

MESSAGE = (
    "MSH|^~\\&|EPRA|X9A|ROUTE|X9T|20260105060000||ADT^A28^ADT_A05|{id}|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
    "EVN||20260105060000||||20260105061501\r"
    "PID|||9990000018^^^NHS~A1^^^X9A||Llŷr^Siân^^^^^L||19250704|2|||{address}||||||||||||||||||||NSTS01\r"
    "AL1|1|DA|91936005^Allergy to penicillin^SNCT|7|Anaphylaxis\r"
)
# LEVELS L1a: where no authentication is declared, said to be not applicable.
WITHOUT_CREDENTIALS = ("connection/session-2", "connection/session-3")
PERSON = {"identifier": "https://fhir.nhs.uk/Id/nhs-number|9990000018"}


@pytest.fixture(scope="module")
def of_twin() -> Outcomes:
    """L1 to L5 asked of the twin."""
    return asked_of_twin(levels(low=1, high=5))


@pytest.fixture(scope="module")
def of_follower() -> Outcomes:
    """The same asked of the simulated follower."""
    return asked_of_follower(levels(low=1, high=5))


@pytest.fixture
def twin() -> Iterator[Twin]:
    with new_twin().serving() as serving:
        yield serving


def not_passed(found: Outcomes, low: int, high: int) -> list[str]:
    asked = [name for name in found if name in levels(low=low, high=high) and name not in WITHOUT_CREDENTIALS]
    return [f"{name}: {one.outcome} {one.message}" for name in asked for one in found[name] if one.outcome is not Outcome.PASS]


def counted(found: Outcomes) -> dict[str, Counter[str]]:
    return {name: Counter(str(one.outcome) for one in findings) for name, findings in found.items()}


def test_all_checks_of_l1_to_l4_pass_on_the_twin(of_twin: Outcomes) -> None:
    assert not not_passed(of_twin, 1, 4)
    assert {one.outcome for name in WITHOUT_CREDENTIALS for one in of_twin.get(name, ())} <= {Outcome.NOT_APPLICABLE}
    per_level = Counter(catalogue().clauses[name].level for name in of_twin)
    assert all(per_level[level] for level in (1, 2, 3, 4)), per_level


def test_the_conversations_of_l5_converge_on_the_twin_too(of_twin: Outcomes) -> None:
    assert not not_passed(of_twin, 5, 5)
    assert "process/encounter-10" in of_twin


def test_the_twin_and_the_faithful_follower_answer_alike_check_by_check(of_twin: Outcomes, of_follower: Outcomes) -> None:
    on_twin, on_follower = counted(of_twin), counted(of_follower)
    assert set(on_twin) == set(on_follower), "the same checks must apply to both"
    assert on_twin == on_follower
    for level in range(1, 6):
        names = [name for name in on_twin if catalogue().clauses[name].level == level]
        total: Counter[str] = sum((on_twin[name] for name in names), Counter())
        print(f"twin and follower alike: L{level}, {len(names)} checks, {dict(total)}")


def test_not_one_item_of_one_ledger_is_held_against_the_twin(of_twin: Outcomes, of_follower: Outcomes) -> None:
    """Fidelity has room below 1: what passes within it must be the same on both, item by item, and all of it the standard's."""

    def told(found: Outcomes) -> Counter[tuple[str, ...]]:
        rows = ((name, *row) for name, findings in found.items() for one in findings for row in one.differences)
        return Counter(row for row in rows if row[2] != "equivalent")

    assert told(of_twin) == told(of_follower)
    assert {row[-1] for row in told(of_twin)} <= {"standard"}


def test_the_checks_tell_a_twin_without_merges_from_a_whole_one() -> None:
    """The comparison can fail: a twin that says AA to A40 and does nothing is found out at the level where merges belong."""
    found = asked_of_twin(("identity/merge-1", "identity/verified-1", "acknowledgement/effect-4"), merges=False)
    assert {name: Outcome.FAIL in {one.outcome for one in findings} for name, findings in found.items()} == {
        "acknowledgement/effect-4": True,
        "identity/merge-1": True,
        "identity/verified-1": False,
    }


def send(twin: Twin, **parts: str) -> hl7.Message:
    host, _, port = twin.mllp.partition(":")
    with MLLPClient(host, int(port)) as client:
        return hl7.parse(client.send_message(MESSAGE.format(**{"id": "M1", "address": "1 Sample Row^^Exampleton^^ZZ99 3WZ^^H", **parts})).strip(b"\x0b\x1c\r"))


def test_the_twin_answers_a_client_of_its_own_kind(twin: Twin) -> None:
    answer = send(twin)
    assert (str(answer["MSA.1"]), str(answer["MSA.2"]), str(answer["MSH.9.1"])) == ("AA", "M1", "ACK")
    query = {**PERSON, "_revinclude": "AllergyIntolerance:patient"}
    found = requests.get(f"{twin.fhir}/Patient", params=query, timeout=5).json()
    patient, allergy = (entry["resource"] for entry in found["entry"])
    assert (found["total"], patient["name"][0]["family"], patient["birthDate"]) == (1, "Llŷr", "1925-07-04")
    assert (allergy["code"]["coding"][0]["code"], allergy["patient"]) == ("91936005", {"reference": f"Patient/{patient['id']}"})


def test_a_refused_message_changes_nothing(twin: Twin) -> None:
    send(twin)
    before = requests.get(f"{twin.fhir}/Patient", params=PERSON, timeout=5).content
    host, _, port = twin.mllp.partition(":")
    broken = MESSAGE.format(id="M2", address="2 Other Row").replace("AL1|1|DA|91936005^Allergy to penicillin^SNCT", "AL1|1|DA|")
    with MLLPClient(host, int(port)) as client:
        answer = hl7.parse(client.send_message(broken).strip(b"\x0b\x1c\r"))
    assert (str(answer["MSA.1"]), str(answer["MSA.2"]), str(answer["MSA.6"])) == ("AE", "M2", "101")
    assert requests.get(f"{twin.fhir}/Patient", params=PERSON, timeout=5).content == before


def test_the_twin_is_a_target_only(twin: Twin) -> None:
    assert requests.post(f"{twin.fhir}/Patient", json={"resourceType": "Patient"}, timeout=5).status_code == 405
    assert requests.get(twin.fhir.replace("/fhir", "/control/clock"), timeout=5).status_code == 404
    assert requests.get(f"{twin.fhir}/metadata", timeout=5).json()["fhirVersion"] == "4.0.1"
