"""One seed gives one run, on however many workers; another seed gives other people and the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from end_to_end_kit import Ran, evidence_files, outcomes, run, timeless

pytest_plugins = ["end_to_end_runs"]


@pytest.fixture(scope="module")
def another_seed(runs: Path) -> Ran:
    return run(runs / "another-seed", "--seed", 7)


def test_two_runs_with_one_seed_differ_in_times_alone(demonstration: Ran, one_worker: Ran) -> None:
    one, other = demonstration.json, one_worker.json
    assert timeless(one["findings"]) == timeless(other["findings"])
    for part in ("pairings", "systems", "place", "troubles"):
        assert one[part] == other[part]
    assert one_worker.code == demonstration.code


def test_two_runs_with_one_seed_have_the_same_evidence(demonstration: Ran, one_worker: Ran) -> None:
    assert evidence_files(demonstration.folder) == evidence_files(one_worker.folder)


def test_another_seed_gives_the_same_answers_about_other_people(demonstration: Ran, another_seed: Ran) -> None:
    one, other = demonstration.json, another_seed.json
    assert outcomes(one["findings"]) == outcomes(other["findings"])
    assert {(cell["pairing"], cell["family"], cell["level"]) for cell in one["pairings"]} == {
        (cell["pairing"], cell["family"], cell["level"]) for cell in other["pairings"]
    }
    assert one["run"]["namespace"] != other["run"]["namespace"]
    hashes = [{evidence["sha256"] for finding in each["findings"] for evidence in finding["evidence"]} for each in (one, other)]
    # Refusals and the like may be the very same bytes; nothing that names a person is.
    assert len(hashes[0] & hashes[1]) < len(hashes[0]) / 4
