"""Rules of contained resources: each has an id of its own, and is linked with what contains it."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.narrative.xhtml import examine

_MOST = 50


@rule("contained", "Resource")
def contained(judging: FhirJudging, value: Node, path: str) -> None:
    """Ids are there and different; dom-3: what is contained is referred to, or refers to what contains it."""
    if "contained" not in value:
        return
    seen: dict[str, int] = {}
    held = objects(value, "contained")
    for index, one in held:
        name, where = text(one, "id"), f"{path}.contained[{index}]"
        if not name:
            judging.tell("references/contained-without-id", at=where, actual="absent")
        elif name in seen:
            judging.tell("references/contained-id-twice", at=f"{where}.id", actual=name, name=name, other=seen[name])
        seen.setdefault(name, index)
    if path.rpartition(".")[2].startswith("contained["):
        return
    # Every Reference of the resource was looked at before: what one of them names needs no search.
    if len(seen) == len(held) and all(judging.references.looked(f"#{name}", path) for name in seen):
        return
    for index, one in unlinked(value):
        name = text(one, "id")
        judging.tell("references/contained-unused", at=f"{path}.contained[{index}]", actual="none", type=text(one, "resourceType"), name=name)


def unlinked(container: Node) -> list[tuple[int, Node]]:
    """Contained resources, with index, that nothing in ``container`` refers to and that do not refer to it."""
    held = objects(container, "contained")
    targets: set[str] = set()
    back: set[int] = set()
    for index, one in held:
        local = _local(one)
        targets |= local - {f"#{text(one, 'id')}"}
        if "#" in local:
            back.add(index)
    targets |= _local({key: child for key, child in container.items() if key != "contained"})
    return [(index, one) for index, one in held if index not in back and f"#{text(one, 'id')}" not in targets][:_MOST]


def _local(value: Any) -> set[str]:
    """Every text below ``value`` that begins with # (references, canonicals, URIs), and where narratives link to and take images from."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        for key, child in node.items() if isinstance(node, dict) else [("", item) for item in node]:
            kind = type(child)
            if kind is str:
                if child[:1] == "#":
                    found.add(child.partition("|")[0])
                elif key == "div":
                    examined = examine(child)
                    found.update(examined.images)
                    found.update(link.url for link in examined.links)
            elif kind is dict or kind is list:
                waiting.append(child)
    return found
