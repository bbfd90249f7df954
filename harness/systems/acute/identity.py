"""Whose message this is: identifiers of PID-3 and MRG-1, and the one person they stand for.

A person is found by a local number under its own authority, or by an NHS number verified (01) on both sides; never by name, date of
birth or an unverified number (ITK segment grids, known failure modes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_codes
from harness.systems.acute.nhsnumber import is_nhs, squeeze
from harness.systems.acute.nulls import value
from harness.systems.core.identity import is_pseudo, local_identifiers, nhs_number, survivor, survivor_id
from harness.systems.core.store import Store

Resource = dict[str, Any]
VERIFIED: Final = "01"


@dataclass(frozen=True, slots=True)
class Identity:
    """``nhs`` number and its verification ``status`` (two digits, empty when not said); ``locals`` are (authority, number) pairs."""

    nhs: str = ""
    status: str = ""
    locals: tuple[tuple[str, str], ...] = ()
    pseudo: bool = False

    def __bool__(self) -> bool:
        return bool(self.nhs or self.locals)


class AmbiguousError(Exception):
    """Identifiers that belong to two different people."""


def identifiers(tree: Tree, field: str = "PID-3") -> Identity:
    """The identifiers standing in ``field`` (PID-3 or MRG-1); a number without authority belongs to the sender's facility (MSH-4)."""
    segment = next(iter(tree.all(field[:3])), None)
    nhs, numbers = "", []
    for number in range(1, (segment.repetitions(int(field[4:])) if segment else 0) + 1):
        at = f"{field}[{number}]"
        found, authority, kind = value(tree, f"{at}.1"), value(tree, f"{at}.4.1") or value(tree, f"{at}.4"), value(tree, f"{at}.5")
        if not found:
            continue
        if is_nhs(authority, kind):
            nhs = nhs or squeeze(found)
        else:
            numbers.append((authority or value(tree, "MSH-4.1"), found))
    return Identity(nhs, status(tree) if nhs else "", tuple(dict.fromkeys(numbers)), value(tree, "PID-31") == "Y")


def status(tree: Tree) -> str:
    """The two digits of PID-32's NSTS code, else what some feeds put in CX.2; empty when neither is there."""
    segment = next(iter(tree.all("PID")), None)
    for number in range(1, (segment.repetitions(32) if segment else 0) + 1):
        code = value(tree, f"PID-32[{number}].1") or value(tree, f"PID-32[{number}]")
        if code.startswith("NSTS"):
            return code.removeprefix("NSTS")
    smuggled = value(tree, "PID-3[1].2")
    return smuggled if len(smuggled) == 2 and smuggled.isdigit() else ""


def native(identity: Identity) -> list[Resource]:
    """Patient.identifier for ``identity``."""
    found: list[Resource] = []
    if identity.nhs:
        nhs: Resource = {"system": v2_codes.NHS_NUMBER, "value": identity.nhs}
        if identity.status:
            coding = {"system": v2_codes.VERIFICATION_CS, "code": identity.status}
            nhs = {"extension": [{"url": v2_codes.VERIFICATION, "valueCodeableConcept": {"coding": [coding]}}], **nhs}
        found.append(nhs)
    found += [
        {"system": v2_codes.LOCAL + authority, "value": number, "assigner": {"identifier": {"value": authority}}} for authority, number in identity.locals
    ]
    return found


def of_patient(patient: Resource) -> Identity:
    """The identifiers a stored Patient holds."""
    numbers = tuple((system.removeprefix(v2_codes.LOCAL), number) for system, number in local_identifiers(patient))
    return Identity(*nhs_number(patient), numbers)


def merged_into(patient: Resource) -> str:
    """The id of the Patient that replaced this one, empty while it is current: here a record goes on until it is switched off, whatever its links say."""
    return "" if patient.get("active", True) else survivor_id(patient)


def current(store: Store, patient: Resource) -> Resource:
    """The live record ``patient`` stands for: itself, or the end of its chain of merges."""
    return survivor(store, patient, merged_into)


def holders(store: Store, identity: Identity, *, exact: bool = False, loose: bool = False) -> list[Resource]:
    """Patients, merged ones included, that ``identity`` names; with ``exact`` an NHS number counts whatever its status (MRG says none).

    ``loose`` takes a local number of any authority (a defect).
    """
    found: dict[str, Resource] = {}
    for authority, number in identity.locals:
        held = store.load("Patient", store.ids("Patient", "identifier", number)) if loose else store.find("Patient", v2_codes.LOCAL + authority, number)
        found |= {patient["id"]: patient for patient in held}
    if identity.nhs and (exact or (identity.status == VERIFIED and not identity.pseudo)):
        for patient in store.find("Patient", v2_codes.NHS_NUMBER, identity.nhs):
            if exact or (of_patient(patient).status == VERIFIED and not is_pseudo(patient)):
                found.setdefault(patient["id"], patient)
    return list(found.values())


def resolve(store: Store, identity: Identity, *, loose: bool = False) -> Resource | None:
    """The live Patient ``identity`` names, None when it is new here. Raises AmbiguousError when it names two."""
    live = {patient["id"]: patient for patient in (current(store, found) for found in holders(store, identity, loose=loose))}
    if len(live) > 1:
        raise AmbiguousError("the identifiers belong to " + " and ".join(sorted(live)))
    return next(iter(live.values()), None)
