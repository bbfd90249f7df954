"""The $validate operation of a simulated server (FHIR R4, Resource: validate)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from systems_world import Resource, local, nhs, patient, world

from harness.formats.fhir import encode_json, parse_json
from harness.systems.core.fhir.service import FhirService

BROKEN = {"resourceType": "Patient", "gender": "man", "birthDate": "1990-02-31"}


@pytest.fixture
def service() -> FhirService:
    return world()[1]


def ask(service: FhirService, path: str, body: Resource | bytes | None = None, method: str = "POST") -> tuple[int, Resource]:
    content = body if isinstance(body, bytes) else encode_json(body) if body is not None else b""
    address, _, query = path.partition("?")
    status, _, answer = service.handle(method, address, query, {"content-type": "application/fhir+json"}, content, "http://x/fhir")
    return status, parse_json(answer)


def errors(answer: tuple[int, Resource]) -> set[str]:
    status, found = answer
    assert (status, found["resourceType"]) == (200, "OperationOutcome")
    return {issue["expression"][0] for issue in found["issue"] if issue["severity"] in ("error", "fatal")}


def test_a_sound_resource_has_no_error_and_is_not_kept(service: FhirService) -> None:
    assert errors(ask(service, "Patient/$validate", patient(local("1")))) == set()
    assert ask(service, "Patient", method="GET")[1]["total"] == 0


def test_faults_are_named_with_their_place(service: FhirService) -> None:
    assert errors(ask(service, "Patient/$validate", BROKEN)) == {"Patient.gender", "Patient.birthDate"}


def test_parameters_carry_the_resource_and_the_profile(service: FhirService) -> None:
    sent = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": BROKEN}, {"name": "mode", "valueCode": "create"}]}
    assert errors(ask(service, "Patient/$validate", sent)) == {"Patient.gender", "Patient.birthDate"}


def test_a_stored_resource_is_judged_by_its_id(service: FhirService) -> None:
    made = service.handle("POST", "Patient", "", {"content-type": "application/fhir+json"}, encode_json(patient(nhs("9990007004"))), "http://x/fhir")
    own_id = parse_json(made[2])["id"]
    assert errors(ask(service, f"Patient/{own_id}/$validate", method="GET")) == set()
    assert ask(service, f"Patient/{own_id}/$validate?mode=delete")[1]["issue"][0]["severity"] == "information"
    assert ask(service, "Patient/nobody/$validate?mode=delete")[1]["issue"][0]["code"] == "not-found"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("Patient/$validate", None, 400),
        ("Patient/nobody/$validate", None, 404),
        ("Patient/$validate", {"resourceType": "Observation"}, 400),
        ("Patient/$validate", {"resourceType": "Parameters"}, 400),
        ("Patient/$validate", {"resourceType": "Parameters", "parameter": [3, {"name": ["x"]}]}, 400),
        ("Patient/$validate?mode=everything", BROKEN, 400),
        ("Patient/$validate?profile=active", BROKEN, 400),
        ("Patient/$validate", b"{", 400),
        ("Thing/$validate", BROKEN, 404),
    ],
)
def test_what_is_no_question_is_refused(service: FhirService, path: str, body: Any, status: int) -> None:
    found = ask(service, path, body)
    assert (found[0], found[1]["resourceType"]) == (status, "OperationOutcome")


def test_the_capability_statement_offers_it(service: FhirService) -> None:
    resources = ask(service, "metadata", method="GET")[1]["rest"][0]["resource"]
    assert all(resource["operation"][0]["name"] == "validate" for resource in resources)


URL = "http://x.example/StructureDefinition/active"


def requiring_active(folder: Path) -> str:
    """A package of one profile that asks Patient.active for."""
    differential = {"element": [{"id": "Patient.active", "path": "Patient.active", "min": 1}]}
    definition = {"resourceType": "StructureDefinition", "url": URL, "kind": "resource", "abstract": False, "type": "Patient", "derivation": "constraint"}
    base = "http://hl7.org/fhir/StructureDefinition/Patient"
    (folder / "active.json").write_bytes(encode_json({**definition, "baseDefinition": base, "differential": differential}))
    return str(folder)


def test_the_packages_of_the_system_are_judged_by(service: FhirService, tmp_path: Path) -> None:
    service.role.system = replace(service.role.system, packages=(requiring_active(tmp_path),))
    declaring = {**patient(local("1")), "meta": {"profile": [URL]}}
    assert errors(ask(service, "Patient/$validate", {**declaring, "active": True})) == set()
    assert errors(ask(service, "Patient/$validate", {name: value for name, value in declaring.items() if name != "active"})) == {"Patient"}


@pytest.mark.parametrize("asking", ["address", "parameter"])
def test_the_profile_asked_for_is_judged_by(service: FhirService, tmp_path: Path, asking: str) -> None:
    service.role.system = replace(service.role.system, packages=(requiring_active(tmp_path),))

    def ask_for(profile: str, resource: Resource) -> tuple[int, Resource]:
        if asking == "address":
            return ask(service, f"Patient/$validate?profile={profile}", resource)
        parts = [{"name": "resource", "resource": resource}, {"name": "profile", "valueCanonical": profile}]
        return ask(service, "Patient/$validate", {"resourceType": "Parameters", "parameter": parts})

    silent = {name: value for name, value in patient(local("1")).items() if name != "active"}
    assert errors(ask_for(URL, {**silent, "active": True})) == set()
    assert errors(ask_for(URL, silent)) == {"Patient"}
    unknown = ask_for("http://x.example/StructureDefinition/nowhere", silent)
    assert errors(unknown) == {"Patient"}
    assert "nowhere" in str(unknown[1]["issue"])


def test_a_stored_resource_is_held_to_the_profile_asked_for(service: FhirService, tmp_path: Path) -> None:
    service.role.system = replace(service.role.system, packages=(requiring_active(tmp_path),))
    silent = {name: value for name, value in patient(nhs("9990007004")).items() if name != "active"}
    made = service.handle("POST", "Patient", "", {"content-type": "application/fhir+json"}, encode_json(silent), "http://x/fhir")
    own_id = parse_json(made[2])["id"]
    assert errors(ask(service, f"Patient/{own_id}/$validate", method="GET")) == set()
    assert errors(ask(service, f"Patient/{own_id}/$validate?profile={URL}", method="GET")) == {"Patient"}
