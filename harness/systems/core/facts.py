"""One clinical fact told by two sources is filed once: same person, same kind, same code, under identifiers of different systems."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from harness.systems.core.identity import identifiers

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]

KINDS: Final = frozenset({"AllergyIntolerance", "Condition", "Consent", "Flag", "MedicationStatement", "Observation", "Procedure"})


def same_fact(store: Store, resource: Resource, patient_id: str, taken: Collection[str] = ()) -> Resource | None:
    """What is held of the patient that says what ``resource`` says, from another source; None where nothing does.

    Entries of one source are told apart by their identifiers alone; ``taken`` are ids already spoken for.
    """
    kind = resource["resourceType"]
    if kind not in KINDS:
        return None
    systems = {each["system"] for each in identifiers(resource)}
    wanted = _code(resource)
    for held in store.of_patient(kind, patient_id):
        if held["id"] not in taken and _code(held) == wanted and not systems & {each["system"] for each in identifiers(held)}:
            return held
    return None


def with_identifiers(resource: Resource, held: Resource) -> Resource:
    """``resource`` with the identifiers that other sources gave to ``held``."""
    systems = {each["system"] for each in identifiers(resource)}
    others = [each for each in identifiers(held) if each["system"] not in systems]
    return {**resource, "identifier": [*resource.get("identifier", ()), *others]} if others else resource


def _code(resource: Resource) -> tuple[str, str]:
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    coding = (concept.get("coding") or [{}])[0]
    return str(coding.get("system", "")), str(coding.get("code") or concept.get("text", ""))
