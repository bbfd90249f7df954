"""A defect given to a simulated system for one run: the check that it breaks fails under it, passes without it, and every report says why."""

from __future__ import annotations

from pathlib import Path

from end_to_end_kit import run

CASE = ("--pairing", "exemplar:follower-a", "--check", "fidelity/allergies-1")
GIVEN = "follower-a:drops-allergies"


def test_a_given_defect_is_caught_and_told(tmp_path: Path) -> None:
    faithful, defective = run(tmp_path / "faithful", *CASE), run(tmp_path / "defective", *CASE, "--defect", GIVEN)
    assert (faithful.code, defective.code) == (0, 1), faithful.err + defective.err
    assert (faithful.json["run"]["defects"], defective.json["run"]["defects"]) == ([], [GIVEN])
    assert {"FAIL"} <= {finding["outcome"] for finding in defective.json["findings"]}
    assert f"With defects given for this run: {GIVEN}" in defective.out
    for report in ("report.html", "report.md", "junit.xml"):
        assert "drops" not in (faithful.folder / report).read_text("utf-8")
        assert "follower-a:drops-allergies" in (defective.folder / report).read_text("utf-8").replace("\\", "")


def test_what_cannot_be_given_is_a_sentence_and_two(tmp_path: Path) -> None:
    for given, told in (("nobody:drops-allergies", "follower-a"), ("follower-a:drops-alergies", "drops-allergies"), ("drops-allergies", "SYSTEM:NAME")):
        refused = run(tmp_path / "out", "--defect", given)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert told in refused.err
    assert not (tmp_path / "out").exists()
