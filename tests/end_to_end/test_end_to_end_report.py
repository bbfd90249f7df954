"""The report opens in headless Chromium without a console error or a network request."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from end_to_end_kit import Ran

pytest_plugins = ["end_to_end_runs"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")
def test_the_report_opens_quietly(demonstration: Ran, tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    page, errors = tmp_path / "page.html", tmp_path / "stderr.txt"
    with page.open("wb") as out, errors.open("wb") as err:
        code = subprocess.run(
            [
                str(CHROMIUM),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--no-default-browser-check",
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--log-net-log={log}",
                "--enable-logging=stderr",
                "--v=0",
                "--virtual-time-budget=2000",
                "--dump-dom",
                (demonstration.folder / "report.html").as_uri(),
            ],
            stdout=out,
            stderr=err,
            timeout=60,
            check=False,
        ).returncode
    told = errors.read_text()
    assert code == 0, told[-2000:]
    shown = page.read_text(encoding="utf-8")
    assert all(name in shown for name in ("Demonstration place", "follower-b"))
    assert not [line for line in told.splitlines() if ":CONSOLE" in line]
    asked = {event["params"]["url"] for event in json.loads(log.read_text())["events"] if "url" in event.get("params", {})}
    assert not [url for url in asked if url.startswith(("http:", "https:", "ws:")) and "exemplar" in url], asked
