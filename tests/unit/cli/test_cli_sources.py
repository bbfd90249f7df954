"""Which files a command takes: those named, those inside a folder, hidden ones left out wherever they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli._validate import sources
from harness.errors import SetUpError


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("b.hl7", "in/a.json", ".hidden.json", ".git/c.json", "in/.cache/d.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    found = sources([str(tmp_path)])
    assert [(str(one.content.relative_to(tmp_path)), one.asked) for one in found if isinstance(one.content, Path)] == [("b.hl7", False), ("in/a.json", False)]


def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / ".hidden.json"
    path.write_text("{}")
    (one,) = sources([str(path)])
    assert (one.content, one.asked) == (path, True)


def test_a_folder_of_hidden_files_alone_holds_none(tmp_path: Path) -> None:
    (tmp_path / ".hidden.json").write_text("{}")
    with pytest.raises(SetUpError, match="holds no file"):
        sources([str(tmp_path)])
