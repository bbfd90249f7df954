"""Rules of transactions and batches: what is asked goes with what is sent."""

from __future__ import annotations

from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.bundle.entries import say
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import form_of, known_types

_CLAUSE = "transactions"


@rule("bundle-requests", "Bundle")
def bundle_requests(judging: Judging, value: Node, path: str) -> None:
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
            said = f"a transaction changes {identity} twice: here and in entry[{changed[identity]}]"
            _say(judging, f"{where}.request.url", said, "every resource once", url, _CLAUSE, remedy="keep one of the two")
        changed.setdefault(identity, index)


def _request(judging: Judging, entry: Node, request: Node, where: str, kind: str) -> None:
    resource, method, url = entry.get("resource"), text(request, "method"), text(request, "url")
    if kind == "history":
        return
    if method in ("POST", "PUT"):
        operation = "$" in url or "_search" in url
        if not isinstance(resource, dict):
            if not operation:
                _say(judging, where, f"a {method} without a resource", "a resource", "absent", _CLAUSE, "101")
        elif not operation:
            _target(judging, request, resource, method, where)
    if "ifNoneExist" in request and method != "POST":
        said = f"ifNoneExist in a {method or 'request without method'}"
        _say(judging, f"{where}.request.ifNoneExist", said, "ifNoneExist with POST only", method, _CLAUSE, severity=Severity.WARNING, remedy="leave it out")


def _target(judging: Judging, request: Node, resource: Node, method: str, where: str) -> None:
    url, name, held = text(request, "url"), text(resource, "resourceType"), text(resource, "id")
    plain, query, _ = url.partition("?")
    form = form_of(plain)
    last = plain.rstrip("/").rpartition("/")[2]
    target = form.type or (last if last in known_types(judging) else plain.partition("/")[0])
    if target in known_types(judging) and name and target != name:
        _say(judging, f"{where}.request.url", f"a {method} of a {name} to another type", name, url, _CLAUSE)
    elif method == "POST" and form.kind in ("relative", "restful") and form.id:
        said = "a POST to a resource that is there: a create goes to the type"
        _say(judging, f"{where}.request.url", said, name, url, _CLAUSE, remedy="POST to the type, or PUT")
    elif method == "PUT" and not query and not form.id:
        _say(judging, f"{where}.request.url", "a PUT that does not say what to update", f"{name}/id, or a search", url, _CLAUSE, remedy="name the id")
    elif method == "PUT" and form.id and held != form.id:
        said = "a PUT whose resource has another id than its URL" if held else "a PUT whose resource has no id"
        _say(judging, f"{where}.request.url", said, held or f"id {form.id} in the resource", url, "http, update", remedy="give both the same id")


def _say(judging: Judging, path: str, message: str, expected: str, actual: str, clause: str, code: str = "", **more: Any) -> None:
    # The reference validator does not look at what a request would do.
    more.setdefault("severity", Severity.WARNING if "hl7-validator" in judging.options.rules else Severity.ERROR)
    say(judging, path, message, expected, actual, clause, code, **more)
