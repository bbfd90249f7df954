"""What one element of a differential makes of the element it constrains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.element_values import merge_limits, merge_values
from harness.catalogue.fhir.snapshot.model import Element, Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode, text_of
from harness.catalogue.fhir.snapshot.slicing import merge_slicing
from harness.catalogue.fhir.snapshot.types import merge_types

_HANDLED = frozenset({"id", "path", "sliceName", "min", "max", "type", "binding", "constraint", "slicing", "extension", "base"})
_FLAGS = frozenset({"mustSupport", "isModifier"})
_STRENGTHS = {"example": 0, "preferred": 1, "extensible": 2, "required": 3}


def constrain(node: SnapshotNode, given: Element, work: Work, where: str, *, may_modify: bool = False, fresh: bool = False) -> None:
    """Makes the node's element what ``given`` asks for; where that would loosen it, the stricter stays and the problem is said.

    ``fresh`` marks a slice just opened, which need not support what the unsliced element must.
    """
    if not any(key not in ("id", "path", "sliceName") for key in given):
        return
    element = node.own
    limit(element, given, work, where, is_slice=bool(node.slice))
    if "type" in given:
        merge_types(element, given["type"], work, where)
    if isinstance(given.get("binding"), Mapping):
        element["binding"] = _bound(element.get("binding"), given["binding"], work, where)
    add_constraints(element, given.get("constraint"), work.url)
    if "slicing" in given:
        element["slicing"] = merge_slicing(element.get("slicing"), given["slicing"], work, where)
    if isinstance(given.get("extension"), list):
        element["extension"] = _merged_extensions(element.get("extension"), given["extension"])
    merge_values(element, given, work, where)
    merge_limits(element, given, work, where)
    _flags(element, given, work, where, may_modify, fresh)
    for key, value in given.items():
        if key not in _HANDLED and key not in _FLAGS and not key.startswith(("fixed", "pattern", "minValue", "maxValue", "_")) and key != "maxLength":
            if key == "contentReference" and ("type" in element or "contentReference" in element):
                continue
            element[key] = value


def limit(element: dict[str, Any], given: Element, work: Work, where: str, *, is_slice: bool) -> None:
    """Cardinality: a slice may have a lower minimum than what it slices, nothing may have a higher maximum."""
    low, high = _count(element.get("min")), top(element.get("max"))
    if "min" in given:
        asked = _count(given["min"])
        if asked is None:
            work.say(where, f"its min {given['min']!r} is not a whole number of 0 or more")
        elif low is not None and asked < low and not is_slice:
            work.say(where, f"its min {asked} is lower than the min {low} of its base")
        else:
            element["min"] = asked
    if "max" in given:
        asked_max = given["max"]
        if isinstance(asked_max, int) and not isinstance(asked_max, bool):
            work.say(where, f"its max {asked_max} is a number where text belongs")
            asked_max = str(asked_max)
        wanted = top(asked_max)
        if wanted is None:
            work.say(where, f"its max {given['max']!r} is neither a whole number nor *")
        elif high is not None and wanted > high:
            work.say(where, f"its max {given['max']} is greater than the max {element['max']} of its base")
        else:
            element["max"] = asked_max
    low, high = _count(element.get("min")), top(element.get("max"))
    if low is not None and high is not None and low > high:
        work.say(where, f"its min {low} is greater than its max {element['max']}")


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def top(value: object) -> float | None:
    """A maximum as a number, ``*`` as infinity; None where it is neither."""
    if value == "*":
        return float("inf")
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def add_constraints(element: dict[str, Any], given: object, url: str) -> None:
    """Adds the invariants not yet there, each with the definition it comes from; one named before with the same expression is not repeated."""
    if not isinstance(given, list) or not given:
        return
    held = [each for each in element.get("constraint") or () if isinstance(each, Mapping)]
    for each in given:
        if not isinstance(each, Mapping):
            continue
        same = next((i for i, one in enumerate(held) if one.get("key") == each.get("key") and one.get("expression") == each.get("expression")), None)
        if same is not None:
            if each.get("severity") == "error" and held[same].get("severity") != "error":
                held[same] = {**held[same], "severity": "error"}
            continue
        held.append(each if "source" in each or not url else {**each, "source": url})
    element["constraint"] = held


def _bound(base: object, given: Mapping[str, Any], work: Work, where: str) -> Mapping[str, Any]:
    if not isinstance(base, Mapping):
        return given
    made = {**base, **given}
    if isinstance(base.get("extension"), list) and isinstance(given.get("extension"), list):
        made["extension"] = _merged_extensions(base["extension"], given["extension"])
    was, now = text_of(base.get("strength")), text_of(given.get("strength"))
    if now and _STRENGTHS.get(now, -1) < _STRENGTHS.get(was, -1):
        if was in ("required", "extensible"):
            work.say(where, f"its binding is {now}, weaker than the {was} binding of its base")
        if was == "required":
            return base
    return made


def _merged_extensions(base: object, given: list[Any]) -> list[Any]:
    """The base's extensions, those with the url of a given one replaced, then the given ones."""
    urls = {text_of(each.get("url")) for each in given if isinstance(each, Mapping)}
    kept = [each for each in base if isinstance(each, Mapping) and each.get("url") not in urls] if isinstance(base, list) else []
    return kept + [each for each in given if isinstance(each, Mapping)]


def _flags(element: dict[str, Any], given: Element, work: Work, where: str, may_modify: bool, fresh: bool) -> None:
    if "mustSupport" in given:
        if element.get("mustSupport") is True and given["mustSupport"] is False and not fresh:
            work.say(where, "it drops the mustSupport of its base")
        else:
            element["mustSupport"] = given["mustSupport"]
    if "isModifier" not in given:
        return
    was, now = element.get("isModifier") is True, given["isModifier"] is True
    if was != now and not may_modify:
        work.say(where, "it changes whether the element is a modifier, which only the definition of an element or of an extension may set")
        return
    element["isModifier"] = now
