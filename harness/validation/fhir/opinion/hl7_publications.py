"""What HL7 asks of its own publications: no sentence of the standard, so only said with the rule set ``hl7-validator``."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_GROUP = "http://hl7.org/fhir/StructureDefinition/structuredefinition-wg"
_TRIALS = ("http://hl7.org/fhir/test/", "http://hl7.org/fhir/tests/")


@rule("published-by-hl7", "StructureDefinition", "ValueSet", "CodeSystem")
def published_by_hl7(judging: FhirJudging, value: Node, path: str) -> None:
    """A definition with an address of HL7's names the work group that owns it."""
    url = text(value, "url")
    if not url.startswith("http://hl7.org/fhir/") or url.startswith(_TRIALS) or judging.container is not value:
        return
    if not any(text(extension, "url") == _GROUP for _, extension in objects(value, "extension")):
        kind = text(value, "resourceType")
        judging.tell(
            "definitions/structure-work-group"
            if kind == "StructureDefinition"
            else "definitions/value-set-work-group"
            if kind == "ValueSet"
            else "definitions/system-work-group",
            at=path,
            expected=_GROUP,
            actual="absent",
        )
