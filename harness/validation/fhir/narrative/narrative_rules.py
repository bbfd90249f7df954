"""Rules of narratives: their markup, what they link to, and the language they say they are in."""

from __future__ import annotations

import re
from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.narrative.xhtml import Examined, examine

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_ANCHOR = re.compile(r"""\b(?:id|name)\s*=\s*["']([^"']*)["']""")
_LINKABLE = frozenset(("http", "https", "mailto", "tel", "data", "ftp", "cid", "sms"))
_SOURCE_CONTROL = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"


@rule("narrative", "Narrative")
def narrative(judging: FhirJudging, value: Node, path: str) -> None:
    """txt-1 and txt-2, links that lead somewhere, and one language."""
    div = value.get("div")
    if not isinstance(div, str):
        return
    found, where = examine(div), f"{path}.div"
    for key, words in found.faults:
        judging.tell(key, at=where, **words)
    if not found.filled and not found.broken:
        judging.tell("narrative/empty", at=where)
    _links(judging, found, where)
    _language(judging, found, where)
    if found.preserving:
        judging.tell("narrative/xml-space", at=where)


def _links(judging: FhirJudging, found: Examined, where: str) -> None:
    known = set(found.ids)
    for link in found.links[:50]:
        if not link.url or (link.url.startswith("#") and len(link.url) > 1 and link.url[1:] not in _anchors(judging)):
            judging.tell("narrative/link-to-nowhere", at=where, url=link.url or "nothing", place=link.place)
        match = _SCHEME.match(link.url)
        if match and match[1].lower() not in _LINKABLE and match[1].lower() not in ("javascript", "vbscript"):
            judging.tell("narrative/link-scheme", at=where, url=link.url, place=link.place, schemes=" ".join(sorted(_LINKABLE)))
    for url in found.images[:50]:
        if url.startswith("#") and url[1:] not in known and not _contained(judging, url[1:]):
            judging.tell("narrative/image", at=where, url=url)


def _anchors(judging: FhirJudging) -> set[str]:
    """Everything in the document that a link within it can lead to: ids of resources and elements, ids and names in narratives."""
    found = judging.anchors
    if found is None:
        found = judging.anchors = set()
        waiting: list[Any] = [judging.root]
        for node in waiting:
            for key, child in node.items() if isinstance(node, dict) else (("", item) for item in node):
                if isinstance(child, dict | list):
                    waiting.append(child)
                elif isinstance(child, str) and key in ("id", "div"):
                    found.update((child,) if key == "id" else _ANCHOR.findall(child))
    return found


def _contained(judging: FhirJudging, name: str) -> bool:
    holders = [judging.resource, judging.container]
    return any(text(one, "id") == name for holder in holders for _, one in objects(holder, "contained"))


def _language(judging: FhirJudging, found: Examined, where: str) -> None:
    stated = text(judging.resource, "language")
    languages = [one for one in (found.language, found.xml_language) if one]
    if len(set(languages)) > 1:
        judging.tell("narrative/languages-differ", at=where)
    elif stated and languages and _primary(stated) != _primary(languages[0]):
        judging.tell("narrative/other-language", at=where, language=languages[0], stated=stated)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


@rule("narrative-source", "Resource")
def narrative_source(judging: FhirJudging, value: Node, path: str) -> None:
    """Where a profile asks for it, all text says by its class whether it is boilerplate, generated or original."""
    held = value.get("text")
    if not isinstance(held, dict) or not isinstance(div := held.get("div"), str):
        return
    meta = value.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    profiles = [one for one in claimed if isinstance(one, str)] if isinstance(claimed, list) else []
    if value is judging.root:
        profiles += judging.profiles
    for canonical in profiles:
        if _asks_for_source(judging, canonical):
            for shown in examine(div).unsourced:
                judging.tell("narrative/text-without-source", at=f"{path}.text", profile=canonical, shown=shown)
            return


def _asks_for_source(judging: FhirJudging, canonical: str) -> bool:
    """Whether a profile's element ``text`` has the source control extension."""
    kept = judging.engine.narrative_sources
    if canonical not in kept:
        structure = judging.engine.structure(canonical)
        elements = structure.elements if structure is not None else ()
        texts = [one for one in elements if str(one.get("path", "")).endswith(".text") and str(one.get("path", "")).count(".") == 1]
        found = any(isinstance(inner, dict) and inner.get("url") == _SOURCE_CONTROL for one in texts for inner in one.get("extension") or ())
        if structure is None:
            return False
        kept[canonical] = found
    return kept[canonical]
