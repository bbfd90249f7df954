"""A follower under ``harness simulate`` answers clients that others wrote: python-hl7's MLLP client, fhirpy and plain requests."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import hl7
import pytest
import requests
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome, ResourceNotFound
from hl7.client import MLLPClient
from wire_simulate import COMMAND, PATIENCE, simulated

NHS, LOCAL = "https://fhir.nhs.uk/Id/nhs-number", "https://exemplar-harness.example/Id/local/X9A"
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
VERIFIED = {"coding": [{"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01"}]}
# Numbers of the 999 range, check digits worked out by hand; one for each test, for they share the follower.
BY_MLLP, BY_FHIRPY, BY_TRANSACTION, BY_EVENT = "9990000018", "9990000026", "9990000034", "9990000042"
A28 = (
    "MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|{id}|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
    "EVN||20260105090000||||20260105090000\r"
    "PID|||{number}^^^NHS~{number}L^^^X9A||{family}^Siân^^^^^L||19250704|2|||1 Sample Row^^Exampleton^^ZZ99 3WZ^^H||||||||||||||||||||NSTS01\r"
    "AL1|1|DA|91936005^Allergy to penicillin^SNCT|7|Anaphylaxis\r"
)


@pytest.fixture(scope="module")
def follower() -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch, simulated("acute-follower") as said:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield said


@pytest.fixture
def mllp(follower: dict[str, Any]) -> Iterator[MLLPClient]:
    host, _, port = follower["mllp"].partition(":")
    with MLLPClient(host, int(port)) as client:
        client.socket.settimeout(PATIENCE)
        yield client


def client(follower: dict[str, Any], endpoint: str = "fhir-in") -> SyncFHIRClient:
    bearer = follower["tokens"].get(endpoint, endpoint)
    return SyncFHIRClient(follower["fhir"], authorization=f"Bearer {bearer}", requests_config={"timeout": PATIENCE})


def patient(number: str, family: str, **more: Any) -> dict[str, Any]:
    verified = {"extension": [{"url": VERIFICATION, "valueCodeableConcept": VERIFIED}], "system": NHS, "value": number}
    named = {"name": [{"use": "usual", "family": family, "given": ["Gwen"]}], "gender": "female", "birthDate": "1925-07-04"}
    return {"identifier": [verified, {"system": LOCAL, "value": f"{number}L"}], **named, **more}


def answered(client: MLLPClient, message: str) -> hl7.Message:
    return hl7.parse(client.send_message(message).strip(b"\x0b\x1c\r"))


# --- python-hl7 -------------------------------------------------------------------------------------------------------------


def test_a_python_hl7_client_gets_an_answer_it_can_parse(mllp: MLLPClient, follower: dict[str, Any]) -> None:
    for control_id in ("FOREIGN1", "FOREIGN2"):
        ack = answered(mllp, A28.format(id=control_id, number=BY_MLLP, family="Llŷr"))
        assert [str(ack[name]) for name in ("MSH.F9.R1.C1", "MSH.F9.R1.C2", "MSH.F12", "MSA.F1", "MSA.F2")] == ["ACK", "A28", "2.4", "AA", control_id]
        assert [str(ack[name]) for name in ("MSH.4", "MSH.6")] == ["X9B", "X9A"]
    found = client(follower, "observe").resources("Patient").search(identifier=f"{NHS}|{BY_MLLP}").fetch_all()
    assert [(one["name"][0]["family"], one["birthDate"], one["gender"]) for one in found] == [("Llŷr", "1925-07-04", "female")]


@pytest.mark.parametrize(
    ("before", "after", "code", "error"),
    [
        ("|P|2.4|", "|P|9.9|", "AR", "203"),
        ("|P|2.4|", "|T|2.4|", "AR", "202"),
        ("ADT^A28^ADT_A05", "ADT^A99^ADT_A99", "AR", "201"),
        ("|19250704|", "|19651312|", "AE", "102"),
        (f"{BY_MLLP}^^^NHS~", "9990000019^^^NHS~", "AE", "102"),
    ],
    ids=["version", "processing-id", "event", "date", "check-digit"],
)
def test_a_python_hl7_client_reads_why_it_was_refused(mllp: MLLPClient, before: str, after: str, code: str, error: str) -> None:
    """Codes: ITK and HL7 UK A.3 acknowledgement rules, table 0357."""
    message = A28.format(id="FOREIGN3", number=BY_MLLP, family="Llŷr")
    assert before in message
    ack = answered(mllp, message.replace(before, after))
    assert (str(ack["MSA.1"]), str(ack["MSA.2"]), error in str(ack)) == (code, "FOREIGN3", True)


def test_a_message_built_by_python_hl7_is_taken(mllp: MLLPClient, follower: dict[str, Any]) -> None:
    """Built and escaped by the other library: a name with every delimiter arrives as it was meant."""
    message = hl7.parse(A28.format(id="FOREIGN4", number=BY_EVENT, family="X"))
    message["PID.F5.R1.C1"] = message.escape("O'Neill|Jones & ^Sons~")
    assert str(answered(mllp, str(message))["MSA.1"]) == "AA"
    found = client(follower, "observe").resources("Patient").search(identifier=f"{NHS}|{BY_EVENT}").fetch_all()
    assert [one["name"][0]["family"] for one in found] == ["O'Neill|Jones & ^Sons~"]


# --- fhirpy -----------------------------------------------------------------------------------------------------------------


def test_fhirpy_creates_finds_reads_and_updates(follower: dict[str, Any]) -> None:
    fhir = client(follower)
    created = fhir.resource("Patient", **patient(BY_FHIRPY, "Pickering"))
    created.save()
    assert created.id
    found = fhir.resources("Patient").search(identifier=f"{NHS}|{BY_FHIRPY}").fetch_all()
    assert [one.id for one in found] == [created.id]
    found[0]["birthDate"] = "1925-07-05"
    found[0].save()
    again = fhir.reference("Patient", created.id).to_resource()
    assert (again["birthDate"], again["name"][0]["family"]) == ("1925-07-05", "Pickering")
    assert int(again["meta"]["versionId"]) == int(created["meta"]["versionId"]) + 1
    assert len(fhir.resources("Patient").search(identifier=f"{LOCAL}|{BY_FHIRPY}L").fetch_all()) == 1


def test_fhirpy_reads_what_the_follower_says_of_itself(follower: dict[str, Any]) -> None:
    said = client(follower).execute("metadata", method="get")
    kinds = {resource["type"] for resource in said["rest"][0]["resource"]}
    assert (said["resourceType"], said["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert {"Patient", "Encounter", "AllergyIntolerance"} <= kinds


def test_fhirpy_is_told_what_is_not_there_and_what_cannot_be(follower: dict[str, Any]) -> None:
    with pytest.raises(ResourceNotFound):
        client(follower).reference("Patient", "nobody").to_resource()
    with pytest.raises(OperationOutcome) as refused:
        client(follower).resource("Patient", name=[{"family": "Nobody"}]).save()
    assert refused.value.resource["issue"][0]["severity"] == "error"


def test_fhirpy_without_the_right_token_is_turned_away(follower: dict[str, Any]) -> None:
    with pytest.raises(AuthorizationError):
        client(follower, "somebody-else").resources("Patient").fetch_all()


# --- plain requests ---------------------------------------------------------------------------------------------------------


def test_a_transaction_sent_by_requests_is_taken_whole(follower: dict[str, Any]) -> None:
    person = "urn:uuid:0b6f6e52-6d8c-4c54-9d0b-6f6b7a1f0001"
    allergy = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}], "text": "Allergy to penicillin"},
        "patient": {"reference": person},
    }
    entries = [
        {
            "fullUrl": person,
            "resource": {"resourceType": "Patient", **patient(BY_TRANSACTION, "Harker")},
            "request": {"method": "PUT", "url": f"Patient?identifier={NHS}|{BY_TRANSACTION}"},
        },
        {"fullUrl": f"{person[:-1]}2", "resource": allergy, "request": {"method": "POST", "url": "AllergyIntolerance"}},
    ]
    headers = {"Authorization": f"Bearer {follower['tokens']['fhir-in']}", "Content-Type": "application/fhir+json", "X-Request-ID": "FOREIGN5"}
    sent = requests.post(follower["fhir"], json={"resourceType": "Bundle", "type": "transaction", "entry": entries}, headers=headers, timeout=PATIENCE)
    body = sent.json()
    assert (sent.status_code, sent.headers["X-Request-ID"], body["type"]) == (200, "FOREIGN5", "transaction-response")
    assert [entry["response"]["status"][:3] for entry in body["entry"]] == ["201", "201"]
    query = {"identifier": f"{NHS}|{BY_TRANSACTION}", "_revinclude": "AllergyIntolerance:patient"}
    observer = {"Authorization": f"Bearer {follower['tokens']['observer']}"}
    found = requests.get(f"{follower['fhir']}/Patient", params=query, headers=observer, timeout=PATIENCE).json()
    shown = {entry["resource"]["resourceType"]: entry["resource"] for entry in found["entry"]}
    assert (found["total"], shown["Patient"]["name"][0]["family"]) == (1, "Harker")
    assert shown["AllergyIntolerance"]["patient"]["reference"] == f"Patient/{shown['Patient']['id']}"


# --- the command itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--mllp-port", "--fhir-port"])
def test_a_port_in_use_is_said_in_one_sentence(option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "simulate", "acute-follower", option, port], capture_output=True, text=True, timeout=PATIENCE, check=False)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 1), done.stderr
    assert lines[0].startswith("harness: ")
    assert port in lines[0]
    assert "expected a free port" in lines[0]


def test_the_ports_asked_for_are_the_ports_served() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with simulated("acute-follower", "--mllp-port", str(port)) as said:
        assert said["mllp"] == f"127.0.0.1:{port}"
        with MLLPClient("127.0.0.1", port) as client:
            assert str(answered(client, A28.format(id="FOREIGN6", number=BY_MLLP, family="Llŷr"))["MSA.2"]) == "FOREIGN6"
