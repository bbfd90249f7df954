"""`pytest demonstration.place.yaml` asks the same questions and gets the same answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from end_to_end_kit import DEMONSTRATION, ROOT, Ran, environment, outcomes

pytest_plugins = ["end_to_end_runs"]

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
AS_PYTEST = {"PASS": {"passed"}, "NOT_APPLICABLE": {"skipped"}, "FAIL": {"failed", "xfailed"}, "INCONCLUSIVE": {"failed", "xfailed"}, "ERROR": {"failed"}}


def pytest_run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PYTEST, *map(str, words)], capture_output=True, text=True, cwd=cwd, env=environment(), timeout=150, check=False)


def test_pytest_gives_the_outcomes_of_the_run(demonstration: Ran, tmp_path: Path) -> None:
    done = pytest_run("profiles/places/demonstration.place.yaml", f"--junitxml={tmp_path / 'junit.xml'}", cwd=ROOT)
    assert done.returncode == 0, done.stdout[-1500:]
    cases = ElementTree.parse(tmp_path / "junit.xml").findall(".//testcase")  # noqa: S314 - our own file
    found, shown = {}, {}
    for case in cases:
        name = case.attrib["name"]
        assert name not in found
        found[name] = next(each.attrib["value"] for each in case.iter("property") if each.attrib["name"] == "outcome")
        skipped = case.find("skipped")
        kind = "passed" if skipped is None else "xfailed" if skipped.attrib["type"] == "pytest.xfail" else "skipped"
        shown[name] = "failed" if case.find("failure") is not None else kind
    assert found == outcomes(demonstration.json["findings"])
    assert all(shown[name] in AS_PYTEST[outcome] for name, outcome in found.items())


def test_from_another_directory_the_ids_are_the_same(demonstration: Ran, tmp_path: Path) -> None:
    done = pytest_run("--collect-only", DEMONSTRATION, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    names = [line.split("::", 1)[1] for line in done.stdout.splitlines() if "::" in line]
    assert sorted(names) == sorted(outcomes(demonstration.json["findings"]))
    one = pytest_run(DEMONSTRATION, "-k", "merge-1 and follower-b", cwd=tmp_path)
    assert "1 xfailed" in one.stdout
    assert one.returncode == 0
    assert not list(tmp_path.iterdir())
