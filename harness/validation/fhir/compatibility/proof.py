"""What could not be told from two definitions is shown by a resource: valid under the first, and not under the second."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from harness.model.compatibility import Compatibility, Obstacle
from harness.model.issue import Issue
from harness.model.validation import Validation

Judge = Callable[[dict[str, Any], str], Validation]
_SHOWN = 400


def prove(found: Compatibility, resources: Iterable[dict[str, Any]], judge: Judge) -> Compatibility:
    """``found`` with what ``resources``, valid under the first profile, prove of it; as it is where it is answered already, or where none proves anything.

    ``judge`` judges a resource by a canonical.
    """
    if found.answer != "undetermined":
        return found
    obstacles = list(found.obstacles)
    for resource in resources:
        for error in judge(resource, found.second).errors:
            _enter(obstacles, error, resource)
    return replace(found, obstacles=tuple(obstacles))


def _enter(obstacles: list[Obstacle], error: Issue, resource: dict[str, Any]) -> None:
    """Prove the open obstacle that the error is about, or add one at the error's place, once each."""
    shown = json.dumps(resource, ensure_ascii=False)
    reason = f"valid under the first and not under the second ({error.message}): {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + ' …'}"
    for at, one in enumerate(obstacles):
        if one.aspect == "invariant" and error.code == "fhir/invariant" and f"invariant {one.second} " in f"{error.message} ":
            if not one.proved:
                obstacles[at] = replace(one, reason=reason, proved=True)
            return
    place = error.location.path
    if not any(one.place == place and one.proved for one in obstacles):
        obstacles.append(Obstacle(place, error.code, "", "", reason))
