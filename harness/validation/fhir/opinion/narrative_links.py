"""Rules of the extension that links data with the part of a narrative that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, rule, text
from harness.validation.fhir.narrative.xhtml import examine

_NARRATIVE_LINK = "http://hl7.org/fhir/StructureDefinition/narrativeLink"


@rule("narrative-link", "Extension", rule_set="hl7-validator")
def narrative_link(judging: FhirJudging, value: Node, path: str) -> None:
    """The id after the # stands once in the narratives of the resource before it, or of the resource that the link is in."""
    if value.get("url") != _NARRATIVE_LINK:
        return
    name = "valueUrl" if "valueUrl" in value else "valueUri"
    link = text(value, name)
    place, sharp, wanted = link.partition("#")
    if not sharp or not wanted:
        return
    found = judging.references.resolve(place, path) if place else None
    holder = found.node if found is not None else None if place else judging.container
    if holder is None:
        judging.tell("narrative/data-link-outside", at=f"{path}.{name}", actual=link, place=place)
        return
    times = sum(examine(div).ids.count(wanted) for div in _narratives(holder))
    if times != 1:
        judging.tell("narrative/data-link-missing" if not times else "narrative/data-link-twice", at=f"{path}.{name}", actual=link, wanted=wanted, times=times)


def _narratives(resource: Any) -> Iterator[str]:
    waiting = [resource]
    while waiting:
        node = waiting.pop()
        for key, child in node.items() if isinstance(node, dict) else (("", item) for item in node):
            if isinstance(child, dict | list):
                waiting.append(child)
            elif key == "div" and isinstance(child, str):
                yield child
