from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_rooms import small_place, system

from harness.errors import SetUpError
from harness.model.place import Place
from harness.model.run import Selection
from harness.runner.meta import Meta, digest, namespace_and_epoch

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def meta() -> Meta:
    return Meta("r", "small", "d", 1, "00", "2026-01-05", "0", "2026", Selection(suites=("identity",)), 2, "all")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    meta().save(tmp_path)
    assert Meta.load(tmp_path) == meta()


def test_a_directory_with_a_run_is_not_overwritten(tmp_path: Path) -> None:
    meta().save(tmp_path)
    with pytest.raises(SetUpError, match="--resume"):
        meta().save(tmp_path)


@pytest.mark.parametrize("content", [None, b"not json", b'{"id": 1}'])
def test_what_is_no_run_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "run-meta.json").write_bytes(content)
    with pytest.raises(SetUpError):
        Meta.load(tmp_path)


def test_the_seed_decides_identity_and_calendar_where_everything_is_simulated() -> None:
    assert namespace_and_epoch(small_place(), 7, NOW) == namespace_and_epoch(small_place(), 7, datetime(2027, 1, 1, tzinfo=UTC))
    assert namespace_and_epoch(small_place(), 7, NOW)[0] != namespace_and_epoch(small_place(), 8, NOW)[0]


def test_a_real_system_gets_a_new_namespace_and_today() -> None:
    place = Place("p", "P", (system("a", simulated=False),), ())
    first, second = namespace_and_epoch(place, 7, NOW), namespace_and_epoch(place, 7, NOW)
    assert first[0] != second[0]
    assert first[1] == "2026-07-01"


def test_the_digest_notices_a_changed_place() -> None:
    changed = Place("small", "Small", small_place().systems, small_place().pairings[:1])
    assert digest(small_place(), ()) != digest(changed, ())
