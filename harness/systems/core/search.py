"""FHIR search over the store's index: the parameters this server knows, anything else refused rather than ignored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.systems.core.index import ALIASES, DATES, PARAMETERS, REFERENCES, STRINGS, fold

if TYPE_CHECKING:
    from harness.systems.core.store import Store

RESULT_PARAMETERS = frozenset({"_count", "_revinclude", "_include", "_format", "_sort", "_summary", "_total", "_pretty", "_offset"})


class SearchError(ValueError):
    """A search parameter or value that this server does not understand."""


def matching(store: Store, type: str, params: Iterable[tuple[str, str]]) -> list[str]:
    """Ids of ``type`` that match every parameter, sorted; comma means or. Result parameters (``_count`` …) are passed over. Raises SearchError."""
    found: set[str] | None = None
    for name, text in params:
        if name in RESULT_PARAMETERS:
            continue
        ids: set[str] = set()
        for value in text.split(","):
            ids |= _one(store, type, name, value.strip())
        found = ids if found is None else found & ids
        if not found:
            return []
    return store.all_ids(type) if found is None else sorted(found)


def _one(store: Store, type: str, name: str, value: str) -> set[str]:
    if not value:
        raise SearchError(f"the search parameter {name} has no value")
    if name == "_id":
        return {value} if store.get(type, value) is not None else set()
    base, _, chain = name.partition(".")
    base, _, modifier = base.partition(":")
    param = ALIASES.get(base, base)
    if param not in PARAMETERS or (modifier and modifier not in ("Patient", "exact", "contains")):
        raise SearchError(f"this server does not search {type} by {name}")
    if chain:
        if param != "patient" or chain.partition(":")[0] not in PARAMETERS:
            raise SearchError(f"this server does not search {type} by {name}")
        return {each for patient in matching(store, "Patient", [(chain, value)]) for each in store.ids(type, "patient", f"Patient/{patient}")}
    if param in REFERENCES:
        return _reference(store, type, param, value)
    if param in STRINGS:
        return _string(store, type, param, value, modifier)
    if param in DATES:
        return _date(store, type, param, value)
    system, bar, code = value.partition("|")
    if not bar:
        return set(store.ids(type, param, value))
    if not code:
        raise SearchError(f"the search parameter {name} names a system without a value")
    return set(store.ids(type, param, code, system))


def _reference(store: Store, type: str, param: str, value: str) -> set[str]:
    if "/" in value:
        return set(store.ids(type, param, "/".join(value.split("/")[-2:])))
    return {each for reference, each in store.values(type, param) if reference.rpartition("/")[2] == value}


def _string(store: Store, type: str, param: str, value: str, modifier: str) -> set[str]:
    wanted = fold(value)
    if modifier == "exact":
        return set(store.ids(type, param, wanted))
    if modifier == "contains":
        return {each for held, each in store.values(type, param) if wanted in held}
    return {each for held, each in store.values(type, param) if held.startswith(wanted)}


def _date(store: Store, type: str, param: str, value: str) -> set[str]:
    prefix, date = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    if prefix not in ("eq", "ne", "ge", "gt", "le", "lt") or not date[:4].isdigit():
        raise SearchError(f"{value!r} is not a date to search by")
    return {each for held, each in store.values(type, param) if _compare(prefix, held, date)}


def _compare(prefix: str, held: str, date: str) -> bool:
    cut = held[: len(date)]
    match prefix:
        case "eq":
            return cut == date
        case "ne":
            return cut != date
        case "ge":
            return cut >= date
        case "gt":
            return cut > date
        case "le":
            return cut <= date
        case _:
            return cut < date
