"""The media type of HL7 v2 over HTTP and the character set that it names (HL7 over HTTP draft, 2018)."""

from __future__ import annotations

import codecs

from harness.errors import FormatError
from harness.formats.hl7v2 import parse

MEDIA_TYPE = "application/hl7-v2+er7"
# The HAPI implementations send the x- form, which the draft names for want of a registered one.
TAKEN = (MEDIA_TYPE, "x-application/hl7-v2+er7")


def in_own_charset(payload: bytes, charset: str) -> bytes:
    """``payload`` in the character set that its own MSH-18 declares, where the Content-Type's ``charset`` says it is written in another.

    Raises LookupError for a charset nobody knows, UnicodeError for bytes that are not of it.
    """
    if not charset:
        return payload
    said = codecs.lookup(charset).name
    if payload.isascii() and said in ("ascii", "utf-8", "iso8859-1", "cp1252"):
        return payload
    text = payload.decode(said)
    try:
        own = parse(payload).charset
    except FormatError:
        own = "utf-8"
    return payload if codecs.lookup(own).name == said else text.encode(own)


def content_type(value: str) -> tuple[str, dict[str, str]]:
    """A Content-Type as (media type, parameters by name), both in small letters but for the parameters' values."""
    media, *parts = value.split(";")
    pairs = (part.partition("=") for part in parts)
    return media.strip().lower(), {name.strip().lower(): said.strip().strip('"') for name, _, said in pairs}


def described(answer: bytes) -> str:
    """The Content-Type of a message, with the character set it is written in."""
    try:
        return f"{MEDIA_TYPE}; charset={parse(answer).charset}"
    except FormatError:
        return MEDIA_TYPE
