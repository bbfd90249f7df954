"""Primitive types: what each allows, at its edges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from harness.validation.fhir.data.primitives import MILD, PRIMITIVES

RIGHT: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "integer": (0, -1, 2**31 - 1, -(2**31)),
    "positiveInt": (1, 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "decimal": (0, 1, Decimal("1.50"), Decimal("-1e10"), Decimal("0.00")),
    "string": ("a", " a ", "a\nb"),
    "code": ("a", "a b"),
    "id": ("a", "A-1.b", "a" * 64),
    "uri": ("http://a.example/b", "urn:uuid:x", "a"),
    "oid": ("urn:oid:1.2.3",),
    "uuid": ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520",),
    "date": ("2000", "2000-02", "2000-02-29"),
    "dateTime": ("2000", "2000-02", "2000-02-29", "2000-02-29T10:00:00Z", "2000-02-29T10:00:00.123+14:00", "2000-01-01T23:59:60Z"),
    "instant": ("2000-02-29T10:00:00Z", "2000-02-29T10:00:00.123-05:00"),
    "time": ("10:00:00", "23:59:59.5"),
    "base64Binary": ("YWJj", "YQ==", "YWJj\nYWI=", " YWJj "),
}
WRONG: dict[str, tuple[Any, ...]] = {
    "boolean": ("true", 1, 0, None, {}),
    "integer": (2**31, -(2**31) - 1, Decimal("1.0"), "1", True),
    "positiveInt": (0, -1, 2**31, "1"),
    "unsignedInt": (-1, 2**31, "0"),
    "decimal": ("1.5", True, Decimal("NaN"), Decimal("1e999"), Decimal("1e-999"), []),
    "string": ("", 1, "a\x0cb", "x" * 1_048_577),
    "code": ("", " a", "a ", "a  b", " ", 1),
    "id": ("", "a_b", "a" * 65, "a b"),
    "uri": ("", "a b", "http://a.example/\n", 1),
    "oid": ("1.2.3", "urn:oid:3.1", "urn:oid:1.02"),
    "uuid": ("c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D"),
    "date": ("", "2000-02-30", "2001-02-29", "2000-13", "0000", "2000-1-1", "2000-01-01T10:00:00Z", " 2000", 2000),
    "dateTime": ("2000-01-01T10:00:00", "2000-01-01T10:00Z", "2000-01-01T24:00:00Z", "2000-01-01T10:00:00+15:00", "2000-01-01 10:00:00Z"),
    "instant": ("2000", "2000-01-01", "2000-01-01T10:00:00"),
    "time": ("10:00", "24:00:00", "10:00:00Z"),
    "base64Binary": ("", "  ", "YWJ", "YW Jj", "YW-j", "====", "YQ==YQ=="),
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in RIGHT.items() for value in values])
def test_what_is_allowed(kind: str, value: Any) -> None:
    assert PRIMITIVES[kind](value) == ""


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in WRONG.items() for value in values])
def test_what_is_not(kind: str, value: Any) -> None:
    fault = PRIMITIVES[kind](value)
    assert fault
    assert fault not in MILD


def test_what_is_only_advised_against() -> None:
    assert PRIMITIVES["string"]("  ") in MILD
    assert PRIMITIVES["string"]("a\x01b") in MILD
