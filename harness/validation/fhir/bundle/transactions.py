"""Rules of transactions and batches: what is asked goes with what is sent."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import form_of, known_types


@rule("bundle-requests", "Bundle")
def bundle_requests(judging: FhirJudging, value: Node, path: str) -> None:
    """Method, url and resource of every request agree; a transaction changes a resource once."""
    kind = text(value, "type")
    if kind not in ("transaction", "batch", "history"):
        return
    changed: dict[str, int] = {}
    for index, entry in objects(value, "entry"):
        request = entry.get("request")
        if not isinstance(request, dict):
            continue
        where = f"{path}.entry[{index}]"
        _request(judging, entry, request, where, kind)
        method, url = text(request, "method"), text(request, "url")
        if kind != "transaction" or method not in ("PUT", "DELETE", "PATCH") or "?" in url or not url:
            continue
        form = form_of(url)
        identity = f"{form.type}/{form.id}" if form.id else url
        if identity in changed:
            judging.tell("bundle/changed-twice", at=f"{where}.request.url", actual=url, identity=identity, other=changed[identity])
        changed.setdefault(identity, index)


def _request(judging: FhirJudging, entry: Node, request: Node, where: str, kind: str) -> None:
    resource, method, url = entry.get("resource"), text(request, "method"), text(request, "url")
    if kind == "history":
        return
    if method in ("POST", "PUT"):
        operation = "$" in url or "_search" in url
        if not isinstance(resource, dict):
            if not operation:
                judging.tell("bundle/resource-missing", at=where, actual="absent", method=method)
        elif not operation:
            _target(judging, request, resource, method, where)
    if "ifNoneExist" in request and method != "POST":
        judging.tell("bundle/if-none-exist", at=f"{where}.request.ifNoneExist", actual=method, request=method or "request without method")


def _target(judging: FhirJudging, request: Node, resource: Node, method: str, where: str) -> None:
    url, name, held = text(request, "url"), text(resource, "resourceType"), text(resource, "id")
    plain, query, _ = url.partition("?")
    form = form_of(plain)
    last = plain.rstrip("/").rpartition("/")[2]
    target = form.type or (last if last in known_types(judging) else plain.partition("/")[0])
    if target in known_types(judging) and name and target != name:
        judging.tell("bundle/request-to-other-type", at=f"{where}.request.url", actual=url, method=method, name=name)
    elif method == "POST" and form.kind in ("relative", "restful") and form.id:
        judging.tell("bundle/create-of-existing", at=f"{where}.request.url", expected=name, actual=url)
    elif method == "PUT" and not query and not form.id:
        judging.tell("bundle/update-without-target", at=f"{where}.request.url", actual=url, name=name)
    elif method == "PUT" and form.id and held != form.id:
        judging.tell(
            "bundle/update-other-id" if held else "bundle/update-without-id",
            at=f"{where}.request.url",
            expected=held or f"id {form.id} in the resource",
            actual=url,
        )
