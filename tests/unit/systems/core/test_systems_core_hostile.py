"""Every part of a good message replaced by something odd: an answer that says so, never a failure of the server."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from systems_world import Resource, record, system, world

from harness.formats.fhir import encode_json, parse_json
from harness.model.record import Coded
from harness.systems.core import emit, uris
from harness.systems.core.clock import Clock
from harness.systems.core.held_people import People
from harness.systems.core.store import Store
from harness.systems.roles.social_care import SocialCareRole

ODD: tuple[Any, ...] = (5, "x", True, None, [], {}, [1], {"x": 1}, [[{}]], "x" * 10_000)


def message() -> Resource:
    one, clock = system("hospital", "X9A", role="exemplar"), Clock("2026-01-05T09:00:00")
    people = People(one, Store(one.id, clock), clock)
    told = record(practice="X9G01", sensitive="local", pseudo="Y", language="en").with_group(
        "encounter",
        {"encounter.number": "V1", "encounter.class": "I", "encounter.ward": "medical-1", "encounter.consultant": "C1", "encounter.start": "2026-01-05T09:00"},
    )
    told = told.with_group("package", {"package.type": Coded("1"), "package.status": "active", "package.number": "P"})
    applied = people.apply(told)
    request: Resource = {"resourceType": "ServiceRequest", "identifier": [{"system": uris.NOTICE, "value": "N"}], "status": "active", "intent": "order"}
    request |= {"code": {"coding": [{"system": uris.SNOMED, "code": "975841000000102"}]}, "subject": {"reference": f"Patient/{applied.patient['id']}"}}
    request |= {"replaces": [{"identifier": {"system": uris.NOTICE, "value": "M"}}], "requester": {"identifier": {"system": uris.ODS, "value": "X9A"}}}
    stored = people.store.put(request)
    return parse_json(emit.transaction(people.store, [*applied.resources, stored], "C", authorities=["X9A"]).payload)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, (*path, key))


def altered(tree: Resource, path: tuple[Any, ...], odd: Any) -> Resource:
    changed: Any = deepcopy(tree)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = odd
    return dict(changed)


@pytest.mark.slow
def test_odd_transactions_are_answered() -> None:
    good = message()
    whole = [path for path in places(good) if path]
    assert len(whole) > 150
    for path in whole:
        for odd in ODD:
            role, service = world(SocialCareRole)
            headers = {"content-type": "application/fhir+json"}
            status, _, answer = service.handle("POST", "", "", headers, encode_json(altered(good, path, odd)), "http://x/fhir")
            assert status in (200, 400, 412, 422), (path, odd, status, answer[:300])
            if status != 200:
                assert parse_json(answer)["resourceType"] == "OperationOutcome"
                assert role.store.all_ids("Patient") == [], (path, odd)
            role.store.close()


@pytest.mark.parametrize(
    "path", ["/", "//", "Patient//", "Patient/a/b", "Patient/a/_history/1/2", "%00", "Patient?identifier=%00", "Patient?_revinclude=x", "../etc"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_odd_addresses_are_answered(method: str, path: str) -> None:
    _, service = world()
    path, _, query = path.partition("?")
    status, _, answer = service.handle(method, path, query, {"content-type": "application/json"}, b"{}", "http://x/fhir")
    assert status < 500, (method, path, answer)
