"""The carry tables themselves: every row compiles, and what does not exist is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.catalogue import catalogue
from harness.catalogue.carry import load_carry
from harness.errors import CatalogueError
from harness.mapping.carry.inverse import INVERSES
from harness.mapping.carry.rows import steps_of
from harness.mapping.carry.tables import carry_tables


def test_every_row_goes_somewhere_or_says_why_not() -> None:
    for table in carry_tables().segments.values():
        for row in table.rows:
            assert bool(row.slot) + bool(row.lost) + row.structural == 1, (table.segment, row.at)


def test_every_row_that_goes_back_has_an_inverse() -> None:
    rows = [row for table in carry_tables().segments.values() for row in table.rows if row.back]
    assert len(rows) > 100
    assert {row.transform for row in rows} <= {*INVERSES, "code"}


def test_every_table_names_its_source() -> None:
    assert all(table["source"] for table in catalogue().carry()["segments"])


def test_a_table_under_another_name_is_refused(tmp_path: Path) -> None:
    root = Path(catalogue().root)
    shutil.copytree(root / "profiles" / "mappings" / "carry", tmp_path / "profiles" / "mappings" / "carry")
    (tmp_path / "profiles" / "mappings" / "carry" / "MSA.yaml").rename(tmp_path / "profiles" / "mappings" / "carry" / "MSB.yaml")
    with pytest.raises(CatalogueError, match="does not fit the file name"):
        load_carry(tmp_path)


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(CatalogueError, match="is not a step of a path"):
        steps_of("patient.name[x]")
