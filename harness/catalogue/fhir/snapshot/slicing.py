"""The slicing of an element: what is implied, and how a derived one joins the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from harness.catalogue.fhir.snapshot.model import Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode, text_of

_BY_URL: Mapping[str, Any] = MappingProxyType({"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"})
_BY_TYPE: Mapping[str, Any] = MappingProxyType({"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"})
_RULES = ("open", "openAtEnd", "closed")


def implied(node: SnapshotNode) -> Mapping[str, Any] | None:
    """The slicing an element has without saying so: extensions by their url, choices by their type; None for any other."""
    if node.name in ("extension", "modifierExtension"):
        return dict(_BY_URL)
    return dict(_BY_TYPE) if node.name.endswith("[x]") else None


def closed_by_type() -> Mapping[str, Any]:
    """The slicing of a choice whose only types are those the differential names in short (``valueQuantity``)."""
    return {**_BY_TYPE, "rules": "closed"}


def merge_slicing(base: object, given: object, work: Work, where: str) -> Any:
    """The slicing that is left when ``given`` constrains ``base``: discriminators are added, never dropped; rules and order only tighten."""
    if not isinstance(given, Mapping):
        work.say(where, "its slicing is no object")
        return base
    if not isinstance(base, Mapping):
        return given
    made = {**base, **given}
    kept = [each for each in base.get("discriminator") or () if isinstance(each, Mapping)] if isinstance(base.get("discriminator"), list) else []
    added = given.get("discriminator")
    made["discriminator"] = kept + [each for each in added if isinstance(each, Mapping) and not _known(each, kept)] if isinstance(added, list) else kept
    if not made["discriminator"]:
        del made["discriminator"]
    was, now = text_of(base.get("rules")), text_of(given.get("rules"))
    if was in _RULES and now in _RULES and _RULES.index(now) < _RULES.index(was):
        work.say(where, f"its slicing is {now}, looser than the {was} slicing of its base")
        made["rules"] = was
    if base.get("ordered") is True and given.get("ordered") is False:
        work.say(where, "its slicing drops the order its base asks for")
        made["ordered"] = True
    return made


def _known(one: Mapping[str, Any], kept: list[Any]) -> bool:
    return any(each.get("type") == one.get("type") and each.get("path") == one.get("path") for each in kept)
