"""Formats are told apart, and nothing that arrives can raise."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.issue import Issue, Severity
from harness.validation.dispatch import families, validate
from harness.validation.options import Options

ADMIT = (
    b"MSH|^~\\&|PAS|X9A|ROUTE|ROUTE|20260105090000||ADT^A01^ADT_A01|M1|P|2.4|||||GBR|UNICODE|EN||ITKv1.0\r"
    b"EVN||20260105090000||||20260105085500\rPID|1||633^^^X9A||Sample^Ann^^^^^L||19620314|2\rPV1|1|I\r"
)
PATIENT = b'{"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"birthDate":"1962-03-14"}'
SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_families_are_the_sub_packages() -> None:
    assert families() == ("fhir", "hl7v2")


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (ADMIT, []),
        (b"\x0b" + ADMIT + b"\x1c\r", []),
        (ADMIT.replace(b"\r", b"\n"), ["hl7v2/line-ends"]),
        (PATIENT, ["nhs-number/status-absent"]),
        (b'<Patient xmlns="http://hl7.org/fhir"><gender value="f"/></Patient>', ["fhir/binding-required"]),
        (b"", ["format/unknown"]),
        (b"hello", ["format/unknown"]),
        (b"\x00\x01\x02", ["format/unknown"]),
        (b"MSH", ["hl7v2/unreadable"]),
        (b'{"resourceType":', ["fhir/unreadable"]),
    ],
)
def test_each_format_is_judged_by_its_family(data: bytes, codes: list[str]) -> None:
    issues = validate(data)
    assert [issue.code for issue in issues] == codes
    assert all(issue.severity is Severity.FATAL for issue in issues if issue.code.endswith(("unknown", "unreadable")))


def test_a_batch_names_the_message_and_keeps_the_offset() -> None:
    data = b"FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r" + ADMIT + ADMIT.replace(b"|2\rPV1", b"|F\rPV1") + b"BTS|2\rFTS|1\r"
    (issue,) = validate(data)
    assert (issue.code, issue.location.path) == ("hl7v2/table-value", "message 2: PID-8")
    assert issue.location.offset is not None
    assert data[issue.location.offset :].startswith(b"F\rPV1")


def test_an_entity_is_not_resolved() -> None:
    data = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Patient xmlns="http://hl7.org/fhir"><gender value="&x;"/></Patient>'
    assert [issue.severity for issue in validate(data)] == [Severity.FATAL]


def check(data: bytes) -> list[Issue]:
    issues = validate(data, Options(strict=True, held=frozenset({"AL1", "PID-8"}), now="2026-01-05"))
    assert all(isinstance(issue, Issue) for issue in issues)
    return issues


@SETTINGS
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert check(data) or data


@SETTINGS
@given(st.binary(max_size=300))
def test_any_bytes_after_a_header(data: bytes) -> None:
    check(ADMIT[:60] + data)


@SETTINGS
@given(st.data())
def test_any_damage_to_a_message(data: st.DataObject) -> None:
    check(damaged(data, ADMIT))


@SETTINGS
@given(st.data())
def test_any_damage_to_a_resource(data: st.DataObject) -> None:
    check(damaged(data, PATIENT))


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    start = data.draw(st.integers(0, len(whole)))
    return whole[:start] + data.draw(st.binary(max_size=6)) + whole[start + data.draw(st.integers(0, 12)) :]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=6), children, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "identifier",
        "name",
        "active",
        "birthDate",
        "_birthDate",
        "meta",
        "extension",
        "contained",
        "link",
        "entry",
        "type",
        "period",
        "code",
        "contact",
        "text",
        "request",
    ]
)


@SETTINGS
@given(
    st.sampled_from(["Patient", "Bundle", "Encounter", "AllergyIntolerance", "Condition", "Observation", "MedicationRequest", "Zork"]),
    st.dictionaries(NAMES, JSON),
)
def test_any_values_in_known_elements(kind: str, values: dict[str, object]) -> None:
    check(json.dumps({"resourceType": kind, **values}).encode())
    check(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {"resourceType": kind, **values}}]}).encode())
