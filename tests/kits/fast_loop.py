"""What the fast loop does differently: a property draws few examples. Without ``-m "not slow"`` each draws as many as it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hypothesis import settings

EXPRESSION: Final = "not slow"
FEW: Final = 20


def draw_few(functions: Iterable[Any]) -> None:
    """Lower the number of examples of those that are properties and ask for more."""
    for function in functions:
        chosen = getattr(function, "_hypothesis_internal_use_settings", None)
        if isinstance(chosen, settings) and chosen.max_examples > FEW:
            function._hypothesis_internal_use_settings = settings(chosen, max_examples=FEW)
