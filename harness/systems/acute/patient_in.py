"""PID, PD1, NK1 and ZU8 as changes to a Patient: what each field sets, deletes or leaves (ITK segment grids and ITK to UK Core practice)."""

from __future__ import annotations

from typing import Any

from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_codes
from harness.systems.acute.nulls import Local, Patch, deleted, note, present, value
from harness.systems.acute.parties_in import addresses, contacts, names, telecoms
from harness.systems.acute.v2_times import fhir_date, fhir_datetime

Resource = dict[str, Any]
RESURRECTED = "RESURREC"


def read(tree: Tree, local: Local) -> Patch:
    """Changes keyed by native element (``ext:URL`` for an extension); None deletes. Identifiers are not among them.

    ``local`` turns a sender's code of a table (``practice``) into the own one.
    """
    patch: Patch = {}
    for key, path, made in (("name", "PID-5", names), ("address", "PID-11", addresses)):
        note(patch, key, tree, path, made(tree)) if deleted(tree, path) else patch.update({key: made(tree)} if present(tree, path) else {})
    if present(tree, "PID-13") or present(tree, "PID-14"):
        patch["telecom"] = telecoms(tree) or None
    _birth(tree, patch)
    _coded(tree, patch)
    _death(tree, patch)
    note(patch, "generalPractitioner", tree, "PD1-3[1].3", [_practice(tree, local)])
    if deleted(tree, "PD1-3"):
        patch["generalPractitioner"] = None
    if tree.all("NK1"):
        patch["contact"] = contacts(tree) or None
    note(patch, "pseudo", tree, "PID-31", value(tree, "PID-31") == "Y")
    note(patch, "hiding", tree, "ZU8-4", {"0": "none", "1": "local", "2": "national"}.get(value(tree, "ZU8-4"), "national"))
    note(patch, "consent", tree, "ZU8-2", {"1": "permit", "2": "deny"}.get(value(tree, "ZU8-2")))
    return patch


def _birth(tree: Tree, patch: Patch) -> None:
    stamp = value(tree, "PID-7")
    if deleted(tree, "PID-7"):
        patch["birthDate"] = patch["_birthDate"] = None
    elif stamp:
        # The date is the first eight digits whatever follows: it is never an instant.
        patch["birthDate"] = fhir_date(stamp[:8])
        patch["_birthDate"] = {"extension": [{"url": v2_codes.BIRTH_TIME, "valueDateTime": fhir_datetime(stamp)}]} if len(stamp) >= 12 else None


def _coded(tree: Tree, patch: Patch) -> None:
    sex = value(tree, "PID-8")
    gender = v2_codes.SEX.get(sex)
    note(patch, "gender", tree, "PID-8", gender)
    note(patch, "_gender", tree, "PID-8", None if gender else {"extension": [{"url": v2_codes.ORIGINAL, "valueString": sex}]})
    ethnic = {"coding": [{"system": v2_codes.ETHNIC_CS, "code": value(tree, "PID-22.1")} | _display(tree, "PID-22.2")]}
    note(patch, f"ext:{v2_codes.ETHNIC}", tree, "PID-22.1", {"url": v2_codes.ETHNIC, "valueCodeableConcept": ethnic})
    language = {"coding": [{"system": v2_codes.LANGUAGE_CS, "code": value(tree, "PID-15.1")}]}
    note(patch, "communication", tree, "PID-15.1", [{"language": language, "preferred": True}])
    note(patch, "maritalStatus", tree, "PID-16.1", _marital(value(tree, "PID-16.1")))
    religion = {"coding": [{"system": v2_codes.RELIGION_CS, "code": value(tree, "PID-17.1")} | _display(tree, "PID-17.2")]}
    note(patch, f"ext:{v2_codes.RELIGION}", tree, "PID-17.1", {"url": v2_codes.RELIGION, "valueCodeableConcept": religion})


def _display(tree: Tree, path: str) -> Resource:
    return {"display": value(tree, path)} if value(tree, path) else {}


def _marital(code: str) -> Resource:
    known = v2_codes.MARITAL.get(code)
    first = {"system": v2_codes.MARITAL_CS, "code": known} if known else {"system": v2_codes.NULL_FLAVOR, "code": "UNK"}
    return {"coding": [first, {"system": v2_codes.MARITAL_OWN, "code": code}]}


def _death(tree: Tree, patch: Patch) -> None:
    indicator, stamp = value(tree, "PID-30"), value(tree, "PID-29")
    if stamp == RESURRECTED or indicator == "N":
        patch["deceased"] = {"deceasedBoolean": False}
    elif stamp:
        patch["deceased"] = {"deceasedDateTime": fhir_datetime(stamp)}
    elif indicator:
        patch["deceased"] = {"deceasedBoolean": True} if deleted(tree, "PID-29") else {"deceasedBoolean": True, "keep": True}
    elif deleted(tree, "PID-29") or deleted(tree, "PID-30"):
        patch["deceased"] = None


def _practice(tree: Tree, local: Local) -> Resource:
    practice: Resource = {"type": "Organization", "identifier": {"system": v2_codes.ODS, "value": local("practice", value(tree, "PD1-3[1].3"))}}
    if value(tree, "PD1-3[1].1"):
        practice["display"] = value(tree, "PD1-3[1].1")
    return practice


def apply(patient: Resource, patch: Patch) -> Resource:
    """``patient`` with ``patch`` in it; a new mapping. Suppression and consent are not done here."""
    changed = dict(patient)
    for key, made in patch.items():
        if key.startswith("ext:"):
            kept = [each for each in changed.get("extension") or () if each.get("url") != key[4:]]
            _set(changed, "extension", [*kept, made] if made else kept)
        elif key == "deceased":
            _deceased(changed, made)
        elif key == "pseudo":
            _pseudo(changed, patient, made)
        elif key == "hiding":
            _hiding(changed, made or "none")
        elif key != "consent":
            _set(changed, key, made)
    return changed


def _set(resource: Resource, key: str, made: Any) -> None:
    if made:
        resource[key] = made
    else:
        resource.pop(key, None)


def _deceased(resource: Resource, made: Resource | None) -> None:
    if made and made.get("keep") and "deceasedDateTime" in resource:
        return
    resource.pop("deceasedBoolean", None)
    resource.pop("deceasedDateTime", None)
    resource.update({key: each for key, each in (made or {}).items() if key != "keep"})


def _meta(resource: Resource, part: str, codings: list[Resource]) -> None:
    meta = dict(resource.get("meta") or {})
    _set(meta, part, codings)
    _set(resource, "meta", meta)


def _pseudo(resource: Resource, before: Resource, made: bool | None) -> None:
    kept = [each for each in (resource.get("meta") or {}).get("tag") or () if each.get("code") != "pseudo-person"]
    # A pseudo-person may become a real one; a real one never becomes pseudo.
    was = len(kept) < len((before.get("meta") or {}).get("tag") or ())
    if made and (was or "id" not in before):
        kept.append({"system": v2_codes.PERSON_TAG, "code": "pseudo-person"})
    _meta(resource, "tag", kept)


def _hiding(resource: Resource, level: str) -> None:
    ours = ("R", "N", "V", v2_codes.LOCAL_FLAG)
    kept = [each for each in (resource.get("meta") or {}).get("security") or () if each.get("code") not in ours]
    if level != "none":
        kept.append({"system": v2_codes.CONFIDENTIALITY, "code": "R"})
    if level == "local":
        kept.append({"system": v2_codes.SECURITY, "code": v2_codes.LOCAL_FLAG})
    _meta(resource, "security", kept)
