"""Rules of search results and of the links of Bundles."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.bundle.entries import say
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import known_types

_PAGES = ("first", "previous", "prev", "next", "last")
_PAGED = ("searchset", "history")
_ONCE = ("self", *_PAGES)


@rule("bundle-links", "Bundle")
def bundle_links(judging: Judging, value: Node, path: str) -> None:
    """Links of one page only where there are pages; each of them once."""
    kind = text(value, "type")
    seen: set[str] = set()
    for index, link in objects(value, "link"):
        relation, where = text(link, "relation"), f"{path}.link[{index}].relation"
        if relation in _PAGES and kind and kind not in _PAGED:
            said = f"a link {relation}, which is of search results, in a {kind}"
            say(judging, where, said, "page links in a searchset or history only", relation, "links", remedy="leave it out", opinion=True)
        if relation in _ONCE and relation in seen:
            say(judging, where, f"two links of relation {relation}", "each relation once", relation, "links", remedy="keep one", opinion=True)
        seen.add(relation)


@rule("bundle-search", "Bundle")
def bundle_search(judging: Judging, value: Node, path: str) -> None:
    """A search result says what was searched for, and of every resource why it is there."""
    if text(value, "type") != "searchset":
        return
    links = [(text(link, "relation"), text(link, "url")) for _, link in objects(value, "link")]
    self_url = next((url for relation, url in links if relation == "self"), "")
    entries = objects(value, "entry")
    if not self_url:
        _warn(judging, path, "a search result without a self link: nobody can see what was searched for", "a link of relation self", "absent", "send it")
    modes = 0
    for index, entry in entries:
        resource, where, mode = entry.get("resource"), f"{path}.entry[{index}]", text(entry.get("search"), "mode")
        modes += bool(mode)
        if not isinstance(resource, dict):
            say(judging, where, "an entry of a search result without a resource", "a resource", "absent", "searchset", "101", opinion=True)
            continue
        name = text(resource, "resourceType")
        if mode == "outcome" and name != "OperationOutcome":
            say(
                judging,
                where,
                "an outcome of a search that is no OperationOutcome",
                "OperationOutcome",
                name,
                "searchset",
                remedy="send it as match or include",
            )
        elif mode in ("match", "include") and not text(resource, "id") and name != "Parameters":
            say(judging, where, "a resource found by a search without its id", "an id", "absent", "searchset", "101", opinion=True)
        elif mode != "outcome" and mode:
            _searched(judging, name, mode, self_url, where)
    if modes < len(entries):
        _warn(judging, path, "a search result that does not say what was matched and what was included", "search.mode in every entry", "absent", "send it")


def _searched(judging: Judging, name: str, mode: str, self_url: str, where: str) -> None:
    searched = self_url.partition("?")[0].rstrip("/").rpartition("/")[2]
    if mode == "match" and searched in known_types(judging) and name and name != searched:
        said = f"a {name} as match of a search for {searched}"
        if "hl7-validator" in judging.options.rules:
            say(judging, f"{where}.resource", said, searched, name, "searchset", issue_type="business-rule", remedy="send it as include", opinion=True)
        else:
            _warn(judging, where, said, searched, name, "send it as include")


def _warn(judging: Judging, path: str, message: str, expected: str, actual: str, remedy: str) -> None:
    say(judging, path, message, expected, actual, "searchset", severity=Severity.WARNING, issue_type="business-rule", remedy=remedy)
