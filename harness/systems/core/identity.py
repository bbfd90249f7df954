"""Who is who: how a system decides that two Patients are one person.

By local identifier (authority and value), else by an NHS number that is verified (status 01) on both sides. An unverified number never links, a
pseudo-person is found by local identifier only, and the same local number of another authority is another person. Nothing is matched by resemblance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.systems.core import uris

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]


def identifiers(patient: Resource) -> list[Resource]:
    """Identifiers with a system and a value."""
    found = patient.get("identifier")
    return [each for each in found if isinstance(each, dict) and each.get("system") and isinstance(each.get("value"), str)] if isinstance(found, list) else []


def nhs_number(patient: Resource) -> tuple[str, str]:
    """(number, verification status code), empty where absent."""
    for each in identifiers(patient):
        if each["system"] == uris.NHS_NUMBER:
            return str(each["value"]), verification(each)
    return "", ""


def verification(identifier: Resource) -> str:
    """The verification status held on an NHS-number identifier, empty when there is none."""
    for extension in identifier.get("extension") or ():
        if extension.get("url") == uris.VERIFICATION:
            for coding in (extension.get("valueCodeableConcept") or {}).get("coding") or ():
                return str(coding.get("code", ""))
    return ""


def verified_number(patient: Resource) -> str:
    """The NHS number when its status is 01, else empty."""
    number, status = nhs_number(patient)
    return number if status == "01" else ""


def local_identifiers(patient: Resource) -> list[tuple[str, str]]:
    """(system, value) of every local number."""
    return [(each["system"], str(each["value"])) for each in identifiers(patient) if each["system"].startswith(uris.LOCAL)]


def is_pseudo(patient: Resource) -> bool:
    """A person made up for the time being (unknown, anonymous)."""
    tags = (patient.get("meta") or {}).get("tag") or ()
    return any(tag.get("code") == "pseudo-person" and tag.get("system") == uris.PERSON_TAG for tag in tags)


def is_live(patient: Resource) -> bool:
    """Not merged away or switched off."""
    return patient.get("active") is not False


def sensitivity(patient: Resource) -> str:
    """``none``, ``local`` or ``national``."""
    security = (patient.get("meta") or {}).get("security") or ()
    codes = {coding.get("code") for coding in security if isinstance(coding, dict)}
    return "none" if "R" not in codes else "local" if "local-flag" in codes else "national"


def match(store: Store, patient: Resource) -> Resource | None:
    """The stored Patient that ``patient`` is. A live one is preferred; a merged one is found by its local number, so that its survivor can be."""
    for system, value in local_identifiers(patient):
        held = store.find("Patient", system, value)
        if held:
            return next((each for each in held if is_live(each)), held[0])
    number = verified_number(patient)
    if not number or is_pseudo(patient):
        return None
    candidates = [each for each in store.find("Patient", uris.NHS_NUMBER, number) if verified_number(each) == number and is_live(each) and not is_pseudo(each)]
    return candidates[0] if candidates else None


def joined(incoming: Resource, held: Resource) -> Resource:
    """``incoming`` with the local numbers that ``held`` had, and its links, kept: a person does not lose a number by being told of under another."""
    named = local_identifiers(incoming)
    kept = [each for each in identifiers(held) if each["system"].startswith(uris.LOCAL) and (each["system"], each["value"]) not in named]
    patient = dict(incoming)
    if kept:
        patient["identifier"] = [*(incoming.get("identifier") or []), *kept]
    if "link" not in patient and held.get("link"):
        patient["link"] = held["link"]
        if survivor_id(held):
            patient["active"] = False
    return patient


def survivor_id(patient: Resource) -> str:
    """The id of the Patient that replaced this one, empty where none did."""
    for link in patient.get("link") or ():
        if link.get("type") == "replaced-by":
            return str((link.get("other") or {}).get("reference", "")).rpartition("/")[2]
    return ""


def survivor(store: Store, patient: Resource, following: Callable[[Resource], str] = survivor_id) -> Resource:
    """The end of a chain of merges; the patient itself where it was never merged. ``following`` gives the id of the next, empty at the end."""
    seen = {patient["id"]}
    while (next_id := following(patient)) and next_id not in seen:
        found = store.get("Patient", next_id)
        if found is None:
            break
        seen.add(next_id)
        patient = found
    return patient


def follow_merges(store: Store, resources: list[Resource]) -> None:
    """Move everything held about a Patient that was just replaced to its survivor."""
    for patient in resources:
        if patient.get("resourceType") == "Patient" and survivor_id(patient):
            end = survivor(store, patient)
            if end["id"] != patient["id"]:
                repoint(store, patient["id"], end["id"])


def repoint(store: Store, loser_id: str, survivor_id: str) -> None:
    """Make every resource about one Patient be about another."""
    for resource in store.all_of_patient(loser_id):
        for element in ("subject", "patient", "for"):
            held = resource.get(element)
            if isinstance(held, dict) and held.get("reference") == f"Patient/{loser_id}":
                resource[element] = {**held, "reference": f"Patient/{survivor_id}"}
        store.put(resource)
