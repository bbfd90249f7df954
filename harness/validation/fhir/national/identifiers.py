"""National rules of data types: NHS numbers and ODS codes in identifiers."""

from __future__ import annotations

import re

from harness.model.location import Location
from harness.validation.fhir.judging import FhirJudging, Node, rule, text
from harness.validation.national import NUMBER_SYSTEM, number_issues

ODS_SYSTEMS = ("https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-site-code")
_ODS = re.compile(r"[A-Z0-9]{3,10}")


@rule("identifier", "Identifier", rule_set="national")
def identifier(judging: FhirJudging, value: Node, path: str) -> None:
    """An NHS number is one; an ODS code has the form of one."""
    system, number = text(value, "system"), text(value, "value")
    if system == NUMBER_SYSTEM:
        if not number:
            judging.tell("national-fhir/number-without-value", at=f"{path}.value", actual="absent")
        else:
            judging.issues += number_issues(number, lambda: Location(f"{path}.value"), judging.options)
    elif system in ODS_SYSTEMS and number and not _ODS.fullmatch(number):
        judging.tell("national-fhir/ods-code", at=f"{path}.value", actual=number)
