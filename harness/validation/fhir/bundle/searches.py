"""Rules of search results and of the links of Bundles."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import known_types

_PAGES = ("first", "previous", "prev", "next", "last")
_PAGED = ("searchset", "history")
_ONCE = ("self", *_PAGES)


@rule("bundle-links", "Bundle")
def bundle_links(judging: FhirJudging, value: Node, path: str) -> None:
    """Links of one page only where there are pages; each of them once."""
    kind = text(value, "type")
    seen: set[str] = set()
    for index, link in objects(value, "link"):
        relation, where = text(link, "relation"), f"{path}.link[{index}].relation"
        if relation in _PAGES and kind and kind not in _PAGED:
            judging.tell("bundle/page-link-outside-search", at=where, actual=relation, relation=relation, kind=kind)
        if relation in _ONCE and relation in seen:
            judging.tell("bundle/link-twice", at=where, actual=relation, relation=relation)
        seen.add(relation)


@rule("bundle-search", "Bundle")
def bundle_search(judging: FhirJudging, value: Node, path: str) -> None:
    """A search result says what was searched for, and of every resource why it is there."""
    if text(value, "type") != "searchset":
        return
    links = [(text(link, "relation"), text(link, "url")) for _, link in objects(value, "link")]
    self_url = next((url for relation, url in links if relation == "self"), "")
    entries = objects(value, "entry")
    if not self_url:
        judging.tell("bundle/self-link-missing", at=path, actual="absent")
    modes = 0
    for index, entry in entries:
        resource, where, mode = entry.get("resource"), f"{path}.entry[{index}]", text(entry.get("search"), "mode")
        modes += bool(mode)
        if not isinstance(resource, dict):
            judging.tell("bundle/found-nothing", at=where, actual="absent")
            continue
        name = text(resource, "resourceType")
        if mode == "outcome" and name != "OperationOutcome":
            judging.tell("bundle/outcome-of-other-type", at=where, actual=name)
        elif mode in ("match", "include") and not text(resource, "id") and name != "Parameters":
            judging.tell("bundle/found-without-id", at=where, actual="absent")
        elif mode != "outcome" and mode:
            _searched(judging, name, mode, self_url, where)
    if modes < len(entries):
        judging.tell("bundle/search-mode-missing", at=path, actual="absent")


def _searched(judging: FhirJudging, name: str, mode: str, self_url: str, where: str) -> None:
    searched = self_url.partition("?")[0].rstrip("/").rpartition("/")[2]
    if mode == "match" and searched in known_types(judging) and name and name != searched:
        if "hl7-validator" in judging.options.rules:
            judging.tell("bundle/match-of-other-type-opinion", at=f"{where}.resource", actual=name, name=name, searched=searched)
        else:
            judging.tell("bundle/match-of-other-type", at=where, actual=name, name=name, searched=searched)
