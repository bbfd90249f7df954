"""A40: the record of MRG-1 ends, that of PID-3 goes on with everything that was the other's (ITK segment grids, flows S11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.formats.hl7v2 import Tree
from harness.systems.acute import identity as who
from harness.systems.acute.clinical_in import key_of
from harness.systems.acute.refusal import RefusedError

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]
_KEYS: Final = ("patient", "subject", "for")
# Kept once per code when both records hold it.
_ONCE: Final = ("AllergyIntolerance", "Flag")


def merge(store: Store, tree: Tree) -> None:
    """Apply an A40. Raises RefusedError (AE/204) where either record is unknown, AmbiguousError where one is two."""
    surviving, ending = who.identifiers(tree), who.identifiers(tree, "MRG-1")
    loser = _one(store, ending, "MRG-1")
    survivor = _survivor(store, surviving, loser)
    join(store, survivor, loser)


def _one(store: Store, named: who.Identity, at: str) -> Resource:
    held = {patient["id"]: patient for patient in who.holders(store, named, exact=True)}
    if len(held) > 1:
        live = {key: patient for key, patient in held.items() if not who.merged_into(patient)}
        held = live or held
    if not held:
        raise RefusedError("AE", "204", "no such person is known here", at)
    if len(held) > 1:
        raise RefusedError("AE", "204", "the identifiers belong to more than one person", at)
    return next(iter(held.values()))


def _survivor(store: Store, named: who.Identity, loser: Resource) -> Resource:
    held = {patient["id"]: patient for patient in who.holders(store, named, exact=True)}
    live = {who.current(store, patient)["id"]: who.current(store, patient) for patient in held.values()}
    live.pop(loser["id"], None)
    if not live:
        raise RefusedError("AE", "204", "the surviving person is not known here", "PID-3")
    if len(live) > 1:
        raise who.AmbiguousError("the surviving identifiers belong to more than one person")
    return next(iter(live.values()))


def join(store: Store, survivor: Resource, loser: Resource) -> None:
    """End ``loser`` in favour of ``survivor``. Doing it again changes nothing. Raises RefusedError where it ended in another's favour."""
    ended = who.merged_into(loser)
    if ended:
        if who.current(store, loser)["id"] != survivor["id"]:
            raise RefusedError("AE", "204", "that person was merged with another before", "MRG-1")
        return
    links = [each for each in loser.get("link") or () if each.get("type") != "replaced-by"]
    loser = {**loser, "active": False, "link": [*links, {"other": {"reference": f"Patient/{survivor['id']}"}, "type": "replaced-by"}]}
    store.put(loser)
    replaces = {"other": {"reference": f"Patient/{loser['id']}"}, "type": "replaces"}
    if replaces not in (survivor.get("link") or []):
        store.put({**survivor, "link": [*(survivor.get("link") or []), replaces]})
    move(store, loser["id"], survivor["id"])


def move(store: Store, loser: str, survivor: str) -> None:
    """Point everything about patient ``loser`` at ``survivor``; what both hold under one code is kept once."""
    for resource in store.all_of_patient(loser):
        kind = resource["resourceType"]
        if kind == "Patient":
            continue
        if kind in _ONCE and any(key_of(held.get("code") or {}) == key_of(resource.get("code") or {}) for held in store.of_patient(kind, survivor)):
            store.delete(kind, resource["id"])
            continue
        store.put({key: _pointed(key, each, loser, survivor) for key, each in resource.items()})


def _pointed(key: str, value: Any, loser: str, survivor: str) -> Any:
    if key in _KEYS and isinstance(value, dict) and value.get("reference") == f"Patient/{loser}":
        return {**value, "reference": f"Patient/{survivor}"}
    return value
