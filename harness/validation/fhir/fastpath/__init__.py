"""Plans as Python functions: what is in order is passed by source generated for the plan, everything else is handed to the walk, which says what is wrong.

Nothing is judged here: a value either meets conditions that the walk could find nothing against, or the walk is called for that value alone, so both ways
say the same. Source is written from definitions only (element names as constants, numbers as literals); no text of a document is ever evaluated.
May import its siblings in ``harness.validation.fhir``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.validation.fhir.judging import Judging, Node
    from harness.validation.fhir.walk.plans import Plan

    # (value, where it stands, the document): says what it finds through the document's Judging.
    Compiled = Callable[[Node, Any, Judging], None]


def compiled(plan: Plan, *, resource: bool = False) -> Compiled:
    """The function that judges objects by ``plan`` as the walk would; made once for each plan, those of other plans when they are first called.

    ``resource``: the object is a resource, which may hold ``resourceType``.
    """
    from harness.validation.fhir.fastpath.plan_functions import function_of

    return function_of(plan, resource=resource)
