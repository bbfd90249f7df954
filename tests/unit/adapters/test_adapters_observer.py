"""Seeing what a system holds: which searches are made, under which credential, what is said when nothing could be seen, and what an absence is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from adapters_kit import LIMITS

from harness.adapters.fhir_observer import FhirObserver
from harness.model.place import Endpoint
from harness.transports.serve import HttpServer

PATIENT = {"resourceType": "Patient", "id": "p1", "identifier": [{"system": "https://numbers.example/mrn", "value": "A1"}]}
STAY = {"resourceType": "Encounter", "id": "e1"}
ALLERGY = {"resourceType": "AllergyIntolerance", "id": "a1"}
# Typed again: what the observer's own table says is what is examined.
KINDS = (
    *("AllergyIntolerance", "Condition", "Consent", "Encounter", "EpisodeOfCare", "Flag"),
    *("MedicationStatement", "Observation", "Procedure", "ServiceRequest", "Task"),
)
Resource = dict[str, Any]


class Searched:
    """A FHIR server with one patient: keeps what it was asked, and finds what hangs on the patient by the one way of asking that it understands."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.patients: list[Resource] = [PATIENT]
        self.around: list[Resource] = [STAY, ALLERGY]
        self.understands: Callable[[str], bool] = lambda query: "_revinclude" in query
        self.statement: Resource = {}
        self.status, self.raw = 200, b""
        self.statuses: dict[str, int] = {}
        self.page = 100

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        path = scope["raw_path"].decode().rpartition("/")[2]
        query = unquote(f"{path}?{scope['query_string'].decode()}")
        if path != "metadata":
            self.asked.append(query)
        self.tokens.add(dict(scope["headers"]).get(b"authorization", b"").decode())
        tree = self.statement if path == "metadata" else self.bundle(path, query, f"http://{dict(scope['headers'])[b'host'].decode()}/{path}")
        status = self.statuses.get(path, 200 if path == "metadata" else self.status)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/fhir+json")]})
        await send({"type": "http.response.body", "body": self.raw if self.raw and path != "metadata" else json.dumps(tree).encode()})

    def bundle(self, kind: str, query: str, url: str) -> Resource:
        found = list(self.patients) if kind == "Patient" else []
        if self.understands(query):
            found += [one for one in self.around if kind in ("Patient", one["resourceType"])]
        at = int(query.rpartition("at=")[2]) if "at=" in query else 0
        more = [{"relation": "next", "url": f"{url}?{query.partition('?')[2].partition('&at=')[0]}&at={at + self.page}"}] if len(found) > at + self.page else []
        return {"resourceType": "Bundle", "type": "searchset", "link": more, "entry": [{"resource": one} for one in found[at : at + self.page]]}


@pytest.fixture
def server() -> Iterator[tuple[Searched, str]]:
    searched = Searched()
    with HttpServer(searched) as http:
        yield searched, http.base_url


def observer(address: str, *, local: dict[str, str] | None = None, **more: Any) -> FhirObserver:
    return FhirObserver(Endpoint("observe", "fhir/4.0.1/ukcore", "http", "observe", limits=LIMITS, **more), address, token="eye", local=local)


def test_a_person_is_asked_for_by_business_identifier_with_all_that_hangs_on_them(server: tuple[Searched, str]) -> None:
    searched, address = server
    ours = observer(address)
    assert ours.find("nhs", "9990000018").of("Patient") == [PATIENT]
    ours.find("X9A", "A|1")
    ours.close()
    (first, second) = searched.asked
    assert first.startswith("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018&_revinclude=AllergyIntolerance:patient")
    assert {part.partition("=")[2] for part in first.split("&")[1:]} == {f"{kind}:patient" for kind in KINDS}
    assert second.startswith("Patient?identifier=https://exemplar-harness.example/Id/local/X9A|A|1&")
    assert searched.tokens == {"Bearer eye"}


@pytest.mark.parametrize(
    "way", ["_revinclude", "patient=Patient/p1", "patient=p1", "subject=Patient/p1"], ids=["included", "as a reference", "as an id", "as the subject"]
)
@pytest.mark.parametrize("hint", ["revinclude", "plain"])
def test_whatever_way_of_asking_a_server_understands_finds_and_is_kept(server: tuple[Searched, str], way: str, hint: str) -> None:
    searched, address = server
    searched.understands = lambda query: way in query
    ours = observer(address, search=hint)
    seen = ours.find("nhs", "9990000018")
    assert "e1" in [one["id"] for one in seen.resources]
    assert seen.proved
    assert way.replace("p1", "…") in seen.how
    searched.asked.clear()
    assert STAY in ours.find("nhs", "9990000026").resources
    ours.close()
    assert all(way in query for query in searched.asked if not query.startswith("Patient?identifier") or way == "_revinclude")


def test_an_absence_is_worth_nothing_before_the_way_of_asking_has_found_something(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.around = []
    ours = observer(address)
    before = ours.find("nhs", "9990000018")
    assert (before.proved, before.of("Patient")) == (False, [PATIENT])
    searched.around = [STAY]
    assert ours.find("nhs", "9990000018").proved
    searched.around = []
    assert ours.find("nhs", "9990000018").proved
    ours.close()


def test_a_person_who_was_asked_for_before_is_asked_for_in_every_way_only_where_that_matters(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.around = []
    ours = observer(address)
    ours.find("nhs", "1")
    thorough = len(searched.asked)
    ours.find("nhs", "1", thoroughly=False)
    assert len(searched.asked) == thorough + 1
    ours.find("nhs", "1")
    ours.close()
    assert len(searched.asked) == 2 * thorough + 1


def test_what_a_server_says_of_itself_comes_first_and_limits_what_is_asked(server: tuple[Searched, str]) -> None:
    searched, address = server
    stays: Resource = {"type": "Encounter", "searchParam": [{"name": "patient", "type": "reference"}]}
    searched.statement = {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": [{"type": "Patient"}, stays]}]}
    searched.understands = lambda query: query == "Encounter?patient=Patient/p1"
    ours = observer(address, search="")
    assert STAY in ours.find("nhs", "1").resources
    ours.close()
    assert searched.asked == ["Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|1", "Encounter?patient=Patient/p1"]


def test_a_server_that_refuses_to_include_is_asked_without(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.statuses["Patient"] = 400
    ours = observer(address)
    assert ours.find("nhs", "1").problem == "the observer was answered 400 to GET Patient"
    ours.close()
    assert searched.asked[1] == "Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|1"


def test_of_a_type_that_is_answered_with_an_error_nothing_is_known(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.understands = lambda query: "patient=Patient/p1" in query
    searched.statuses["AllergyIntolerance"] = 404
    ours = observer(address)
    seen = ours.find("nhs", "1")
    ours.close()
    assert (seen.unanswered, seen.proved, seen.problem) == ((("AllergyIntolerance", 404),), True, "")


def test_the_pages_of_an_answer_are_followed(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.page = 1
    ours = observer(address)
    seen = ours.find("nhs", "1")
    ours.close()
    assert [one["id"] for one in seen.resources] == ["p1", "e1", "a1"]
    assert seen.content.count(b"searchset") == 3


def test_a_page_that_cannot_be_had_is_a_problem(server: tuple[Searched, str]) -> None:
    searched, address = server
    searched.bundle = lambda kind, query, url: {  # type: ignore[method-assign]
        "resourceType": "Bundle",
        "link": [{"relation": "next", "url": "http://elsewhere.example/Patient?page=2"}],
        "entry": [{"resource": PATIENT}],
    }
    ours = observer(address)
    assert "page" in ours.find("nhs", "1").problem
    searched.bundle = lambda kind, query, url: {  # type: ignore[method-assign]
        "resourceType": "Bundle",
        "link": [{"relation": "next", "url": f"{url}?round=1"}],
        "entry": [],
    }
    assert "circle" in ours.find("nhs", "1").problem
    ours.close()


def test_local_numbers_are_known_by_the_systems_declared_for_them(server: tuple[Searched, str]) -> None:
    searched, address = server
    ours = observer(address, local={"X9B": "https://numbers.example/mrn"})
    seen = ours.find("X9B", "A1")
    ours.close()
    assert searched.asked[0].startswith("Patient?identifier=https://numbers.example/mrn|A1")
    assert seen.of("Patient")[0]["identifier"] == [{"system": "https://exemplar-harness.example/Id/local/X9B", "value": "A1"}]
    assert b"https://numbers.example/mrn" in seen.content


@pytest.mark.parametrize(
    ("status", "raw", "problem"),
    [(503, b"", "the observer was answered 503 to GET Patient"), (401, b"{}", "the observer was answered 401 to GET Patient"), (200, b"<html>", "JSON")],
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
