"""XML read with entities, document types and the network off. Imports lxml only when called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 50_000_000
_DOCTYPE = re.compile(rb"<\x00?!\x00?(?:\s\x00?)*" + rb"\x00?".join(bytes([letter]) for letter in b"DOCTYPE"), re.IGNORECASE)
_COMMENT_OR_CDATA = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


def read_root(data: bytes, *, max_bytes: int = MAX_BYTES) -> _Element:
    """The root element of ``data``. FormatError, with the offset where known, for malformed XML, for any document type declaration, and above ``max_bytes``."""
    if len(data) > max_bytes:
        raise FormatError(f"the XML has {len(data)} bytes", offset=max_bytes, expected=f"at most {max_bytes}")
    if (found := _DOCTYPE.search(data)) and (found := _DOCTYPE.search(_COMMENT_OR_CDATA.sub(lambda match: b" " * len(match[0]), data))):
        raise _doctype(found.start())
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise FormatError(
            f"the XML is malformed: {error.msg}", offset=_offset(data, line, column), where=f"line {line}, column {column}", expected="well-formed XML"
        ) from None
    except ValueError as error:
        raise FormatError(f"the XML cannot be read: {error}", offset=0, expected="well-formed XML") from None
    if root is None:
        raise FormatError("the XML holds no element", offset=0, expected="well-formed XML")
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise _doctype(0)
    return root


def name_of(element: _Element) -> tuple[str, str]:
    """(namespace, local name) of an element."""
    tag = str(element.tag)
    namespace, brace, local = tag.rpartition("}")
    return (namespace[1:], local) if brace else ("", tag)


def _doctype(offset: int) -> FormatError:
    return FormatError("the XML declares a document type", offset=offset, expected="no DOCTYPE and no entities", do="remove the declaration")


def _offset(data: bytes, line: int, column: int) -> int:
    at = 0
    for _ in range(max(line - 1, 0)):
        following = data.find(b"\n", at)
        if following < 0:
            break
        at = following + 1
    return min(at + max(column - 1, 0), len(data))
