"""What an expression is evaluated in: the environment of the caller, and the running state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.nodes import ElementNode
from harness.fhirpath.quantities import Worth
from harness.fhirpath.types import Types

MAX_STEPS = 2_000_000
Items: TypeAlias = list[Any]
Resolve = Callable[[str, ElementNode | None], Any]


@dataclass(slots=True)
class Environment:
    """What an expression may ask for outside itself.

    ``resource`` is the resource that holds the element (a contained resource itself counts), ``root`` the one that is not contained, ``context`` the
    element evaluated (None: whatever is handed to ``evaluate``).
    ``resolve(reference, node)`` answers a resource (a mapping or a ElementNode) or None. ``member_of(code or Coding or CodeableConcept node, value set)``,
    ``conforms_to(node, canonical)`` and ``subsumes(node, node)`` answer True, False, or None where it cannot be told. ``html_checks(div)`` gives the faults
    of a narrative. ``now`` is ``YYYY-MM-DDTHH:MM:SS±HH:MM`` (empty: the functions that need it raise). ``trace(name, items)`` is told of ``trace()``.
    ``steps`` bounds the work. ``worth(unit)`` says what a UCUM unit is worth in base units (the ``canonical`` of ``harness.terminology.ucum``); without it
    only units of the calendar, and quantities of the very same unit, compare.
    """

    types: Types
    resource: ElementNode | None = None
    root: ElementNode | None = None
    context: ElementNode | None = None
    resolve: Resolve | None = None
    member_of: Callable[[ElementNode | str, str], bool | None] | None = None
    conforms_to: Callable[[ElementNode, str], bool | None] | None = None
    subsumes: Callable[[ElementNode, ElementNode], bool | None] | None = None
    html_checks: Callable[[str], Sequence[str]] | None = None
    definitions: Any = None
    now: str = ""
    trace: Callable[[str, Items], None] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    steps: int = MAX_STEPS
    worth: Worth | None = None


class State:
    """One evaluation under way. ``this`` is the collection of ``$this``."""

    __slots__ = ("environment", "focus", "index", "steps", "this", "total", "types", "variables", "worth")

    def __init__(self, environment: Environment, focus: Items) -> None:
        self.environment = environment
        self.types = environment.types
        self.worth = environment.worth
        self.focus = focus
        self.this = focus
        self.index = 0
        self.total: Items = []
        self.variables: dict[str, Items] = {}
        self.steps = environment.steps

    def spend(self, steps: int) -> None:
        """Count work; EvaluationError when the budget is spent."""
        self.steps -= steps
        if self.steps < 0:
            raise EvaluationError("the evaluation takes too many steps", do="simplify the expression or raise Environment.steps")


Closure: TypeAlias = Callable[[State], Items]
Truth: TypeAlias = Callable[[State], "bool | None"]


def single(items: Items, what: str = "a single item") -> Any:
    """The only item, None for none; EvaluationError for more."""
    if not items:
        return None
    if len(items) > 1:
        raise EvaluationError(f"{len(items)} items where one is expected", expected=what, do="choose one with first(), where() or an index")
    return items[0]
