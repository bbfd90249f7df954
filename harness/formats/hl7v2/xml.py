"""HL7 v2 XML (``urn:hl7-org:v2xml``) ⇄ tree. Names are derived as in the v2.xml encoding rules: PID.3 holds CX.1, CX.4 holds HD.1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.formats.hl7v2.delimiters import STANDARD, Delimiters, read_delimiters
from harness.formats.hl7v2.escape import escape, pieces, unescape
from harness.formats.hl7v2.groups import Grouped, GroupShape, Instance
from harness.formats.hl7v2.segment import HEADERS, Segment
from harness.formats.hl7v2.tree import Tree
from harness.formats.safe_xml import name_of, read_root

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "urn:hl7-org:v2xml"
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_NUMBERED = re.compile(r".*\.([1-9][0-9]{0,3})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_MAX_NESTING = 20
# No standard numbers anything above 70; a higher limit lets a few bytes of XML ask for many of ER7.
_MAX_NUMBER = 300


def from_xml(data: bytes) -> Tree:
    """The message of v2 XML ``data``; groups are flattened, in document order. FormatError for malformed or unsafe XML and for what is no v2 message."""
    root = read_root(data)
    segments = list(_segments(root, 0))
    if not segments or name_of(segments[0])[1] != "MSH":
        raise FormatError(f"<{name_of(root)[1]}> does not begin with MSH", offset=0, expected="a v2 XML message", where=_where(root))
    delimiters = _delimiters(segments[0])
    tree = Tree([Segment(_er7(element, delimiters), "\r", delimiters) for element in segments], delimiters)
    codec = tree.charset
    for segment in tree.segments:
        segment.codec = codec
    return tree


def xml_lines(data: bytes) -> dict[tuple[str, int, int, int], int]:
    """The line of each segment and field of v2 XML that ``from_xml`` reads: (segment, occurrence, field, repetition) → line; a segment's own with zeros."""
    lines: dict[tuple[str, int, int, int], int] = {}
    counts: dict[str, int] = {}
    for element in _segments(read_root(data), 0):
        name = name_of(element)[1]
        counts[name] = counts.get(name, 0) + 1
        lines[name, counts[name], 0, 0] = _line(element)
        repetitions: dict[int, int] = {}
        for child in element:
            number = _number(child)
            repetitions[number] = repetitions.get(number, 0) + 1
            lines[name, counts[name], number, repetitions[number]] = _line(child)
    return lines


def _line(element: _Element) -> int:
    line: Any = element.sourceline
    return int(line or 1)


def to_xml(tree: Tree, types: Mapping[str, str] | None = None, shape: GroupShape | None = None) -> bytes:
    """``tree`` as v2 XML in UTF-8; with ``shape`` its segments stand in the groups of that structure (``ORU_R01.PATIENT_RESULT``), else without.

    ``types`` gives the data type of fields and components (``{"PID.3": "CX", "CX.4": "HD"}``), and so the names of what they hold; a type is composite
    when its first component is in there. What is not in there is named by its own number: ``PID.3.1``. FormatError where a value cannot be in XML.
    """
    from lxml import etree

    name = tree.structure or "_".join(part for part in (tree.type, tree.trigger) if part) or "ACK"
    default: Any = {None: NAMESPACE}
    root = etree.Element(_tag(name, "MSH-9"), nsmap=default)
    inside = Grouped(tree, shape).instances if shape is not None else [()] * len(tree.segments)
    made: dict[Instance, _Element] = {(): root}
    for segment, instance in zip(tree.segments, inside, strict=True):
        if not _SEGMENT.fullmatch(segment.name):
            raise FormatError(
                f"{segment.name[:20]!r} cannot name an XML element of a segment", where=segment.name[:20], expected="a letter, then two letters or digits"
            )
        for depth, (group, _) in enumerate(instance, 1):
            if instance[:depth] not in made:
                made[instance[:depth]] = etree.SubElement(made[instance[: depth - 1]], _tag(f"{name}.{group}", "MSH-9"))
        parent = etree.SubElement(made[instance], f"{{{NAMESPACE}}}{segment.name}")
        for number in range(1, segment.last + 1):
            _field(parent, segment, number, types or {})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _tag(name: str, where: str) -> str:
    if not _NAME.fullmatch(name):
        raise FormatError(f"{name!r} cannot name an XML element", where=where, expected="letters, digits and underscores")
    return f"{{{NAMESPACE}}}{name}"


def _segments(element: _Element, depth: int) -> Iterator[_Element]:
    if depth > _MAX_NESTING:
        raise FormatError("groups are nested too deep", offset=0, where=_where(element), expected=f"at most {_MAX_NESTING}")
    for child in element:
        if not isinstance(child.tag, str):
            raise FormatError("an entity stands where a segment belongs", offset=0, where=_where(child))
        local = name_of(child)[1]
        if _SEGMENT.fullmatch(local):
            yield child
        else:
            yield from _segments(child, depth + 1)


def _delimiters(header: _Element) -> Delimiters:
    texts = {name_of(child)[1]: child.text or "" for child in header if isinstance(child.tag, str)}
    if "MSH.1" not in texts and "MSH.2" not in texts:
        return STANDARD
    return read_delimiters(f"MSH{texts.get('MSH.1', '|')}{texts.get('MSH.2', STANDARD.encoding)}")


def _er7(segment: _Element, marks: Delimiters) -> str:
    name = name_of(segment)[1]
    fields: dict[int, list[str]] = {}
    for child in segment:
        number = _number(child)
        if number <= 2 and name in HEADERS:
            continue
        fields.setdefault(number, []).append(_level(child, (marks.component, marks.subcomponent), marks))
    first = 1
    text = name
    if name in HEADERS:
        text, first = f"{name}{marks.field}{marks.encoding}", 3
    for number in range(first, max(fields, default=0) + 1):
        text += marks.field + marks.repetition.join(fields.get(number, [""]))
    return text


def _level(element: _Element, separators: tuple[str, ...], marks: Delimiters) -> str:
    parts = [child for child in element if name_of(child)[1] != "escape"]
    if not parts:
        return _text(element, marks)
    if not separators or not separators[0]:
        raise FormatError(f"<{name_of(element)[1]}> holds a level that MSH-2 has no separator for", offset=0, where=_where(element))
    values: dict[int, str] = {}
    for child in parts:
        number = _number(child)
        if number in values:
            raise FormatError(f"<{name_of(child)[1]}> stands twice in <{name_of(element)[1]}>", offset=0, where=_where(child))
        values[number] = _level(child, separators[1:], marks)
    return separators[0].join(values.get(number, "") for number in range(1, max(values) + 1))


def _text(element: _Element, marks: Delimiters) -> str:
    text = escape(element.text or "", marks) if (element.text or "").strip() or len(element) else ""
    for child in element:
        text += f"{marks.escape}{child.get('V', '')}{marks.escape}{escape(child.tail or '', marks)}"
    return text


def _number(element: _Element) -> int:
    match = _NUMBERED.fullmatch(name_of(element)[1]) if isinstance(element.tag, str) else None
    if match is not None and int(match[1]) > _MAX_NUMBER:
        raise FormatError(f"<{name_of(element)[1]}> is numbered too high", offset=0, where=_where(element), expected=f"at most {_MAX_NUMBER}")
    if match is None:
        raise FormatError(f"<{element.tag}> stands where a numbered part belongs", offset=0, where=_where(element), expected="a name such as PID.3 or CX.1")
    return int(match[1])


def _where(element: _Element) -> str:
    return f"line {element.sourceline}"


def _field(parent: _Element, segment: Segment, number: int, types: Mapping[str, str]) -> None:
    from lxml import etree

    name, whole = f"{segment.name}.{number}", segment.raw(str(number))
    if not whole:
        return
    if segment.name in HEADERS and number <= 2:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = whole
        return
    kind = (segment.get("2") or "") if name == "OBX.5" else types.get(name, "")
    marks = segment.delimiters
    for repetition in whole.split(marks.repetition) if marks.repetition else [whole]:
        _part(parent, name, repetition, kind, (marks.component, marks.subcomponent), segment, types)


def _part(parent: _Element, name: str, raw: str, kind: str, separators: tuple[str, ...], segment: Segment, types: Mapping[str, str]) -> None:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    composite = f"{kind}.1" in types
    if not separators or not (composite or any(mark and mark in raw for mark in separators)):
        _write_text(element, raw, segment)
        return
    prefix = kind if kind and _NAME.fullmatch(kind) and (composite or name == "OBX.5") else name
    for number, part in enumerate(raw.split(separators[0]) if separators[0] else [raw], 1):
        if part:
            inner = f"{prefix}.{number}"
            _part(element, inner, part, types.get(inner, ""), separators[1:], segment, types)


def _write_text(element: _Element, raw: str, segment: Segment) -> None:
    """Text with its formatting sequences as ``<escape V=".br"/>`` and everything else as plain characters."""
    from lxml import etree

    marks, written = segment.delimiters, element
    try:
        for number, (text, code) in enumerate(pieces(raw, marks)):
            said = unescape(text, marks, segment.codec)
            if number:
                written.tail = said
            else:
                element.text = said
            if code:
                written = etree.SubElement(element, f"{{{NAMESPACE}}}escape", V=code)
    except ValueError:
        raise FormatError("a value holds characters that XML cannot", where=str(element.tag).rpartition("}")[2], do="correct MSH-18 or the value") from None
