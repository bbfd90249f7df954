"""Rules of documents and messages: what their first entry refers to is there, and everything that is there is linked with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import Lookup
from harness.validation.fhir.references.resources_within import Scope

_CLAUSES = {"document": "documents", "message": "messages"}
_STYLED = ("stylesheet",)


@rule("bundle-linked", "Bundle")
def bundle_linked(judging: FhirJudging, value: Node, path: str) -> None:
    """Documents and messages hold together."""
    kind = text(value, "type")
    if kind not in _CLAUSES:
        return
    bundle = judging.references.scopes.get(path)
    if bundle is None or not bundle.entries or bundle.entries[0].type != {"document": "Composition", "message": "MessageHeader"}[kind]:
        return
    first = bundle.entries[0]
    for where, target in _asked(first, kind):
        lookup = judging.references.look(target, where)
        if not lookup.found and not target.startswith("#") and "_history" not in target:
            _absent(judging, lookup, where, target, kind)
    _reach(judging, bundle, first, value, kind)


def _asked(first: Scope, kind: str) -> Iterator[tuple[str, str]]:
    """Path and target of every reference whose target must be in the Bundle."""
    if kind == "message":
        yield from _held(first.node, first.path, "focus")
        return
    yield from _held(first.node, first.path, "subject", "encounter", "author", "custodian")
    for name, inner in (("attester", "party"), ("event", "detail")):
        for index, one in objects(first.node, name):
            yield from _held(one, f"{first.path}.{name}[{index}]", inner)
    waiting = [(section, f"{first.path}.section[{index}]") for index, section in objects(first.node, "section")]
    while waiting:
        section, where = waiting.pop()
        yield from _held(section, where, "author", "focus", "entry")
        waiting += [(inner, f"{where}.section[{index}]") for index, inner in objects(section, "section")]


def _held(node: Node, path: str, *names: str) -> Iterator[tuple[str, str]]:
    """Path and target of the literal references that stand in elements of ``node``."""
    for name in names:
        held = node.get(name)
        for index, item in enumerate(held) if isinstance(held, list) else [(-1, held)]:
            if target := text(item, "reference"):
                yield f"{path}.{name}" + (f"[{index}]" if index >= 0 else "") + ".reference", target


def _absent(judging: FhirJudging, lookup: Lookup, where: str, target: str, kind: str) -> None:
    words: dict[str, Any] = {"target": target, "kind": kind, "meant": lookup.target or target, "page": _CLAUSES[kind]}
    if lookup.near:
        held = ", ".join(one.full_url or one.path for one in lookup.near[:3])
        judging.tell("bundle/not-in-whole-but-near", at=where, actual=f"fullUrl {held}", **words)
    elif not lookup.source and not lookup.target:
        judging.tell("bundle/not-in-whole-without-base", at=where, actual="absent", **words)
    else:
        judging.tell("bundle/not-in-whole", at=where, actual="absent", **words)


def _reach(judging: FhirJudging, bundle: Scope, first: Scope, value: Node, kind: str) -> None:
    """Say which entries are not linked with the first one."""
    forward: dict[str, set[str]] = {}
    for entry in bundle.entries:
        found = forward.setdefault(entry.path, set())
        for where, target in references_below(entry.node, entry.path):
            for one in judging.references.look(target, where).found:
                holder = _entry_path(one.path, bundle)
                if holder and holder != entry.path:
                    found.add(holder)
    linked = _spread({first.path}, forward)
    either: dict[str, set[str]] = {name: set(ends) for name, ends in forward.items()}
    for name, ends in forward.items():
        for end in ends:
            either.setdefault(end, set()).add(name)
    touching = _spread({first.path}, either)
    styles = {text(link, "url") for _, link in objects(value, "link") if text(link, "relation") in _STYLED}
    for entry in bundle.entries[1:]:
        if entry.path in linked or entry.full_url in styles:
            continue
        where = entry.path.removesuffix(".resource")
        name = entry.full_url or f"{entry.type}/{entry.id}"
        if entry.path not in touching:
            judging.tell(
                "bundle/entry-apart",
                at=where,
                severity=Severity.ERROR if kind == "document" else None,
                actual="none",
                name=name,
                first=first.type,
                page=_CLAUSES[kind],
            )
        elif kind == "document" and entry.type != "Provenance":
            judging.tell("bundle/entry-not-led-to", at=where, actual="none", name=name, page=_CLAUSES[kind])
        elif kind == "message":
            judging.tell("bundle/entry-beside-message", at=where, actual="no link", name=name, page=_CLAUSES[kind])


def _spread(reached: set[str], edges: dict[str, set[str]]) -> set[str]:
    waiting = list(reached)
    while waiting:
        new = edges.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _entry_path(path: str, bundle: Scope) -> str:
    """The path of the entry's resource, of this Bundle, that ``path`` is in or below."""
    head = f"{bundle.path}.entry["
    if not path.startswith(head):
        return ""
    return path[: path.find("]", len(head)) + 1] + ".resource"


def references_below(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and target of every literal reference in a resource, in what it contains too."""
    waiting = [(value, path)]
    while waiting:
        node, where = waiting.pop()
        if isinstance(node, dict):
            target = node.get("reference")
            if isinstance(target, str):
                yield f"{where}.reference", target
            waiting.extend((child, f"{where}.{key}") for key, child in node.items() if isinstance(child, dict | list))
        elif isinstance(node, list):
            waiting.extend((child, f"{where}[{index}]") for index, child in enumerate(node) if isinstance(child, dict | list))
