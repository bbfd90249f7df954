"""A system's own FHIR messages: one transaction Bundle of conditional updates, as every message of a person or encounter event travels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from harness.formats.fhir import encode_json
from harness.systems.core import uris
from harness.systems.core.identity import identifiers
from harness.systems.core.outbox import Outgoing
from harness.systems.core.view import suppressed

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]


def transaction(
    store: Store, resources: Iterable[Resource], control_id: str, *, authorities: Iterable[str] = (), removed: Iterable[Resource] = (), to: str = ""
) -> Outgoing:
    """``resources`` as stored, in order, as one Bundle with ``identifier.value`` = ``control_id``.

    Each is a conditional PUT on its business identifier (a Patient's local one, of the first of ``authorities`` that numbered them), else a POST;
    ``removed`` ones are conditional DELETEs. References within the Bundle are ``urn:uuid:``, others become conditional references.
    A nationally sensitive Patient goes without address, telecom, contacts and practice.
    """
    written, whose = list(resources), tuple(authorities)
    urns = {f"{each['resourceType']}/{each['id']}": _urn(store.system_id, each) for each in written}
    entries = []
    for each in written:
        criterion = condition(each, whose)
        request = {"method": "PUT", "url": f"{each['resourceType']}?{criterion}"} if criterion else {"method": "POST", "url": each["resourceType"]}
        entries.append({"fullUrl": urns[f"{each['resourceType']}/{each['id']}"], "resource": outward(each, urns, store, whose), "request": request})
    for each in removed:
        if criterion := condition(each, whose):
            entries.append({"request": {"method": "DELETE", "url": f"{each['resourceType']}?{criterion}"}})
    bundle: Resource = {
        "resourceType": "Bundle",
        "identifier": {"system": f"{uris.HOME}/Id/message", "value": control_id},
        "type": "transaction",
        "timestamp": store.clock.instant(),
        "entry": entries,
    }
    return Outgoing("fhir", encode_json(bundle), "POST", "", {}, control_id, to)


def condition(resource: Resource, authorities: Iterable[str] = ()) -> str:
    """``identifier=system|value`` (percent-encoded) by which ``resource`` is known elsewhere; empty where it has no identifier."""
    found = identifiers(resource)
    if isinstance(resource.get("identifier"), dict):
        found = [resource["identifier"]]
    if resource.get("resourceType") == "Patient":
        wanted = [f"{uris.LOCAL}{authority}" for authority in authorities]
        first = [each for system in wanted for each in found if each["system"] == system]
        found = first or [each for each in found if each["system"].startswith(uris.LOCAL)] or found
    if not found:
        return ""
    return f"identifier={quote(found[0]['system'], safe='')}%7C{quote(str(found[0]['value']), safe='')}"


def outward(resource: Resource, urns: Mapping[str, str], store: Store, authorities: Iterable[str] = ()) -> Resource:
    """A stored resource as it is sent: no id, no version, references that a stranger can follow, sensitive content left out."""
    sent = {key: value for key, value in suppressed(resource).items() if key not in ("id", "meta")}
    meta = {key: value for key, value in (resource.get("meta") or {}).items() if key not in ("versionId", "lastUpdated", "source")}
    head: Resource = {"resourceType": sent.pop("resourceType")} | ({"meta": meta} if meta else {})
    return head | {key: _refer(value, urns, store, authorities) for key, value in sent.items()}


def _refer(value: Any, urns: Mapping[str, str], store: Store, authorities: Iterable[str]) -> Any:
    if isinstance(value, list):
        return [_refer(each, urns, store, authorities) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _refer(each, urns, store, authorities) for key, each in value.items()}
    reference = value.get("reference")
    if isinstance(reference, str):
        if reference in urns:
            found["reference"] = urns[reference]
        else:
            kind, _, key = reference.partition("/")
            other = store.get(kind, key) if key else None
            criterion = condition(other, authorities) if other else ""
            if criterion:
                found["reference"] = f"{kind}?{criterion}"
    return found


def _urn(system_id: str, resource: Resource) -> str:
    digest = sha256(f"{system_id}|{resource['resourceType']}|{resource['id']}".encode()).hexdigest()
    return f"urn:uuid:{UUID(digest[:32], version=5)}"
