"""What can go wrong while an expression is evaluated."""

from __future__ import annotations

from harness.errors import HarnessError


class EvaluationError(HarnessError):
    """An expression that cannot be evaluated on this input: more than one item where one is asked for, an operand of the wrong type, a budget spent.

    An expression that cannot even be read is a ``FormatError``.
    """


class UnsupportedError(EvaluationError):
    """An evaluation that needs what is not at hand: a terminology, a definition, a unit's conversion."""
