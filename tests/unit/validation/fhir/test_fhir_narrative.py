"""Narratives: what may stand in one, what is refused, and that nothing in one can hurt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.validation.fhir.narrative.xhtml import MAX_LENGTH, examine, html_checks

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


@pytest.mark.parametrize(
    "inner",
    [
        "text",
        "&#160;",
        "&amp;",
        "<p>a<br/>b</p>",
        '<p id="a" lang="en" xml:lang="en" class="x" style="color: red" title="t">a</p>',
        '<table border="1"><thead><tr><th colspan="2">a</th></tr></thead><tbody><tr><td rowspan="1">b</td></tr></tbody></table>',
        '<a href="https://a.example/">a</a><a name="x">b</a>',
        '<img src="#a" alt="picture"/>',
        "<ul><li>a</li></ul><dl><dt>a</dt><dd>b</dd></dl>",
        "<!-- said --> a",
        "<h1>a</h1><blockquote cite='https://a.example/'>b</blockquote>",
    ],
)
def test_what_the_page_allows_is_allowed(inner: str) -> None:
    assert html_checks(f"{DIV}{inner}</div>") == []


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("", "no content"),
        (" \n\t", "no content"),
        ("<img alt='a'/>", "no content"),
        ("a<script>x</script>", "<script>"),
        ("a<form><input/></form>", "<form>"),
        ("a<iframe/>", "<iframe>"),
        ("a<object/>", "<object>"),
        ("a<link/>", "<link>"),
        ("a<font>b</font>", "<font>"),
        ("a<head/>", "<head>"),
        ("<p onclick='x()'>a</p>", "onclick"),
        ("<tr idref='x'><td>a</td></tr>", "idref"),
        ("<a href='javascript:x()'>a</a>", "script"),
        ("<a href='java\nscript:x()'>a</a>", "script"),
        ("<p style='width: expression(x)'>a</p>", "style"),
        ("<x:p xmlns:x='urn:x'>a</x:p>", "namespace"),
        ("<p>a", "well-formed"),
        ("a & b", "well-formed"),
        ("&unknown;", "well-formed"),
        ("&nbsp;", "&#160;"),
        ("<?php a?>b", "instruction"),
        ("\x00a", "well-formed"),
        ("\ud800", "well-formed"),
    ],
)
def test_what_the_page_does_not_allow_is_said(inner: str, said: str) -> None:
    assert any(said in fault for fault in html_checks(f"{DIV}{inner}</div>"))


@pytest.mark.parametrize("div", ["<div>a</div>", f"<p{DIV[4:]}a</p>", "a", "", "<div xmlns='urn:x'>a</div>"])
def test_the_outermost_element_is_the_div_of_xhtml(div: str) -> None:
    assert html_checks(div)


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE div [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + DIV + "&b;</div>",
        '<!DOCTYPE div SYSTEM "file:///etc/passwd">' + DIV + "a</div>",
        '<!DOCTYPE div [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + DIV + "&a;</div>",
        DIV + "<b>" * 100_000,
        DIV + "<b>" * 100_000 + "</b>" * 100_000 + "</div>",
        "a" * (MAX_LENGTH + 1),
        DIV + "<p " + " ".join(f"a{number}='1'" for number in range(5_000)) + ">a</p></div>",
    ],
)
def test_what_would_hurt_is_refused_and_few_words_are_made(bomb: str) -> None:
    faults = html_checks(bomb)
    assert 0 < len(faults) <= 21
    assert sum(map(len, faults)) < 20_000


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([DIV, "</div>", "<p>", "</p>", "&", "&#0;", "<!DOCTYPE", "]]>", "<![CDATA[", "<a href='", "é"])).map("".join)
)
def test_nothing_raises(div: str) -> None:
    assert isinstance(html_checks(div), list)
    assert isinstance(html_checks(f"{DIV}{div}</div>"), list)


def test_links_images_ids_and_languages_are_noted() -> None:
    found = examine(f"{DIV[:-1]} lang='en' xml:lang='de'><p id='a'><a href='urn:x'>to  x</a></p><img src='#b'/></div>")
    assert (found.language, found.xml_language, found.ids, found.images) == ("en", "de", ["a"], ["#b"])
    assert [(link.url, link.shown, link.place) for link in found.links] == [("urn:x", "to x", "div/p/a")]


def test_text_without_source_is_noted() -> None:
    found = examine(f"{DIV}a<p class='generated'>b<b>c</b></p><p>d</p></div>")
    assert found.unsourced == ["a", "d"]
