"""What a profile asks of a reference: type, profile of what it leads to, the way it is reached, version."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir_rules_kit import BASE, UUID, bundle, entry, patient, validator

PROFILES = "https://a.example/fhir/StructureDefinition"
CORE = "http://hl7.org/fhir/StructureDefinition"


def profile(name: str, base: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition",
        "url": f"{PROFILES}/{name}",
        "name": name,
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": base,
        "baseDefinition": f"{CORE}/{base}",
        "derivation": "constraint",
        "differential": {"element": [{"id": base, "path": base}, *elements]},
    }


def subject(name: str, *targets: str, **more: Any) -> dict[str, Any]:
    kind = {"code": "Reference", **({"targetProfile": list(targets)} if targets else {}), **more}
    return profile(name, "Observation", {"id": "Observation.subject", "path": "Observation.subject", "type": [kind]})


NAMED = profile("Named", "Patient", {"id": "Patient.name", "path": "Patient.name", "min": 1})
# A profile whose instances refer to one another: judging one asks for the other, and so on.
CIRCLE = profile(
    "Circle",
    "Patient",
    {"id": "Patient.link.other", "path": "Patient.link.other", "type": [{"code": "Reference", "targetProfile": [f"{PROFILES}/Circle"]}]},
    {"id": "Patient.active", "path": "Patient.active", "min": 1},
)
DEFINITIONS = [
    NAMED,
    CIRCLE,
    subject("OfNamed", f"{PROFILES}/Named"),
    subject("OfNamedOrGroup", f"{PROFILES}/Named", f"{CORE}/Group"),
    subject("OfGroup", f"{CORE}/Group"),
    subject("Contained", f"{CORE}/Patient", aggregation=["contained"]),
    subject("Bundled", f"{CORE}/Patient", aggregation=["bundled"]),
    subject("Referenced", f"{CORE}/Patient", aggregation=["referenced"]),
    subject("Specific", f"{CORE}/Patient", versioning="specific"),
    subject("Independent", f"{CORE}/Patient", versioning="independent"),
]
AT = "Bundle.entry[0].resource.subject"


def judged(name: str, reference: dict[str, Any], target: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    observation = {"resourceType": "Observation", "meta": {"profile": [f"{PROFILES}/{name}"]}, "status": "final", "code": {"text": "a"}, "subject": reference}
    tree = bundle("collection", entry({**observation, **more}, f"{BASE}/Observation/9"), entry(target, f"{BASE}/Patient/1"))
    observation["id"] = "9"
    tree["entry"][0]["resource"]["id"] = "9"
    found = validator("none").with_resources(DEFINITIONS).validate(json.dumps(tree).encode())
    return [(issue.code, issue.location.path) for issue in found.issues if issue.code.startswith("fhir/reference") and issue.is_error]


LITERAL = {"reference": "Patient/1"}
NAMELESS, WITH_NAME = patient(), patient(name=[{"family": "Sample"}])


@pytest.mark.parametrize(
    ("name", "reference", "target", "code"),
    [
        ("OfNamed", LITERAL, WITH_NAME, ""),
        ("OfNamed", LITERAL, NAMELESS, "fhir/reference-profile"),
        ("OfNamed", {"reference": "Patient/elsewhere"}, NAMELESS, ""),
        ("OfNamed", {"reference": "Group/1"}, NAMELESS, "fhir/reference-target"),
        ("OfNamedOrGroup", LITERAL, NAMELESS, "fhir/reference-profile"),
        ("OfNamedOrGroup", {"reference": "Group/1"}, NAMELESS, ""),
        ("OfGroup", LITERAL, NAMELESS, "fhir/reference-target"),
        ("OfGroup", {"type": "Patient", "display": "a"}, NAMELESS, "fhir/reference-target"),
        ("OfGroup", {"identifier": {"value": "1"}}, NAMELESS, ""),
        ("Contained", LITERAL, NAMELESS, "fhir/reference-aggregation"),
        ("Bundled", LITERAL, NAMELESS, ""),
        ("Bundled", {"reference": f"{BASE}/Patient/3"}, NAMELESS, "fhir/reference-aggregation"),
        ("Referenced", LITERAL, NAMELESS, ""),
        ("Specific", LITERAL, NAMELESS, "fhir/reference-version"),
        ("Specific", {"reference": "Patient/1/_history/1"}, NAMELESS, ""),
        ("Independent", {"reference": "Patient/1/_history/1"}, NAMELESS, "fhir/reference-version"),
        ("Independent", LITERAL, NAMELESS, ""),
    ],
)
def test_what_a_profile_asks_of_a_reference(name: str, reference: dict[str, Any], target: dict[str, Any], code: str) -> None:
    found = judged(name, reference, target)
    assert [one[0] for one in found] == ([code] if code else [])
    assert all(place.startswith(AT) for _, place in found)


def test_a_contained_resource_where_it_must_be_and_where_it_must_not() -> None:
    inside: dict[str, Any] = {"contained": [{"resourceType": "Patient", "id": "p"}]}
    assert judged("Contained", {"reference": "#p"}, NAMELESS, **inside) == []
    assert judged("Referenced", {"reference": "#p"}, NAMELESS, **inside) == [("fhir/reference-aggregation", AT)]
    assert judged("OfNamed", {"reference": "#p"}, NAMELESS, **inside) == [("fhir/reference-profile", AT)]


def test_references_that_go_round_in_circles_end() -> None:
    def link(number: int) -> list[dict[str, Any]]:
        return [{"other": {"reference": f"{UUID}{number}"}, "type": "seealso"}]

    people = [entry(patient(str(one), active=True, link=link((one + 1) % 4)), f"{UUID}{one}") for one in range(4)]
    people[0]["resource"]["meta"] = {"profile": [f"{PROFILES}/Circle"]}
    checked = validator("none").with_resources(DEFINITIONS)
    assert not [issue for issue in checked.validate(json.dumps(bundle("collection", *people)).encode()).issues if issue.is_error]
    del people[3]["resource"]["active"]
    found = [issue.code for issue in checked.validate(json.dumps(bundle("collection", *people)).encode()).issues if issue.is_error]
    assert found == ["fhir/reference-profile"]
