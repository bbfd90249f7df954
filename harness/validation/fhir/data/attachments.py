"""Rules of attachments: stated type, size and hash against the data; how data is written."""

from __future__ import annotations

import base64
import binascii
import hashlib

from harness.validation.fhir.judging import FhirJudging, Node, rule, text

_HASHED = 50_000_000


@rule("attachment", "Attachment")
def attachment(judging: FhirJudging, value: Node, path: str) -> None:
    """att-1: data says what it is; size and hash are those of the data."""
    data = text(value, "data")
    if "data" in value and "contentType" not in value and "_contentType" not in value:
        judging.tell("data/attachment-type", at=path, actual="absent")
    held = decoded(data) if data else None
    if held is not None and data.split(None, 1)[0] != data:
        judging.tell("data/attachment-white-space", at=f"{path}.data", actual="white space")
    size, stated = value.get("size"), text(value, "hash")
    if held is not None:
        if isinstance(size, int | str) and not isinstance(size, bool) and str(size) != str(len(held)):
            judging.tell("data/attachment-size", at=f"{path}.size", expected=str(len(held)), actual=str(size))
        if stated and len(held) <= _HASHED and ((digest := decoded(stated)) is not None or "hl7-validator" in judging.options.rules):
            right = hashlib.sha1(held, usedforsecurity=False).digest()
            if digest != right:
                shown = base64.b64encode(right).decode()
                sha1 = digest is not None and len(digest) == len(right)
                judging.tell("data/attachment-hash" if sha1 else "data/attachment-hash-form", at=f"{path}.hash", expected=shown, actual=stated)
    if not any(name in value or f"_{name}" in value for name in ("data", "url", "contentType", "language")):
        judging.tell("data/attachment-empty", at=path, actual="none of them")


def decoded(data: str) -> bytes | None:
    """The bytes that base64 text stands for, white space left out; None where it is no base64."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
