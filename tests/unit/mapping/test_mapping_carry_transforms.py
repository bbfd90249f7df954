"""Single transforms of carry rows, also with options that no shipped row uses and a row of one's own may."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from mapping_convert_kit import converted, message, resources

from harness.mapping.carry.cells import Cell
from harness.mapping.carry.datatypes import system_of
from harness.mapping.carry.leaves import Account
from harness.mapping.carry.rows import CarryRow
from harness.mapping.carry.transforms import TRANSFORMS

SYSTEM = "https://a.example/marital"


class Walking:
    """A walk that has one carry map and makes no resource."""

    def refer(self, resource: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError(resource)

    def codes(self, name: str) -> dict[str, str]:
        return {"M": "married"} if name == "marital" else {}


def row(transform: str, **options: str) -> CarryRow:
    return CarryRow("1", 1, 0, 0, "patient", (), transform, "", frozenset(), "marital", False, "", False, {}, options)


def made(transform: str, text: str, field: int = 1, **options: str) -> tuple[Any, list[str]]:
    """What a transform gives of a field of the last segment of a message, and the addresses it took."""
    tree = message(text)
    account = Account(tree)
    segment = tree.segments[-1]
    cell = Cell(account, len(tree.segments) - 1, segment, field, 1, segment.raw(str(field)))
    value = TRANSFORMS[transform](cell, Walking(), row(transform, **options))
    account.settle(cell.keys(), "carried", "")
    return value, [fate.address for fate in account.fates() if fate.state == "carried"]


def test_a_mapped_code_stands_before_the_code_as_sent() -> None:
    value, taken = made("concept", "ZZZ|M^Married^L", system=SYSTEM)
    assert [(coding["code"], coding["system"] == SYSTEM) for coding in value["coding"]] == [("married", True), ("M", False)]
    assert taken == ["ZZZ-1.1", "ZZZ-1.2", "ZZZ-1.3"]


def test_a_code_is_not_mapped_where_its_system_was_sent_as_well() -> None:
    own = system_of("L")
    assert [coding["code"] for coding in made("concept", "ZZZ|M^Married^L", system=own)[0]["coding"]] == ["M"]
    assert [coding["code"] for coding in made("concept", "ZZZ|S^Single^L", system=SYSTEM)[0]["coding"]] == ["S"]


@pytest.mark.parametrize(("raw", "code"), [("M^Married^L", {"system": SYSTEM, "code": "married"}), ("S", {"code": "S"})])
def test_a_coding_is_the_mapped_code_alone(raw: str, code: Mapping[str, str]) -> None:
    assert made("coding", f"ZZZ|{raw}", system=SYSTEM) == (code, ["ZZZ-1.1" if "^" in raw else "ZZZ-1"])


@pytest.mark.parametrize(
    ("kind", "raw", "value", "carried"),
    [
        ("NM", "7.10^9", {"valueQuantity": {"value": 7.10, "unit": "g"}}, ["1"]),
        ("SN", ">^7^^9x", {"valueQuantity": {"value": 7, "comparator": ">", "unit": "g"}}, ["1", "2", "4"]),
        ("SN", "^7^-^9", {"valueRange": {"low": {"value": 7, "unit": "g"}, "high": {"value": 9, "unit": "g"}}}, ["2", "3", "4"]),
        ("SN", "^7^:^9", {"valueRatio": {"numerator": {"value": 7, "unit": "g"}, "denominator": {"value": 9}}}, ["2", "3", "4"]),
        ("DT", "20260105^20270106", {"valueDateTime": "2026-01-05"}, ["1"]),
        ("TM", "0930^1015", {"valueTime": "09:30:00"}, ["1"]),
        ("DR", "20260105^20260106", {"valuePeriod": {"start": "2026-01-05", "end": "2026-01-06"}}, ["1", "2"]),
        ("CE", "42^Answer^L^43", {"valueCodeableConcept": {"text": "Answer", "codes": ["42", "43"]}}, ["1", "2", "3", "4"]),
    ],
)
def test_an_observed_value_is_of_its_components_and_they_alone_are_carried(kind: str, raw: str, value: Mapping[str, Any], carried: list[str]) -> None:
    found, taken = made("observation-value", f"OBX|1|{kind}|1^Height^L||{raw}|g||||||F", 5)
    ((name, held),) = found.items()
    if name == "valueCodeableConcept":
        held = {"text": held["text"], "codes": [coding["code"] for coding in held["coding"]]}
    assert {name: _bare(held)} == value
    assert taken == [*(f"OBX-5.{part}" for part in carried), *(["OBX-6"] if kind in ("NM", "SN") else [])]


def _bare(value: Any) -> Any:
    """Numbers as Python compares them, and units by their text."""
    if isinstance(value, Mapping):
        return {name: _bare(inner) for name, inner in value.items() if name not in ("system", "code")}
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize(
    ("kind", "raw", "attachment", "left"),
    [
        ("ED", "X9A^text^plain^Base64^SGVsbG8=", {"contentType": "text/plain", "data": "SGVsbG8="}, ["OBX-5.1"]),
        ("ED", "^application^pdf^Hex^48", {"contentType": "application/pdf", "data": "SA=="}, []),
        ("RP", "https://a.example/1^X9A^image^png", {"contentType": "image/png", "url": "https://a.example/1"}, ["OBX-5.2"]),
    ],
)
def test_an_attachment_takes_its_type_and_its_data(kind: str, raw: str, attachment: Mapping[str, str], left: list[str]) -> None:
    conversion = converted("TXA|1|OP|TX||||||||||D1", f"OBX|1|{kind}|1^Letter^L||{raw}||||||F", event="MDM^T02^MDM_T02")
    found = [content["attachment"] for document in resources(conversion, "DocumentReference") for content in document["content"]]
    assert attachment in found
    assert [fate.address for fate in conversion.fates if fate.address.startswith("OBX-5") and fate.state != "carried"] == left
