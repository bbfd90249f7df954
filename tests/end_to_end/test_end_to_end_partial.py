"""A run of a part shows findings and never a level; exit 1 means that a selected check failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from end_to_end_kit import run


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--suite", "identity"), 1),
        (("--suite", "connection"), 0),
        (("--pairing", "exemplar:follower-a"), 0),
        (("--pairing", "exemplar:follower-b", "--suite", "fidelity"), 1),
        (("--check", "identity/merge-1", "--pairing", "exemplar:follower-a"), 0),
    ],
)
def test_a_part_is_never_scored(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    ran = run(tmp_path / "out", *words)
    assert ran.code == code, ran.err
    told = ran.json
    assert told["place"]["partial"]
    assert told["place"]["headline"] is None
    assert told["run"]["not_selected"] > 0
    selected = told["run"]["selection"]
    assert {finding["pairing"] for finding in told["findings"]} <= set(selected["pairings"] or [finding["pairing"] for finding in told["findings"]])
    assert {finding["check"].partition("/")[0] for finding in told["findings"]} <= set(
        selected["suites"] or [finding["check"].partition("/")[0] for finding in told["findings"]]
    )
    touched = [cell for cell in told["pairings"] if cell["not_selected"]]
    assert touched
    assert {(cell["level"], cell["stopped"]) for cell in touched} == {(None, "not scored (partial)")}
    assert "not scored (partial)" in ran.out
    assert any(finding["outcome"] == "FAIL" for finding in told["findings"]) == bool(code)
    assert bool(ran.err) == bool(code)
