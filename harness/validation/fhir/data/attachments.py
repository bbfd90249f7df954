"""Rules of attachments: stated type, size and hash against the data; how data is written."""

from __future__ import annotations

import base64
import binascii
import hashlib

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, rule, text

_HASHED = 50_000_000


@rule("attachment", "Attachment")
def attachment(judging: Judging, value: Node, path: str) -> None:
    """att-1: data says what it is; size and hash are those of the data."""
    data = text(value, "data")
    if "data" in value and "contentType" not in value and "_contentType" not in value:
        _say(judging, path, "data without its content type", "contentType", "absent", "send it", "att-1", "invariant")
    held = decoded(data) if data else None
    if held is not None and data.split(None, 1)[0] != data:
        said = "the base64 of an attachment holds white space, which not every reader takes"
        strict = "hl7-validator" in judging.options.rules
        if strict:
            _say(judging, f"{path}.data", said, "base64 without it", "white space", "take it out", "Attachment", "value", opinion=True)
    size, stated = value.get("size"), text(value, "hash")
    if held is not None:
        if isinstance(size, int | str) and not isinstance(size, bool) and str(size) != str(len(held)):
            said = "the size of an attachment is not that of its data"
            _say(judging, f"{path}.size", said, str(len(held)), str(size), "send the size in bytes, or leave it out", "Attachment", "value")
        if stated and len(held) <= _HASHED and ((digest := decoded(stated)) is not None or "hl7-validator" in judging.options.rules):
            right = hashlib.sha1(held, usedforsecurity=False).digest()
            if digest != right:
                shown = base64.b64encode(right).decode()
                sha1 = digest is not None and len(digest) == len(right)
                said = "the hash of an attachment is not that of its data" if sha1 else "the hash of an attachment is not a SHA-1 in base64"
                severity = Severity.ERROR if sha1 or "hl7-validator" in judging.options.rules else Severity.WARNING
                _say(judging, f"{path}.hash", said, shown, stated, "send the SHA-1 of the bytes in base64, or leave it out", "Attachment", "value", severity)
    if not any(name in value or f"_{name}" in value for name in ("data", "url", "contentType", "language")):
        judging.say(
            Severity.WARNING,
            "fhir/attachment",
            "an attachment with neither data nor url does not say what it would be",
            path,
            expected="data, url, contentType or language",
            actual="none of them",
            clause="FHIR R4 Attachment",
            remedy="send data or url, or say the content type and language",
            issue_type="incomplete",
            opinion=True,
        )


def decoded(data: str) -> bytes | None:
    """The bytes that base64 text stands for, white space left out; None where it is no base64."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _say(
    judging: Judging,
    path: str,
    message: str,
    expected: str,
    actual: str,
    remedy: str,
    clause: str,
    issue_type: str,
    severity: Severity = Severity.ERROR,
    *,
    opinion: bool = False,
) -> None:
    judging.say(
        severity,
        "fhir/attachment",
        message,
        path,
        expected=expected,
        actual=actual,
        clause=clause if clause == "att-1" else f"FHIR R4 {clause}",
        remedy=remedy,
        issue_type=issue_type,
        opinion=opinion,
    )
