"""FHIR XML → the tree that FHIR JSON of the same resource has. What the types are is handed in: this room knows no definitions."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.formats.fhir.json import MAX_DEPTH
from harness.formats.safe_xml import name_of, read_root
from harness.model.location import Location
from harness.model.remark import Remark

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,4000})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?")
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)""")
_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_INSTRUCTION = re.compile(rb"<\?(?!xml[\s?])")
_LARGEST = 4_000_000
# Characters of what was found that are kept: enough to recognise it by.
_SHOWN = 120

Fact = tuple[bool, str, bool]
Facts = Callable[[str], Mapping[str, Fact]]


def parse_xml(data: bytes, facts: Facts, *, max_depth: int = MAX_DEPTH, remarks: list[Remark] | None = None) -> dict[str, Any]:
    """The resource in ``data`` as FHIR JSON would have it.

    ``facts(type)`` gives, for each element of a type, (whether it repeats, its type, whether its JSON value is a number or true or false); for a type it
    does not know it may give nothing or raise KeyError. What is unknown is kept: under its name, or ``{namespace}name`` where that is not FHIR's.
    Ids and extensions of primitives become ``_element``; a narrative stays XHTML text. Text that stands outside values is refused, or, where ``remarks``
    is given, left out and put there. FormatError for malformed or unsafe XML, another namespace or deeper nesting than ``max_depth``.
    """
    root = read_root(data)
    namespace, _ = name_of(root)
    if namespace != NAMESPACE:
        raise FormatError(f"the root element is of namespace {namespace!r}", offset=0, where=_where(root), expected=NAMESPACE)
    reader = _Reader(facts, max_depth, remarks)
    if remarks is not None:
        reader.prolog(root, data)
    return reader.resource(root, 1)


class _Reader:
    def __init__(self, facts: Facts, max_depth: int, remarks: list[Remark] | None) -> None:
        self._facts, self._max_depth, self._remarks = facts, max_depth, remarks
        self._known: dict[str, Mapping[str, Fact]] = {}

    def prolog(self, root: _Element, data: bytes) -> None:
        """Says what the reference validator does not take: another encoding than UTF-8, processing instructions."""
        declared = _ENCODING.match(data)
        if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
            encoding = declared[1].decode("ascii", "replace")[:40]
            self._remark("format/xml-encoding", root, f"the XML is in {encoding}", encoding=encoding)
        if b"<?" in data and _INSTRUCTION.search(_ASIDE.sub(b"", data)):
            self._remark("format/xml-instruction", root, "one")

    def resource(self, element: _Element, depth: int) -> dict[str, Any]:
        name = name_of(element)[1]
        if "id" in element.attrib and self._remarks is not None:
            self._remark("format/xml-id-attribute", element, "id", element=name)
        return {"resourceType": name, **self._members(element, name, depth, ())}

    def _elements(self, kind: str) -> Mapping[str, Fact]:
        if kind not in self._known:
            try:
                self._known[kind] = self._facts(kind) or {}
            except KeyError:
                self._known[kind] = {}
        return self._known[kind]

    def _members(self, element: _Element, kind: str, depth: int, attributes: tuple[str, ...] = ("id",)) -> dict[str, Any]:
        if depth > self._max_depth:
            raise FormatError(f"nested deeper than {self._max_depth}", offset=0, where=_where(element), expected=f"at most {self._max_depth} levels")
        known = self._elements(kind)
        found = self._attributes(element, kind)
        groups: dict[str, list[_Element]] = {}
        self._stray(element, element.text)
        for child in element:
            if not isinstance(child.tag, str):
                raise FormatError("an entity stands in the resource", offset=0, where=_where(element), expected="no entities")
            self._stray(element, child.tail)
            namespace, local = name_of(child)
            groups.setdefault(local if namespace in (NAMESPACE, XHTML) else str(child.tag), []).append(child)
        if self._remarks is not None and known:
            self._order(element, known)
        for name, children in groups.items():
            if self._remarks is not None and (name in found or name in attributes):
                self._remark("format/xml-attribute-as-element", children[0], f"<{name}>", element=name_of(element)[1], attribute=name)
                if name in found or name == "value":
                    continue
            fact = known.get(name)
            self._put(found, name, [self._value(child, fact, depth + 1) for child in children], fact[0] if fact else False)
        return found

    def _attributes(self, element: _Element, kind: str) -> dict[str, Any]:
        """The attributes that FHIR has: ids of elements and urls of extensions. Others are kept, or said where ``remarks`` is given."""
        found: dict[str, Any] = {}
        for key, value in element.attrib.items():
            name = str(key)
            if name.startswith(_SCHEMA_INSTANCE):
                local = name.removeprefix(_SCHEMA_INSTANCE)
                self._remark("format/xml-schema-attribute", element, f"xsi:{local}", element=name_of(element)[1], attribute=local[:64])
                continue
            if self._remarks is None or name in ("id", "value") or (name == "url" and kind == "Extension"):
                found[name] = str(value)
            else:
                self._remark("format/xml-attribute", element, name, element=name_of(element)[1], attribute=name[:64])
        return found

    def _order(self, element: _Element, known: Mapping[str, Fact]) -> None:
        """Says the first child that stands after one that follows it in the definition."""
        order = {name: index for index, name in enumerate(known)}
        last, before = -1, ""
        for child in element:
            namespace, name = name_of(child)
            index = order.get(name, -1) if namespace in (NAMESPACE, XHTML) else -1
            if 0 <= index < last:
                self._remark("format/xml-order", child, "after it", element=name, before=before)
                return
            if index > last:
                last, before = index, name

    def _remark(self, key: str, at: _Element, actual: str, **words: str) -> None:
        line: Any = at.sourceline
        if self._remarks is not None:
            self._remarks.append(Remark(key, Location(self._path(at), line=line), actual[:_SHOWN], words))

    def _path(self, element: _Element) -> str:
        """Where an element stands, as ``element_lines`` writes it."""
        chain = [element, *element.iterancestors()][::-1]
        kind = path = name_of(chain[0])[1]
        for above, one in pairwise(chain):
            name = name_of(one)[1]
            if name[:1].isupper():
                kind = name
                continue
            repeats, below, _ = self._elements(kind).get(name, (name == "extension", "Extension" if name == "extension" else "", False))
            same = [each for each in above if each.tag == one.tag]
            path += f".{name}[{same.index(one)}]" if repeats or len(same) > 1 else f".{name}"
            kind = below
        return path

    def _stray(self, element: _Element, text: str | None) -> None:
        """Says that there is text where none belongs: by refusing, or as a remark."""
        if not text or not text.strip():
            return
        name, shown = name_of(element)[1], repr(text.strip()[:40])
        if self._remarks is None:
            raise FormatError(f"<{name}> holds the text {shown}", offset=0, where=_where(element), expected="values in value attributes")
        self._remark("format/xml-stray-text", element, text.strip(), element=name, text=shown)

    def _put(self, found: dict[str, Any], name: str, pairs: list[tuple[Any, dict[str, Any] | None]], repeats: bool) -> None:
        values, beside = [value for value, _ in pairs], [extra for _, extra in pairs]
        as_list = repeats or len(pairs) > 1
        if any(value is not None for value in values):
            found[name] = values if as_list else values[0]
        if any(extra is not None for extra in beside):
            found[f"_{name}"] = beside if as_list else beside[0]

    def _value(self, element: _Element, fact: Fact | None, depth: int) -> tuple[Any, dict[str, Any] | None]:
        """(value, what stands beside it under ``_name``); either may be None."""
        if name_of(element)[0] == XHTML:
            return _narrative(element), None
        _, kind, plain = fact or (False, "", False)
        if "value" in element.attrib or kind[:1].islower():
            beside = self._members(element, "Element", depth, ("id", "value"))
            text = beside.pop("value", None)
            if "extension" in beside and not isinstance(beside["extension"], list):
                beside["extension"] = [beside["extension"]]
            value = text if text is None or not plain else _plain(text, kind)
            return value, beside if beside or text is None else None
        inner = list(element)
        if len(inner) == 1 and isinstance(inner[0].tag, str) and name_of(inner[0])[1][:1].isupper() and (not element.attrib or kind == "Resource"):
            self._stray(element, element.text)
            self._stray(element, inner[0].tail)
            return self.resource(inner[0], depth + 1), None
        return self._members(element, kind, depth, ("id", "url") if kind == "Extension" else ("id",)), None


def _plain(text: str, kind: str) -> Any:
    """The number, true or false that ``text`` writes; ``text`` itself where it writes none, for validation to say so."""
    if text in ("true", "false") and kind in ("boolean", ""):
        return text == "true"
    if _INTEGER.fullmatch(text) and kind != "boolean":
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) and kind != "boolean" else text


def _narrative(element: _Element) -> str:
    from lxml import etree

    alone = copy.deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="unicode")


def _where(element: _Element) -> str:
    return f"line {element.sourceline}"


def element_lines(data: bytes, facts: Facts) -> dict[str, tuple[int, int | None]]:
    """(line, column) of every element, by its path in the tree that ``parse_xml`` makes (``Patient.name[0].given[1]``; no ``_``). FormatError as there."""
    root = read_root(data)
    rows = data.decode("utf-8", "replace").split("\n") if len(data) < _LARGEST else []
    found: dict[str, tuple[int, int | None]] = {}
    waiting = [(root, name_of(root)[1], name_of(root)[1])]
    while waiting:
        element, path, kind = waiting.pop()
        line: Any = element.sourceline
        found.setdefault(path, (line, _column(rows, line, name_of(element)[1])))
        inner = [one for one in element if isinstance(one.tag, str) and name_of(one)[0] != XHTML]
        if len(inner) == 1 and name_of(inner[0])[1][:1].isupper():
            waiting.append((inner[0], path, name_of(inner[0])[1]))
            continue
        try:
            known = facts(kind) or {}
        except KeyError:
            known = {}
        total = Counter(name_of(one)[1] for one in inner)
        seen: Counter[str] = Counter()
        for one in inner:
            name = name_of(one)[1]
            repeats, below, _ = known.get(name, (name == "extension", "Extension" if name == "extension" else "", False))
            at = f"{path}.{name}[{seen[name]}]" if repeats or total[name] > 1 else f"{path}.{name}"
            seen[name] += 1
            waiting.append((one, at, below))
    return found


def _column(rows: list[str], line: int | None, name: str) -> int | None:
    """The column of the one place where an element of ``name`` begins on a line; None where that is not one."""
    row = rows[line - 1] if line and line <= len(rows) else ""
    starts = [match.start() for match in re.finditer(rf"<(?:[\w.-]+:)?{re.escape(name)}(?=[\s/>]|$)", row)]
    return starts[0] + 1 if len(starts) == 1 else None
