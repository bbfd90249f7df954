"""Rules of narratives: their markup, what they link to, and the language they say they are in."""

from __future__ import annotations

import re
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.narrative.xhtml import Examined, examine

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_ANCHOR = re.compile(r"""\b(?:id|name)\s*=\s*["']([^"']*)["']""")
_LINKABLE = frozenset(("http", "https", "mailto", "tel", "data", "ftp", "cid", "sms"))
_SOURCE_CONTROL = "http://hl7.org/fhir/StructureDefinition/narrative-source-control"


@rule("narrative", "Narrative")
def narrative(judging: Judging, value: Node, path: str) -> None:
    """txt-1 and txt-2, links that lead somewhere, and one language."""
    div = value.get("div")
    if not isinstance(div, str):
        return
    found, where = examine(div), f"{path}.div"
    for fault in found.faults:
        _say(judging, where, fault, "the basic XHTML of the Narrative page", "txt-1", "leave it out, or write it in the markup that is allowed", "invariant")
    if not found.filled and not found.broken:
        _say(judging, where, "the narrative has no content", "text or an image", "txt-2", "say something, or leave the narrative out", "invariant")
    _links(judging, found, where)
    _language(judging, found, where)
    if found.preserving:
        _say(judging, where, "xml:space stands in the narrative", "no xml:space", "", "leave it out", "value", Severity.INFORMATION, opinion=True)


def _links(judging: Judging, found: Examined, where: str) -> None:
    known = set(found.ids)
    for link in found.links[:50]:
        if not link.url or (link.url.startswith("#") and len(link.url) > 1 and link.url[1:] not in _anchors(judging)):
            said = f"the link to {link.url or 'nothing'} at {link.place} leads nowhere"
            _say(judging, where, said, "the id of a part of the document", "", "give what is meant that id, or write text", "not-found", opinion=True)
        match = _SCHEME.match(link.url)
        if match and match[1].lower() not in _LINKABLE and match[1].lower() not in ("javascript", "vbscript"):
            said = f"the link to {link.url} at {link.place} is of a scheme that no reader can follow"
            _say(judging, where, said, " ".join(sorted(_LINKABLE)), "", "link to a web address, or write text", "invalid", opinion=True)
    for url in found.images[:50]:
        if url.startswith("#") and url[1:] not in known and not _contained(judging, url[1:]):
            said = f"the image {url} is not contained in the resource"
            severity = Severity.ERROR if "hl7-validator" in judging.options.rules else Severity.WARNING
            _say(judging, where, said, "the id of a contained resource", "", "contain it, or leave the image out", "not-found", severity)


def _anchors(judging: Judging) -> set[str]:
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


def _contained(judging: Judging, name: str) -> bool:
    holders = [judging.resource, judging.container]
    return any(text(one, "id") == name for holder in holders for _, one in objects(holder, "contained"))


def _language(judging: Judging, found: Examined, where: str) -> None:
    stated = text(judging.resource, "language")
    languages = [one for one in (found.language, found.xml_language) if one]
    if len(set(languages)) > 1:
        said = "lang and xml:lang of the narrative differ"
        _say(judging, where, said, "the same language", "", "say one language", "business-rule", Severity.WARNING)
    elif stated and languages and _primary(stated) != _primary(languages[0]):
        said = f"the narrative is in {languages[0]}, the resource in {stated}"
        _say(judging, where, said, stated, "", "say the language that it is in", "business-rule", Severity.WARNING)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


@rule("narrative-source", "Resource")
def narrative_source(judging: Judging, value: Node, path: str) -> None:
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
                said = f"the text {shown!r} does not say its source"
                expected = "a class of boilerplate, generated or original"
                _say(judging, f"{path}.text", said, expected, "narrative-source-control", "say it with class", "business-rule", profile=canonical)
            return


def _asks_for_source(judging: Judging, canonical: str) -> bool:
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


def _say(
    judging: Judging,
    path: str,
    message: str,
    expected: str,
    clause: str,
    remedy: str,
    issue_type: str,
    severity: Severity = Severity.ERROR,
    *,
    opinion: bool = False,
    profile: str = "",
) -> None:
    judging.say(
        severity,
        "fhir/narrative",
        message,
        path,
        expected=expected,
        clause=clause or "FHIR R4 Narrative",
        remedy=remedy,
        issue_type=issue_type,
        opinion=opinion,
        profile=profile,
    )
