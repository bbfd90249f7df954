"""Filing what is received over FHIR: structure check, code translation, who it is about, then the store."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from harness.formats.fhir import encode_json
from harness.systems.core import facts, identity, uris
from harness.systems.core.fhir import structure
from harness.systems.core.local_codes import translate_resource
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Role
from harness.systems.core.store import Resource

Written = tuple[int, Resource]


class Writer:
    """Writes for one role. Every method raises RefusalError and is called inside ``store.transaction()``."""

    def __init__(self, role: Role) -> None:
        self.role, self.store = role, role.store

    def check(self, resource: Resource, type: str) -> None:
        """Structure, type against the URL, and the defects' say in a refusal."""
        if resource.get("resourceType") != type:
            raise RefusalError(400, "invalid", f"the body is a {str(resource.get('resourceType'))[:60]}, the address says {type}")
        try:
            structure.check(resource)
        except RefusalError as refusal:
            if refusal.code == "structure" or self.role.defects.refuse(refusal.code):
                raise

    def target(self, resource: Resource, criteria: str) -> Resource | None:
        """The stored resource that a conditional write on ``criteria`` replaces, None to create. 412 when more than one matches."""
        type = resource["resourceType"]  # noqa: A001
        params = parse_qsl(criteria, keep_blank_values=True)
        if not params:
            raise RefusalError(412, "multiple-matches", "a conditional write needs search parameters")
        found = self.store.search(type, params)
        if type != "Patient":
            if len(found) > 1:
                raise RefusalError(412, "multiple-matches", f"{len(found)} {type} resources match {criteria[:200]}")
            return found[0] if found else None
        known = identity.match(self.store, resource)
        if known is not None:
            return known
        by_number = all(name == "identifier" and value.startswith(f"{uris.NHS_NUMBER}|") for name, value in params)
        if by_number:
            # A number matched here belongs to somebody else as far as can be proven: it is not verified on both sides, or one is a pseudo-person.
            return None
        live = [each for each in found if identity.is_live(each)] or found
        if len(live) > 1:
            raise RefusalError(412, "multiple-matches", f"{len(live)} Patient resources match {criteria[:200]}")
        return live[0] if live else None

    def create_target(self, resource: Resource, if_none_exist: str) -> tuple[Resource | None, bool]:
        """(resource to answer with or replace, whether to leave it as it is) for a create."""
        if if_none_exist:
            found = self.store.search(resource["resourceType"], parse_qsl(if_none_exist, keep_blank_values=True))
            if len(found) > 1:
                raise RefusalError(412, "multiple-matches", f"{len(found)} {resource['resourceType']} resources match {if_none_exist[:200]}")
            if found:
                return found[0], True
        if resource["resourceType"] == "Patient":
            return identity.match(self.store, resource), False
        return None, False

    def store_one(self, resource: Resource, own_id: str, before: Resource | None, partner: str, *, expect_version: str | None = None) -> Written:
        """Store ``resource`` under ``own_id``; (201 or 200, the stored version)."""
        if self.role.defects.swallow(f"fhir:{resource['resourceType']}", encode_json(resource)):
            shadow = {**resource, "id": own_id, "meta": {**(resource.get("meta") or {}), "versionId": "1", "lastUpdated": self.role.clock.instant()}}
            return (200 if before else 201), before or shadow
        route = self.role.outbox.routes.get(partner)
        if route is not None and not self.role.defects.has("keeps-partner-codes"):
            translate_resource(resource, route.codes, self.role.system.codes)
        if resource["resourceType"] == "Patient" and before is not None:
            resource = identity.joined(resource, before)
            links = [link for link in resource.get("link") or () if (link.get("other") or {}).get("reference") != f"Patient/{own_id}"]
            resource = {key: value for key, value in resource.items() if key != "link"} | ({"link": links} if links else {})
        if before is not None and resource["resourceType"] in facts.KINDS and isinstance(resource.get("identifier"), list):
            resource = facts.with_identifiers(resource, before)
        self._references(resource)
        return (200 if before else 201), self.store.put({**resource, "id": own_id}, expect_version=expect_version)

    def _references(self, resource: Resource) -> None:
        """The person a resource is about must be known here; one merged away stands for the survivor."""
        for element in ("subject", "patient", "for"):
            held = resource.get(element)
            if not isinstance(held, dict) or not isinstance(held.get("reference"), str):
                continue
            kind, _, key = held["reference"].partition("/")
            if kind != "Patient" or not key or ":" in held["reference"]:
                continue
            patient = self.store.get("Patient", key)
            if patient is None:
                raise RefusalError(422, "not-found", f"{resource['resourceType']}.{element} refers to {held['reference'][:80]}, which is not here")
            if not self.role.defects.has("keeps-loser"):
                resource[element] = {**held, "reference": f"Patient/{identity.survivor(self.store, patient)['id']}"}

    def partner(self, resources: list[Resource], organisation: str) -> str:
        """Which partner sent this: by the header, else by the organisations that the resources name."""
        return self.role.outbox.partner_of([organisation, *(code for each in resources for code in organisations(each))])


def organisations(resource: Resource) -> list[str]:
    """ODS codes of who a resource comes from."""
    found: list[Any] = [(resource.get(element) or {}).get("identifier") for element in ("requester", "serviceProvider", "managingOrganization", "owner")]
    codes = [str(each.get("value", "")) for each in found if isinstance(each, dict)]
    listed = resource.get("identifier")
    for each in listed if isinstance(listed, list) else ():
        system = str(each.get("system", "")) if isinstance(each, dict) else ""
        if system.startswith((uris.LOCAL, uris.VISIT, f"{uris.HOME}/Id/entry/")):
            codes.append(system.rpartition("/")[2])
    return codes
