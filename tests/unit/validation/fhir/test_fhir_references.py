"""References lead where the rules of fragments, Bundles and Parameters say, and what does not lead there is said."""

from __future__ import annotations

from typing import Any

import pytest

from harness.validation.fhir.references.lookup import References, form_of

UUID = "urn:uuid:00000000-0000-4000-8000-00000000000"


def references(root: dict[str, Any]) -> References:
    return References(root, root["resourceType"])


def bundle(*entries: tuple[str, dict[str, Any]], kind: str = "collection") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"fullUrl": url, "resource": one} if url else {"resource": one} for url, one in entries]}


def patient(name: str = "1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, **more}


def observation(name: str = "9") -> dict[str, Any]:
    return {"resourceType": "Observation", "id": name, "subject": {}}


@pytest.mark.parametrize(
    ("reference", "kind", "type_name", "name", "version"),
    [
        ("#a", "fragment", "", "", ""),
        ("#", "fragment", "", "", ""),
        ("Patient/1", "relative", "Patient", "1", ""),
        ("Patient/1/_history/3", "relative", "Patient", "1", "3"),
        ("https://a.example/fhir/Patient/1/_history/3", "restful", "Patient", "1", "3"),
        ("https://a.example/fhir/Patient/1", "restful", "Patient", "1", ""),
        ("https://a.example/fhir", "absolute", "", "", ""),
        (UUID + "1", "urn", "", "", ""),
        ("Patient?identifier=a|b", "conditional", "Patient", "", ""),
        ("c282c3ec", "other", "", "", ""),
        ("a/b/Patient/1", "other", "", "", ""),
        ("", "fragment", "", "", ""),
    ],
)
def test_a_reference_is_taken_apart(reference: str, kind: str, type_name: str, name: str, version: str) -> None:
    form = form_of(reference)
    assert (form.kind, form.type, form.id, form.version) == (kind, type_name, name, version)


BASE, OTHER = "https://a.example/fhir", "https://b.example/fhir"
AT = "Bundle.entry[0].resource.subject"


@pytest.mark.parametrize(
    ("source", "url", "reference", "found"),
    [
        (f"{BASE}/Observation/9", f"{BASE}/Patient/1", "Patient/1", True),
        (f"{BASE}/Observation/9", f"{OTHER}/Patient/1", "Patient/1", False),
        (f"{BASE}/Observation/9", f"{OTHER}/Patient/1", f"{OTHER}/Patient/1", True),
        (f"{BASE}/Observation/9", f"{BASE}/Patient/1", f"{BASE}/Patient/1/_history/2", True),
        (f"{BASE}/Observation/9", f"{BASE}/Patient/1", "Patient/1/_history/3", False),
        (UUID + "9", UUID + "1", UUID + "1", True),
        (UUID + "9", UUID + "1", UUID + "2", False),
        ("urn:uuid:9", "urn:uuid:1", "Patient/1", True),
        ("urn:oid:1.2.3", "urn:oid:1", "Patient/1", True),
        (UUID + "9", f"{BASE}/Patient/1", "Patient/1", False),
        ("", f"{BASE}/Patient/1", "Patient/1", False),
        ("", f"{BASE}/Patient/1", f"{BASE}/Patient/1", True),
    ],
)
def test_a_reference_in_a_bundle_is_resolved_by_full_url(source: str, url: str, reference: str, found: bool) -> None:
    tree = bundle((source, observation()), (url, patient(meta={"versionId": "2"})))
    resolved = references(tree).resolve(reference, AT)
    assert (resolved is not None) is found
    if resolved is not None:
        assert (resolved.path, resolved.kind, resolved.type_name) == ("Bundle.entry[1].resource", "bundled", "Patient")


def test_what_has_the_type_and_id_but_not_the_base_is_near() -> None:
    tree = bundle((f"{BASE}/Observation/9", observation()), (f"{OTHER}/Patient/1", patient()), (f"{OTHER}/x/Patient/1", patient()))
    look = references(tree).look("Patient/1", AT)
    assert not look.found
    assert [one.index for one in look.near] == [1, 2]
    assert look.target == f"{BASE}/Patient/1"


def test_two_entries_of_one_full_url_are_both_found_and_versions_are_told_apart() -> None:
    same = references(bundle((UUID + "9", observation()), (UUID + "1", patient()), (UUID + "1", patient("2"))))
    assert len(same.look(UUID + "1", AT).found) == 2
    older, newer = ({"versionId": name, "lastUpdated": f"2026-01-0{name}T00:00:00Z"} for name in "12")
    versions = references(bundle((UUID + "9", observation()), (UUID + "1", patient(meta=older)), (UUID + "1", patient(meta=newer))))
    assert [one.path for one in versions.look(UUID + "1", AT).found] == ["Bundle.entry[2].resource"]


def test_fragments_lead_to_contained_siblings_and_back_to_the_container() -> None:
    inner = {"resourceType": "Provenance", "id": "a", "target": [{"reference": "#"}]}
    tree = bundle((UUID + "1", patient(contained=[inner, patient("b")])))
    found = references(tree)
    at = "Bundle.entry[0].resource.contained[0].target[0]"
    container = found.resolve("#", at)
    assert container is not None
    assert (container.kind, container.path) == ("container", "Bundle.entry[0].resource")
    sibling = found.resolve("#b", at)
    assert sibling is not None
    assert sibling.path == "Bundle.entry[0].resource.contained[1]"
    assert found.resolve("#c", at) is None


def test_parameters_and_bundles_within_them_are_looked_through() -> None:
    held = bundle((UUID + "1", patient("7")), kind="transaction")
    tree = {
        "resourceType": "Parameters",
        "parameter": [{"name": "a", "part": [{"name": "r", "valueReference": {}}, {"name": "b", "resource": held}]}, {"name": "p", "resource": patient()}],
    }
    found = references(tree)
    at = "Parameters.parameter[0].part[0].valueReference"
    assert found.resolve("Patient/1", at) is not None
    inside = found.resolve(UUID + "1", at)
    assert inside is not None
    assert inside.path == "Parameters.parameter[0].part[1].resource.entry[0].resource"


def test_a_bundle_within_a_bundle_looks_outwards() -> None:
    inner = bundle((UUID + "5", observation()))
    tree = bundle((UUID + "1", patient()), (UUID + "2", inner))
    resolved = references(tree).resolve(UUID + "1", "Bundle.entry[1].resource.entry[0].resource.subject")
    assert resolved is not None
    assert resolved.path == "Bundle.entry[0].resource"
