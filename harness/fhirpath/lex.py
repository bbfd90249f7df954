"""Text of FHIRPath → tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from harness.errors import FormatError

MAX_LENGTH = 32_768
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f\v\u00a0]+|//[^\n]*|/\*.*?\*/)
|(?P<datetime>@[0-9]{4}(?:-[0-9]{2}){0,2}T(?:[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)
|(?P<time>@T[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?)
|(?P<date>@[0-9]{4}(?:-[0-9]{2}){0,2})
|(?P<number>[0-9]+(?:\.[0-9]+)?L?)
|(?P<string>'(?:[^'\\]|\\.)*')
|(?P<quoted>`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")
|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
|(?P<special>\$(?:this|index|total)\b)
|(?P<sign><=|>=|!=|!~|[-+*/&|=~<>.,()\[\]{}%])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SHORT = {"r": "\r", "n": "\n", "t": "\t", "f": "\f"}
_SAME = "'\"`\\/"


class Token(NamedTuple):
    """``kind`` is number, string, name, quoted, special, sign, date, datetime, time or end; ``text`` is unescaped for strings and quoted names."""

    kind: str
    text: str
    offset: int


def tokens(expression: str) -> list[Token]:
    """All tokens, the last of kind ``end``. FormatError with the offset for what is no token, and for text longer than 32,768 characters."""
    if len(expression) > MAX_LENGTH:
        raise FormatError("the expression is too long", offset=MAX_LENGTH, expected=f"at most {MAX_LENGTH} characters")
    found: list[Token] = []
    place = 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if not match:
            raise _fault(expression, place)
        kind, text = match.lastgroup or "", match[0]
        if kind in ("string", "quoted"):
            found.append(Token(kind, unescape(text[1:-1], place + 1), place))
        elif kind != "space":
            found.append(Token(kind, text, place))
        place = match.end()
    found.append(Token("end", "", len(expression)))
    return found


def unescape(text: str, offset: int = 0) -> str:
    r"""``\'``, ``\"``, ``\```, ``\\``, ``\/``, ``\r \n \t \f`` and ``\uXXXX`` undone. Of any other the backslash is dropped, as old expressions need."""
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] == "u":
            raise FormatError("an escape of a character is not finished", offset=offset + match.start(), expected="\\u and four hexadecimal digits")
        return _SHORT.get(match[2], match[2])

    return _ESCAPE.sub(plain, text)


def _fault(expression: str, place: int) -> FormatError:
    sign = expression[place]
    if sign == "'":
        return FormatError("a text is not closed", offset=place, expected="a closing '")
    if sign in '`"':
        return FormatError("a quoted name is not closed", offset=place, expected=f"a closing {sign}")
    if expression.startswith("/*", place):
        return FormatError("a comment is not closed", offset=place, expected="*/")
    if sign == "@":
        return FormatError("@ does not begin a date or a time", offset=place, expected="@2014-01-25, @2014-01-25T14:30 or @T14:30")
    if sign == "$":
        return FormatError("$ begins no name known", offset=place, expected="$this, $index or $total")
    return FormatError(f"{sign!r} has no place in FHIRPath", offset=place, expected="a FHIRPath expression")
