"""Regular expressions of strangers, held to those that answer in linear time."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_LONGEST = 500
_LONGEST_SUBJECT = 2_000
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


@lru_cache(maxsize=512)
def full_match(pattern: str) -> Callable[[str], bool] | None:
    """Whether a whole text matches; None where ``pattern`` is not one that can be used (not valid, too long, or one whose time may explode)."""
    from re import _parser  # type: ignore[attr-defined]  # the parse tree is needed and has no public name

    if len(pattern) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parser.parse(pattern)
            compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, ValueError):
        return None
    if _explodes(tree, False):
        return None
    return lambda subject: len(subject) <= _LONGEST_SUBJECT and compiled.fullmatch(subject) is not None


def _explodes(tree: Any, repeated: bool) -> bool:
    """True where a repeat without a small bound stands inside another, or a group is referred back to."""
    for operation, argument in tree:
        name = str(operation)
        if name in _REPEATS:
            _, most, inner = argument
            if repeated and most > 10:
                return True
            if _explodes(inner, repeated or most > 10):
                return True
        elif name == "BRANCH":
            if any(_explodes(branch, repeated) for branch in argument[1]):
                return True
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"):
            inner = argument if name == "ATOMIC_GROUP" else argument[-1]
            if _explodes(inner, repeated):
                return True
        elif name.startswith("GROUPREF"):
            return True
    return False
