"""National rules of clinical resources: what UK Core asks for, whether or not its package is at hand."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, objects, rule, text


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
