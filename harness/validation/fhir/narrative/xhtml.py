"""Narrative XHTML: what may stand in ``text.div`` (FHIR R4 Narrative; HTML 4.0 chapters 7 to 11 and 15). Read as a stream: bounded, without entities or DTD."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.entities import name2codepoint
from typing import Any

from harness.catalogue.issues import issue_row

XHTML = "http://www.w3.org/1999/xhtml"
_XML = "http://www.w3.org/XML/1998/namespace"
# Larger than any narrative that a person would read; what is longer is refused rather than examined for minutes.
MAX_LENGTH = 5_000_000
MAX_DEPTH = 500
_MOST_FAULTS = 20
_KEPT_LENGTH = 100_000
_WORDS = re.compile(r"\w+")
_ELEMENTS = frozenset(
    _WORDS.findall(
        "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li map ol p "
        "pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var"
    )
)
_ATTRIBUTES = frozenset(
    _WORDS.findall(
        "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan compact coords "
        "dir frame headers height href hreflang hspace id ismap lang longdesc name nohref nowrap rel rev rowspan rules scope shape span src start style "
        "summary tabindex title type usemap valign value vspace width"
    )
)
_XML_ATTRIBUTES = frozenset(("lang", "space", "base"))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_PREDEFINED = frozenset(("amp", "lt", "gt", "quot", "apos"))
_SCRIPTED = re.compile(r"[\s\x00-\x1f]*" + r"[\s\x00-\x1f]*".join("javascript:") + "|" + r"[\s\x00-\x1f]*".join(["", *"vbscript:"]), re.IGNORECASE)
_ACTIVE_STYLE = re.compile(r"expression\s*\(|javascript\s*:|@import|behaviou?r\s*:|-moz-binding", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A hyperlink: where it leads, what is shown, and at which element (``div/p/a``)."""

    url: str
    shown: str
    place: str


@dataclass(slots=True)
class Examined:
    """What was found in one narrative. ``filled`` is txt-2; ``unsourced`` is text outside elements that say their source.

    ``faults`` break txt-1: each is the key of a row of ``profiles/issues`` and the words that the row asks for.
    """

    faults: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    filled: bool = False
    broken: bool = False
    ids: list[str] = field(default_factory=list)
    links: list[Hyperlink] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    language: str = ""
    xml_language: str = ""
    preserving: bool = False
    unsourced: list[str] = field(default_factory=list)

    def tell(self, key: str, **words: object) -> None:
        """Add a fault, once, as long as there are not too many."""
        if len(self.faults) < _MOST_FAULTS and (key, words) not in self.faults:
            self.faults.append((key, words))


def html_checks(div: str) -> list[str]:
    """What is wrong with the XHTML text of a narrative, one sentence a fault; empty where txt-1 and txt-2 hold. Never raises."""
    found = examine(div)
    faults = [issue_row(key).message.format_map(words) for key, words in found.faults]
    return faults if found.filled or found.broken else [*faults, "the narrative has no content: neither text nor an image"]


def examine(div: str) -> Examined:
    """Everything the rules ask of one narrative. Never raises; do not change what is returned, it is kept."""
    return _examine_kept(div) if len(div) <= _KEPT_LENGTH else _examine(div)


@lru_cache(maxsize=128)
def _examine_kept(div: str) -> Examined:
    return _examine(div)


class _UnsafeError(Exception):
    """Ends the reading of what must not be read on."""


def _examine(div: str) -> Examined:
    reader = _Reader()
    if len(div) > MAX_LENGTH:
        reader.found.broken = True
        reader.found.tell("narrative/too-long", count=len(div), most=MAX_LENGTH)
        return reader.found
    if not div.strip():
        return reader.found
    import pyexpat

    parser = pyexpat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = reader.start, reader.end, reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    for name in dict.fromkeys(_ENTITY.findall(div) if "&" in div else ()):
        if name in name2codepoint and name not in _PREDEFINED:
            # R4 2.4.0: XML has no support for the entities of HTML; characters are used instead.
            reader.found.tell("narrative/entity", name=name, number=name2codepoint[name])
    try:
        parser.Parse(_without_entities(div).encode("utf-8", "surrogatepass"), True)
    except pyexpat.ExpatError as error:
        reader.found.broken = True
        reader.found.tell("narrative/not-well-formed", error=pyexpat.ErrorString(error.code), line=error.lineno, column=error.offset + 1)
    except _UnsafeError:
        reader.found.broken = True
    return reader.found


def _without_entities(div: str) -> str:
    """The named characters of HTML 4 written as numbers; a DTD would define them, and there is none."""
    if "&" not in div:
        return div
    return _ENTITY.sub(lambda match: f"&#{name2codepoint[match[1]]};" if match[1] in name2codepoint and match[1] not in _PREDEFINED else match[0], div)


class _Reader:
    """Handlers of the stream: one open element is one entry of ``_open`` (name, says its source), whatever the depth."""

    def __init__(self) -> None:
        self.found = Examined()
        self._open: list[tuple[str, bool]] = []
        self._link: tuple[str, str, list[str]] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """One element: its name, namespace and attributes."""
        namespace, _, name = tag.rpartition(" ")
        found = self.found
        if not self._open:
            if name != "div":
                found.tell("narrative/root", name=name)
            if namespace != XHTML:
                found.tell("narrative/namespace", namespace=namespace or "not said", wanted=XHTML)
            found.language = attributes.get("lang", "")
            found.xml_language = attributes.get(f"{_XML} lang", "")
        elif namespace != XHTML and self._open[0][0] == "div":
            found.tell("narrative/element-namespace", name=name, namespace=namespace or "none", wanted=XHTML)
        if name not in _ELEMENTS:
            found.tell("narrative/element", name=name)
        if len(self._open) >= MAX_DEPTH:
            found.tell("narrative/depth", most=MAX_DEPTH)
            raise _UnsafeError
        for key, value in attributes.items():
            self._attribute(name, key, value)
        sourced = bool({"boilerplate", "generated", "original"} & set(attributes.get("class", "").split()))
        self._open.append((name, sourced or (bool(self._open) and self._open[-1][1])))
        if name == "img" and attributes.get("src", "").strip():
            found.filled = True
        if name == "a" and "href" in attributes:
            self._link = (attributes["href"], "/".join(one for one, _ in self._open), [])

    def end(self, _tag: str) -> None:
        """The end of an element."""
        name, _ = self._open.pop()
        if name == "a" and self._link is not None:
            url, place, shown = self._link
            if len(self.found.links) < 10_000:
                self.found.links.append(Hyperlink(url, " ".join("".join(shown).split())[:80], place))
            self._link = None

    def characters(self, data: str) -> None:
        """Text: white space of XML alone is no content."""
        if self._link is not None and len(self._link[2]) < 50:
            self._link[2].append(data[:200])
        if data.strip(" \t\r\n"):
            self.found.filled = True
            if not self._open[-1][1] and len(self.found.unsourced) < _MOST_FAULTS:
                self.found.unsourced.append(" ".join(data.split())[:80])

    def doctype(self, *_: Any) -> None:
        """A document type declaration: no narrative has one, and it could define entities."""
        self.found.tell("narrative/document-type")
        raise _UnsafeError

    def instruction(self, target: str, _data: str) -> None:
        """A processing instruction."""
        self.found.tell("narrative/instruction", target=target)

    def _attribute(self, element: str, key: str, value: str) -> None:
        namespace, _, name = key.rpartition(" ")
        found = self.found
        if namespace == _XML and name in _XML_ATTRIBUTES:
            found.preserving = found.preserving or name == "space"
            return
        if namespace or name not in _ATTRIBUTES:
            found.tell("narrative/attribute", name=name, element=element)
        elif name == "id" and len(found.ids) < 100_000:
            found.ids.append(value)
        elif name in ("href", "src", "cite", "longdesc", "usemap"):
            if _SCRIPTED.match(value):
                found.tell("narrative/script", name=name, element=element)
            if name == "src" and len(found.images) < 10_000:
                found.images.append(value)
        elif name == "style" and _ACTIVE_STYLE.search(value):
            found.tell("narrative/style", element=element)
