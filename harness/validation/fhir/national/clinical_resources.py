"""National rules of clinical resources: what UK Core asks for, whether or not its package is at hand."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text


def _presence(judging: FhirJudging, value: Node, path: str, name: str, *, severity: Severity | None = None) -> None:
    if name not in value:
        kind = value.get("resourceType", "")
        judging.tell("national-fhir/ukcore-element", at=f"{path}.{name}", severity=severity, actual="absent", kind=kind, name=name)


def _claims(value: Node, profile: str) -> bool:
    meta = value.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    return isinstance(profiles, list) and any(isinstance(item, str) and item.partition("|")[0].endswith(f"/{profile}") for item in profiles)


@rule("ukcore-code", "AllergyIntolerance", "Medication", rule_set="national")
def ukcore_code(judging: FhirJudging, value: Node, path: str) -> None:
    """An allergy and a medication name what they are."""
    _presence(judging, value, path, "code")


@rule("ukcore-substitution", "MedicationRequest", rule_set="national")
def ukcore_substitution(judging: FhirJudging, value: Node, path: str) -> None:
    """UK Core asks of a request whether it may be substituted; only a resource that claims the profile is held to it."""
    _presence(judging, value, path, "substitution", severity=None if _claims(value, "UKCore-MedicationRequest") else Severity.WARNING)


@rule("ukcore-identifier", "MedicationStatement", rule_set="national")
def ukcore_identifier(judging: FhirJudging, value: Node, path: str) -> None:
    """An identifier of a statement has system and value."""
    for index, identifier in objects(value, "identifier"):
        for name in ("system", "value"):
            if name not in identifier:
                judging.tell("national-fhir/ukcore-statement-identifier", at=f"{path}.identifier[{index}].{name}", actual="absent", name=name)


@rule("ukcore-laboratory", "DiagnosticReport", "Observation", rule_set="national")
def ukcore_laboratory(judging: FhirJudging, value: Node, path: str) -> None:
    """A laboratory report has category and subject; a laboratory observation has one category."""
    kind = value.get("resourceType")
    if _claims(value, f"UKCore-{kind}-Lab"):
        _presence(judging, value, path, "category")
        if kind == "DiagnosticReport":
            _presence(judging, value, path, "subject")


@rule("encounter-period", "Encounter", rule_set="national")
def encounter_period(judging: FhirJudging, value: Node, path: str) -> None:
    """A finished encounter has ended; one in progress has not."""
    period = value.get("period")
    status, ended = text(value, "status"), isinstance(period, dict) and "end" in period
    if status == "finished" and not ended:
        judging.tell("national-fhir/encounter-without-end", at=f"{path}.period.end", actual="absent")
