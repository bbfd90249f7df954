"""Which format some bytes are in, by looking at them; a file's name only settles what bytes leave open."""

from __future__ import annotations

import re

from harness.errors import FormatError

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEADER = re.compile(rb"(?:\A|[\r\n\x0b])[ \t]*(?:MSH|FHS|BHS)(?=[!-/:-@\[-`{-~])")
_KINDS = "an HL7 v2 message or batch (ER7 or XML), or FHIR in JSON, XML or NDJSON"


def detect(data: bytes, name: str = "") -> str:
    """``hl7v2``, ``hl7v2-xml``, ``hl7v2-batch``, ``fhir-json``, ``fhir-xml`` or ``fhir-ndjson``; FormatError for anything else.

    Says what the bytes claim to be; whether they are, the format's own reader says.
    """
    text = data
    for mark in _MARKS:
        text = text.removeprefix(mark)
    text = text.lstrip(b"\x0b\r\n\t ")
    head = text[:16].replace(b"\x00", b"")
    if head[:3] in (b"FHS", b"BHS"):
        return "hl7v2-batch"
    if head.startswith(b"MSH"):
        return "hl7v2-batch" if sum(1 for _ in _HEADER.finditer(data)) > 1 else "hl7v2"
    if head.startswith(b"{"):
        return "fhir-ndjson" if name.lower().endswith(".ndjson") or _many_objects(text) else "fhir-json"
    if head.startswith(b"<"):
        return _xml(data)
    raise FormatError(
        f"the bytes {data[:16]!r} begin no format known here" if data else "there are no bytes", offset=0, where=name or "byte 0", expected=_KINDS
    )


def _many_objects(text: bytes) -> bool:
    first, _, rest = text.partition(b"\n")
    if not (first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")):
        return False
    from harness.formats.fhir.json import parse_json

    try:
        parse_json(first.strip())
    except FormatError:
        return False
    return True


def _xml(data: bytes) -> str:
    from harness.formats.safe_xml import name_of, read_root

    root = read_root(data)
    namespace, local = name_of(root)
    if namespace == "http://hl7.org/fhir":
        return "fhir-xml"
    if namespace == "urn:hl7-org:v2xml" or (not namespace and len(root) and name_of(root[0])[1] == "MSH"):
        return "hl7v2-xml"
    raise FormatError(f"<{local}> of namespace {namespace!r} is no format known here", offset=0, expected=_KINDS)
