"""Rules of Patient: the NHS number and its status, merge, death, sensitivity."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.model.location import Location
from harness.validation.fhir.judging import Judging, Node, codes, objects, rule, text
from harness.validation.national import NUMBER_SYSTEM, STATUS_CODES, bare, life_issues

_UKC = "https://fhir.hl7.org.uk/StructureDefinition"
STATUS_EXTENSION = f"{_UKC}/Extension-UKCore-NHSNumberVerificationStatus"
DEATH_EXTENSION = f"{_UKC}/Extension-UKCore-DeathNotificationStatus"
_CLAUSE = "UK Core Patient"


@rule("patient-numbers", "Patient", rule_set="national")
def patient_numbers(judging: Judging, value: Node, path: str) -> None:
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
            judging.say(
                Severity.WARNING,
                "nhs-number/status-absent",
                "an NHS number without its verification status",
                where,
                expected="the extension with a code 01 to 08",
                actual="absent",
                clause=_CLAUSE,
                remedy="send whether the number was traced: receivers must not link by an unverified one",
            )
    if len(numbers) > 1:
        judging.say(
            Severity.ERROR,
            "nhs-number/more-than-one",
            "one Patient has more than one NHS number",
            f"{path}.identifier",
            expected="one NHS number",
            actual=", ".join(sorted(numbers)),
            clause=_CLAUSE,
            remedy="keep the surviving number and merge the other",
            error_code="102",
        )


def _status(judging: Judging, extension: Node, path: str) -> None:
    found = codes(extension.get("valueCodeableConcept"))
    if len(found) != 1 or found[0] not in STATUS_CODES:
        judging.say(
            Severity.ERROR,
            "nhs-number/status",
            "the verification status is not a code of its value set",
            path,
            expected="one code 01 to 08",
            actual=", ".join(found) or "absent",
            clause="UK Core NHSNumberVerificationStatus, required binding",
            remedy="send the status as traced",
            error_code="103",
        )


@rule("patient-merged", "Patient", rule_set="national")
def patient_merged(judging: Judging, value: Node, path: str) -> None:
    """A record that is not active says which one is."""
    if value.get("active") is False and not objects(value, "link"):
        judging.say(
            Severity.ERROR,
            "national/inactive-without-link",
            "a Patient that is not active does not say which record replaces it",
            f"{path}.link",
            expected="link of type replaced-by",
            actual="absent",
            clause=f"{_CLAUSE} [P]",
            remedy="send the link to the surviving record",
            error_code="101",
        )


@rule("patient-death", "Patient", rule_set="national")
def patient_death(judging: Judging, value: Node, path: str) -> None:
    """Death, its notification and birth agree."""
    notified = ""
    for _, extension in objects(value, "extension"):
        if text(extension, "url") == DEATH_EXTENSION:
            parts = [part for _, part in objects(extension, "extension") if text(part, "url") == "deathNotificationStatus"]
            notified = next(iter(codes((parts[0] if parts else extension).get("valueCodeableConcept"))), "")
    dead = value.get("deceasedBoolean") is True or "deceasedDateTime" in value
    if (notified in ("1", "2") and not dead) or (notified == "U" and dead):
        judging.say(
            Severity.WARNING,
            "national/death",
            "deceased and the death notification say different things",
            f"{path}.extension",
            clause=_CLAUSE,
            expected="deceased with notification 1 or 2, none with U",
            actual=f"notification {notified}, {'deceased' if dead else 'not deceased'}",
            remedy="send both the same way",
        )
    judging.issues += life_issues(
        text(value, "birthDate"),
        text(value, "deceasedDateTime"),
        judging.options,
        lambda: Location(f"{path}.birthDate"),
        lambda: Location(f"{path}.deceasedDateTime"),
    )


@rule("patient-sensitive", "Patient", rule_set="national")
def patient_sensitive(judging: Judging, value: Node, path: str) -> None:
    """A restricted person travels without address, telephone, practice and next of kin; a local flag alone does not restrict."""
    meta = value.get("meta")
    flags = {text(label, "code") for _, label in objects(meta, "security")} if isinstance(meta, dict) else set()
    if not flags & {"R", "V"} or "local-flag" in flags:
        return
    for name in ("address", "telecom", "generalPractitioner", "contact"):
        if value.get(name):
            judging.say(
                Severity.WARNING,
                "national/sensitive-leak",
                f"{name} is sent of a person whose location is hidden",
                f"{path}.{name}",
                expected="absent",
                actual="a value",
                clause="ITK-M ZU8-4; UK Core meta.security",
                remedy="suppress address, telephone, practice and next of kin",
            )
