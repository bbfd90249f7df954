"""Rules of clinical resources: UK Core presence, and the commonest invariants of R4."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, codes, objects, rule, text

_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"


def _presence(judging: Judging, value: Node, path: str, name: str, *, severity: Severity = Severity.ERROR) -> None:
    if name not in value:
        kind = value.get("resourceType", "")
        judging.say(
            severity,
            "ukcore/required-element",
            f"UK Core requires {kind}.{name}",
            f"{path}.{name}",
            expected="a value",
            actual="absent",
            clause=f"UK Core {kind}",
            remedy="send it",
            error_code="101",
        )


def _claims(value: Node, profile: str) -> bool:
    meta = value.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return isinstance(profiles, list) and any(isinstance(item, str) and item.partition("|")[0].endswith(f"/{profile}") for item in profiles)


@rule("ukcore-code", "AllergyIntolerance", "Medication", rule_set="national")
def ukcore_code(judging: Judging, value: Node, path: str) -> None:
    """An allergy and a medication name what they are."""
    _presence(judging, value, path, "code")


@rule("ukcore-substitution", "MedicationRequest", rule_set="national")
def ukcore_substitution(judging: Judging, value: Node, path: str) -> None:
    """UK Core asks of a request whether it may be substituted; only a resource that claims the profile is held to it."""
    _presence(judging, value, path, "substitution", severity=Severity.ERROR if _claims(value, "UKCore-MedicationRequest") else Severity.WARNING)


@rule("ukcore-identifier", "MedicationStatement", rule_set="national")
def ukcore_identifier(judging: Judging, value: Node, path: str) -> None:
    """An identifier of a statement has system and value."""
    for index, identifier in objects(value, "identifier"):
        for name in ("system", "value"):
            if name not in identifier:
                judging.say(
                    Severity.ERROR,
                    "ukcore/required-element",
                    f"UK Core requires MedicationStatement.identifier.{name}",
                    f"{path}.identifier[{index}].{name}",
                    expected="a value",
                    actual="absent",
                    clause="UK Core MedicationStatement",
                    remedy="send it",
                    error_code="101",
                )


@rule("ukcore-laboratory", "DiagnosticReport", "Observation", rule_set="national")
def ukcore_laboratory(judging: Judging, value: Node, path: str) -> None:
    """A laboratory report has category and subject; a laboratory observation has one category."""
    kind = value.get("resourceType")
    if _claims(value, f"UKCore-{kind}-Lab"):
        _presence(judging, value, path, "category")
        if kind == "DiagnosticReport":
            _presence(judging, value, path, "subject")


@rule("allergy-status", "AllergyIntolerance")
def allergy_status(judging: Judging, value: Node, path: str) -> None:
    """ait-1 and ait-2: a clinical status unless entered in error, and none then."""
    wrong = "entered-in-error" in codes(value.get("verificationStatus"))
    if wrong == ("clinicalStatus" in value):
        judging.say(
            Severity.ERROR,
            "fhir/invariant",
            "an allergy entered in error has a clinical status" if wrong else "an allergy without its clinical status",
            f"{path}.clinicalStatus",
            expected="absent" if wrong else f"a code of {_CLINICAL}",
            actual="present" if wrong else "absent",
            clause="FHIR R4 ait-2" if wrong else "FHIR R4 ait-1",
            remedy="leave it out" if wrong else "send active, inactive or resolved",
            error_code="" if wrong else "101",
        )


@rule("condition-status", "Condition")
def condition_status(judging: Judging, value: Node, path: str) -> None:
    """con-4 and con-5: what has abated is not active, what was entered in error has no clinical status."""
    wrong = "entered-in-error" in codes(value.get("verificationStatus"))
    status = codes(value.get("clinicalStatus"))
    if wrong and "clinicalStatus" in value:
        judging.say(
            Severity.ERROR,
            "fhir/invariant",
            "a condition entered in error has a clinical status",
            f"{path}.clinicalStatus",
            expected="absent",
            actual="present",
            clause="FHIR R4 con-5",
        )
    if any(name.startswith("abatement") for name in value) and not {"inactive", "resolved", "remission"} & set(status):
        judging.say(
            Severity.ERROR,
            "fhir/invariant",
            "a condition has abated and is not inactive, resolved or in remission",
            f"{path}.clinicalStatus",
            expected="inactive, resolved or remission",
            actual=", ".join(status) or "absent",
            clause="FHIR R4 con-4",
        )


@rule("observation-value", "Observation")
def observation_value(judging: Judging, value: Node, path: str) -> None:
    """obs-6: a reason why there is no value goes with no value."""
    if "dataAbsentReason" in value and any(name.startswith("value") for name in value):
        judging.say(
            Severity.ERROR,
            "fhir/invariant",
            "an observation has a value and a reason why it has none",
            f"{path}.dataAbsentReason",
            expected="one of the two",
            actual="both",
            clause="FHIR R4 obs-6",
        )


@rule("encounter-period", "Encounter", rule_set="national")
def encounter_period(judging: Judging, value: Node, path: str) -> None:
    """A finished encounter has ended; one in progress has not."""
    period = value.get("period")
    status, ended = text(value, "status"), isinstance(period, dict) and "end" in period
    if status == "finished" and not ended:
        judging.say(
            Severity.WARNING,
            "national/encounter-period",
            "a finished encounter without its end",
            f"{path}.period.end",
            expected="a date and time",
            actual="absent",
            clause="UK Core Encounter [P]",
            remedy="send the discharge time",
        )
