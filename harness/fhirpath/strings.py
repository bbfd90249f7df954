"""String functions (FHIRPath 5.6, and the additional ones of the current specification)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

import base64
import binascii
import html
import json

from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Items, State
from harness.fhirpath.functions import function, text_of, whole_of
from harness.fhirpath.lex import unescape
from harness.fhirpath.patterns import found_in, replaced

MAX_TEXT = 10_000_000


@function("indexOf", "v")
def index_of(state: State, focus: Items, part: Items) -> Items:
    """Where ``part`` begins, -1 for nowhere."""
    text, wanted = text_of(focus), text_of(part)
    return [] if text is None or wanted is None else [text.find(wanted)]


@function("lastIndexOf", "v")
def last_index_of(state: State, focus: Items, part: Items) -> Items:
    """Where ``part`` begins the last time, -1 for nowhere."""
    text, wanted = text_of(focus), text_of(part)
    return [] if text is None or wanted is None else [text.rfind(wanted)]


@function("substring", "vv", least=1)
def substring(state: State, focus: Items, start: Items, length: Items | None = None) -> Items:
    """The part from ``start``; nothing where that is outside the text."""
    text, begin = text_of(focus), whole_of(start)
    if text is None or begin is None or not 0 <= begin < len(text):
        return []
    count = whole_of(length) if length else None
    return [text[begin:] if count is None else text[begin : begin + max(count, 0)]]


@function("startsWith", "v")
def starts_with(state: State, focus: Items, prefix: Items) -> Items:
    """Whether the text begins so."""
    text, wanted = text_of(focus), text_of(prefix)
    return [] if text is None or wanted is None else [text.startswith(wanted)]


@function("endsWith", "v")
def ends_with(state: State, focus: Items, suffix: Items) -> Items:
    """Whether the text ends so."""
    text, wanted = text_of(focus), text_of(suffix)
    return [] if text is None or wanted is None else [text.endswith(wanted)]


@function("contains", "v")
def contains(state: State, focus: Items, part: Items) -> Items:
    """Whether the text holds ``part``."""
    text, wanted = text_of(focus), text_of(part)
    return [] if text is None or wanted is None else [wanted in text]


@function("upper")
def upper(state: State, focus: Items) -> Items:
    """In capitals."""
    text = text_of(focus)
    return [] if text is None else [text.upper()]


@function("lower")
def lower(state: State, focus: Items) -> Items:
    """In small letters."""
    text = text_of(focus)
    return [] if text is None else [text.lower()]


@function("replace", "vv")
def replace(state: State, focus: Items, pattern: Items, by: Items) -> Items:
    """Every ``pattern`` replaced; an empty pattern stands between all characters."""
    text, wanted, other = text_of(focus), text_of(pattern), text_of(by)
    if text is None or wanted is None or other is None:
        return []
    _bounded(len(text) + (text.count(wanted) if wanted else len(text) + 1) * len(other))
    return [text.replace(wanted, other)]


@function("matches", "vv", least=1)
def matches(state: State, focus: Items, pattern: Items, flags: Items | None = None) -> Items:
    """Whether the regular expression is found anywhere in the text."""
    text, regex = text_of(focus), text_of(pattern)
    return [] if text is None or regex is None else [found_in(text, regex, whole=False, flags=_flags(flags))]


@function("matchesFull", "vv", least=1)
def matches_full(state: State, focus: Items, pattern: Items, flags: Items | None = None) -> Items:
    """Whether the regular expression takes the whole text."""
    text, regex = text_of(focus), text_of(pattern)
    return [] if text is None or regex is None else [found_in(text, regex, whole=True, flags=_flags(flags))]


@function("replaceMatches", "vvv", least=2)
def replace_matches(state: State, focus: Items, pattern: Items, by: Items, flags: Items | None = None) -> Items:
    """Every match replaced; ``$1`` and ``${name}`` stand for what a group took."""
    text, regex, other = text_of(focus), text_of(pattern), text_of(by)
    if text is None or regex is None or other is None:
        return []
    if not regex:
        return [text]
    found = replaced(text, regex, other, _flags(flags))
    _bounded(len(found))
    return [found]


def _flags(flags: Items | None) -> str:
    return (text_of(flags) or "") if flags else ""


@function("length")
def length(state: State, focus: Items) -> Items:
    """How many characters the text has."""
    text = text_of(focus)
    return [] if text is None else [len(text)]


@function("toChars")
def to_chars(state: State, focus: Items) -> Items:
    """The characters of the text."""
    text = text_of(focus)
    state.spend(len(text or ""))
    return [] if text is None else list(text)


@function("trim")
def trim(state: State, focus: Items) -> Items:
    """Without white space at either end."""
    text = text_of(focus)
    return [] if text is None else [text.strip()]


@function("split", "v")
def split(state: State, focus: Items, separator: Items) -> Items:
    """The parts between separators."""
    text, wanted = text_of(focus), text_of(separator)
    if text is None or wanted is None:
        return []
    state.spend(len(text))
    return text.split(wanted) if wanted else list(text)


@function("join", "v", least=0)
def join(state: State, focus: Items, separator: Items | None = None) -> Items:
    """The texts of the collection in one."""
    between = (text_of(separator) or "") if separator else ""
    texts = [text_of([item]) or "" for item in focus]
    _bounded(sum(map(len, texts)) + len(between) * len(texts))
    return [between.join(texts)] if texts else []


def _bounded(size: int) -> None:
    if size > MAX_TEXT:
        raise EvaluationError("a text grows too long", expected=f"at most {MAX_TEXT:,} characters")


@function("encode", "v")
def encode(state: State, focus: Items, form: Items) -> Items:
    """The UTF-8 bytes written as ``base64``, ``urlbase64`` or ``hex``."""
    text, name = text_of(focus), text_of(form)
    if text is None or name is None:
        return []
    data = text.encode("utf-8", "surrogatepass")
    if name == "hex":
        return [data.hex()]
    if name == "base64":
        return [base64.b64encode(data).decode()]
    if name == "urlbase64":
        return [base64.urlsafe_b64encode(data).decode()]
    raise EvaluationError(f"there is no encoding {name!r}", expected="base64, urlbase64 or hex")


@function("decode", "v")
def decode(state: State, focus: Items, form: Items) -> Items:
    """The opposite of ``encode``; nothing where the text is no such thing."""
    text, name = text_of(focus), text_of(form)
    if text is None or name is None:
        return []
    try:
        if name == "hex":
            return [bytes.fromhex(text).decode()]
        if name == "base64":
            return [base64.b64decode(text, validate=True).decode()]
        if name == "urlbase64":
            return [base64.b64decode(text, altchars=b"-_", validate=True).decode()]
    except (ValueError, binascii.Error):
        return []
    raise EvaluationError(f"there is no encoding {name!r}", expected="base64, urlbase64 or hex")


@function("escape", "v")
def escape(state: State, focus: Items, form: Items) -> Items:
    """Made fit to stand in ``html`` or ``json``."""
    text, name = text_of(focus), text_of(form)
    if text is None or name is None:
        return []
    if name == "html":
        return [html.escape(text)]
    if name == "json":
        return [json.dumps(text, ensure_ascii=False)[1:-1]]
    raise EvaluationError(f"there is no way to escape for {name!r}", expected="html or json")


@function("unescape", "v")
def unescape_(state: State, focus: Items, form: Items) -> Items:
    """The opposite of ``escape``."""
    text, name = text_of(focus), text_of(form)
    if text is None or name is None:
        return []
    if name == "html":
        return [html.unescape(text)]
    if name == "json":
        return [_unescape_json(text)]
    raise EvaluationError(f"there is no way to escape for {name!r}", expected="html or json")


def _unescape_json(text: str) -> str:
    try:
        found = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return unescape(text)
    return str(found)
