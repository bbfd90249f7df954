"""Properties over bytes and messages nobody typed."""

from __future__ import annotations

import hl7
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.batch import read_batch

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x85\u2028\u2029"), min_size=1, max_size=12)
NOISE = st.text('MSHPID|^~\\&#\r\n\x0b\x1c 19éŵ\x00".brTX', max_size=60).map(str.encode)
HEADS = st.sampled_from(
    [b"MSH|^~\\&|", b"MSH|^~\\&#|", b"MSH|^~|", b"\x0bMSH|^~\\&|", b"\xef\xbb\xbfMSH|^~\\&|", b"MSH|^~\\\\&|", b"MSH|^~\\&||||||||||||||||"]
)
CHARSETS = [
    b"",
    b"ASCII",
    b"8859/1",
    b"8859/7",
    b"UNICODE",
    b"UNICODE UTF-8",
    b"UNICODE UTF-16",
    b"ISO IR87",
    b"ISO IR14",
    b"ISO IR159",
    b"GB 18030-2000",
    b"KS X 1001",
    b"BIG-5",
    b"?",
]


def kept_or_refused(data: bytes) -> None:
    refused = -1
    try:
        tree = parse(data)
    except FormatError as error:
        refused = error.offset
    assert refused <= len(data)
    if refused >= 0:
        return
    assert tree.encode() == data
    for segment in tree:
        assert segment.text
        segment.get("1[2].3.4")
        segment.get("5")
    assert tree.encode() == data
    assert tree.copy().encode() == data


@given(st.binary(max_size=200))
def test_any_bytes_are_kept_or_refused(data: bytes) -> None:
    kept_or_refused(data)


@given(HEADS, NOISE | st.binary(max_size=80))
def test_anything_after_a_header_is_kept_or_refused(head: bytes, rest: bytes) -> None:
    kept_or_refused(head + rest)


@given(st.sampled_from(CHARSETS), st.binary(max_size=40))
def test_any_bytes_in_any_character_set_are_kept_or_refused(charset: bytes, rest: bytes) -> None:
    kept_or_refused(b"MSH|^~\\&" + b"|" * 16 + charset + b"\rPID|" + rest)


@given(st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le"]), st.binary(max_size=40))
def test_any_bytes_in_wide_characters_are_kept_or_refused(codec: str, rest: bytes) -> None:
    kept_or_refused("MSH|^~\\&|A\rPID|".encode(codec) + rest)


@given(st.binary(max_size=120) | NOISE.map(lambda noise: b"FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&\r" + noise))
def test_any_bytes_are_taken_apart_or_refused(data: bytes) -> None:
    try:
        batch = read_batch(data)
    except FormatError:
        return
    for _, offset, one in batch.messages:
        assert data[offset : offset + len(one)] == one
        assert one.startswith(b"MSH") or b"M\x00" in one[:8]


CELLS = st.text("abc01", max_size=3)
FIELDS = st.lists(st.lists(st.lists(CELLS, min_size=1, max_size=3).map("&".join), min_size=1, max_size=3).map("^".join), min_size=1, max_size=3).map("~".join)


@given(st.lists(FIELDS, max_size=4), st.tuples(*[st.integers(1, 4)] * 4), TEXT)
def test_setting_changes_only_that_component(fields: list[str], place: tuple[int, int, int, int], value: str) -> None:
    data = ("MSH|^~\\&|A\rPID" + "".join(f"|{field}" for field in fields) + "\rPV1|1\r").encode()
    field, repetition, component, sub = place
    tree = parse(data)
    paths = [f"PID-{f}[{r}].{c}.{s}" for f in range(1, 6) for r in range(1, 5) for c in range(1, 5) for s in range(1, 5)]
    path = f"PID-{field}[{repetition}].{component}.{sub}"
    before = {one: tree.get(one) for one in paths}
    tree.set(path, value)
    after = parse(tree.encode())
    assert {one: after.get(one) for one in paths} == {**before, path: value}
    old = data.split(b"\r")[1].decode().split("|")
    new = after.segments[1].text.split("|")
    assert new[: len(old)][:field] == old[:field]
    assert new[field + 1 :] == old[field + 1 :]


@given(TEXT)
def test_what_is_written_is_read_the_same_by_another_parser(value: str) -> None:
    tree = parse(b"MSH|^~\\&|A|B|C|D|20260105||ADT^A01|1|P|2.4||||||UNICODE UTF-8\rPID|1||x^y||a^b^c\r")
    tree.set("PID-5.2", value)
    foreign = hl7.parse(tree.encode().decode())
    assert foreign.extract_field("PID", 1, 5, 1, 2) == value or foreign.unescape(str(foreign.segment("PID")[5][0][1])) == value
    assert str(foreign.segment("PID")[5][0][2]) == "c"
