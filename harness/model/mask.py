"""Identifiers that are not synthetic never reach disk in the clear."""

from __future__ import annotations

import re
from dataclasses import replace

from harness.model.finding import Finding

_NUMBER = re.compile(r"(?<![\w.])([0-9]{3})([ -]?)([0-9]{3})\2([0-9]{4})(?![\w.])")
_NUMBER_BYTES = re.compile(rb"(?<![\w.])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![\w.])")


def check_digit_holds(number: str) -> bool:
    """The modulus 11 test of ten ASCII digits (NHS Data Dictionary, NHS NUMBER): weights 10 to 2; one that would need 10 is never issued."""
    a, b, c, d, e, f, g, h, i, last = number.encode()
    # Digits as bytes are 48 too large, ten to two times: 2592 in all.
    expected = -(10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i - 2592) % 11
    return expected != 10 and expected == last - 48


def _covered(match: re.Match[str]) -> str:
    digits = match[1] + match[3] + match[4]
    if digits.startswith("999") or not check_digit_holds(digits):
        return match[0]
    return f"xxx{match[2]}xxx{match[2]}x{match[4][1:]}"


def mask_text(text: str) -> str:
    """``text`` with what looks like an NHS number outside the 999 range covered, but for its last three digits."""
    return _NUMBER.sub(_covered, text)


def mask_bytes(content: bytes) -> bytes:
    """The same for bytes of any ASCII-compatible encoding; the length stays."""

    def covered(match: re.Match[bytes]) -> bytes:
        return mask_text(match[0].decode("ascii")).encode("ascii")

    return _NUMBER_BYTES.sub(covered, content)


def mask_finding(finding: Finding) -> Finding:
    """A copy whose free texts are masked."""
    return replace(
        finding,
        message=mask_text(finding.message),
        expected=mask_text(finding.expected),
        actual=mask_text(finding.actual),
        person=mask_text(finding.person),
        excerpt=tuple(mask_text(line) for line in finding.excerpt),
        differences=tuple((a, mask_text(b), mask_text(c), mask_text(d), mask_text(e)) for a, b, c, d, e in finding.differences),
    )
