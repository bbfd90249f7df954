from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fake_rooms import CLAUSES, FakeTools, applies, small_place

from harness.errors import SetUpError
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.runner.execute import execute
from harness.runner.group import Task, run_group
from harness.runner.journal import CaseFindings, Journal, read
from harness.runner.plan import make_plan
from harness.runner.run_events import CaseFinished, Event


def tasks(folder: Path, tools: FakeTools, evidence: str = "failures") -> list[Task]:
    place = small_place()
    plan = make_plan(place, CLAUSES, set(CLAUSES), applies)
    return [Task(group, place, 1, "0" * 8, "2026-01-05", folder, tools, evidence) for group in plan.groups]


def sorted_findings(entries: list[CaseFindings]) -> list[tuple[Finding, ...]]:
    return [entry.findings for entry in sorted(entries, key=lambda entry: entry.spec.ordinal)]


def test_the_journal_holds_what_was_returned(tmp_path: Path) -> None:
    task = tasks(tmp_path, FakeTools(failing=("identity/merge-1",)))[0]
    entries = run_group(task)
    assert read(task.journal) == entries
    assert [entry.outcome for entry in entries][:2] == [Outcome.PASS, Outcome.FAIL]


def test_an_interrupted_group_resumes_with_nothing_lost_or_repeated(tmp_path: Path) -> None:
    log = tmp_path / "log"
    whole = run_group(tasks(tmp_path / "whole", FakeTools())[0])
    task = tasks(tmp_path / "torn", FakeTools(log=log, dies_at="wire/open-1[a:b/fhir]"))[0]
    with pytest.raises(KeyboardInterrupt):
        run_group(task)
    with task.journal.open("ab") as file:
        file.write(b'{"spec":{"ordinal":2,"pai')
    resumed = run_group(replace(task, tools=FakeTools(log=log)))
    assert sorted_findings(resumed) == sorted_findings(whole)
    examined = log.read_text().splitlines()
    assert len(examined) == len(set(examined)) == len(whole)
    assert len(read(task.journal)) == len(whole)


def test_a_finished_group_starts_nothing(tmp_path: Path) -> None:
    task = tasks(tmp_path, FakeTools())[0]
    entries = run_group(task)
    assert run_group(replace(task, tools=FakeTools(unstartable=("a", "b")))) == entries


def test_an_end_that_cannot_be_reached_is_said_of_every_case(tmp_path: Path) -> None:
    entries = run_group(tasks(tmp_path, FakeTools(unreachable=("a:b",)))[0])
    assert {entry.findings[0].outcome for entry in entries} == {Outcome.ERROR}
    assert {entry.findings[0].signals for entry in entries} == {("unreachable",)}


def test_a_check_that_says_nothing_is_inconclusive(tmp_path: Path) -> None:
    entries = run_group(tasks(tmp_path, FakeTools(silent=("wire/open-1",)))[0])
    assert entries[0].outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("mode", "count"), [("all", 7), ("failures", 2), ("none", 0)])
def test_evidence_is_kept_as_asked(tmp_path: Path, mode: str, count: int) -> None:
    run_group(tasks(tmp_path, FakeTools(failing=("identity/merge-1",)), mode)[0])
    folder = tmp_path / "evidence"
    assert len(list(folder.iterdir()) if folder.exists() else []) == count


def test_four_processes_find_what_one_finds(tmp_path: Path) -> None:
    tools = FakeTools(failing=("fidelity/kept-1",))
    heard: list[Event] = []
    one = execute(tasks(tmp_path / "one", tools), lambda event: None, jobs=1)
    four = execute(tasks(tmp_path / "four", tools), heard.append, jobs=4)
    assert sorted_findings(four) == sorted_findings(one)
    assert sum(isinstance(event, CaseFinished) for event in heard) == len(one)


def test_any_executor_will_do(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert len(execute(tasks(tmp_path, FakeTools()), lambda event: None, executor=pool)) == 10


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_system_that_cannot_start_ends_the_run_and_keeps_the_rest(tmp_path: Path, jobs: int) -> None:
    with pytest.raises(SetUpError, match="port is taken"):
        execute(tasks(tmp_path, FakeTools(unstartable=("c",))), lambda event: None, jobs=jobs)
    assert len(read(tmp_path / "journal" / "b.ndjson")) == 7


def test_two_writers_of_one_journal_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.runner.journal.LOCK_SECONDS", 0.0)
    path = tmp_path / "group.ndjson"
    with Journal(path), pytest.raises(SetUpError, match="another run"):
        Journal(path)
