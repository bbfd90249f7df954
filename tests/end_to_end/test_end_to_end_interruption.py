"""A run that is killed or interrupted is finished by --resume as if it had never stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from end_to_end_kit import COMMAND, ROOT, Ran, environment, evidence_files, harness, one_sentence, run, timeless

pytest_plugins = ["end_to_end_runs"]

PATIENCE = 60.0


def lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (folder / "journal").glob("*.ndjson"))


def stopped(folder: Path, after: int, how: signal.Signals, *words: str) -> subprocess.Popen[str]:
    """A run that was sent ``how`` once its journals held ``after`` lines; returned when it has ended."""
    process = subprocess.Popen(
        [*COMMAND, "run", "--out", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE
    while lines(folder) < after:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the condition is the journal; this only keeps a core free for it
    process.send_signal(how)
    process.wait(PATIENCE)
    return process


@pytest.fixture(scope="module")
def killed(runs: Path) -> tuple[Path, int]:
    """The directory of a run killed with more than a third done, the end of one journal torn off, and the whole lines it held."""
    folder = runs / "killed"
    stopped(folder, 130, signal.SIGKILL, "--jobs", "2").communicate()
    longest = max((folder / "journal").glob("*.ndjson"), key=lambda path: path.stat().st_size)
    with longest.open("ab") as file:
        file.write(b'{"spec":{"ordinal":9')
    return folder, lines(folder)


@pytest.fixture(scope="module")
def resumed(killed: tuple[Path, int]) -> Ran:
    done = harness("run", "--resume", killed[0], "--jobs", 2)
    return Ran(done.returncode, done.stdout, done.stderr, killed[0])


def test_a_killed_run_is_finished_as_if_it_had_never_stopped(killed: tuple[Path, int], resumed: Ran, demonstration: Ran) -> None:
    assert 130 <= killed[1] < demonstration.json["run"]["planned"], "it was killed too late to prove anything"
    assert resumed.code == demonstration.code, resumed.err
    assert timeless(resumed.json["findings"]) == timeless(demonstration.json["findings"])
    assert resumed.json["pairings"] == demonstration.json["pairings"]
    assert evidence_files(resumed.folder) == evidence_files(demonstration.folder)


def test_nothing_is_asked_twice(resumed: Ran) -> None:
    asked = []
    for path in (resumed.folder / "journal").glob("*.ndjson"):
        for line in path.read_bytes().splitlines():
            try:
                asked.append(json.dumps(json.loads(line)["spec"]))
            except json.JSONDecodeError:
                assert line.startswith(b'{"spec":{"ordinal":9')
    assert len(asked) == len(set(asked)) == resumed.json["run"]["planned"]


def test_a_finished_run_resumes_to_itself(resumed: Ran) -> None:
    before = lines(resumed.folder)
    again = harness("run", "--resume", resumed.folder)
    assert again.returncode == resumed.code
    assert lines(resumed.folder) == before


def test_ctrl_c_says_how_to_go_on(runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "interrupted"
    process = stopped(folder, 5, signal.SIGINT, "--pairing", "exemplar:follower-a", "--suite", "acknowledgement")
    out, err = process.communicate()
    assert process.returncode == 130
    assert out == ""
    assert err.splitlines() == [f"harness: interrupted; finish it with: harness run --resume {folder}"]
    done = harness("run", "--resume", folder)
    assert done.returncode == 0, done.stderr
    whole = run(runs / "uninterrupted", "--pairing", "exemplar:follower-a", "--suite", "acknowledgement")
    assert timeless(json.loads((folder / "run.json").read_bytes())["findings"]) == timeless(whole.json["findings"])


def test_a_directory_that_holds_a_run_is_not_written_over(demonstration: Ran) -> None:
    one_sentence(harness("run", "--out", demonstration.folder), str(demonstration.folder), "--resume")


def test_resume_takes_no_other_directory(tmp_path: Path) -> None:
    one_sentence(harness("run", "--resume", tmp_path), str(tmp_path), "run-meta.json")
