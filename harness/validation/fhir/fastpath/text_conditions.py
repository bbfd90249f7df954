"""Conditions, as Python source over a variable, under which a primitive value is surely in order; what does not meet them is looked at properly.

Each is narrower than, or equal to, what ``primitives`` accepts of the type (FHIR R4 2.24.0.1), and cheap.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Letters with what names, addresses and sentences hold: no controls, no angle brackets, no space at an end.
_PLAIN = re.compile(r"[\w.,;:'’/()+&%!?@#*=_-]+(?: [\w.,;:'’/()+&%!?@#*=_-]+)*")
_DAY = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1\d|2[0-8]))?)?", re.ASCII)
_MOMENT = re.compile(
    r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")

NAMES = {"PLAIN": _PLAIN.fullmatch, "DAY": _DAY.fullmatch, "MOMENT": _MOMENT.fullmatch, "ID": _ID.fullmatch}

_STRING = "type({0}) is str and len({0}) < 4096 and PLAIN({0})"
_WHEN = "type({0}) is str and len({0}) < 40 and (DAY({0}) or MOMENT({0}))"
CONDITIONS = {
    "boolean": "{0} is True or {0} is False",
    "integer": "type({0}) is int and -2147483648 <= {0} <= 2147483647",
    "unsignedInt": "type({0}) is int and 0 <= {0} <= 2147483647",
    "positiveInt": "type({0}) is int and 1 <= {0} <= 2147483647",
    "decimal": "(type({0}) is Decimal and -300 < {0}.adjusted() < 300 and {0}.is_finite()) or (type({0}) is int and -1000000000000 < {0} < 1000000000000)",
    "string": _STRING,
    "markdown": _STRING,
    "date": "type({0}) is str and len({0}) < 11 and DAY({0})",
    "dateTime": _WHEN,
    "instant": "type({0}) is str and len({0}) < 40 and MOMENT({0})",
    "id": "type({0}) is str and ID({0})",
}
# Types whose values come again and again: a value found in order once is remembered.
REMEMBERED = frozenset({"code", "uri", "url", "canonical", "oid", "uuid"})
# Rules that say nothing of a text that meets the conditions above …
PLAIN_TEXT = frozenset({"strings.string", "markup_in_markdown.markdown"})
# … and rules that look at nothing but the value, unless it is a fragment.
CONTENT_ALONE = PLAIN_TEXT | {"urls.uri", "urls.canonical"}


def name_of(function: Callable[..., object]) -> str:
    """``module.function`` of a rule."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
