"""The npm packages, installed once a session into a folder of its own; without npm, or offline, the tests that need them are skipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from peers_kit import PACKAGES, Peers


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    """Their folder, or a skip with the reason."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm and node are not installed")
    folder: Path = tmp_path_factory.mktemp("npm")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *PACKAGES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not install the peers within two minutes")
    if done.returncode:
        pytest.skip(f"npm could not install the peers: {done.stderr.strip().splitlines()[-1:]}")
    return Peers(node, folder)
