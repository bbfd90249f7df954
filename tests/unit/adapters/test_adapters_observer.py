"""Seeing what a system holds: which searches are made, under which credential, and what is said when nothing could be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from adapters_kit import LIMITS

from harness.adapters.fhir_observer import AROUND_A_PATIENT, FhirObserver
from harness.model.place import Endpoint
from harness.transports.serve import HttpServer

PATIENT = {"resourceType": "Patient", "id": "p1"}


class Searched:
    """A FHIR server: keeps what it was asked and shows what ``shows`` says for a resource type."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.shows: dict[str, list[dict[str, Any]]] = {"Patient": [PATIENT]}
        self.status, self.raw = 200, b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        query = f"{scope['raw_path'].decode().rpartition('/')[2]}?{scope['query_string'].decode()}"
        self.asked.append((scope["method"], unquote(query)))
        self.tokens.add(dict(scope["headers"]).get(b"authorization", b"").decode())
        entries = [{"resource": one} for one in self.shows.get(query.partition("?")[0], [])]
        content = self.raw or json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"content-type", b"application/fhir+json")]})
        await send({"type": "http.response.body", "body": content})


@pytest.fixture
def server() -> Iterator[tuple[Searched, str]]:
    searched = Searched()
    with HttpServer(searched) as http:
        yield searched, http.base_url


def observer(address: str, **more: Any) -> FhirObserver:
    return FhirObserver(Endpoint("observe", "fhir/4.0.1/ukcore", "http", "observe", limits=LIMITS, **more), address, token="eye")


def test_a_person_is_asked_for_by_business_identifier_with_all_that_hangs_on_them(server: tuple[Searched, str]) -> None:
    searched, address = server
    ours = observer(address)
    assert ours.find("nhs", "9990000018").of("Patient") == [PATIENT]
    ours.find("X9A", "A|1")
    ours.close()
    (first, second) = searched.asked
    assert first[0] == "GET"
    assert first[1].startswith("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018&_revinclude=AllergyIntolerance:patient")
    assert {part.partition("=")[2] for part in first[1].split("&")[1:]} == {f"{kind}:patient" for kind in KINDS}
    assert second[1].startswith("Patient?identifier=https://exemplar-harness.example/Id/local/X9A|A|1&")
    assert searched.tokens == {"Bearer eye"}


# Typed again: what the observer's own table says is what is examined.
KINDS = (
    *("AllergyIntolerance", "Condition", "Consent", "Encounter", "EpisodeOfCare", "Flag"),
    *("MedicationStatement", "Observation", "Procedure", "ServiceRequest", "Task"),
)


def test_a_server_that_includes_nothing_is_asked_type_by_type(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.shows["Encounter"] = [{"resourceType": "Encounter", "id": "e1"}]
    ours = observer(address, search="plain")
    seen = ours.find("nhs", "9990000018")
    ours.close()
    assert [one["id"] for one in seen.resources] == ["p1", "e1"]
    assert [query for _, query in searched.asked[1:]] == [f"{kind}?{parameter}=p1" for kind, parameter in AROUND_A_PATIENT]
    assert len(searched.asked) == len(KINDS) + 1


@pytest.mark.parametrize(
    ("status", "raw", "problem"), [(503, b"", "the observer was answered 503"), (401, b"{}", "the observer was answered 401"), (200, b"<html>", "JSON")]
)
def test_seeing_nothing_is_a_problem_and_not_nothing(server: tuple[Searched, str], status: int, raw: bytes, problem: str) -> None:
    searched, address = server
    searched.status, searched.raw = status, raw
    ours = observer(address)
    seen = ours.find("nhs", "1")
    ours.close()
    assert problem in seen.problem
    assert seen.resources == []


def test_nobody_there_is_a_problem_too() -> None:
    ours = observer("http://127.0.0.1:9", independent=False)
    seen = ours.find("nhs", "1")
    ours.close()
    assert seen.problem
    assert (seen.kind, seen.independent, seen.resources) == ("fhir-search", False, [])
