"""Any bytes give issues: never another exception, never long, never something fetched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.validation import Validation
from harness.validation.fhir.validator import Validator

PATIENT = '{"resourceType": "Patient", "active": true, "name": [{"family": "A"}], "birthDate": "1950-01-01", "multipleBirthInteger": 2}'
XML = '<Patient xmlns="http://hl7.org/fhir"><id value="a"/><name><family value="%s"/></name></Patient>'
_DEEP = 10_000


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator()


def _fatal(validation: Validation) -> bool:
    return validation.valid is False and any(str(issue.severity) == "fatal" for issue in validation.issues)


def _elements(depth: int) -> bytes:
    return b'<Patient xmlns="http://hl7.org/fhir">' + b"<contact>" * depth + b"</contact>" * depth + b"</Patient>"


def _nested(depth: int) -> bytes:
    return b'{"resourceType":"Questionnaire","status":"draft","item":' + b'[{"linkId":"1","type":"group","item":' * depth + b"[]" + b"}]" * depth + b"}"


UNREADABLE = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "nested arrays": b"[" * _DEEP + b"]" * _DEEP,
    "nested arrays in a resource": b'{"resourceType":"Patient","name":' + b"[" * _DEEP + b"]" * _DEEP + b"}",
    "nested objects": b'{"resourceType":"Patient","contact":' + b'{"a":' * _DEEP + b"1" + b"}" * _DEEP + b"}",
    "nested items": _nested(3_000),
    "nested elements": _elements(_DEEP),
    "an array": b'[{"resourceType":"Patient"}]',
    "a text": b'"Patient"',
    "a number": b"1e999",
    "bytes that are no UTF-8": b'{"resourceType":"Patient","name":[{"family":"\xff\xfe"}]}',
    "a lone surrogate": b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
    "a low surrogate first": b'{"resourceType":"Patient","name":[{"family":"\\udc00\\ud800"}]}',
    "a number too large": b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e999}}',
    "no number": b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":NaN}}',
    "infinity": b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":-Infinity}}',
    "a comment": b'{"resourceType":"Patient" /* x */}',
    "two resources": b'{"resourceType":"Patient"}{"resourceType":"Patient"}',
    "XML cut off": (XML % "A").encode()[:-4],
    "XML of another namespace": b'<Patient xmlns="urn:x"/>',
    "an entity": b'<!DOCTYPE p [<!ENTITY a "b">]>' + (XML % "&a;").encode(),
    "entities of entities": b"<!DOCTYPE p ["
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"x") for n in range(12))
    + b"]>"
    + (XML % "&e11;").encode(),
    "an external entity": b'<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + (XML % "&a;").encode(),
    "XML in a form of no name": b'<?xml version="1.0" encoding="x-none"?>' + (XML % "A").encode(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_one_fatal_issue(validator: Validator, name: str) -> None:
    found = validator.validate(UNREADABLE[name])
    assert found.valid is False
    if name != "a number too large":
        assert _fatal(found), found.issues
    for issue in found.issues:
        assert len(issue.message) < 1000
        assert "passwd" not in issue.message
        assert "root:" not in issue.message


def test_a_decimal_too_large_is_judged_or_refused(validator: Validator) -> None:
    for number in (b"1e999", b"1e99999", b"-1e-99999", b"1" + b"0" * 5000, b"0." + b"0" * 5000 + b"1"):
        found = validator.validate(UNREADABLE["a number too large"].replace(b"1e999", number))
        assert found.valid is False or not found.errors


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\n\n", b" \t\r\n"])
def test_what_stands_before_the_resource_does_not_matter(validator: Validator, mark: bytes) -> None:
    assert not validator.validate(mark + PATIENT.encode()).errors
    if not mark.isspace():
        assert not validator.validate(mark + (XML % "A").encode()).errors


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_of_json_are_refused_or_read(validator: Validator, codec: str) -> None:
    found = validator.validate(PATIENT.replace('"A"', '"Ä"').encode(codec))
    assert found.valid is False or not found.errors


@pytest.mark.slow
@pytest.mark.parametrize("where", ["family", "id", "birthDate", "div", "key", "data"])
def test_a_text_of_100_megabytes_is_judged(validator: Validator, where: str) -> None:
    text = "A" * 100_000_000
    bodies: dict[str, dict[str, Any]] = {
        "family": {"name": [{"family": text}]},
        "id": {"id": text},
        "birthDate": {"birthDate": text},
        "div": {"text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}},
        "key": {text: 1},
        "data": {"photo": [{"contentType": "image/png", "data": text}]},
    }
    data = json.dumps({"resourceType": "Patient", **bodies[where]}).encode()
    found = validator.validate(data)
    assert all(len(issue.message) + len(issue.actual) + len(issue.expected) + len(issue.remedy) < 5000 for issue in found.issues)
    assert all(len(issue.location.path) < 5000 for issue in found.issues) or where == "key"


@pytest.mark.slow
def test_many_errors_are_all_said(validator: Validator) -> None:
    data = json.dumps({"resourceType": "Patient", "name": [{"famly": "x", "use": "no"}] * 20_000}).encode()
    assert len(validator.validate(data).errors) >= 1000


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that writes down what is fetched from it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_nothing_named_in_a_resource_is_fetched(validator: Validator, listener: tuple[str, list[str]]) -> None:
    base, asked = listener
    external = f'<!DOCTYPE Patient SYSTEM "{base}/patient.dtd">{XML % "A"}'
    assert validator.validate(external.encode()).valid is False
    parameter = f'<!DOCTYPE Patient [<!ENTITY % p SYSTEM "{base}/p.ent"> %p;]>{XML.replace("%s", "A")}'
    assert validator.validate(parameter.encode()).valid is False
    named = {
        "resourceType": "Patient",
        "meta": {"profile": [f"{base}/StructureDefinition/p"]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><img src="{base}/x.png" alt="x"/></div>'},
        "extension": [{"url": f"{base}/StructureDefinition/e", "valueString": "x"}],
        "photo": [{"contentType": "image/png", "url": f"{base}/photo.png"}],
        "generalPractitioner": [{"reference": f"{base}/Organization/1"}],
        "maritalStatus": {"coding": [{"system": f"{base}/CodeSystem/c", "code": "x"}]},
    }
    validator.validate(json.dumps(named).encode())
    assert asked == []


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats() | st.text(max_size=12),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(("name", "id", "extension", "url", "_id", "value", "x", "given")), below, max_size=4)
    ),
    max_leaves=12,
)
_NAMES = ("name", "text", "contained", "extension", "identifier", "meta", "active", "birthDate", "_birthDate", "contact", "link", "photo", "entry", "item")


@settings(max_examples=150)
@given(
    st.sampled_from(("Patient", "Bundle", "Questionnaire", "Observation", "StructureDefinition", "ValueSet", "Parameters", "", "Nobody")),
    st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=5),
)
def test_any_shape_gives_issues(kind: str, members: dict[str, Any]) -> None:
    for version in ("4.0.1", "3.0.2"):
        found = _shared(version).validate(json.dumps({"resourceType": kind, **members}).encode())
        assert (found.valid is False) == bool(found.errors)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_give_issues(data: bytes) -> None:
    assert _shared("4.0.1").validate(data).issues


_KEPT: dict[str, Validator] = {}


def _shared(version: str) -> Validator:
    return _KEPT.setdefault(version, Validator(fhir_version=version))
