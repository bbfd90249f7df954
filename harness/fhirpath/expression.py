"""A compiled expression."""

from __future__ import annotations

import decimal
from functools import lru_cache
from typing import Any

from harness.errors import FormatError
from harness.fhirpath import ast
from harness.fhirpath.compile import Compiler
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Environment, Items, State
from harness.fhirpath.nodes import ElementNode, RootNode
from harness.fhirpath.parse import parse


class Expression:
    """FHIRPath text, parsed and compiled. Safe to share between threads."""

    __slots__ = ("_items", "_truth", "ast", "text")

    def __init__(self, text: str, variables: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.ast: ast.Expression = parse(text)
        try:
            self._items = Compiler(variables).items(self.ast)
            self._truth = Compiler(variables).truth(self.ast)
        except RecursionError:
            raise FormatError("the expression is nested too deeply", offset=0) from None

    def evaluate(self, start: ElementNode, environment: Environment) -> list[ElementNode]:
        """The items: elements as they stand in the tree, values that were worked out as nodes of a System type without a path.

        EvaluationError for what cannot be evaluated; nothing else.
        """
        return [item if isinstance(item, ElementNode) else _computed(item, environment) for item in self.items(start, environment)]

    def items(self, start: ElementNode, environment: Environment) -> Items:
        """As ``evaluate``, worked-out values as they are (bool, int, Decimal, str, Moment, Quantity)."""
        try:
            return list(self._items(State(environment, [start])))
        except EvaluationError:
            raise
        except (RecursionError, ArithmeticError, MemoryError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise _wrapped(error) from None

    def truth(self, start: ElementNode, environment: Environment) -> bool | None:
        """True, False, or None for nothing. EvaluationError for what cannot be evaluated, and for more than one item."""
        try:
            return self._truth(State(environment, [start]))
        except EvaluationError:
            raise
        except (RecursionError, ArithmeticError, MemoryError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise _wrapped(error) from None

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}>"


def _wrapped(error: Exception) -> EvaluationError:
    if isinstance(error, RecursionError):
        return EvaluationError("the expression or the data is nested too deeply")
    if isinstance(error, decimal.DecimalException | OverflowError):
        return EvaluationError("a number is too large")
    return EvaluationError(f"the data does not have the shape of FHIR ({type(error).__name__})")


def _computed(value: Any, environment: Environment) -> ElementNode:
    from harness.fhirpath.kinds import system_name

    return RootNode(value, None, f"System.{system_name(value)}", environment.types, "")


@lru_cache(maxsize=4096)
def compile(expression: str, version: str = "4.0.1", variables: frozenset[str] = frozenset()) -> Expression:  # noqa: A001, ARG001
    """The compiled expression, remembered. ``version`` is the FHIR version it was written for; FHIRPath itself is one for all.

    FormatError, whose ``offset`` counts characters, for bad syntax, an unknown function, and a variable that neither FHIR nor ``variables`` name.
    """
    return Expression(expression, variables)
