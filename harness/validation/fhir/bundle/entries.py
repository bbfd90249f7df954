"""Rules of Bundles: what entries hold goes with the type of the Bundle."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_FIRST = {"document": "Composition", "message": "MessageHeader"}
_REQUESTED = ("transaction", "batch")
_ANSWERED = ("transaction-response", "batch-response")


@rule("bundle-entries", "Bundle")
def bundle_entries(judging: Judging, value: Node, path: str) -> None:
    """bdl-1 to bdl-12, said where they are broken."""
    kind = text(value, "type")
    if "total" in value and kind not in ("searchset", "history"):
        say(judging, f"{path}.total", "a total in a Bundle that is not a search result", "a total in a searchset or history only", kind, "bdl-1")
    entries = objects(value, "entry")
    for index, entry in entries:
        _entry(judging, kind, entry, f"{path}.entry[{index}]")
    if kind != "history":
        _unique(judging, entries, path)
    if kind == "document":
        _document(judging, value, path)
    first = _FIRST.get(kind)
    if not first:
        return
    held = text(entries[0][1].get("resource"), "resourceType") if entries else ""
    if held != first:
        where = f"{path}.entry[0]" if entries else path
        said = f"a {kind} that does not begin with a {first}"
        say(judging, where, said, first, held or "nothing", "bdl-11" if kind == "document" else "bdl-12")


def _entry(judging: Judging, kind: str, entry: Node, where: str) -> None:
    if "/_history/" in text(entry, "fullUrl"):
        say(judging, f"{where}.fullUrl", "a fullUrl names a version", "no version in fullUrl", text(entry, "fullUrl"), "bdl-8")
    if not any(name in entry for name in ("resource", "request", "response")):
        say(judging, where, "an entry that holds nothing", "a resource, a request or a response", "none of them", "bdl-5")
        return
    if kind in (*_REQUESTED, "history") and "request" not in entry:
        say(judging, where, f"an entry of a {kind} without its request", "method and url", "absent", "bdl-3", "101")
    elif kind not in (*_REQUESTED, "history") and "request" in entry:
        say(judging, f"{where}.request", f"a request in a {kind or 'Bundle'}", "a request in a transaction, batch or history only", kind, "bdl-3")
    if "search" in entry and kind != "searchset":
        say(judging, f"{where}.search", "search in a Bundle that is not a searchset", "search in a searchset only", kind, "bdl-2")
    if kind in (*_ANSWERED, "history") and "response" not in entry and judging.version != "3.0.2":
        say(judging, where, f"an entry of a {kind} without its response", "a response with status", "absent", "bdl-4", "101")
    elif kind not in (*_ANSWERED, "history") and "response" in entry:
        say(judging, f"{where}.response", f"a response in a {kind or 'Bundle'}", "a response in a response or history only", kind, "bdl-4")


def _unique(judging: Judging, entries: list[tuple[int, Node]], path: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, entry in entries:
        resource = entry.get("resource")
        url, version = text(entry, "fullUrl"), text(resource.get("meta") if isinstance(resource, dict) else None, "versionId")
        if url and (url, version) in seen:
            where = f"{path}.entry[{index}].fullUrl"
            say(judging, where, f"two entries of one fullUrl: this one and entry[{seen[url, version]}]", "every fullUrl once", url, "bdl-7")
        seen.setdefault((url, version), index)


def _document(judging: Judging, value: Node, path: str) -> None:
    identifier = value.get("identifier")
    if not (isinstance(identifier, dict) and (identifier.get("system") or "_system" in identifier) and (identifier.get("value") or "_value" in identifier)):
        say(judging, path, "a document without its identifier", "an identifier with system and value", "absent or in part", "bdl-9", "101")
    if not text(value, "timestamp") and judging.version != "3.0.2":
        say(judging, path, "a document without its date", "a timestamp", "absent", "bdl-10", "101")


def say(
    judging: Judging,
    path: str,
    message: str,
    expected: str,
    actual: str,
    clause: str,
    error_code: str = "",
    *,
    severity: Severity = Severity.ERROR,
    issue_type: str = "",
    remedy: str = "follow the Bundle's type",
    opinion: bool = False,
    code: str = "fhir/bundle",
) -> None:
    """Say what is wrong with a Bundle. ``clause`` is an invariant key or what the section is about."""
    judging.say(
        severity,
        code,
        message,
        path,
        expected=expected,
        actual=actual,
        clause=clause if clause.startswith("bdl-") else f"FHIR R4 Bundle, {clause}",
        remedy=remedy,
        error_code=error_code,
        issue_type=issue_type or ("invariant" if clause.startswith("bdl-") else "invalid"),
        opinion=opinion,
    )
