"""HL7 v2 XML, both ways, and what XML parsers must not be talked into."""

from __future__ import annotations

import contextlib

import pytest
from formats_samples import ADMISSION
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.xml import from_xml, to_xml

TYPES = {"PID.3": "CX", "CX.1": "ST", "CX.4": "HD", "HD.1": "IS", "PID.5": "XPN", "XPN.1": "FN", "FN.1": "ST", "PID.7": "TS", "TS.1": "ST", "PID.8": "IS"}
HEADER = "<MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><MSG.1>ADT</MSG.1><MSG.2>A01</MSG.2><MSG.3>ADT_A01</MSG.3></MSH.9></MSH>"


def document(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><ADT_A01 xmlns="urn:hl7-org:v2xml">{HEADER}{body}</ADT_A01>'.encode()


def test_fields_components_repetitions_and_groups_become_segments_in_order() -> None:
    tree = from_xml(
        document(
            "<PID><PID.3><CX.1>9</CX.1><CX.4><HD.1>NHS</HD.1><HD.3>ISO</HD.3></CX.4></PID.3><PID.3><CX.1>2</CX.1></PID.3><PID.8>2</PID.8></PID>"
            "<ADT_A01.PROCEDURE><PR1><PR1.1>1</PR1.1></PR1><ROL><ROL.2>AD</ROL.2></ROL></ADT_A01.PROCEDURE><ZU1><ZU1.24>20260105</ZU1.24></ZU1>"
        )
    )
    assert [segment.text for segment in tree] == [
        "MSH|^~\\&|||||||ADT^A01^ADT_A01",
        "PID|||9^^^NHS&&ISO~2|||||2",
        "PR1|1",
        "ROL||AD",
        "ZU1||||||||||||||||||||||||20260105",
    ]


def test_text_is_escaped_and_escape_elements_are_kept() -> None:
    tree = from_xml(document('<NTE><NTE.3>a|b &amp; c<escape V=".br"/>d</NTE.3></NTE>'))
    assert tree.raw("NTE-3") == "a\\F\\b \\T\\ c\\.br\\d"
    assert tree.get("NTE-3") == "a|b & c\nd"


def test_own_delimiters_are_used() -> None:
    data = document("<PID><PID.3><CX.1>a</CX.1><CX.2>b</CX.2></PID.3></PID>").replace(b">|<", b">$<").replace(b"^~\\&amp;", b"%!*+")
    assert from_xml(data).segments[1].text == "PID$$$a%b"


def test_names_come_from_the_types_handed_in() -> None:
    text = to_xml(parse(ADMISSION), TYPES).decode()
    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<ADT_A01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>")
    assert "<PID.3><CX.1>9990000018</CX.1><CX.4><HD.1>NHS</HD.1></CX.4></PID.3>" in text
    assert "<PID.5><XPN.1><FN.1>O'Neill</FN.1></XPN.1><XPN.2>Siân</XPN.2><XPN.5>Mrs</XPN.5></PID.5>" in text
    assert "<PID.7><TS.1>19500101</TS.1></PID.7><PID.8>2</PID.8>" in text
    assert '<AL1.5>Rash<escape V=".br"/>Hives</AL1.5>' in text
    assert "<NK1.2><NK1.2.1>D'Souza &amp; Sons</NK1.2.1>" in text


@pytest.mark.parametrize("types", [TYPES, {}])
def test_there_and_back_every_value_is_the_same(types: dict[str, str]) -> None:
    tree = parse(ADMISSION)
    again = from_xml(to_xml(tree, types))
    assert [segment.text.rstrip("|") for segment in again] == [segment.text.rstrip("|") for segment in tree]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=20).filter(str.strip))
def test_there_and_back_any_text_is_the_same(text: str) -> None:
    tree = parse(ADMISSION)
    tree.set("PID-5.1", text)
    try:
        data = to_xml(tree)
    except FormatError:
        return
    assert from_xml(data).get("PID-5.1") == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"<ADT_A01",
        b"MSH|^~\\&",
        b"<ADT_A01/>",
        b"<ADT_A01><PID/></ADT_A01>",
        document("<PID><PID.3><CX.1>a</CX.1><CX.1>b</CX.1></PID.3></PID>"),
        document("<PID><name>a</name></PID>"),
        document("<PID><PID.3><CX.1><HD.1><X.1>a</X.1></HD.1></CX.1></PID.3></PID>"),
        document("<G.A>" * 40 + "</G.A>" * 40),
        b"\xff\xfe<\x00",
        b"<a>" * 300,
        b'<?xml version="1.0" encoding="martian"?><a/>',
    ],
)
def test_what_is_no_v2_xml_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        from_xml(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        "<!DOCTYPE a>",
    ],
)
def test_document_types_and_entities_are_refused(declaration: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<a>&x;</a>'
    with pytest.raises(FormatError, match="document type"):
        from_xml(text.encode(encoding))


def test_the_words_of_a_document_type_in_a_comment_are_no_declaration() -> None:
    assert from_xml(document("<!-- <!DOCTYPE a> -->")).trigger == "A01"


def test_characters_xml_cannot_hold_are_refused_on_writing() -> None:
    tree = parse(ADMISSION.replace(b"|W1^", b"|W\x01^"))
    with pytest.raises(FormatError, match="XML cannot"):
        to_xml(tree)


@pytest.mark.parametrize("data", [b"MSH|^~\\&|A\r<b>|1\r", b"MSH|^~\\&|||||||A<^B\r"])
def test_names_xml_cannot_hold_are_refused_on_writing(data: bytes) -> None:
    with pytest.raises(FormatError, match="name an XML element"):
        to_xml(parse(data))


@given(st.binary(max_size=80) | st.text('<>/ADT_01MSHPID.3xmlns="&;!-[]', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        from_xml(data)
