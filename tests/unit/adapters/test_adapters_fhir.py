"""FHIR over HTTP: what a status and an OperationOutcome say, which headers travel, how a Bundle is altered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from adapters_kit import BUNDLE, accepting, adapter, message, peer

from harness.model.message import AckKind, Message, Origin

FHIR, NOWHERE = "fhir+http", "http://127.0.0.1:9"


def outcome(severity: str, code: str = "invalid") -> bytes:
    return json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, "diagnostics": "month 13"}]}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind", "error_code", "text"),
    [
        (200, b"", AckKind.ACCEPTED, "", ""),
        (201, b"{}", AckKind.ACCEPTED, "", ""),
        (202, b"", AckKind.QUEUED, "", ""),
        (200, outcome("error"), AckKind.ERROR, "invalid", "month 13"),
        (200, outcome("warning"), AckKind.ACCEPTED, "invalid", "month 13"),
        (422, outcome("error"), AckKind.REJECTED, "invalid", "month 13"),
        (503, outcome("fatal", "transient"), AckKind.ERROR, "transient", "month 13"),
        (404, b"<html>", AckKind.UNREADABLE, "", None),
    ],
)
def test_status_and_outcome_are_read_together(status: int, body: bytes, kind: AckKind, error_code: str, text: str | None) -> None:
    with adapter(FHIR, NOWHERE) as ours:
        said = ours.acknowledgement(body, status)
    assert (said.kind, said.code, said.error_code) == (kind, str(status), error_code)
    assert text is None or said.text == text


def test_the_message_goes_by_its_own_method_path_and_headers_with_its_id() -> None:
    put = Message(BUNDLE, "fhir/4.0.1/ukcore", "application/fhir+json", Origin.HARNESS, "M7", "update", "PUT", "Patient/1", (("if-match", 'W/"3"'),))
    with peer(FHIR, accepting(FHIR)) as there, adapter(FHIR, there.address, token="t") as ours:
        (made,) = ours.deliver(put)
    heard = there.headers[0]
    assert (heard["x-request-id"], heard["if-match"], heard["content-type"], heard["authorization"]) == ("M7", 'W/"3"', "application/fhir+json", "Bearer t")
    assert made.acknowledgement is not None
    assert made.acknowledgement.correlates == "M7"


def test_a_refusal_is_an_answer() -> None:
    with peer(FHIR, lambda _: outcome("error"), status=422) as there, adapter(FHIR, there.address) as ours:
        (made,) = ours.deliver(message(FHIR))
    assert (made.positive, made.failure) == (False, "")


@pytest.mark.parametrize(
    ("address", "value", "wanted"),
    [
        ("entry/0/resource/gender", "male", {"gender": "male"}),
        ("entry/0/resource/gender", None, {}),
        ("entry/0/resource/maritalStatus/text", "x", {"gender": "female", "maritalStatus": {"text": "x"}}),
    ],
)
def test_an_alteration_goes_by_path(address: str, value: Any, wanted: dict[str, Any]) -> None:
    with adapter(FHIR, NOWHERE) as ours:
        made = json.loads(ours.altered(message(FHIR), [(address, value)], "N1").content)
    assert made["identifier"]["value"] == "N1"
    assert {name: held for name, held in made["entry"][0]["resource"].items() if name != "resourceType"} == wanted


def test_only_a_bundle_bears_the_control_id_within() -> None:
    patient = b'{"resourceType":"Patient","identifier":[{"value":"1"}]}'
    one = Message(patient, "fhir/4.0.1/ukcore", "application/fhir+json", Origin.SOURCE, "M1", "update", "PUT", "Patient/1")
    unnamed = Message(b'{"resourceType":"Bundle","type":"transaction"}', "fhir/4.0.1/ukcore", "application/fhir+json", Origin.SOURCE, "M1")
    with adapter(FHIR, NOWHERE) as ours:
        assert (ours.altered(one, [], "N1").content, ours.altered(one, [], "N1").control_id) == (patient, "N1")
        assert ours.altered(unnamed, [], "N1").content == unnamed.content


def test_entries_are_appended_replaced_and_removed() -> None:
    with adapter(FHIR, NOWHERE) as ours:
        made = json.loads(ours.altered(message(FHIR), [("entry/-", {"a": 1}), ("entry/0", None)], "N1").content)
        assert made["entry"] == [{"a": 1}]
        assert json.loads(ours.altered(message(FHIR), [("entry/0", {"b": 2})], "N1").content)["entry"] == [{"b": 2}]
