"""A transaction Bundle: everything is filed or nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from harness.systems.core import facts, identity
from harness.systems.core.fhir.reply import REASONS, etag
from harness.systems.core.fhir.write import Writer
from harness.systems.core.refusal import RefusalError
from harness.systems.core.store import Resource

_ORDER = {"DELETE": 0, "POST": 1, "PUT": 1, "GET": 2}


@dataclass(slots=True)
class _EntryWrite:
    position: int
    method: str
    type: str
    own_id: str
    query: str
    resource: Resource
    full_url: str
    request: dict[str, Any]
    before: Resource | None = None
    keep: bool = False


def process(writer: Writer, bundle: Resource, organisation: str, base: str) -> Resource:
    """The transaction-response, entries in the order sent. Raises RefusalError; call inside ``store.transaction()``."""
    if bundle.get("type") != "transaction":
        raise RefusalError(422, "not-supported", f"a Bundle of type {str(bundle.get('type'))[:40]!r} is not processed here, only transaction")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise RefusalError(400, "structure", "Bundle.entry must be a list")
    steps = [_step(entry, position) for position, entry in enumerate(entries)]
    responses: list[Resource] = [{} for _ in steps]
    for step in steps:
        if step.method == "DELETE":
            responses[step.position] = {"response": _delete(writer, step)}
    known = _resolve(writer, [step for step in steps if step.method in ("POST", "PUT")])
    partner = writer.partner([step.resource for step in steps], organisation)
    written: list[Resource] = []
    for step in sorted((step for step in steps if step.method in ("POST", "PUT")), key=lambda step: step.type != "Patient"):
        status, stored = _write(writer, step, known, partner)
        written.append(stored)
        location = f"{base}/{step.type}/{stored['id']}/_history/{stored['meta']['versionId']}"
        responses[step.position] = {
            "fullUrl": f"{base}/{step.type}/{stored['id']}",
            "response": {"status": REASONS[status], "location": location, "etag": etag(stored), "lastModified": stored["meta"]["lastUpdated"]},
        }
    if written:
        writer.role.on_fhir_written(written, partner)
    return {"resourceType": "Bundle", "type": "transaction-response"} | ({"entry": responses} if responses else {})


def _step(entry: Any, position: int) -> _EntryWrite:
    where = f"Bundle.entry[{position}]"
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str) or not isinstance(request.get("method"), str):
        raise RefusalError(400, "required", f"{where}.request needs a method and a url")
    method, url = request["method"], request["url"].lstrip("/")
    path, _, query = url.partition("?")
    kind, _, own_id = path.partition("/")
    resource = entry.get("resource", {})
    if method not in ("POST", "PUT", "DELETE"):
        raise RefusalError(422, "not-supported", f"{where}: {method[:20]} is not done in a transaction here")
    if method != "DELETE":
        if not isinstance(resource, dict) or not resource:
            raise RefusalError(400, "required", f"{where}.resource is missing")
        if resource.get("resourceType") != kind:
            raise RefusalError(400, "invalid", f"{where}: the resource is a {str(resource.get('resourceType'))[:60]}, the request says {kind[:60]}")
    if method == "PUT" and bool(own_id) == bool(query):
        raise RefusalError(400, "invalid", f"{where}: a PUT needs an id or search parameters")
    return _EntryWrite(position, method, kind, own_id, query, dict(resource), str(entry.get("fullUrl", "")), request)


def _resolve(writer: Writer, steps: list[_EntryWrite]) -> dict[str, str]:
    """Decide what each step replaces or creates; {fullUrl: "Type/id"}."""
    known: dict[str, str] = {}
    taken: dict[tuple[str, str], _EntryWrite] = {}
    for step in steps:
        writer.check(step.resource, step.type)
    for step in sorted(steps, key=lambda step: step.type != "Patient"):
        if step.method == "POST":
            step.before, step.keep = writer.create_target(step.resource, str(step.request.get("ifNoneExist", "")))
        elif step.query:
            step.before = writer.target(step.resource, step.query) or _told_by_another(writer, step, known, taken)
        else:
            if step.resource.get("id", step.own_id) != step.own_id:
                raise RefusalError(400, "invalid", f"Bundle.entry[{step.position}]: the resource's id is not the one in the request")
            step.before = writer.store.get(step.type, step.own_id)
        if step.before is not None:
            step.own_id = step.before["id"]
        elif not step.own_id:
            step.resource.pop("id", None)
            step.own_id = writer.store.new_id(step.resource)
        if (other := taken.get((step.type, step.own_id))) is not None:
            _joined_already(step, other)
        taken[step.type, step.own_id] = step
        if step.full_url:
            known[step.full_url] = f"{step.type}/{step.own_id}"
    return known


def _told_by_another(writer: Writer, step: _EntryWrite, known: dict[str, str], taken: dict[tuple[str, str], _EntryWrite]) -> Resource | None:
    if step.type not in facts.KINDS:
        return None
    about = step.resource.get("subject") or step.resource.get("patient") or {}
    reference = str(about.get("reference", "")) if isinstance(about, dict) else ""
    patient = _resolved(reference, known, writer) if reference else ""
    used = [own_id for kind, own_id in taken if kind == step.type]
    return facts.same_fact(writer.store, step.resource, patient.removeprefix("Patient/"), used) if patient else None


def _joined_already(step: _EntryWrite, other: _EntryWrite) -> None:
    """Two entries are one stored resource: right only for a merge of two records that are one person here already; the loser's entry is left."""
    loser = next((each for each in (step, other) if each.type == "Patient" and identity.survivor_id(each.resource)), None)
    if loser is None or loser.before is None:
        raise RefusalError(400, "duplicate", f"Bundle.entry[{step.position}] and entry[{other.position}] are the same {step.type}")
    loser.keep = True


def _write(writer: Writer, step: _EntryWrite, known: dict[str, str], partner: str) -> tuple[int, Resource]:
    if step.keep and step.before is not None:
        return 200, step.before
    resource = {key: _refer(value, known, writer) for key, value in step.resource.items()}
    match = str(step.request.get("ifMatch", "")).removeprefix("W/").strip('"')
    return writer.store_one(resource, step.own_id, step.before, partner, expect_version=match or None)


def _refer(value: Any, known: dict[str, str], writer: Writer) -> Any:
    if isinstance(value, list):
        return [_refer(each, known, writer) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _refer(each, known, writer) for key, each in value.items()}
    reference = value.get("reference")
    if isinstance(reference, str):
        found["reference"] = _resolved(reference, known, writer)
    return found


def _resolved(reference: str, known: dict[str, str], writer: Writer) -> str:
    if reference in known:
        return known[reference]
    if reference.startswith("urn:"):
        raise RefusalError(422, "not-found", f"{reference[:80]} is no entry of this Bundle")
    kind, question, query = reference.partition("?")
    if not question:
        return reference
    found = writer.store.search(kind, parse_qsl(unquote(query) if "=" not in query else query, keep_blank_values=True))
    if kind == "Patient":
        found = list({each["id"]: each for each in (identity.survivor(writer.store, each) for each in found)}.values())
    if len(found) != 1:
        raise RefusalError(412, "multiple-matches" if found else "not-found", f"{len(found)} resources match the reference {reference[:200]}")
    return f"{kind}/{found[0]['id']}"


def _delete(writer: Writer, step: _EntryWrite) -> Resource:
    found = [step.own_id] if step.own_id else [each["id"] for each in writer.store.search(step.type, parse_qsl(step.query))] if step.query else []
    if len(found) > 1:
        raise RefusalError(412, "multiple-matches", f"{len(found)} {step.type} resources match {step.query[:200]}")
    for each in found:
        writer.store.delete(step.type, each)
    return {"status": REASONS[204]}
