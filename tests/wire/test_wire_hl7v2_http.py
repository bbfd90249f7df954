"""HL7 v2 over HTTP: the door of a simulated hospital asked from outside, and a place whose records travel that way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harness.adapters.base import adapter_for
from harness.catalogue import catalogue
from harness.model.message import AckKind
from harness.systems.host import Running, start

ER7 = "application/hl7-v2+er7"
HEADER = "MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|%s|P|2.4|||||GBR|%s||iTKv1.0\r"
BODY = "EVN||20260105090000\rPID|1||9990000018^^^NHS||Ll\u0175yd^Zo\u00eb^^^^^L||19250704|2\rPV1||N\r"
PLACE = """
id: over-http
title: "HL7 v2 over HTTP"
systems:
  - {id: exemplar, uses: acute-exemplar}
  - {id: follower, uses: acute-follower}
pairings:
  - source: exemplar
    target: follower
    interfaces: [{id: hl7v2, from: v2-web-out, to: v2-web-in}]
    families: {identity: [hl7v2]}
    aim: {identity: L5}
"""


def message(control_id: str = "H1", declared: str = "UNICODE UTF-8") -> str:
    return HEADER % (control_id, declared) + BODY


@pytest.fixture(scope="module")
def hospital() -> Iterator[Running]:
    with start(catalogue().system("acute-follower"), seed=1, now="2026-01-05T09:00:00") as running:
        yield running


def post(hospital: Running, body: bytes, content_type: str = f"{ER7}; charset=utf-8", method: str = "POST") -> requests.Response:
    return requests.request(method, hospital.deployment.addresses["hl7v2+http"], data=body, headers={"Content-Type": content_type}, timeout=5)


def names(hospital: Running) -> list[str]:
    headers = {"Authorization": f"Bearer {hospital.deployment.tokens['observer']}"}
    url = f"{hospital.deployment.addresses['fhir+http']}/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018"
    found = requests.get(url, headers=headers, timeout=5).json()
    return [entry["resource"]["name"][0]["family"] for entry in found.get("entry", [])]


def test_the_acknowledgement_is_in_the_response_and_the_effect_behind_it(hospital: Running) -> None:
    answer = post(hospital, message().encode())
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{ER7}; charset=utf-8")
    assert b"\rMSA|AA|H1\r" in answer.content
    assert set(names(hospital)) == {"Ll\u0175yd"}


def test_a_body_in_another_charset_than_msh_18_says_is_read_by_the_content_type(hospital: Running) -> None:
    assert b"\rMSA|AA|H2\r" in post(hospital, message("H2").encode("iso8859-14"), f"{ER7}; charset=ISO-8859-14").content
    assert set(names(hospital)) == {"Ll\u0175yd"}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/fhir+json", 415),
        (b"MSH", f"{ER7}; charset=klingon", 415),
        (b"MSH|^~\\&|\xff", f"{ER7}; charset=utf-8", 400),
        (b"MSH|^~\\&|" + b"x" * 1_000_001, ER7, 413),
    ],
)
def test_what_is_no_message_gets_no_acknowledgement(hospital: Running, body: bytes, content_type: str, status: int) -> None:
    assert post(hospital, body, content_type).status_code == status


def test_a_refused_message_is_a_successful_exchange(hospital: Running) -> None:
    answer = post(hospital, b"neither this nor that", ER7)
    assert answer.status_code == 200
    assert b"\rMSA|AR" in answer.content
    assert post(hospital, b"", ER7, "GET").status_code == 405


def test_the_implementations_own_media_type_is_taken(hospital: Running) -> None:
    assert b"MSA|AA|H3" in post(hospital, message("H3").encode(), "x-application/hl7-v2+er7; charset=utf-8").content


REFUSED = b"MSH|^~\\&|EPRB|X9B|EPRA|X9A|20260105090001||ACK^A28^ACK|A1|P|2.4\rMSA|AE|H9|no|||101^Required field missing^HL70357\r"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "error_code"),
    [
        (200, REFUSED, AckKind.ERROR, "AE", "101"),
        # The HAPI implementations answer 500 to AE and 400 to AR.
        (500, REFUSED, AckKind.ERROR, "AE", "101"),
        (400, b"no such thing", AckKind.REJECTED, "400", ""),
        (503, b"", AckKind.ERROR, "503", ""),
        (200, b"", AckKind.UNREADABLE, "", ""),
        (204, b"<html>", AckKind.UNREADABLE, "", ""),
    ],
)
def test_the_message_in_the_body_counts_and_without_one_the_status(
    hospital: Running, status: int, body: bytes, kind: AckKind, code: str, error_code: str
) -> None:
    adapter = adapter_for(hospital.deployment.system.endpoint("v2-web-in"), hospital.deployment.addresses["hl7v2+http"])
    said = adapter.acknowledgement(body, status)
    assert (said.kind, said.code, said.error_code) == (kind, code, error_code)


@pytest.mark.parametrize("auth", ["none", "bearer"])
def test_connection_acknowledgement_and_identity_pass_over_http(tmp_path: Path, auth: str) -> None:
    place = PLACE.replace("uses: acute-follower", f"uses: acute-follower, endpoints: [{{id: v2-web-in, auth: {auth}}}]")
    (tmp_path / "over-http.place.yaml").write_text(place)
    command = [sys.executable, "-m", "harness.cli", "run", str(tmp_path / "over-http.place.yaml"), "--out", str(tmp_path / "out"), "--evidence", "all"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    findings = json.loads((tmp_path / "out" / "run.json").read_text())["findings"]
    asked = [finding for finding in findings if finding["check"].partition("/")[0] in ("connection", "acknowledgement", "identity")]
    assert {f["check"].partition("/")[0] for f in asked if f["outcome"] == "PASS"} == {"connection", "acknowledgement", "identity"}
    credentials = {"connection/session-2", "connection/session-3"}
    # What asks for credentials has nothing to ask of a door without them.
    assert {f["check"] for f in asked if f["outcome"] != "PASS"} <= (credentials if auth == "none" else set())
    assert (credentials <= {f["check"] for f in asked if f["outcome"] == "PASS"}) is (auth == "bearer")
