"""Line, column and offset of what is asked for in JSON text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.validation.fhir.json_positions import places

TEXT = b'{\n "a": [1, {"b": "x"},\n  {"b": 2}],\n "c": {}\n}'


def test_places_are_where_values_begin() -> None:
    assert places(TEXT, "R", ["R", "R.a", "R.a[1].b", "R.a[2].b", "R.c"]) == {
        "R": (1, 1, 0),
        "R.a": (2, 7, 8),
        "R.a[1].b": (2, 17, 18),
        "R.a[2].b": (3, 9, 32),
        "R.c": (4, 7, 43),
    }


def test_what_is_not_there_is_at_what_it_would_stand_in() -> None:
    assert places(TEXT, "R", ["R.a[9].x", "R.c.d", "R.zz"]) == {"R.a[9].x": (2, 7, 8), "R.c.d": (4, 7, 43), "R.zz": (1, 1, 0)}


def test_offsets_count_bytes_and_columns_characters() -> None:
    data = '\ufeff{"a": "ü€😀", "b": 1}'.encode()
    assert places(data, "R", ["R.b"]) == {"R.b": (1, 19, data.index(b"1"))}


def test_of_a_key_that_stands_twice_the_last_counts() -> None:
    assert places(b'{"a": 1, "a": 2}', "R", ["R.a"]) == {"R.a": (1, 15, 14)}


def test_numbers_too_long_to_read_are_stepped_over() -> None:
    data = b'{"n": ' + b"9" * 10_000 + b', "m": 1e999, "a": 1}'
    assert places(data, "R", ["R.a"])["R.a"][2] == data.rindex(b"1")


def leaves(tree: Any, path: str) -> list[tuple[str, Any]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = [(path, tree)]
    for key, value in inner:
        found += leaves(value, f"{path}[{key}]" if isinstance(tree, list) else f"{path}.{key}")
    return found


KEYS = st.text('abcdé"\\\n', min_size=1, max_size=3)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, TREES, max_size=4), st.sampled_from([None, 0, 2]), st.booleans())
def test_every_value_is_found_where_it_stands(tree: Any, indent: int | None, ascii_only: bool) -> None:
    data = json.dumps(tree, indent=indent, ensure_ascii=ascii_only).encode()
    known = dict(leaves(tree, "R"))
    for path, (line, column, offset) in places(data, "R", known).items():
        value, _ = json.JSONDecoder().raw_decode(data[offset:].decode())
        assert value == known[path]
        assert data.decode().split("\n")[line - 1][column - 1 :].encode() == data[offset:].split(b"\n")[0]
