"""Language tags, media types, countries, currencies, time zones, URIs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir_terminology_kit import VALUE_SET, Held, value_set
from hypothesis import given
from hypothesis import strategies as st

from harness.catalogue.load import data_root
from harness.terminology import Terminology
from harness.terminology.languages import fault

TAKEN = """en en-GB EN-gb cy zh-Hans zh-Hant-TW zh-cmn-Hans-CN zh-yue-HK sr-Latn-RS sl-rozaj-biske de-CH-1901 de-1996 es-419 en-US-u-islamcal
x-whatever en-x-private i-klingon art-lojban sgn-BE-FR qaa qaa-Qaaa-QM und mul ar-a-aaa-b-bbb-x-a-ccc de-DE-u-co-phonebk"""
TABLES = sorted((data_root() / "profiles" / "fhir" / "terminology").glob("*.json"))


@pytest.mark.parametrize("tag", TAKEN.split())
def test_tags_that_are_taken(tag: str) -> None:
    assert fault(tag) is None


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("english", "not a registered language"),
        ("eng", "two letters"),
        ("en_GB", "hyphens"),
        ("en-", "hyphens"),
        ("", "hyphens"),
        ("e", "begins with"),
        ("en-UK", "region"),
        ("en-GBR", "extended"),
        ("fr-cmn", "extends 'zh'"),
        ("en-Xxxx", "script"),
        ("en-GB-oxendict-oxendict", "twice"),
        ("en-abcdefgh", "variant"),
        ("en-u", "nothing follows"),
        ("en-a-bbb-a-ccc", "twice"),
        ("x-", "hyphens"),
        ("x", "private"),
        ("en-GB-Latn", "stands where it cannot"),
        ("en GB", "hyphens"),
        ("é", "hyphens"),
    ],
)
def test_tags_that_are_refused_and_why(tag: str, why: str) -> None:
    assert why in (fault(tag) or "")


@given(st.text(max_size=30) | st.text(alphabet="aenx-19GB", max_size=30))
def test_any_tag_is_answered(tag: str) -> None:
    assert fault(tag) is None or fault(tag)


def _asked(system: str, code: str) -> str:
    return Terminology(Held()).code(system, code).status


@pytest.mark.parametrize(
    "code",
    [
        "text/plain",
        "application/fhir+json",
        "text/plain; charset=utf-8",
        "application/pdf",
        "image/*",
        "application/fhir+xml;canonicalization=http://hl7.org/fhir/canonicalization/xml#document",
        'multipart/related; boundary="a b"',
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "x-world/x-3dmf",
    ],
)
def test_media_types_that_are_taken(code: str) -> None:
    assert _asked("urn:ietf:bcp:13", code) == "yes"


@pytest.mark.parametrize("code", ["pdf", "xml", "text", "text/", "/plain", "texte/plain", "text/plain;charset", "text plain", "text/pl ain", "", "a" * 2000])
def test_media_types_that_are_refused(code: str) -> None:
    assert _asked("urn:ietf:bcp:13", code) == "no"


@pytest.mark.parametrize(
    ("system", "taken", "refused"),
    [
        ("urn:iso:std:iso:3166", ["GB", "GBR", "826", "FR"], ["UK", "gb", "ENG", "999"]),
        ("urn:iso:std:iso:3166:-2", ["GB-ENG", "US-CA"], ["GB-XXX", "GB"]),
        ("urn:iso:std:iso:4217", ["GBP", "EUR", "USD"], ["POUND", "gbp", "£"]),
        ("https://www.iana.org/time-zones", ["Europe/London", "UTC", "America/New_York"], ["Europe/Londres", "BST"]),
        ("urn:ietf:rfc:3986", ["http://example.org", "urn:oid:1.2"], ["a b", ""]),
    ],
)
def test_listed_systems(system: str, taken: list[str], refused: list[str]) -> None:
    assert [code for code in taken if _asked(system, code) != "yes"] == []
    assert [code for code in refused if _asked(system, code) != "no"] == []


def test_a_currency_of_the_past_is_out_of_use() -> None:
    assert Terminology(Held()).code("urn:iso:std:iso:4217", "HRK").inactive


def test_countries_by_a_regular_expression() -> None:
    three = {"system": "urn:iso:std:iso:3166", "filter": [{"property": "code", "op": "regex", "value": "[A-Z]{3}"}]}
    terminology = Terminology(Held(value_set("three", three)))
    found = terminology.codes(VALUE_SET + "three")
    assert found is not None
    assert len(found) == 249
    assert terminology.member(VALUE_SET + "three", "GB").status == "no"


def test_language_filters() -> None:
    british = {
        "system": "urn:ietf:bcp:47",
        "filter": [{"property": "region", "op": "=", "value": "GB"}, {"property": "script", "op": "exists", "value": "false"}],
    }
    terminology = Terminology(Held(value_set("british", british)))
    asked = [terminology.member(VALUE_SET + "british", tag).status for tag in ("en-GB", "cy-GB", "en-US", "en-Latn-GB")]
    assert asked == ["yes", "yes", "no", "no"]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_follow_their_schema_and_name_their_source(path: Path) -> None:
    import jsonschema_rs

    schema = json.loads((data_root() / "profiles" / "schemas" / "fhir-terminology.schema.json").read_text(encoding="utf-8"))
    whole = {"$schema": schema["$schema"], "$ref": f"#/$defs/{path.stem}", "$defs": schema["$defs"]}
    content = json.loads(path.read_text(encoding="utf-8"))
    assert [error.message for error in jsonschema_rs.validator_for(whole).iter_errors(content)] == []
    assert len(content["source"]) > 20


def test_tables_stay_small() -> None:
    assert sum(path.stat().st_size for path in TABLES) < 200_000
