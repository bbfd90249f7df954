"""The shipped profiles and dialects hold: against their schemas, against the rules there are, and against the tables as sourced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.catalogue.load import data_root, load_yaml
from harness.errors import CatalogueError
from harness.validation.hl7v2.judging import RULES
from harness.validation.hl7v2.profile import load_profile
from harness.validation.national import STATUS_CODES

ROOT = data_root() / "profiles"
PROFILES = sorted(path.stem for path in (ROOT / "hl7v2").glob("*.yaml"))
DIALECTS = sorted((ROOT / "dialects").glob("*.yaml"), key=lambda path: path.stem)

# Typed again from ITK reference tables 1.0.14.
TABLES = {
    "0001": "0 1 2 9",
    "0002": "S M D W P N 8 9",
    "0004": "B C E I N O P R U W",
    "0007": "11 12 13 21 22 23 24 28 31 32 81 82 83 98 99",
    "0008": "AA AE AR CA CE CR",
    "0023": "19 29 39 49 51 52 53 54 65 66 79 85 87 88 98 99",
    "0063": "1 2 3 4 5 6 9 10 11 12 13 14 15 16 17 18 19 20 21 61 62 98 99",
    "0092": "R",
    "0099": "I N S Y",
    "0112": "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    "0113": "19 29 30 37 38 48 49 50 51 52 53 54 65 66 79 84 85 87 88 98 99",
    "0127": "AA DA EA IO OC IC IN FA LA MA MC PA",
    "0128": "0 1 3 5 7 9",
    "0171": "1 2 3 4 8 9",
    "0189": "A B C D E F G H J K L M N P R S Z 99",
    "0357": "0 100 101 102 103 200 201 202 203 204 205 206 207",
    "0396": "I10 OPCS4 SNCT RC L",
    "0445": "US UD UA AL ED NSTS01 NSTS02 NSTS03 NSTS04 NSTS05 NSTS06 NSTS07 NSTS08",
}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_is_as_sourced(table: str) -> None:
    assert load_profile("itk-2.4").tables[table].values == frozenset(TABLES[table].split())


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_rules_there_are(name: str) -> None:
    profile = load_profile(name)
    assert profile.id == name
    assert {rule.name for rule in profile.rules} <= set(RULES)
    assert {slot.name for structure in profile.structures.values() for slot in structure.slots} <= set(profile.segments)


def test_every_rule_is_used() -> None:
    # The statements of conformance profiles in XML are nobody's of ours.
    assert set(RULES) - {"conformance-statements"} == {rule.name for name in PROFILES for rule in load_profile(name).rules}


def test_dialects_named_by_habit() -> None:
    assert [path.stem for path in DIALECTS] == [
        "itk24",
        "itk24-cx5",
        "number-as-nhsnbr-23",
        "number-in-pid19-23",
        "number-outside-pid3",
        "regional-251",
        "status-in-cx2-231",
        "status-in-cx5",
        "visit-heavy-25",
    ]


@pytest.mark.parametrize("path", DIALECTS, ids=lambda path: path.stem)
def test_a_dialect_holds(path: Path) -> None:
    dialect = load_yaml(path, "dialect")
    assert dialect["id"] == path.stem
    written = dialect["nhs_number"]["write"]
    assert "{number}" in written
    components = written.format(number="9990000018", status="01").split("^")
    authority, kind = (components[place].partition("{")[0] if place < len(components) else "" for place in (3, 4))
    number = dialect["nhs_number"]
    assert authority in number["authorities"] or kind in number["types"] or (number["bare"] and components == ["9990000018"])
    if dialect["status"]["place"] == "PID-3.2":
        assert components[1] == "01"
    if "pattern" in dialect["status"]:
        pattern = re.compile(dialect["status"]["pattern"])
        before, after = ("{status:", "}") if dialect["status"]["place"] == "PID-3.5" else (dialect["status"].get("prefix", ""), "")
        found = {match[1] for code in STATUS_CODES if (match := pattern.match(before + code + after))}
        assert found == STATUS_CODES


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("dialect", "id: a\ntitle: b\nsource: c\nversion: '2.4'\nnhs_number: {fields: [PID-3], write: x}\nstatus: {place: none}\nmore: 1\n"),
        ("hl7v2-profile", "id: a\n"),
    ],
)
def test_the_schemas_refuse(tmp_path: Path, schema: str, text: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(CatalogueError):
        load_yaml(path, schema)
