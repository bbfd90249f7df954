import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jsonschema_rs
import pytest
from junitparser import JUnitXml
from sample_run import FOREIGN, sample_run

from harness.model.outcome import Outcome
from harness.reporting.registry import REPORTS
from harness.reporting.view import cells, roots
from harness.reporting.write import write_reports

SCHEMA = Path(__file__).parents[3] / "profiles" / "schemas" / "run.schema.json"


class Page(HTMLParser):
    """Collects tags and what they refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def rendered(name: str) -> str:
    return REPORTS.get(name).content(sample_run()).decode()


def test_run_json_fits_its_schema() -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    data = json.loads(rendered("json"))
    validator.validate(data)
    data["pairings"][0]["grade"] = "A"
    assert not validator.is_valid(data)


def test_run_json_holds_what_a_gate_needs() -> None:
    data = json.loads(rendered("json"))
    cell = data["pairings"][0]
    assert (cell["source"], cell["target"], cell["family"], cell["level"], cell["blocked_by"]) == ("exemplar", "follower", "identity", 2, ["identity/merge-1"])
    assert data["findings"][1]["evidence"][0]["sha256"] == "a" * 64
    assert data["findings"][2]["blocked_by"] == "identity/merge-1"


def test_the_page_is_well_formed_and_asks_nobody_for_anything() -> None:
    page = Page(rendered("html"))
    assert page.open == []
    assert "script" not in page.tags
    assert all(target.startswith(("#", "data:,", "evidence/")) for target in page.targets)
    assert not re.search(r"url\(|@import|https?://", rendered("html").replace("http-equiv", ""))


@pytest.mark.parametrize("name", ["html", "markdown", "console", "junit"])
def test_hostile_text_and_foreign_numbers_do_not_get_through(name: str) -> None:
    text = rendered(name)
    assert "<script>" not in text or name == "console"
    assert "\x1b" not in text
    assert FOREIGN not in text


@pytest.mark.parametrize("name", ["html", "markdown", "console"])
def test_every_report_for_readers_says_what_the_scale_is(name: str) -> None:
    text = " ".join(rendered(name).split())
    assert "yardstick of this project" in text
    assert "invented names" in text
    assert "Mend identity/merge-1." in text or name == "markdown"


def test_the_page_shows_level_cap_lift_and_ledger() -> None:
    text = rendered("html")
    for part in ("Level 2 of 6, capped", "sensitive leak", "Mend identity/merge-1.", "name.family", "O&#39;Hara", "legal basis", "25% of L3"):
        assert part in text


def test_a_cause_is_named_once_with_what_it_blocks() -> None:
    found = roots(sample_run())
    assert [(root.check, root.blocks, root.attribution) for root in found] == [("identity/merge-1", ("fidelity/kept-1",), "target")]


def test_blockers_carry_their_findings_and_lift() -> None:
    first, second = cells(sample_run())[1].blockers
    assert (first.outcome, first.remediation, first.attribution) == (Outcome.FAIL, "Mend identity/merge-1.", "target")
    assert second.outcome is Outcome.INCONCLUSIVE


def test_junit_counts_failures_apart_from_skips() -> None:
    document = JUnitXml.fromstring(REPORTS.get("junit").content(sample_run()))
    assert (document.tests, document.failures, document.errors, document.skipped) == (3, 1, 0, 1)


def test_a_partial_run_shows_no_level() -> None:
    run = sample_run()
    cell = replace(run.verdict.cells[0], level=None, uncapped=None, caps=(), stopped="not scored (partial)")
    partial = replace(run, verdict=replace(run.verdict, headline=None, partial=True, cells=(cell,)))
    for name in ("html", "console", "markdown"):
        assert "partial" in REPORTS.get(name).content(partial).decode()


@pytest.mark.parametrize("name", ["html", "console", "markdown", "junit", "json"])
def test_defects_given_for_the_run_are_said(name: str) -> None:
    given = replace(sample_run(), defects=("follower:drops-bed", "exemplar:drops-zeal"))
    told = REPORTS.get(name).content(given).decode().replace("\\", "")
    assert "follower:drops-bed" in told
    assert "exemplar:drops-zeal" in told
    assert "given for this run" not in rendered(name)


def test_reports_are_written_where_the_run_is(tmp_path: Path) -> None:
    written = write_reports(replace(sample_run(), directory=str(tmp_path)))
    assert {path.name for path in written.values()} >= {"run.json", "report.html", "junit.xml"}
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in written.values()}
