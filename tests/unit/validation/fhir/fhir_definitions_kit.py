"""FhirJudging one resource by the rules for its type alone, with a few definitions at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir import definitions
from harness.model.issue import Issue
from harness.validation.fhir.engine import Engine
from harness.validation.fhir.judging import FhirJudging, rules_by_type
from harness.validation.options import Options

Resource = dict[str, Any]
MINE = tuple(f"harness.validation.fhir.{room}." for room in ("questionnaire", "definitions", "opinion.hl7_publications"))


def judged(resource: Resource, *known: Mapping[str, Any], rules: tuple[str, ...] = ("none",)) -> list[Issue]:
    """Issues of ``resource`` under the rules of this room's definitions, with ``known`` above the core."""
    engine = Engine(definitions("4.0.1").with_resources(known), rules)
    kind = str(resource.get("resourceType"))
    judging = FhirJudging(resource, Options(rules=rules), resource, kind, engine=engine, container=resource, container_base=kind)
    for function in rules_by_type(rules).get(kind, ()):
        if f"{function.__module__}.".startswith(MINE):
            function(judging, resource, kind)
    return judging.issues


def errors(resource: Resource, *known: Mapping[str, Any], rules: tuple[str, ...] = ("none",)) -> list[tuple[str, str]]:
    """Code and path of each error."""
    return [(issue.code, issue.location.path) for issue in judged(resource, *known, rules=rules) if issue.is_error]


def warnings(resource: Resource, *known: Mapping[str, Any], rules: tuple[str, ...] = ("none",)) -> list[str]:
    """Path of each warning."""
    return [issue.location.path for issue in judged(resource, *known, rules=rules) if issue.severity.value == "warning"]
