"""A mailbox shows whole letters, oldest first, each to one taker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.errors import TransportError
from harness.transports.mailbox import Letter, Mailbox


def test_letters_come_out_in_the_order_they_went_in(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "in")
    for name in ("zulu.hl7", "alpha.hl7"):
        box.drop(name.encode(), name)
    assert box.poll() == ["00000001-zulu.hl7", "00000002-alpha.hl7"]
    assert box.take() == Letter("00000001-zulu.hl7", b"zulu.hl7")
    assert box.take() == Letter("00000002-alpha.hl7", b"alpha.hl7")
    assert box.take() is None


def test_numbers_go_on_after_everything_is_taken(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    box.drop(b"a")
    box.take()
    assert box.drop(b"b").name == "00000002-message"


def test_drafts_folders_and_links_are_not_letters(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    (tmp_path / ".half.part").write_bytes(b"half")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    assert box.poll() == []
    assert box.take() is None


def test_many_writers_and_takers_lose_and_double_nothing(tmp_path: Path) -> None:
    sent = [b"%d" % number for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: Mailbox(tmp_path).drop(content), sent))
        letters = list(pool.map(lambda _: Mailbox(tmp_path).take(), sent))
    assert sorted(letter.content for letter in letters if letter) == sorted(sent)
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden", "a b", "x" * 200])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TransportError, match="plain file name"):
        Mailbox(tmp_path).drop(b"", name)


def test_letters_over_the_limit_are_refused_both_ways(tmp_path: Path) -> None:
    with pytest.raises(TransportError) as caught:
        Mailbox(tmp_path, max_bytes=3).drop(b"four")
    assert caught.value.reason == "too-large"
    Mailbox(tmp_path).drop(b"four")
    box = Mailbox(tmp_path, max_bytes=3)
    with pytest.raises(TransportError):
        box.take()
    assert box.take() is None


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TransportError) as caught:
        Mailbox(tmp_path / "file")
    assert caught.value.reason == "refused"
