"""Rules of the extension that links data with the part of a narrative that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, rule, text
from harness.validation.fhir.narrative.xhtml import examine

_NARRATIVE_LINK = "http://hl7.org/fhir/StructureDefinition/narrativeLink"


@rule("narrative-link", "Extension", rule_set="hl7-validator")
def narrative_link(judging: Judging, value: Node, path: str) -> None:
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
        _say(judging, f"{path}.{name}", f"{place} is not in the Bundle, so nothing shows this data", link)
        return
    times = sum(examine(div).ids.count(wanted) for div in _narratives(holder))
    if times != 1:
        said = "no part of the narrative has" if not times else f"{times} parts of the narrative have"
        _say(judging, f"{path}.{name}", f"{said} the id {wanted!r} that the data is linked with", link)


def _narratives(resource: Any) -> Iterator[str]:
    waiting = [resource]
    while waiting:
        node = waiting.pop()
        for key, child in node.items() if isinstance(node, dict) else (("", item) for item in node):
            if isinstance(child, dict | list):
                waiting.append(child)
            elif key == "div" and isinstance(child, str):
                yield child


def _say(judging: Judging, path: str, message: str, link: str) -> None:
    judging.say(
        Severity.ERROR,
        "fhir/narrative-link",
        message,
        path,
        expected="one element of the narrative with that id",
        actual=link,
        clause="narrativeLink",
        remedy="give the part that shows the data that id",
        issue_type="not-found",
        opinion=True,
    )
