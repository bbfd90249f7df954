"""Constraints on an unsliced element hold for the slices its base already has: they narrow a slice where it is not narrower itself."""

from __future__ import annotations

from collections.abc import Mapping

from harness.catalogue.fhir.snapshot.element_values import held
from harness.catalogue.fhir.snapshot.merge import add_constraints, top
from harness.catalogue.fhir.snapshot.model import Element, Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode


def tighten(node: SnapshotNode, given: Element, work: Work, *, floor: bool = False) -> None:
    """Narrows a slice to what ``given`` says of the element it slices. Its own types, values and binding stay where it has them.

    Its minimum stays, unless ``floor`` is set: for the children of a slice, which must be there as often as those of what is sliced.
    """
    element = node.element
    high, wanted = top(element.get("max")), top(given.get("max"))
    if high is not None and wanted is not None and wanted < high:
        node.own["max"] = given["max"]
        low = node.element.get("min")
        if isinstance(low, int) and low > wanted:
            node.own["min"] = int(wanted)
    if floor and isinstance(given.get("min"), int) and isinstance(element.get("min"), int) and given["min"] > element["min"]:
        node.own["min"] = given["min"]
    _types(node, given.get("type"))
    if isinstance(given.get("constraint"), list):
        add_constraints(node.own, given["constraint"], work.url)
    if isinstance(given.get("binding"), Mapping) and "binding" in element:
        binding = element["binding"]
        if isinstance(binding, Mapping) and given["binding"].get("strength") == "required" and binding.get("strength") != "required":
            node.own["binding"] = given["binding"]
    if given.get("mustSupport") is True and element.get("mustSupport") is not True:
        node.own["mustSupport"] = True
    for stem in ("fixed", "pattern"):
        asked = held(given, stem)
        if asked is not None and held(element, "fixed") is None and held(element, "pattern") is None:
            node.own[asked[0]] = asked[1]


def _types(node: SnapshotNode, given: object) -> None:
    held_types = node.element.get("type")
    if not isinstance(given, list) or not isinstance(held_types, list) or len(held_types) < 2:
        return
    codes = {each.get("code") for each in given if isinstance(each, Mapping)}
    left = [each for each in held_types if isinstance(each, Mapping) and each.get("code") in codes]
    if left and len(left) < len(held_types):
        node.own["type"] = left
