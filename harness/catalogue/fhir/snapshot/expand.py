"""Walking into an element: its children come from what it refers to, from the profile of its type, or from its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.model import SnapshotSource, Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode, build, is_choice_of, text_of

_SYSTEM = "http://hl7.org/fhirpath/"


def types_of(node: SnapshotNode) -> list[Mapping[str, Any]]:
    """The types of the node's element, malformed ones left out."""
    types = node.element.get("type")
    return [each for each in types if isinstance(each, Mapping) and text_of(each.get("code"))] if isinstance(types, list) else []


def codes_of(node: SnapshotNode) -> list[str]:
    """The distinct type codes of the node's element."""
    return list(dict.fromkeys(each["code"] for each in types_of(node)))


def profiles_in(kind: Mapping[str, Any]) -> list[str]:
    """The profiles a type names."""
    named = kind.get("profile")
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def find_child(node: SnapshotNode, name: str, work: Work, base: SnapshotSource | None, where: str) -> SnapshotNode | None:
    """The unsliced child ``name`` (``valueQuantity`` gives ``value[x]``), walking into the element where its children are not there yet."""
    return _among(node, name) or (_among(node, name) if expand(node, work, base, where) else None)


def _among(node: SnapshotNode, name: str) -> SnapshotNode | None:
    found = node.child(name)
    if found is None and node.children:
        found = next((each for each in node.children if is_choice_of(name, each.name)), None)
        if found is None and name.endswith("[x]"):
            # What constrained value[x] to one type may have renamed it: valueQuantity.
            found = next((each for each in node.children if is_choice_of(each.name, name) and _renamed(each, name)), None)
    return found


def _renamed(node: SnapshotNode, choice: str) -> bool:
    base = node.element.get("base")
    path = text_of(base.get("path")) if isinstance(base, Mapping) else ""
    return path.endswith(f".{choice}") or any(node.name == choice[:-3] + code[:1].upper() + code[1:] for code in codes_of(node))


def expand(node: SnapshotNode, work: Work, base: SnapshotSource | None, where: str) -> bool:
    """Gives the node the children its type has and it does not; whether any were added."""
    reference = text_of(node.element.get("contentReference"))
    key = frozenset({reference} if reference else {f"{each['code']}|{'|'.join(profiles_in(each))}" for each in types_of(node)})
    if key == node.typed:
        return False
    node.typed = key
    given = _referenced(node, reference, work, base, where) if reference else _typed(node, work, where)
    if not given:
        return False
    if node.children is None:
        node.children = []
    names = {each.name for each in node.children}
    added = [each for each in given if each.name not in names]
    node.children.extend(added)
    return bool(added)


def _typed(node: SnapshotNode, work: Work, where: str) -> list[SnapshotNode]:
    types, codes = types_of(node), codes_of(node)
    if not codes or (len(codes) == 1 and codes[0].startswith(_SYSTEM)):
        return []
    if len(codes) > 1:
        # What all choices share: id and extensions.
        return _children(work.source("Element"), work)
    profiles = list(dict.fromkeys(profile for each in types for profile in profiles_in(each)))
    if len(profiles) == 1:
        source = work.source(profiles[0])
        if source is not None:
            part = profiles[0].partition("#")[2]
            return _children(source, work, part)
        work.say(where, f"has children, but the profile {profiles[0]} of its type is not known or refers to itself; its type {codes[0]} was taken instead")
    source = work.source(codes[0])
    if source is None:
        work.say(where, f"has children, but its type {codes[0]} is not known")
    return _children(source, work)


def _children(source: SnapshotSource | None, work: Work, part: str = "") -> list[SnapshotNode]:
    if source is None:
        return []
    root = build(source.elements, work, source)
    if root is not None and part:
        root = _by_id(root, part, root.name) or root
    return root.children or [] if root is not None else []


def _referenced(node: SnapshotNode, reference: str, work: Work, base: SnapshotSource | None, where: str) -> list[SnapshotNode]:
    canonical, _, wanted = reference.partition("#")
    source = work.source(canonical) if canonical and "#" in reference else node.home or base
    wanted = wanted or canonical
    root = build(source.elements, work, source if source is not base else None) if source is not None else None
    target = _by_id(root, wanted, root.name) if root is not None else None
    if target is None:
        work.say(where, f"refers to the content of {reference}, which is not there")
        return []
    return target.children or []


def _by_id(node: SnapshotNode, id: str, path: str) -> SnapshotNode | None:
    if id == path or id == node.element.get("id"):
        return node
    for child in node.children or ():
        for each in (child, *child.every_slice()):
            inner = f"{path}.{child.name}" + (f":{each.slice}" if each.slice else "")
            if id == inner or id.startswith((f"{inner}.", f"{inner}:")) or id == each.element.get("id"):
                found = _by_id(each, id, inner)
                if found is not None:
                    return found
    return None
