"""Rules of Bundles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.facts import resource_facts
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_RESTFUL = re.compile(r"^https?://.+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})$")
_FIRST = {"document": "Composition", "message": "MessageHeader"}


@rule("bundle-entries", "Bundle")
def bundle_entries(judging: Judging, value: Node, path: str) -> None:
    """bdl-1 to bdl-8: what entries hold goes with the type of the Bundle."""
    kind = text(value, "type")
    seen: set[tuple[str, str]] = set()
    if "total" in value and kind not in ("searchset", "history"):
        _say(judging, f"{path}.total", "a total in a Bundle that is not a search result", "a total in a searchset or history only", kind, "bdl-1")
    for index, entry in objects(value, "entry"):
        where = f"{path}.entry[{index}]"
        if kind in ("transaction", "batch") and "request" not in entry:
            _say(judging, f"{where}.request", f"an entry of a {kind} without its request", "method and url", "absent", "bdl-3", "101")
        elif kind not in ("transaction", "batch", "history") and "request" in entry:
            _say(judging, f"{where}.request", f"a request in a {kind or 'Bundle'}", "a request in a transaction, batch or history only", kind, "bdl-3")
        if "search" in entry and kind != "searchset":
            _say(judging, f"{where}.search", "search in a Bundle that is not a searchset", "search in a searchset only", kind, "bdl-2")
        if "response" in entry and kind not in ("transaction-response", "batch-response", "history"):
            _say(judging, f"{where}.response", f"a response in a {kind}", "a response in a response or history only", kind, "bdl-4")
        if not any(name in entry for name in ("resource", "request", "response")):
            _say(judging, where, "an entry that holds nothing", "a resource, a request or a response", "none of them", "bdl-5")
        url = text(entry, "fullUrl")
        version = text(entry.get("resource", {}).get("meta") if isinstance(entry.get("resource"), dict) else None, "versionId")
        if url and kind != "history" and (url, version) in seen:
            _say(judging, f"{where}.fullUrl", "two entries of one fullUrl", "every fullUrl once", url, "bdl-7")
        seen.add((url, version))
        if "/_history/" in url:
            _say(judging, f"{where}.fullUrl", "a fullUrl names a version", "no version in fullUrl", url, "bdl-8")
        _full_url(judging, entry, url, where)
        _request(judging, entry, where)
    first = _FIRST.get(kind)
    entries = [entry for _, entry in objects(value, "entry")]
    if first and (not entries or not isinstance(entries[0].get("resource"), dict) or entries[0]["resource"].get("resourceType") != first):
        _say(judging, f"{path}.entry", f"a {kind} that does not begin with a {first}", first, "something else", "bdl-11" if kind == "document" else "bdl-12")


def _full_url(judging: Judging, entry: Node, url: str, where: str) -> None:
    """A RESTful fullUrl names the type and id of the resource that stands there."""
    match, resource = _RESTFUL.search(url), entry.get("resource")
    if match is None or not isinstance(resource, dict) or resource_facts(match[1]) is None:
        return
    named = f"{match[1]}/{match[2]}"
    held = f"{resource.get('resourceType')}/{resource.get('id', '')}"
    if named != held:
        _say(judging, f"{where}.fullUrl", "a fullUrl names another resource than stands there", held, named, "fullUrl")


def _request(judging: Judging, entry: Node, where: str) -> None:
    request, resource = entry.get("request"), entry.get("resource")
    if not isinstance(request, dict):
        return
    method, url = text(request, "method"), text(request, "url")
    if method in ("POST", "PUT") and not isinstance(resource, dict):
        _say(judging, f"{where}.resource", f"a {method} without a resource", "a resource", "absent", "transactions", "101")
    elif method in ("POST", "PUT") and isinstance(resource, dict):
        target = url.partition("?")[0].partition("/")[0]
        name = resource.get("resourceType")
        if target.isalpha() and isinstance(name, str) and target != name:
            _say(judging, f"{where}.request.url", f"a {method} of a {name} to another type", name, url, "transactions")


@rule("bundle-references", "Bundle")
def bundle_references(judging: Judging, value: Node, path: str) -> None:
    """A ``urn:`` reference inside a Bundle finds its entry by fullUrl: nobody else can resolve it."""
    urls = {text(entry, "fullUrl") for _, entry in objects(value, "entry")}
    for index, entry in objects(value, "entry"):
        for where, target in _references(entry.get("resource"), f"{path}.entry[{index}].resource"):
            if target.startswith(("urn:uuid:", "urn:oid:")) and target not in urls:
                judging.say(
                    Severity.ERROR,
                    "fhir/reference",
                    "a reference into the Bundle that no entry answers to",
                    where,
                    expected="the fullUrl of an entry",
                    actual=target,
                    clause="FHIR R4 Bundle, resolving references",
                    remedy="add the entry, or refer to it by identifier",
                    error_code="204",
                )


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    stack = [(value, path)]
    while stack:
        node, where = stack.pop()
        if isinstance(node, dict):
            target = node.get("reference")
            if isinstance(target, str):
                yield f"{where}.reference", target
            stack.extend((child, f"{where}.{key}") for key, child in node.items() if isinstance(child, dict | list))
        elif isinstance(node, list):
            stack.extend((child, f"{where}[{index}]") for index, child in enumerate(node) if isinstance(child, dict | list))


def _say(judging: Judging, path: str, message: str, expected: str, actual: str, invariant: str, error_code: str = "") -> None:
    judging.say(
        Severity.ERROR,
        "fhir/bundle",
        message,
        path,
        expected=expected,
        actual=actual,
        clause=f"FHIR R4 Bundle, {invariant}",
        remedy="follow the Bundle's type",
        error_code=error_code,
    )
