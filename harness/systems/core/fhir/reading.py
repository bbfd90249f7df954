"""Reading over FHIR: one resource, its versions, and searches with what refers to the matches."""

from __future__ import annotations

from urllib.parse import urlencode

from harness.systems.core.fhir.reply import Reply, Resource, versioned
from harness.systems.core.fhir.structure import TYPES
from harness.systems.core.index import PARAMETERS
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Role
from harness.systems.core.search import SearchError, matching
from harness.systems.core.view import shown

Params = list[tuple[str, str]]


class FhirReader:
    """Reads for one role; what is shown passes the sensitive flag and the defects."""

    def __init__(self, role: Role) -> None:
        self.role, self.store = role, role.store

    def _show(self, resource: Resource) -> Resource | None:
        return shown(resource, self.store, self.role.defects)

    def read(self, type: str, id: str) -> Reply:
        """The current version; 404 where it never was, 410 where it is deleted."""
        resource = self.store.get(type, id)
        if resource is None and self.store.version(type, id):
            raise RefusalError(410, "deleted", f"{type}/{id} is deleted")
        visible = self._show(resource) if resource is not None else None
        if visible is None:
            raise RefusalError(404, "not-found", f"there is no {type}/{id[:64]} here")
        return versioned(200, visible)

    def vread(self, type: str, id: str, version: str) -> Reply:
        """One version; 404 where there is none, 410 where that version is the deletion."""
        for number, resource in self.store.history(type, id):
            if str(number) == version:
                if resource is None:
                    raise RefusalError(410, "deleted", f"{type}/{id} was deleted in version {version}")
                visible = self._show(resource)
                if visible is not None:
                    return versioned(200, visible)
        raise RefusalError(404, "not-found", f"there is no version {version[:20]} of {type}/{id[:64]} here")

    def history(self, type: str, id: str, base: str) -> Reply:
        """A history Bundle, newest first."""
        versions = self.store.history(type, id)
        if not versions:
            raise RefusalError(404, "not-found", f"there is no {type}/{id[:64]} here")
        entries: list[Resource] = []
        for number, resource in versions:
            request = {"method": "DELETE" if resource is None else "PUT" if number > 1 else "POST", "url": f"{type}/{id}"}
            entry: Resource = {"fullUrl": f"{base}/{type}/{id}"}
            visible = self._show(resource) if resource is not None else None
            if resource is not None and visible is None:
                continue
            entries.append(
                entry | ({"resource": visible} if visible is not None else {}) | {"request": request, "response": {"status": "200", "etag": f'W/"{number}"'}}
            )
        return Reply(200, {"resourceType": "Bundle", "type": "history", "total": len(entries), "entry": entries})

    def search(self, type: str, params: Params, base: str) -> Reply:
        """A searchset Bundle: matches in order of id, then what ``_revinclude`` and ``_include`` bring; SearchError is answered 400."""
        ids = matching(self.store, type, params)
        total = len(ids)
        count = next((value for name, value in params if name == "_count"), "")
        if count and not count.isdigit():
            raise SearchError(f"_count={count[:20]} is not a number")
        summary = any(name == "_summary" and value == "count" for name, value in params)
        page = [] if summary else ids[: int(count)] if count else ids
        matches = [visible for each in self.store.load(type, page) if (visible := self._show(each)) is not None]
        entries = [_entry(each, "match", base) for each in matches]
        entries += [_entry(visible, "include", base) for each in self._included(type, params, matches) if (visible := self._show(each)) is not None]
        link = [{"relation": "self", "url": f"{base}/{type}?{urlencode(params)}"}]
        hidden = 0 if summary or count else total - len(matches)
        body: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total - hidden, "link": link}
        return Reply(200, body | ({"entry": entries} if entries else {}))

    def _included(self, type: str, params: Params, matches: list[Resource]) -> list[Resource]:
        found: dict[tuple[str, str], Resource] = {}
        for name, value in params:
            if name == "_revinclude":
                source, _, param = value.partition(":")
                param = param.partition(":")[0]
                if source not in TYPES or not param:
                    raise SearchError(f"_revinclude={value[:80]} is not Type:parameter")
                for match in matches:
                    for each in self.store.search(source, [(param, f"{type}/{match['id']}")]):
                        found[source, each["id"]] = each
            elif name == "_include":
                element = value.split(":")[1] if ":" in value else ""
                for match in matches:
                    held = match.get(element)
                    reference = str(held.get("reference", "")) if isinstance(held, dict) else ""
                    kind, _, key = reference.partition("/")
                    included = self.store.get(kind, key) if key else None
                    if included is not None:
                        found[kind, key] = included
        present = {(type, match["id"]) for match in matches}
        return [each for key, each in found.items() if key not in present]


def _entry(resource: Resource, mode: str, base: str) -> Resource:
    return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource, "search": {"mode": mode}}


def capability(role: Role) -> Reply:
    """The CapabilityStatement, without any credential."""
    interactions = [{"code": code} for code in ("read", "vread", "update", "delete", "history-instance", "create", "search-type")]
    resources = [
        {
            "type": type,
            "interaction": interactions,
            "versioning": "versioned-update",
            "conditionalCreate": True,
            "conditionalUpdate": True,
            "operation": [{"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"}],
            "searchParam": [{"name": name, "type": "string" if name in ("family", "given", "name") else "token"} for name in sorted(PARAMETERS)],
        }
        for type in sorted(TYPES)  # noqa: A001
    ]
    return Reply(
        200,
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": role.clock.instant(),
            "kind": "instance",
            "software": {"name": "exemplar-harness simulated system"},
            "implementation": {"description": role.system.title},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json"],
            "rest": [{"mode": "server", "resource": resources, "interaction": [{"code": "transaction"}]}],
        },
    )
