"""A field of many repetitions costs what it has, not its square: work is counted, in splits and characters, never in seconds."""

from __future__ import annotations

import pytest

from harness.formats.hl7v2 import parse, segment

MANY = 2_000
HEAD = "MSH|^~\\&|A|X9A|B|X9B|20260105090000||ADT^A08^ADT_A01|1|P|2.4\r"


@pytest.fixture
def splits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of every text that is split while the test runs."""
    lengths: list[int] = []
    split = segment._parts

    def counted(text: str, mark: str) -> list[str]:
        lengths.append(len(text))
        return split(text, mark)

    monkeypatch.setattr(segment, "_parts", counted)
    return lengths


@pytest.mark.parametrize(("mark", "path"), [("~", "PID-5[{}].1"), ("^", "PID-5.{}"), ("&", "PID-5.1.{}")])
def test_each_part_is_reached_without_splitting_the_whole_again(mark: str, path: str, splits: list[int]) -> None:
    names = [f"N{number}" for number in range(MANY)]
    tree = parse(f"{HEAD}PID|1||1||{mark.join(names)}\r".encode())
    splits.clear()
    assert [tree.get(path.format(number + 1)) for number in range(MANY)] == names
    assert sum(splits) < 4 * len(mark.join(names)) + 64 * MANY


def test_each_part_is_located_without_adding_up_those_before_it(splits: list[int]) -> None:
    names = [f"N{number}" for number in range(MANY)]
    data = f"{HEAD}PID|1||1||{'~'.join(names)}\r".encode()
    tree = parse(data)
    splits.clear()
    found = [tree.locate(f"PID-5[{number + 1}]").offset for number in range(MANY)]
    assert [data[offset : offset + len(name)].decode() for offset, name in zip(found, names, strict=True) if offset is not None] == names
    assert sum(splits) < 4 * len(data)


def test_what_is_written_is_read_after_it(splits: list[int]) -> None:
    tree = parse(f"{HEAD}PID|1||1||{'~'.join(['ONE'] * 200)}|\r".encode())
    assert tree.get("PID-5[150]") == "ONE"
    assert tree.locate("PID-6").offset == len(HEAD) + len("PID|1||1||") + 200 * 4
    tree.set("PID-5[150]", "ANOTHER")
    tree.set("PID-6", "MAIDEN")
    assert (tree.get("PID-5[150]"), tree.get("PID-5[151]"), tree.get("PID-6")) == ("ANOTHER", "ONE", "MAIDEN")
    assert tree.locate("PID-6").offset == len(HEAD) + len("PID|1||1||") + 200 * 4 + len("ANOTHER") - len("ONE")
