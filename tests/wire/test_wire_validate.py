"""``harness simulate --package``: what requests is told by ``$validate`` of a server that judges by a package: ours, and UK Core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from material import SMALL_PACKAGE, UK_CORE
from wire_simulate import PATIENCE, simulated

# By package, its profile of Patient. Both bind the language to codes of BCP 47, and must.
PROFILES = {
    SMALL_PACKAGE: "https://exemplar-harness.example/fhir/StructureDefinition/Small-Patient",
    **({UK_CORE: "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"} if UK_CORE.is_dir() else {}),
}
SPEAKS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage"
HAVE = {"resourceType": "Patient", "communication": [{"language": {"coding": [{"system": SPEAKS, "code": "cy"}]}}]}


@pytest.fixture(scope="module", params=list(PROFILES), ids=lambda package: package.name)
def follower(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch, simulated("acute-follower", "--package", str(request.param)) as said:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield {**said, "profile": PROFILES[request.param]}


def errors(follower: dict[str, Any], resource: dict[str, Any], **query: str) -> list[str]:
    headers = {"Authorization": f"Bearer {follower['tokens']['fhir-in']}", "Content-Type": "application/fhir+json"}
    answer = requests.post(f"{follower['fhir']}/Patient/$validate", params=query, json=resource, headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["resourceType"]) == (200, "OperationOutcome")
    return [issue["expression"][0] for issue in answer.json()["issue"] if issue["severity"] in ("error", "fatal")]


def test_the_profile_asked_for_is_that_of_the_package(follower: dict[str, Any]) -> None:
    assert errors(follower, HAVE, profile=follower["profile"]) == ["Patient.communication[0].language"]


def test_the_profile_claimed_is_that_of_the_package(follower: dict[str, Any]) -> None:
    assert errors(follower, {**HAVE, "meta": {"profile": [follower["profile"]]}}) == ["Patient.communication[0].language"]


def test_what_the_package_allows_has_no_error(follower: dict[str, Any]) -> None:
    right = {"resourceType": "Patient", "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "cy"}]}}]}
    assert errors(follower, right, profile=follower["profile"]) == []
