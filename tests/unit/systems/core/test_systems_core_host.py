"""A whole system on real ports: control, defects, what it sends of its own accord."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from systems_world import NOW, local, patient, record, system

from harness.errors import SetUpError, UnknownNameError
from harness.formats.fhir import encode_json, parse_json
from harness.systems.core.defect import DEFECTS, Defect
from harness.systems.host import Running, start
from harness.transports.http import HttpClient
from harness.transports.inlet import HttpInlet


@pytest.fixture
def running() -> Iterator[Running]:
    from dataclasses import replace

    one = replace(system(auth="bearer"), capabilities=("register", "alerts"))
    with start(one, seed=1, now=NOW) as started:
        yield started


def control(running: Running, method: str, path: str, body: Any = None, secret: str | None = None) -> tuple[int, dict[str, Any]]:
    token = running.deployment.control_token if secret is None else secret
    with HttpClient(running.deployment.control, headers={"X-Control-Token": token}) as client:
        answer = client.request(method, path, encode_json(body) if body is not None else b"")
        return answer.status, parse_json(answer.content)


def event(name: str, control_id: str = "C1") -> dict[str, Any]:
    return {"event": name, "record": record(authority="X9L").to_json(), "to": "hospital", "interface": "fhir", "control_id": control_id, "occurred": NOW}


def test_control_needs_its_token_and_knows_its_events(running: Running) -> None:
    assert control(running, "GET", "outbox", secret="wrong")[0] == 401
    assert control(running, "POST", "clock", {"now": "2026-02-01T10:00:00"}) == (200, {"now": "2026-02-01T10:00:00"})
    assert control(running, "POST", "clock", {"now": "soon"})[0] == 400
    assert control(running, "POST", "clock", {})[0] == 400
    assert control(running, "POST", "events", event("admit"))[0] == 422
    assert control(running, "POST", "events", event("merge"))[0] == 422
    assert control(running, "GET", "nothing")[0] == 404


def test_an_event_is_stored_and_sent_and_repeated_byte_for_byte_until_it_is_answered(running: Running) -> None:
    with HttpInlet() as inlet:
        control(running, "POST", "routes", {"hospital": {"fhir": inlet.base_url, "fhir_token": "T", "organisation": "X9A"}})
        control(running, "POST", "routes", {"hospital": {"organisation": "X9A"}})
        assert control(running, "POST", "events", event("register")) == (202, {"emitted": 1, "states": {}})
        first = inlet.take(2)
        assert first is not None
        first.reply(503, {}, b"")
        second = inlet.take(2)
        assert second is not None
        second.reply(200, {}, b"{}")
        assert (second.payload, second.method) == (first.payload, "POST")
        assert (second.headers["x-request-id"], second.headers["authorization"]) == ("C1", "Bearer T")
        deadline = monotonic() + 2
        while (box := control(running, "GET", "outbox")[1])["pending"] and monotonic() < deadline:
            pass
        assert (box["pending"], box["sent"][0]["status"], box["sent"][0]["attempts"]) == (0, 200, 2)
    with HttpClient(running.deployment.addresses["fhir+http"], headers={"Authorization": f"Bearer {running.deployment.tokens['observer']}"}) as client:
        found = parse_json(client.request("GET", "Patient?family=ashworth&_revinclude=AllergyIntolerance:patient").content)
        assert [each["resource"]["resourceType"] for each in found["entry"]] == ["Patient", "AllergyIntolerance"]


def test_a_body_over_the_limit_is_refused(running: Running) -> None:
    headers = {"Authorization": f"Bearer {running.deployment.tokens['fhir-in']}", "Content-Type": "application/fhir+json"}
    with HttpClient(running.deployment.addresses["fhir+http"], headers=headers) as client:
        assert client.request("POST", "Patient", encode_json(patient(local("1"), family="A" * 1_000_001))).status == 413
        assert client.request("POST", "Patient", encode_json(patient(local("1")))).status == 201


def test_a_port_in_use_is_said(running: Running) -> None:
    port = int(running.deployment.addresses["fhir+http"].split(":")[2].split("/")[0])
    with pytest.raises(SetUpError):
        start(system(), seed=1, now=NOW, fhir_port=port)


def test_an_unknown_defect_or_role_is_said() -> None:
    from dataclasses import replace

    with pytest.raises(UnknownNameError):
        start(replace(system(), defects=("no-such-defect",)), seed=1, now=NOW)
    with pytest.raises(UnknownNameError):
        start(system(role="no-such-role"), seed=1, now=NOW)


class _Forgetful(Defect):
    def stored(self, resource: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if resource["resourceType"] == "AllergyIntolerance" else {**resource, "gender": "unknown"}

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        return payload.replace(b"Margaret", b"Mrgrt")

    def shown(self, resource: dict[str, Any]) -> dict[str, Any] | None:
        resource["name"] = [{"family": "?"}]
        return resource


def test_defects_act_on_what_is_stored_sent_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    assert "unit-forgetful" not in DEFECTS
    monkeypatch.setitem(DEFECTS._things, "unit-forgetful", _Forgetful())
    one = replace(system(), defects=("unit-forgetful",), capabilities=("register",))
    with start(one, seed=1, now=NOW) as running, HttpInlet() as inlet:
        control(running, "POST", "routes", {"hospital": {"fhir": inlet.base_url}})
        assert control(running, "POST", "events", event("register"))[0] == 202
        sent = inlet.take(2)
        assert sent is not None
        sent.reply(200, {}, b"{}")
        assert b"Mrgrt" in sent.payload
        with HttpClient(running.deployment.addresses["fhir+http"]) as client:
            found = parse_json(client.request("GET", "Patient?family=ashworth&_revinclude=AllergyIntolerance:patient").content)
        (only,) = found["entry"]
        assert (only["resource"]["gender"], only["resource"]["name"]) == ("unknown", [{"family": "?"}])
