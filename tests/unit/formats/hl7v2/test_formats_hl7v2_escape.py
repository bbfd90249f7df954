"""Escape sequences, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.hl7v2.delimiters import Delimiters
from harness.formats.hl7v2.escape import escape, unescape

TRUNCATING = Delimiters(truncation="#")
ODD = Delimiters("$", "%", "!", "*", "+")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\F\\S\\T\\R\\E\\P\ ".strip(), "|^&~\\#"),
        (r"a\.br\b", "a\nb"),
        (r"a\.sp\b\.sp2\c\.sp+3\d", "a\nb\n\nc\n\n\nd"),
        (r"\.ce\x\.sk3\y\.in+4\z\.ti-2\\.fi\\.nf\ ".strip(), "\nx   yz"),
        (r"\H\loud\N\ quiet", "loud quiet"),
        (r"\X0D0A\ ".strip(), "\r\n"),
        (r"\XC3A9\ ".strip(), "é"),
        (r"\XE9\ ".strip(), r"\XE9\ ".strip()),
        (r"\XE\ ".strip(), r"\XE\ ".strip()),
        (r"\Zab12\ ".strip(), r"\Zab12\ ".strip()),
        (r"C:\dir\file", r"C:\dir\file"),
        (r"A\S\C2842\S\B", "A^C2842^B"),
        (r"CODE\S\MADE_UP\S\X", "CODE^MADE_UP^X"),
        (r"\E\.br\E\ ".strip(), r"\.br\ ".strip()),
        ("\\", "\\"),
        (r"\T", r"\T"),
        (r"\x \T\ ".strip(), r"\x &"),
        ("plain", "plain"),
        (r"\C2842\abc", "abc"),
        (r"\M2442\4A;z\C2842\ x", "漢字 x"),
        (r"\C9999\x", r"\C9999\x"),
    ],
)
def test_meaning(written: str, meant: str) -> None:
    assert unescape(written) == meant


def test_a_single_byte_set_is_switched_to_and_back() -> None:
    assert unescape("\\C2D42\\\xb3\\C2D41\\\xb3", codec="iso8859-1") == "ł\xb3"


def test_hexadecimal_is_read_in_the_message_character_set() -> None:
    assert unescape(r"\XE9\ ".strip(), codec="cp1252") == "é"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("D'Souza & Sons", r"D'Souza \T\ Sons"),
        ("a|b^c~d\\e", r"a\F\b\S\c\R\d\E\e"),
        ("a\nb\r\nc\rd", r"a\.br\b\.br\c\.br\d"),
        ("a\x0bb\x1cc\x00d\te", "a\\X0B\\b\\X1C\\c\\X00\\d\te"),
        ("£5 Łukasz 名前", "£5 Łukasz 名前"),
        ("#", "#"),
        ("", ""),
    ],
)
def test_writing(text: str, written: str) -> None:
    assert escape(text) == written


def test_truncation_is_escaped_only_where_it_is_in_use() -> None:
    assert escape("a#b", TRUNCATING) == r"a\P\b"
    assert unescape(r"a\P\b", TRUNCATING) == "a#b"


def test_without_an_escape_character_plain_text_goes_and_delimiters_are_refused() -> None:
    bare = Delimiters("|", "^", "~", "", "")
    assert escape("a&b\\c", bare) == "a&b\\c"
    assert unescape(r"a\T\b", bare) == r"a\T\b"
    with pytest.raises(FormatError, match="escape"):
        escape("a^b", bare)


def test_nul_is_no_text() -> None:
    assert unescape("a\\X00\\b\\X4100\\") == "a\\X00\\b\\X4100\\"


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])), st.sampled_from([Delimiters(), TRUNCATING, ODD]))
def test_what_is_written_is_read_again(text: str, marks: Delimiters) -> None:
    written = escape(text, marks)
    assert unescape(written, marks) == text
    separators = {marks.field, marks.component, marks.repetition, marks.subcomponent, marks.truncation, "\n", "\x0b", "\x1c"} - {""}
    assert not separators & set(written)


@given(st.text("\\FSTREPHNXCMZ.brsp0123456789ABDE|^&~a\n", max_size=40))
def test_reading_never_raises(text: str) -> None:
    unescape(text)
    unescape(text, codec="utf-16-le")
