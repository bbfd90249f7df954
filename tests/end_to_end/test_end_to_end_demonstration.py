"""`harness run` prints the matrix, exits 0 and writes its files."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import yaml
from end_to_end_kit import DEMONSTRATION, ROOT, Ran, evidence_files

pytest_plugins = ["end_to_end_runs"]

EXPECTED_LEVELS = {
    ("exemplar:follower-a", "identity"): 5,
    ("exemplar:follower-a", "adt"): 5,
    ("exemplar:follower-b", "identity"): 1,
    ("exemplar:follower-b", "adt"): 1,
    ("exemplar:council", "identity"): 5,
    ("exemplar:council", "social-care"): 5,
    ("council:exemplar", "social-care"): 5,
}


def test_it_ends_well_and_says_nothing_but_the_result(demonstration: Ran) -> None:
    assert demonstration.code == 0, demonstration.err
    assert demonstration.err == ""
    assert "\x1b" not in demonstration.out
    for pairing, family in EXPECTED_LEVELS:
        source, target = pairing.split(":")
        assert re.search(rf"^{source} → {target} +{family} +L\d", demonstration.out, re.MULTILINE)
    assert f"written to {demonstration.folder}" in demonstration.out


def test_every_cell_has_the_level_it_has_earned(demonstration: Ran) -> None:
    cells = {(cell["pairing"], cell["family"]): cell for cell in demonstration.json["pairings"]}
    assert {name: cell["level"] for name, cell in cells.items()} == EXPECTED_LEVELS
    assert all(cell["aim_met"] for cell in cells.values())


def test_the_caps_that_the_manifest_expects_are_there(demonstration: Ran) -> None:
    manifest = yaml.safe_load(DEMONSTRATION.read_text())
    expected = {
        (f"{pairing['source']}:{pairing['target']}", family): set(caps)
        for pairing in manifest["pairings"]
        for family, caps in pairing.get("expect_caps", {}).items()
    }
    assert expected
    for cell in demonstration.json["pairings"]:
        assert expected.get((cell["pairing"], cell["family"]), set()) <= {cap["signal"] for cap in cell["caps"]}


def test_what_fails_fails_at_the_broken_follower_alone(demonstration: Ran) -> None:
    bad = [finding for finding in demonstration.json["findings"] if finding["outcome"] not in ("PASS", "NOT_APPLICABLE")]
    assert {finding["pairing"] for finding in bad} == {"exemplar:follower-b"}
    assert {finding["attribution"] for finding in bad} == {"target"}


def test_the_json_is_as_its_schema_says(demonstration: Ran) -> None:
    import json

    import jsonschema_rs

    schema = json.loads((ROOT / "profiles" / "schemas" / "run.schema.json").read_text())
    jsonschema_rs.validator_for(schema).validate(demonstration.json)


def test_junit_holds_each_case_once(demonstration: Ran) -> None:
    root = ElementTree.parse(demonstration.folder / "junit.xml").getroot()  # noqa: S314 - our own file
    assert len(root.findall(".//testcase")) == demonstration.json["run"]["planned"]
    assert int(root.attrib["errors"]) == 0 < int(root.attrib["failures"])


def test_evidence_is_named_by_what_it_holds_and_none_is_missing(demonstration: Ran) -> None:
    loud = [finding for finding in demonstration.json["findings"] if finding["outcome"] not in ("PASS", "NOT_APPLICABLE")]
    wanted = {evidence["sha256"] for finding in loud for evidence in finding["evidence"]}
    assert wanted
    assert evidence_files(demonstration.folder) == wanted


class Page(HTMLParser):
    """What a page would load, where it leads and which tags it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name == "href" and tag == "a":
                self.leads.append(value or "")
            elif name in ("src", "href", "srcset", "data", "action", "poster"):
                self.loads.append(value or "")
            assert not name.startswith("on")


def test_the_report_stands_on_its_own(demonstration: Ran) -> None:
    text = (demonstration.folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags
    assert "iframe" not in page.tags
    assert all(address.startswith("data:") for address in page.loads)
    assert not re.search(r"(?:url\(|@import)\s*['\"]?(?!data:)[a-z/]", text)
    assert not [address for address in page.leads if not address.startswith(("#", "evidence/"))]
    assert {address[1:] for address in page.leads if address.startswith("#")} <= page.ids
    evidence = {address.partition("/")[2] for address in page.leads if address.startswith("evidence/")}
    assert evidence <= {path.name for path in Path(demonstration.folder, "evidence").iterdir()}
