"""The FHIR interface, without a wire."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from systems_world import Resource, SilentOutbox, local, nhs, patient, system, world

from harness.formats.fhir import encode_json, parse_json
from harness.systems.core import uris
from harness.systems.core.fhir.access import Access, token
from harness.systems.core.fhir.service import FhirService
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Role

NUMBER = "9990007004"
BASE = "http://x/fhir"


class Wire:
    """Requests to one service."""

    def __init__(self, kind: type[Role] = Role, **more: Any) -> None:
        self.role, self.service = world(kind, **more)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], Resource]:
        path, _, query = path.partition("?")
        content = body if isinstance(body, bytes) else encode_json(body) if body is not None else b""
        named = {"content-type": "application/fhir+json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        status, extra, answer = self.service.handle(method, path, query, named, content, BASE)
        return status, dict(extra), parse_json(answer) if answer else {}


@pytest.fixture
def wire() -> Wire:
    return Wire()


def code(answer: tuple[int, dict[str, str], Resource]) -> tuple[int, str]:
    assert answer[2]["resourceType"] == "OperationOutcome", answer
    return answer[0], answer[2]["issue"][0]["code"]


def by(identifier: Resource) -> str:
    return f"Patient?identifier={quote(identifier['system'], safe='')}%7C{identifier['value']}"


def put(resource: Resource, criterion: str, urn: str = "") -> Resource:
    return {"fullUrl": urn or "urn:uuid:1", "resource": resource, "request": {"method": "PUT", "url": criterion}}


def bundle(*entries: Resource, name: str = "C1") -> Resource:
    return {"resourceType": "Bundle", "type": "transaction", "identifier": {"value": name}, "entry": list(entries)}


def test_create_read_update_history_delete(wire: Wire) -> None:
    status, headers, made = wire("POST", "Patient", patient(local("1")), x_request_id="R1")
    assert (status, headers["ETag"], headers["X-Request-ID"]) == (201, 'W/"1"', "R1")
    assert headers["Location"] == f"{BASE}/Patient/{made['id']}/_history/1"
    assert wire("PUT", f"Patient/{made['id']}", {**made, "gender": "male"}, if_match='W/"1"')[0] == 200
    assert code(wire("PUT", f"Patient/{made['id']}", {**made, "gender": "female"}, if_match='W/"1"')) == (412, "conflict")
    assert wire("GET", f"Patient/{made['id']}/_history/1")[2].get("gender") is None
    assert [each["response"]["etag"] for each in wire("GET", f"Patient/{made['id']}/_history")[2]["entry"]] == ['W/"2"', 'W/"1"']
    assert wire("DELETE", f"Patient/{made['id']}")[0] == 204
    assert code(wire("GET", f"Patient/{made['id']}")) == (410, "deleted")
    assert code(wire("GET", "Patient/never")) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "issue"),
    [
        ("POST", "Patient", b"", 400, "structure"),
        ("POST", "Patient", b"<Patient/>", 400, "structure"),
        ("POST", "Patient", b'{"resourceType":"Patient"', 400, "structure"),
        ("POST", "Patient", b"[" * 5000, 400, "structure"),
        ("POST", "Patient", b'{"resourceType":"Patient","name":[{"family":"\xff"}]}', 400, "structure"),
        ("POST", "Patient", {"resourceType": "Patient", "active": True}, 422, "required"),
        ("POST", "Patient", {"resourceType": "Pateint", "name": [{"family": "A"}]}, 400, "invalid"),
        ("POST", "Pateint", {"resourceType": "Pateint", "name": [{"family": "A"}]}, 404, "not-supported"),
        ("POST", "Patient", {"resourceType": "Patient", "name": {"family": "A"}}, 400, "structure"),
        ("POST", "Patient", {"resourceType": "Patient", "name": []}, 400, "structure"),
        ("POST", "Patient", {"resourceType": "Patient", "name": [{"family": ""}]}, 400, "structure"),
        ("POST", "Patient", {"resourceType": "Patient", "name": [{"family": None}]}, 400, "structure"),
        ("POST", "Patient", patient(nhs("9990007005")), 422, "value"),
        ("POST", "Patient", patient(nhs("999 000 7004")), 422, "value"),
        ("POST", "Patient", patient(local("1"), gender="M"), 422, "code-invalid"),
        ("POST", "Patient", patient(local("1"), birthDate="04/07/1925"), 422, "value"),
        ("POST", "Encounter", {"resourceType": "Encounter", "status": "in-progress"}, 422, "required"),
        ("POST", "Encounter", {"resourceType": "Encounter", "status": "lost", "class": {"code": "IMP"}}, 422, "code-invalid"),
        ("POST", "Flag", {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": "Patient/none"}}, 422, "not-found"),
        ("PUT", "Patient/a", {**patient(local("1")), "id": "b"}, 400, "invalid"),
        ("PATCH", "Patient/a", {"resourceType": "Patient"}, 405, "not-supported"),
        ("POST", "", {"resourceType": "Patient", "name": [{"family": "A"}]}, 400, "invalid"),
        ("POST", "", {"resourceType": "Bundle", "type": "message"}, 422, "not-supported"),
        ("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {}}]}, 400, "required"),
        ("GET", "Patient?colour=red", None, 400, "invalid"),
    ],
)
def test_refusals(wire: Wire, method: str, path: str, body: Any, status: int, issue: str) -> None:
    assert code(wire(method, path, body)) == (status, issue)
    assert wire.role.store.all_ids("Patient") == []


def test_media_type_and_size(wire: Wire) -> None:
    assert code(wire("POST", "Patient", patient(local("1")), content_type="application/fhir+xml")) == (415, "not-supported")
    wire.service.max_bytes = 100
    assert code(wire("POST", "Patient", patient(local("1"), family="A" * 100)))[0] == 413


def test_credentials() -> None:
    one = system(auth="bearer")
    wire = Wire(auth="bearer")
    access = wire.service.access
    live, reader = f"Bearer {access.live['fhir-in']}", f"Bearer {access.live['observe']}"
    assert access.live["fhir-in"] == token(1, one.id, "fhir-in") == Access(one, 1).live["fhir-in"] != Access(one, 2).live["fhir-in"]
    assert code(wire("GET", "Patient")) == (401, "login")
    assert code(wire("GET", "Patient", authorization="Bearer wrong")) == (401, "security")
    assert code(wire("GET", "Patient", authorization=f"Bearer {access.expired['fhir-in']}")) == (401, "expired")
    assert code(wire("GET", "Patient", authorization="Basic x")) == (401, "security")
    assert wire("GET", "Patient", authorization=reader)[0] == 200
    assert wire("POST", "Patient/_search", b"family=x", authorization=reader)[0] == 200
    assert code(wire("POST", "Patient", patient(local("1")), authorization=reader)) == (403, "forbidden")
    assert wire("POST", "Patient", patient(local("1")), authorization=live)[0] == 201
    assert wire("GET", "metadata")[2]["resourceType"] == "CapabilityStatement"


def test_conditional_create_and_update(wire: Wire) -> None:
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"display": "x"}, "identifier": [{"system": "s", "value": "1"}]}
    assert wire("POST", "Flag", flag, if_none_exist="identifier=s|1")[0] == 201
    assert wire("POST", "Flag", {**flag, "status": "inactive"}, if_none_exist="identifier=s|1")[0] == 200
    assert wire("GET", "Flag?identifier=s%7C1")[2]["entry"][0]["resource"]["status"] == "active"
    assert wire("PUT", "Flag?identifier=s%7C1", {**flag, "status": "inactive"})[0] == 200
    assert wire("PUT", "Flag?identifier=s%7C2", {**flag, "identifier": [{"system": "s", "value": "2"}]})[0] == 201
    assert wire("POST", "Flag", flag)[0] == 201
    assert code(wire("PUT", "Flag?identifier=s%7C1", flag)) == (412, "multiple-matches")
    assert code(wire("POST", "Flag", flag, if_none_exist="identifier=s|1")) == (412, "multiple-matches")


def test_a_verified_number_links_and_an_unverified_one_does_not(wire: Wire) -> None:
    held = wire("PUT", by(local("1", "X9L")), patient(local("1", "X9L"), nhs(NUMBER)))[2]
    linked = wire("PUT", by(local("7")), patient(local("7"), nhs(NUMBER)))
    assert (linked[0], linked[2]["id"]) == (200, held["id"])
    assert {each["value"] for each in linked[2]["identifier"]} == {"1", "7", NUMBER}
    apart = wire("PUT", by(nhs(NUMBER)), patient(local("8"), nhs(NUMBER, "03"), family="Other"))
    assert apart[0] == 201
    assert apart[2]["id"] != held["id"]
    again = wire("PUT", by(nhs(NUMBER)), patient(local("8"), nhs(NUMBER, "03"), family="Third"))
    assert (again[0], again[2]["id"]) == (200, apart[2]["id"])
    assert wire("PUT", by(local("1", "X9B")), patient(local("1", "X9B")))[0] == 201


def test_a_transaction_resolves_references_and_answers_in_order(wire: Wire) -> None:
    stay = {"resourceType": "Encounter", "identifier": [{"system": f"{uris.VISIT}X9A", "value": "V"}], "status": "in-progress", "class": {"code": "IMP"}}
    place = {"location": {"identifier": {"value": "MED1"}}, "physicalType": {"coding": [{"code": "wa"}]}}
    stay |= {"subject": {"reference": "urn:uuid:p"}, "location": [place]}
    entries = put(stay, f"Encounter?identifier={uris.VISIT}X9A|V", "urn:uuid:e"), put(patient(local("1")), by(local("1")), "urn:uuid:p")
    status, _, answer = wire("POST", "", bundle(*entries))
    assert (status, answer["type"]) == (200, "transaction-response")
    assert [each["response"]["status"] for each in answer["entry"]] == ["201 Created", "201 Created"]
    assert [each["fullUrl"].split("/")[-2] for each in answer["entry"]] == ["Encounter", "Patient"]
    found = wire("GET", f"{by(local('1'))}&_revinclude=Encounter:patient&_revinclude=Flag:patient")[2]
    assert [(each["resource"]["resourceType"], each["search"]["mode"]) for each in found["entry"]] == [("Patient", "match"), ("Encounter", "include")]
    held = found["entry"][1]["resource"]
    assert held["subject"]["reference"] == f"Patient/{found['entry'][0]['resource']['id']}"
    assert held["location"][0]["location"]["identifier"]["value"] == "HOSP-M1"
    later = {**stay, "status": "finished", "subject": {"reference": by(local("1"))}}
    assert wire("POST", "", bundle(put(later, f"Encounter?identifier={uris.VISIT}X9A|V"), name="C2"))[0] == 200


def test_one_fact_from_two_sources_is_filed_once_and_two_of_one_source_twice(wire: Wire) -> None:
    def allergy(source: str, value: str, text: str = "x", code: str = "91936005") -> Resource:
        found = {"resourceType": "AllergyIntolerance", "identifier": [{"system": source, "value": value}], "patient": {"reference": "urn:uuid:p"}}
        return found | {"code": {"coding": [{"system": uris.SNOMED, "code": code}], "text": text}}

    def send(name: str, *told: Resource) -> list[Resource]:
        entries = [
            put(each, f"AllergyIntolerance?identifier={each['identifier'][0]['system']}|{each['identifier'][0]['value']}", f"urn:uuid:{number}")
            for number, each in enumerate(told)
        ]
        assert wire("POST", "", bundle(*entries, put(patient(local("1")), by(local("1")), "urn:uuid:p"), name=name))[0] == 200
        return wire.role.store.load("AllergyIntolerance", wire.role.store.all_ids("AllergyIntolerance"))

    assert len(send("1", allergy("a", "1"), allergy("a", "2"))) == 2
    assert len(send("2", allergy("b", "1", "told by b"), allergy("b", "2"))) == 2
    texts = [each["code"]["text"] for each in send("3", allergy("a", "1", "told by a"))]
    assert len(texts) == 2
    assert "told by a" in texts
    assert len(send("4", allergy("b", "3", code="other"))) == 3


def test_a_refused_transaction_leaves_nothing(wire: Wire) -> None:
    bad = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": "urn:uuid:elsewhere"}}
    entries = put(patient(local("1")), by(local("1"))), put({**bad, "identifier": [{"system": "s", "value": "1"}]}, "Flag?identifier=s|1", "urn:uuid:f")
    assert code(wire("POST", "", bundle(*entries))) == (422, "not-found")
    assert wire.role.store.all_ids("Patient") == []
    twice = put(patient(local("1")), by(local("1"))), put(patient(local("1")), by(local("1")), "urn:uuid:2")
    assert code(wire("POST", "", bundle(*twice))) == (400, "duplicate")


def test_a_role_may_refuse_and_undo() -> None:
    class Grumpy(Role):
        def on_fhir_written(self, resources: list[Resource], partner: str) -> None:
            raise RefusalError(422, "business-rule", f"{partner} wrote {len(resources)}")

    wire = Wire(Grumpy)
    assert code(wire("POST", "", bundle(put(patient(local("1")), by(local("1")))))) == (422, "business-rule")
    assert code(wire("POST", "Patient", patient(local("1")))) == (422, "business-rule")
    assert wire.role.store.all_ids("Patient") == []


def test_a_replay_has_no_second_effect_and_the_same_answer() -> None:
    calls: list[int] = []

    class Counting(Role):
        def on_fhir_written(self, resources: list[Resource], partner: str) -> None:
            calls.append(len(resources))

    wire = Wire(Counting)
    sent = bundle({"fullUrl": "urn:uuid:1", "resource": patient(local("1")), "request": {"method": "POST", "url": "Patient"}})
    assert wire("POST", "", sent, x_request_id="A") == wire("POST", "", sent, x_request_id="A")
    assert wire("POST", "Flag", b"{}", x_request_id="B")[0] == 400
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"display": "x"}}
    assert wire("POST", "Flag", flag, x_request_id="B")[2] == wire("POST", "Flag", flag, x_request_id="B")[2]
    assert wire("POST", "Flag", flag, x_request_id="C")[0] == 201
    assert calls == [1, 1, 1]
    assert len(wire.role.store.all_ids("Flag")) == 2


def test_what_comes_late_for_a_merged_person_goes_to_the_survivor(wire: Wire) -> None:
    keep, gone = patient(local("K"), link=[{"other": {"reference": "urn:uuid:g"}, "type": "replaces"}]), patient(local("G"))
    gone |= {"active": False, "link": [{"other": {"reference": "urn:uuid:k"}, "type": "replaced-by"}]}
    wire("POST", "", bundle(put(keep, by(local("K")), "urn:uuid:k"), put(gone, by(local("G")), "urn:uuid:g")))
    flag = {
        "resourceType": "Flag",
        "identifier": [{"system": "s", "value": "1"}],
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": "urn:uuid:g"},
    }
    late = put({**patient(local("G")), "active": True}, by(local("G")), "urn:uuid:g"), put(flag, "Flag?identifier=s|1", "urn:uuid:f")
    assert wire("POST", "", bundle(*late, name="C2"))[0] == 200
    survivor = wire("GET", by(local("K")))[2]["entry"][0]["resource"]
    loser = wire("GET", by(local("G")))[2]["entry"][0]["resource"]
    assert loser["active"] is False
    assert wire("GET", "Flag?identifier=s|1")[2]["entry"][0]["resource"]["subject"]["reference"] == f"Patient/{survivor['id']}"


@pytest.mark.parametrize("loser_first", [False, True])
def test_a_merge_of_two_numbers_that_are_one_person_here_already(wire: Wire, loser_first: bool) -> None:
    wire("PUT", by(local("K")), patient(local("K"), nhs(NUMBER)))
    wire("PUT", by(local("G")), patient(local("G"), nhs(NUMBER)))
    (held,) = wire("GET", f"Patient?identifier={NUMBER}")[2]["entry"]
    assert {each["value"] for each in held["resource"]["identifier"]} == {"K", "G", NUMBER}
    keep = patient(local("K"), nhs(NUMBER), link=[{"other": {"reference": "urn:uuid:g"}, "type": "replaces"}])
    gone = patient(local("G"), active=False, link=[{"other": {"reference": "urn:uuid:k"}, "type": "replaced-by"}])
    entries = [put(keep, by(local("K")), "urn:uuid:k"), put(gone, by(local("G")), "urn:uuid:g")]
    status, _, answer = wire("POST", "", bundle(*(reversed(entries) if loser_first else entries)))
    assert (status, len(answer["entry"])) == (200, 2)
    (left,) = wire("GET", f"Patient?identifier={NUMBER}")[2]["entry"]
    assert left["resource"].get("active") is not False
    assert "link" not in left["resource"]


def test_a_nationally_sensitive_person_is_suppressed_for_every_reader_and_version(wire: Wire) -> None:
    open_ = patient(local("1"), address=[{"city": "X"}], telecom=[{"value": "1"}], generalPractitioner=[{"display": "x"}])
    made = wire("PUT", by(local("1")), open_)[2]
    assert "address" in made
    flag = {"security": [{"system": uris.CONFIDENTIALITY, "code": "R"}]}
    wire("PUT", by(local("1")), {**open_, "meta": flag})
    for path in (f"Patient/{made['id']}", f"Patient/{made['id']}/_history/1"):
        assert not {"address", "telecom", "generalPractitioner"} & wire("GET", path)[2].keys(), path
    assert b"address" not in encode_json(wire("GET", by(local("1")))[2])
    assert b"address" not in encode_json(wire("GET", f"Patient/{made['id']}/_history")[2])
    wire("PUT", by(local("1")), open_)
    assert "address" in wire("GET", f"Patient/{made['id']}")[2]


def test_search_counts_and_shows_each_once(wire: Wire) -> None:
    for value in "123":
        wire("POST", "Patient", patient(local(value)))
    found = wire("GET", "Patient?family=ashworth&_count=2")[2]
    assert (found["total"], len(found["entry"])) == (3, 2)
    assert "entry" not in wire("GET", "Patient?family=ashworth&_summary=count")[2]
    assert code(wire("GET", "Patient?_count=x")) == (400, "invalid")
    assert wire("GET", "Patient?family=nobody")[2]["total"] == 0
    assert isinstance(wire.role.outbox, SilentOutbox)
    assert isinstance(wire.service, FhirService)
