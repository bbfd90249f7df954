"""Rules of Patient: the NHS number and its status, merge, death, sensitivity."""

from __future__ import annotations

from harness.model.location import Location
from harness.validation.fhir.judging import FhirJudging, Node, codes, objects, rule, text
from harness.validation.national import NUMBER_SYSTEM, STATUS_CODES, bare, life_issues

_UKC = "https://fhir.hl7.org.uk/StructureDefinition"
STATUS_EXTENSION = f"{_UKC}/Extension-UKCore-NHSNumberVerificationStatus"
DEATH_EXTENSION = f"{_UKC}/Extension-UKCore-DeathNotificationStatus"


@rule("patient-numbers", "Patient", rule_set="national")
def patient_numbers(judging: FhirJudging, value: Node, path: str) -> None:
    """One NHS number for each Patient, each with a verification status of 01 to 08."""
    numbers = set()
    for index, identifier in objects(value, "identifier"):
        if text(identifier, "system") != NUMBER_SYSTEM:
            continue
        where = f"{path}.identifier[{index}]"
        if text(identifier, "use") != "old":
            numbers.add(bare(text(identifier, "value")))
        found = False
        for place, extension in objects(identifier, "extension"):
            if text(extension, "url") == STATUS_EXTENSION:
                found = True
                _status(judging, extension, f"{where}.extension[{place}]")
        if not found and judging.options.side == "creator":
            judging.tell("national-fhir/number-status-absent", at=where, actual="absent")
    if len(numbers) > 1:
        judging.tell("national-fhir/more-than-one-number", at=f"{path}.identifier", actual=", ".join(sorted(numbers)))


def _status(judging: FhirJudging, extension: Node, path: str) -> None:
    found = codes(extension.get("valueCodeableConcept"))
    if len(found) != 1 or found[0] not in STATUS_CODES:
        judging.tell("national-fhir/number-status", at=path, actual=", ".join(found) or "absent")


@rule("patient-merged", "Patient", rule_set="national")
def patient_merged(judging: FhirJudging, value: Node, path: str) -> None:
    """A record that is not active says which one is."""
    if value.get("active") is False and not objects(value, "link"):
        judging.tell("national-fhir/inactive-without-link", at=f"{path}.link", actual="absent")


@rule("patient-death", "Patient", rule_set="national")
def patient_death(judging: FhirJudging, value: Node, path: str) -> None:
    """Death, its notification and birth agree."""
    notified = ""
    for _, extension in objects(value, "extension"):
        if text(extension, "url") == DEATH_EXTENSION:
            parts = [part for _, part in objects(extension, "extension") if text(part, "url") == "deathNotificationStatus"]
            notified = next(iter(codes((parts[0] if parts else extension).get("valueCodeableConcept"))), "")
    dead = value.get("deceasedBoolean") is True or "deceasedDateTime" in value
    if (notified in ("1", "2") and not dead) or (notified == "U" and dead):
        judging.tell("national-fhir/death", at=f"{path}.extension", actual=f"notification {notified}, {('deceased' if dead else 'not deceased')}")
    judging.issues += life_issues(
        text(value, "birthDate"),
        text(value, "deceasedDateTime"),
        judging.options,
        lambda: Location(f"{path}.birthDate"),
        lambda: Location(f"{path}.deceasedDateTime"),
    )


@rule("patient-sensitive", "Patient", rule_set="national")
def patient_sensitive(judging: FhirJudging, value: Node, path: str) -> None:
    """A restricted person travels without address, telephone, practice and next of kin; a local flag alone does not restrict."""
    meta = value.get("meta")
    flags = {text(label, "code") for _, label in objects(meta, "security")} if isinstance(meta, dict) else set()
    if not flags & {"R", "V"} or "local-flag" in flags:
        return
    for name in ("address", "telecom", "generalPractitioner", "contact"):
        if value.get(name):
            judging.tell("national-fhir/sensitive", at=f"{path}.{name}", actual="a value", name=name)
