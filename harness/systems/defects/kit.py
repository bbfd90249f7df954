"""Tools that defects share: editing messages on the wire and resources in the store. Registers nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from harness.errors import FormatError
from harness.systems.core.clock import with_offset
from harness.systems.core.defect import DEFECTS, Defect

Resource = dict[str, Any]


def register(name: str) -> Callable[[type[Defect]], type[Defect]]:
    """Class decorator: put one instance under ``name`` into DEFECTS."""

    def add(kind: type[Defect]) -> type[Defect]:
        kind.name = name
        DEFECTS.add(name, kind())
        return kind

    return add


def flag(name: str, *flags: str) -> None:
    """Register a defect that is only ``flags`` (its own name counts as one) for roles and core to ask for."""
    made = Defect()
    made.name, made.flags = name, frozenset(flags)
    DEFECTS.add(name, made)


def is_v2(payload: bytes) -> bool:
    """True for what begins like an HL7 v2 message."""
    return payload.lstrip()[:3] == b"MSH"


def edit_v2(payload: bytes, change: Callable[[Any], None]) -> bytes:
    """``payload`` after ``change(tree)``; as it was when it is no HL7 v2 that parses."""
    from harness.formats.hl7v2 import parse

    if not is_v2(payload):
        return payload
    try:
        tree = parse(payload)
        change(tree)
        return tree.encode()
    except FormatError:
        return payload


def edit_fhir(payload: bytes, change: Callable[[Resource], Resource | None]) -> bytes:
    """``payload`` with ``change`` applied to every resource of a Bundle, or to the one resource; None removes its entry.

    As it was when it is no FHIR JSON.
    """

    def entries(bundle: Resource) -> None:
        kept = []
        for entry in bundle.get("entry") or ():
            resource = entry.get("resource")
            changed = change(resource) if isinstance(resource, dict) else resource
            if changed is not None or "resource" not in entry:
                kept.append({**entry, "resource": changed} if "resource" in entry else entry)
        bundle["entry"] = kept

    found = read_fhir(payload)
    if found is None:
        return payload
    if found.get("resourceType") == "Bundle":
        entries(found)
        return write_fhir(found)
    changed = change(found)
    return payload if changed is None else write_fhir(changed)


def read_fhir(payload: bytes) -> Resource | None:
    """The JSON of ``payload``; None when it is none."""
    from harness.formats.fhir import parse_json

    if payload.lstrip()[:1] != b"{":
        return None
    try:
        return parse_json(payload)
    except FormatError:
        return None


def write_fhir(resource: Resource) -> bytes:
    """JSON bytes."""
    from harness.formats.fhir import encode_json

    return encode_json(resource)


def texts(value: Any, change: Callable[[str], str], *, skip: frozenset[str] = frozenset()) -> Any:
    """``value`` with every text in it changed, except under the keys in ``skip``."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [texts(each, change, skip=skip) for each in value]
    if isinstance(value, dict):
        return {key: each if key in skip else texts(each, change, skip=skip) for key, each in value.items()}
    return value


def fresh(resource: Resource, before: Resource | None, key: str) -> bool:
    """True when ``key`` has a value that it had not before: what a one-way damage acts on, so that it happens once."""
    return key in resource and (before is None or before.get(key) != resource[key])


def extension(resource: Resource, name: str) -> Resource:
    """The extension whose URL ends in ``name``; empty where there is none."""
    return next((each for each in resource.get("extension") or () if str(each.get("url", "")).endswith(name)), {})


def day_in_utc(day: str) -> str:
    """A full date taken for midnight in London, as its day in UTC: the one before in summer time. Anything else stays."""
    if len(day) != 10 or not with_offset(f"{day}T00:00:00").endswith("+01:00"):
        return day
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()
