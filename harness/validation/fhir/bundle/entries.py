"""Rules of Bundles: what entries hold goes with the type of the Bundle."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_FIRST = {"document": "Composition", "message": "MessageHeader"}
_REQUESTED = ("transaction", "batch")
_ANSWERED = ("transaction-response", "batch-response")


@rule("bundle-entries", "Bundle")
def bundle_entries(judging: FhirJudging, value: Node, path: str) -> None:
    """bdl-1 to bdl-12, said where they are broken."""
    kind = text(value, "type")
    if "total" in value and kind not in ("searchset", "history"):
        judging.tell("bundle/total-outside-search", at=f"{path}.total", actual=kind)
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
        judging.tell(
            "bundle/document-first-entry" if kind == "document" else "bundle/message-first-entry", at=where, actual=held or "nothing", kind=kind, first=first
        )


def _entry(judging: FhirJudging, kind: str, entry: Node, where: str) -> None:
    if "/_history/" in text(entry, "fullUrl"):
        judging.tell("bundle/versioned-full-url", at=f"{where}.fullUrl", actual=text(entry, "fullUrl"))
    if not any(name in entry for name in ("resource", "request", "response")):
        judging.tell("bundle/empty-entry", at=where, actual="none of them")
        return
    if kind in (*_REQUESTED, "history") and "request" not in entry:
        judging.tell("bundle/request-missing", at=where, actual="absent", kind=kind)
    elif kind not in (*_REQUESTED, "history") and "request" in entry:
        judging.tell("bundle/request-not-asked", at=f"{where}.request", actual=kind, kind=kind or "Bundle")
    if "search" in entry and kind != "searchset":
        judging.tell("bundle/search-outside-searchset", at=f"{where}.search", actual=kind)
    if kind in (*_ANSWERED, "history") and "response" not in entry and judging.version != "3.0.2":
        judging.tell("bundle/response-missing", at=where, actual="absent", kind=kind)
    elif kind not in (*_ANSWERED, "history") and "response" in entry:
        judging.tell("bundle/response-not-asked", at=f"{where}.response", actual=kind, kind=kind or "Bundle")


def _unique(judging: FhirJudging, entries: list[tuple[int, Node]], path: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, entry in entries:
        resource = entry.get("resource")
        url, version = text(entry, "fullUrl"), text(resource.get("meta") if isinstance(resource, dict) else None, "versionId")
        if url and (url, version) in seen:
            where = f"{path}.entry[{index}].fullUrl"
            judging.tell("bundle/full-url-twice", at=where, actual=url, other=seen[url, version])
        seen.setdefault((url, version), index)


def _document(judging: FhirJudging, value: Node, path: str) -> None:
    identifier = value.get("identifier")
    if not (isinstance(identifier, dict) and (identifier.get("system") or "_system" in identifier) and (identifier.get("value") or "_value" in identifier)):
        judging.tell("bundle/document-identifier", at=path, actual="absent or in part")
    if not text(value, "timestamp") and judging.version != "3.0.2":
        judging.tell("bundle/document-date", at=path, actual="absent")
