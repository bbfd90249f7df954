"""FHIR JSON and NDJSON: digits, depth, duplicates, encodings."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.fhir import duplicate_keys, encode_json, parse_json, read_ndjson, write_ndjson
from harness.formats.fhir.ndjson import lines


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1.50,"b":0.10,"c":-0.0,"d":100,"e":0}',
        b'{"a":1E+999,"b":123456789012345678901234567890,"c":1.2345678901234567890123456789012345678901234567890}',
        b'{"z":1,"a":{"y":[],"b":{}},"c":[null,true,false,""]}',
        '{"a":"Ŵyn 名前 😀 \\" \\\\ \\n"}'.encode(),
    ],
)
def test_digits_order_and_letters_are_kept(data: bytes) -> None:
    assert encode_json(parse_json(data)) == data


def test_numbers_with_a_fraction_are_decimals_and_others_int() -> None:
    tree = parse_json(b'{"a":1.50,"b":1e999,"c":2,"d":1234567890123456789012345}')
    assert tree == {"a": Decimal("1.50"), "b": Decimal("1e999"), "c": 2, "d": 1234567890123456789012345}
    assert (str(tree["a"]), type(tree["c"]), type(tree["d"])) == ("1.50", int, int)


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a":1}') == {"a": 1}
    with pytest.raises(FormatError) as refused:
        parse_json(b'\xef\xbb\xbf{"a":x}')
    assert refused.value.offset == 8


@pytest.mark.parametrize(
    ("data", "offset", "says"),
    [
        (b"", 0, "too soon"),
        (b'{"a":1', 6, "too soon"),
        (b'{"a":tru}', 5, "malformed"),
        (b'{"a":NaN}', 5, "malformed"),
        (b'{"a":Infinity}', 5, "malformed"),
        (b'{"a":01}', 6, "malformed"),
        ('{"é":x}'.encode(), 6, "malformed"),
        (b"{a:1}", 1, "malformed"),
        (b'{"a":"\t"}', 6, "malformed"),
        (b'{"a":1} x', 8, "extra"),
        (b'{"a":"\xff"}', 6, "FF is not UTF-8"),
        ('{"é":"'.encode() + b'\xed\xa0\x80"}', 7, "ED is not UTF-8"),
        (b'{"\xff":1}', 2, "not UTF-8"),
        (b'{"a":"\\ud800"}', 6, "surrogate"),
        (b'{"a":"\\ud800 abcdef"}', 6, "surrogate"),
        (b'{"a":"x\\uDC00"}', 7, "surrogate"),
        (b'{"a":"\\ud83d\\ude00\\ud83d"}', 18, "surrogate"),
        (b'{"a":1e99999999999999999999}', 0, "too long"),
        (b'{"a":' + b"9" * 5000 + b"}", 0, "too long"),
        (b"[]", 0, "an array"),
        (b'"x"', 0, "a string"),
        (b"null", 0, "null"),
        (b"1.5", 0, "a number"),
        (b"true", 0, "true or false"),
        (nested(101), 0, "deeper than 100"),
        (nested(100_000), 0, "deeper than 100"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", 0, "deeper than 100"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_offset(data: bytes, offset: int, says: str) -> None:
    with pytest.raises(FormatError, match=says) as refused:
        parse_json(data)
    assert refused.value.offset == offset


def test_a_hundred_levels_are_read() -> None:
    assert parse_json(nested(100))


def test_brackets_in_strings_neither_count_nor_hide_depth() -> None:
    assert parse_json(json.dumps({"a": "{[" * 500}).encode())
    hidden = b'{"a":"}","b":' * 150 + b"1" + b',"c":"{"}' * 150
    with pytest.raises(FormatError, match="deeper"):
        parse_json(hidden)


def test_an_escaped_backslash_before_u_is_no_surrogate() -> None:
    assert parse_json(b'{"a":"\\\\ud800"}') == {"a": "\\ud800"}
    assert parse_json(b'{"a":"\\ud83d\\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), "\ud800", object(), [{"b": Decimal("-Infinity")}]])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(FormatError, match="JSON"):
        encode_json({"a": value})


def test_the_words_nan_and_infinity_are_text() -> None:
    assert encode_json({"a": "NaN Infinity", "b": 1.5}) == b'{"a":"NaN Infinity","b":1.5}'


def test_an_endless_tree_is_refused() -> None:
    tree: dict[str, Any] = {}
    tree["a"] = tree
    with pytest.raises(FormatError):
        encode_json(tree)


def test_duplicate_keys_are_named_by_path() -> None:
    data = b'{"resourceType":"Patient","id":"1","name":[{"family":"a"},{"family":"a","family":"b"}],"id":"2","id":"3","x":{"y":1,"y":1}}'
    assert duplicate_keys(data) == ["Patient.name[1].family", "Patient.id", "Patient.id", "Patient.x.y"]
    assert duplicate_keys(b'{"a":[{"b":1},{"b":1}]}') == []
    assert duplicate_keys(b'\xef\xbb\xbf{"a":1,"a":1e999}') == ["$.a"]
    with pytest.raises(FormatError):
        duplicate_keys(b"{")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False).filter(lambda one: "." in str(one)) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_is_written_is_read_again(tree: dict[str, Any]) -> None:
    try:
        data = encode_json(tree)
    except FormatError:
        assert "\\ud" in ascii(tree)
        return
    again = parse_json(data)
    assert again == tree
    assert encode_json(again) == data
    assert duplicate_keys(data) == []


@given(st.binary(max_size=60) | st.text('{}[]":,\\ud8c0aetrflsn0123.eE+- ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for body in (data, b'{"a":' + data + b"}"):
        refused = -1
        try:
            tree = parse_json(body)
        except FormatError as error:
            refused = error.offset
        if refused < 0:
            assert parse_json(encode_json(tree)) == tree
        assert refused <= len(body)


def test_ndjson_is_read_line_by_line() -> None:
    data = b'\xef\xbb\xbf{"a":1.50}\r\n\n  \n{"b":2}'
    for source in (data, io.BytesIO(data)):
        assert list(read_ndjson(source)) == [(1, {"a": Decimal("1.50")}), (4, {"b": 2})]
    for line in lines(data):
        assert data[line.offset : line.offset + len(line.data)] == line.data
    assert write_ndjson([{"a": Decimal("1.50")}, {"b": 2}]) == b'{"a":1.50}\n{"b":2}\n'


def test_a_bad_ndjson_line_is_refused_with_its_place() -> None:
    rows = read_ndjson(b'{"a":1}\n{"b":x}\n')
    assert next(rows) == (1, {"a": 1})
    with pytest.raises(FormatError, match="line 2") as refused:
        next(rows)
    assert refused.value.offset == 13


@pytest.mark.parametrize("ends", [b"", b"\n"])
def test_a_long_ndjson_line_is_refused(ends: bytes) -> None:
    data = b'{"a":"' + b"x" * 50 + b'"}' + ends
    for source in (data, io.BytesIO(data)):
        with pytest.raises(FormatError, match="too long"):
            list(read_ndjson(source, max_line=20))
