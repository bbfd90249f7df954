"""Whether a text has the shape of a SNOMED CT expression constraint: its parts in an order the language has, brackets closed.

What is accepted is wider than the language (filters in double braces are passed over), so that nothing well formed is refused.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\s+|/\*.*?\*/"
    r"|(?P<filter>\{\{.*?\}\})"
    r"|(?P<operator><<!|>>!|!!>|!!<|<<|>>|<!|>!|<(?!=)|>(?!=)|(?:child|descendant|parent|ancestor)(?:OrSelf)?Of\b|(?:top|bottom)\b)"
    r"|(?P<member>(?:\^|memberOf\b)(\s*\[[^\]]*\])?)"
    r"|(?P<concept>(\d{6,18}|\*|any\b)(\s*\|[^|]*\|)?)"
    r"|(?P<joint>(?:AND|OR|MINUS)\b|,)"
    r"|(?P<compare>!=|=|<=|>=)"
    r"|(?P<value>\#[+-]?\d+(\.\d+)?|\"(?:[^\"\\]|\\.)*\"|(?:true|false)\b)"
    r"|(?P<count>\[\s*\d+\s*\.\.\s*(\d+|\*)\s*\])"
    r"|(?P<mark>reverseOf\b|[(){}:.R])",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 20_000
_DEEPEST = 60
_AFTER_OPERAND = ("joint", "compare", ":", ".", ")", "}", "filter", "end")
_AFTER_OTHER = ("operator", "member", "concept", "(", "value", "count", "{", "R")
_FOLLOWS = {
    "start": ("operator", "member", "concept", "("),
    "operator": ("member", "concept", "("),
    "member": ("operator", "concept", "("),
    "concept": _AFTER_OPERAND,
    "filter": _AFTER_OPERAND,
    "value": (*_AFTER_OPERAND, "value"),
    ")": _AFTER_OPERAND,
    "}": ("joint", ")", "end", "filter", ":"),
    "joint": _AFTER_OTHER,
    "compare": ("operator", "member", "concept", "(", "value"),
    ":": ("operator", "member", "concept", "(", "count", "{", "R"),
    ".": ("operator", "member", "concept", "("),
    "(": _AFTER_OTHER,
    "{": ("operator", "member", "concept", "(", "count", "R"),
    "count": ("operator", "member", "concept", "(", "{", "R"),
    "R": ("operator", "member", "concept", "("),
}


def well_formed(text: str) -> bool:
    """False for what cannot be an expression constraint; True for all that can be, and for what is too long to look at."""
    if len(text) > _LONGEST:
        return True
    before, place = "start", 0
    opened: list[str] = []
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            return False
        place = found.end()
        kind = found.lastgroup
        if kind is None:
            continue
        name = found.group()[0].upper() if kind == "mark" else kind
        if name not in _FOLLOWS[before]:
            return False
        if name in ("(", "{"):
            opened.append(name)
            if len(opened) > _DEEPEST:
                return True
        elif name in (")", "}") and (not opened or opened.pop() != {")": "(", "}": "{"}[name]):
            return False
        before = name
    return not opened and "end" in _FOLLOWS[before]
