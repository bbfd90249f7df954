"""Whose a resource is: the resources of a tree gathered by the patient they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_LITERAL = re.compile(r"(?:^|/)Patient/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")
_SUBJECTS = ("subject", "patient", "for", "beneficiary")


@dataclass(frozen=True, slots=True)
class PlacedResource:
    """A resource, the path a person would write to it, and the names it is referred to by."""

    resource: Mapping[str, Any]
    where: str
    names: frozenset[str]

    @property
    def type(self) -> str:
        """Its resource type."""
        return str(self.resource.get("resourceType", ""))


@dataclass(slots=True)
class Folder:
    """One person's resources: the Patient, where there is one, and what refers to it."""

    patient: PlacedResource | None = None
    others: list[PlacedResource] = field(default_factory=list)

    def of(self, type_name: str) -> Iterator[PlacedResource]:
        """Its resources of one type, in order."""
        if self.patient is not None and type_name == "Patient":
            yield self.patient
        yield from (placed for placed in self.others if placed.type == type_name)


def gather(tree: Mapping[str, Any]) -> list[Folder]:
    """A folder per Patient, in order, then one per patient referred to but not there. What names no patient goes to the only folder there is."""
    placed = list(_resources(tree))
    folders = [Folder(one) for one in placed if one.type == "Patient"]
    absent: dict[str, Folder] = {}
    nameless: list[PlacedResource] = []
    for one in placed:
        if one.type in ("Patient", "OperationOutcome", "CapabilityStatement", "MessageHeader"):
            continue
        reference = _subject(one.resource)
        if reference is None:
            nameless.append(one)
            continue
        owner = next((folder for folder in folders if folder.patient is not None and _means(reference, folder.patient)), None)
        (owner or absent.setdefault(_key(reference), Folder())).others.append(one)
    folders += absent.values()
    if nameless:
        (folders[0] if len(folders) == 1 else _added(folders)).others.extend(nameless)
    return folders


def refers(reference: Any, placed: PlacedResource) -> bool:
    """Whether a Reference element points at that resource, by literal reference or by business identifier."""
    if not isinstance(reference, Mapping):
        return False
    literal = reference.get("reference")
    if isinstance(literal, str) and literal:
        return literal in placed.names or any(literal.endswith(f"/{name}") for name in placed.names if "/" in name)
    return _identified(reference.get("identifier"), placed)


def _added(folders: list[Folder]) -> Folder:
    folders.append(Folder())
    return folders[-1]


def _resources(tree: Mapping[str, Any]) -> Iterator[PlacedResource]:
    if tree.get("resourceType") != "Bundle":
        yield PlacedResource(tree, str(tree.get("resourceType", "")), _names(tree, ""))
        return
    entries = list(_dicts(tree.get("entry")))
    types = [str(entry.get("resource", {}).get("resourceType", "")) if isinstance(entry.get("resource"), Mapping) else "" for entry in entries]
    for index, (entry, type_name) in enumerate(zip(entries, types, strict=True)):
        if type_name:
            where = type_name if types.count(type_name) == 1 else f"Bundle.entry[{index}].resource"
            yield PlacedResource(entry["resource"], where, _names(entry["resource"], entry.get("fullUrl")))


def _dicts(found: Any) -> Iterable[dict[str, Any]]:
    return (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _names(resource: Mapping[str, Any], full_url: Any) -> frozenset[str]:
    names = {full_url} if isinstance(full_url, str) and full_url else set()
    if isinstance(resource.get("id"), str):
        names.add(f"{resource.get('resourceType')}/{resource['id']}")
    return frozenset(names)


def _subject(resource: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for name in _SUBJECTS:
        found = resource.get(name)
        if isinstance(found, Mapping) and (found.get("reference") or found.get("identifier")):
            return found
    return None


def _means(reference: Mapping[str, Any], patient: PlacedResource) -> bool:
    literal = reference.get("reference")
    if not isinstance(literal, str) or not literal:
        return _identified(reference.get("identifier"), patient)
    if literal in patient.names:
        return True
    if "?" in literal:
        system, _, value = literal.partition("identifier=")[2].partition("|")
        return _identified({"system": system, "value": value}, patient)
    match = _LITERAL.search(literal)
    return match is not None and f"Patient/{match[1]}" in patient.names


def _identified(identifier: Any, placed: PlacedResource) -> bool:
    if not isinstance(identifier, Mapping) or not identifier.get("value"):
        return False
    return any(one.get("system") == identifier.get("system") and one.get("value") == identifier["value"] for one in _dicts(placed.resource.get("identifier")))


def _key(reference: Mapping[str, Any]) -> str:
    literal = reference.get("reference")
    if isinstance(literal, str) and literal:
        match = _LITERAL.search(literal)
        return f"Patient/{match[1]}" if match else literal
    identifier = reference.get("identifier")
    return f"{identifier.get('system')}|{identifier.get('value')}" if isinstance(identifier, Mapping) else ""
