"""Local codes: fixture keys to a system's own, and a partner's to a system's own, as an engine's translation table would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Tables = Mapping[str, Mapping[str, str]]


def local(codes: Tables, table: str, value: str) -> str:
    """The local code of a fixture key (``medical-1``, or ``ward:medical-1``); anything else is a code already and stays."""
    key = value.removeprefix(f"{table}:")
    return codes.get(table, {}).get(key, key)


def translate(value: str, table: str, theirs: Tables, ours: Tables) -> str:
    """A partner's code as our own; the partner's code itself where either side has no entry."""
    for key, code in theirs.get(table, {}).items():
        if code == value:
            return ours.get(table, {}).get(key, value)
    return value


def translate_resource(resource: dict[str, Any], theirs: Tables, ours: Tables) -> dict[str, Any]:
    """A received Encounter or Patient with the partner's ward, site, consultant and practice codes as our own. Changes ``resource``."""
    if not theirs:
        return resource
    if resource.get("resourceType") == "Encounter":
        for place in resource.get("location") or ():
            kinds = {coding.get("code") for coding in (place.get("physicalType") or {}).get("coding") or ()}
            table = "ward" if "wa" in kinds else "site" if "si" in kinds else ""
            _swap((place.get("location") or {}).get("identifier"), table, theirs, ours)
        for participant in resource.get("participant") or ():
            _swap((participant.get("individual") or {}).get("identifier"), "consultant", theirs, ours)
    if resource.get("resourceType") == "Patient":
        for practice in resource.get("generalPractitioner") or ():
            _swap(practice.get("identifier"), "practice", theirs, ours)
    return resource


def _swap(identifier: Any, table: str, theirs: Tables, ours: Tables) -> None:
    if table and isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
        identifier["value"] = translate(identifier["value"], table, theirs, ours)
