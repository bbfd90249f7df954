"""What judges what stands inside something else: handed to an engine where it is put together, so that the walk goes down through it.

The walk, resources, extensions and compiled plans call one another as a document is nested; this is where they meet, and none imports the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from harness.model.issue import Issue
    from harness.validation.fhir.content import Data
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

# (object, where it stands, the document): says what it finds through the document's FhirJudging.
ObjectJudge: TypeAlias = Callable[[Any, Any, "FhirJudging"], None]


class ResourceJudge(Protocol):
    """Judges a resource by its type, by what ``rules`` of the element that holds it ask, and by the profiles ``asked`` for."""

    def __call__(self, judging: FhirJudging, value: Any, path: str, rules: tuple[ElementRule, ...] = (), asked: tuple[str, ...] = ()) -> None: ...


class PlanCompiler(Protocol):
    """The function that judges objects by a plan as the walk would. ``resource``: the object is one, which may hold ``resourceType``."""

    def __call__(self, plan: ValuePlan, *, resource: bool = False) -> ObjectJudge: ...


@dataclass(frozen=True, slots=True)
class Judges:
    """``conforms`` gives the issues of a value against a definition, ``follows`` whether an item meets an element rule; both judge aside."""

    resource: ResourceJudge
    extension: Callable[[FhirJudging, ValuePlan, MemberPlan, Any, str, tuple[ElementRule, ...]], None]
    compiled: PlanCompiler
    conforms: Callable[[FhirJudging, Any, str, str], list[Issue]]
    follows: Callable[[FhirJudging, ElementRule, Data], bool | None]
