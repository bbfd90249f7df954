"""Character sets by MSH-18, table 0211. Bytes are typed as hex so that no editor can change them."""

from __future__ import annotations

import pytest

from harness.errors import FormatError
from harness.formats.hl7v2 import Tree, parse


def message(charset: bytes, name: bytes) -> bytes:
    return b"MSH|^~\\&|A||||||ADT^A01|1|P|2.4||||||" + charset + b"\rPID|||||" + name + b"^x\r"


@pytest.mark.parametrize(
    ("charset", "name", "text", "codec", "says"),
    [
        (b"", "5a6f65", "Zoe", "utf-8", ""),
        (b"ASCII", "5a6f65", "Zoe", "ascii", ""),
        (b"", "5a6fc3ab", "Zoë", "utf-8", "absent"),
        (b"", "5a6feb", "Zoë", "cp1252", "absent"),
        (b"ASCII", "5a6feb", "Zoë", "cp1252", "ASCII"),
        (b"", "8035", "€5", "cp1252", "windows-1252"),
        (b"8859/1", "5a6feb", "Zoë", "iso8859-1", ""),
        (b"8859/1", "5a6f65", "Zoe", "iso8859-1", ""),
        (b"8859/1", "8035", "\x805", "iso8859-1", "windows-1252"),
        (b"8859/2", "a3756b61737a", "Łukasz", "iso8859-2", ""),
        (b"8859/15", "a435", "€5", "iso8859-15", ""),
        (b"8859/14", "f05f", "ŵ_", "iso8859-14", "0211"),
        (b"UNICODE", "c5b5", "ŵ", "utf-8", ""),
        (b"UNICODE", "5a6feb", "Zoë", "cp1252", "not UTF-8"),
        (b"UNICODE UTF-8", "e5908de5898d", "名前", "utf-8", ""),
        (b"UNICODE UTF-8~ISO IR87", "c5b5", "ŵ", "utf-8", ""),
        (b"utf8", "c5b5", "ŵ", "utf-8", "0211"),
        (b"MARTIAN", "5a6fc3ab", "Zoë", "utf-8", "MARTIAN"),
        (b"ISO IR87", "1b244234413b7a1b2842", "漢字", "iso2022_jp", ""),
        (b"GB 18030-2000", "c3fbc7b0", "名前", "gb18030", ""),
        (b"UNICODE UTF-16", "5a6f65", "Zoe", "utf-8", "UTF-16"),
    ],
)
def test_names_are_read_by_the_declared_set(charset: bytes, name: str, text: str, codec: str, says: str) -> None:
    data = message(charset, bytes.fromhex(name))
    tree = parse(data)
    assert tree.get("PID-5.1") == text
    assert says in tree.charset_issue
    assert bool(says) == bool(tree.charset_issue)
    assert tree.encode() == data
    if says != "UTF-16":
        assert tree.charset == codec


def test_undecodable_bytes_are_kept_and_their_offsets_said() -> None:
    data = message(b"UNICODE UTF-8", bytes.fromhex("41ff42c3"))
    tree = parse(data)
    assert tree.undecodable == (data.index(b"\xff"), data.index(b"\xc3"))
    assert tree.charset_issue == ""
    tree.set("PID-6", "ŵ")
    assert tree.encode() == data.replace(b"\r", b"").replace(b"PID", b"\rPID") + "|ŵ\r".encode()


def test_undecodable_offsets_count_the_frame() -> None:
    data = b"\x0b" + message(b"UNICODE UTF-8", b"\xff") + b"\x1c\r"
    assert parse(data).undecodable == (data.index(b"\xff"),)
    assert parse(data).encode() == data


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_wide_encodings_are_seen_in_the_bytes(codec: str, mark: bool) -> None:
    text = message(b"UNICODE UTF-16", b"X").decode().replace("X", "Ŵyn")
    data = (("\ufeff" if mark else "") + text).encode(codec)
    tree = parse(data)
    assert tree.charset == codec
    assert tree.get("PID-5.1") == "Ŵyn"
    assert tree.encode() == data


def test_a_byte_order_mark_is_kept_and_said() -> None:
    data = b"\xef\xbb\xbf" + message(b"UNICODE UTF-8", b"x")
    tree = parse(data)
    assert "byte order mark" in tree.charset_issue
    assert tree.encode() == data


def test_the_caller_may_overrule_the_message() -> None:
    data = message(b"8859/1", b"\xb3")
    assert parse(data, charset="iso8859-2").get("PID-5.1") == "ł"
    with pytest.raises(FormatError, match="martian"):
        parse(data, charset="martian")


def test_what_cannot_be_written_in_the_declared_set_is_refused() -> None:
    tree = parse(message(b"8859/1", b"x"))
    tree.set("PID-5.1", "Ŵyn")
    with pytest.raises(FormatError, match="Ŵ"):
        tree.encode()
    tree.charset = "utf-8"
    assert "Ŵyn".encode() in tree.encode()


def test_a_new_message_is_written_as_its_header_says() -> None:
    tree = Tree.new()
    tree.add("PID")
    tree.set("PID-5.1", "Zoë")
    assert "Zoë".encode() in tree.encode()
    tree.set("MSH-18", "8859/1")
    assert b"Zo\xeb" in tree.encode()
    tree.set("MSH-18", "ASCII")
    with pytest.raises(FormatError, match="ascii"):
        tree.encode()


def test_changing_msh_18_of_a_parsed_message_changes_nothing_else() -> None:
    data = message(b"8859/1", b"Zo\xeb")
    tree = parse(data)
    tree.set("MSH-18", "UNICODE UTF-8")
    assert tree.encode() == data.replace(b"8859/1", b"UNICODE UTF-8")
