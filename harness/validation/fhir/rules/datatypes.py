"""Rules of data types: periods, quantities, contact points, identifiers."""

from __future__ import annotations

import re
from datetime import datetime

from harness.model.issue import Severity
from harness.model.location import Location
from harness.validation.fhir.judging import Judging, Node, rule, text
from harness.validation.fhir.superseding import supersede
from harness.validation.national import NUMBER_SYSTEM, number_issues

ODS_SYSTEMS = ("https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-site-code")
_ODS = re.compile(r"[A-Z0-9]{3,10}")


@rule("period", "Period")
def period(judging: Judging, value: Node, path: str) -> None:
    """per-1: a period does not end before it starts."""
    start, end = text(value, "start"), text(value, "end")
    if start and end and _later(start, end):
        supersede(judging, "per-1", path)
        judging.say(
            Severity.ERROR,
            "fhir/period",
            "a period ends before it starts",
            path,
            expected=f"end not before {start}",
            actual=end,
            clause="per-1",
            remedy="check both times",
            error_code="102",
        )


def _later(start: str, end: str) -> bool:
    """True when ``start`` is later than ``end`` at their common precision."""
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) > datetime.fromisoformat(end)
        except (ValueError, TypeError):
            return False
    length = min(len(start.partition("T")[0]), len(end.partition("T")[0]))
    return start[:length] > end[:length]


@rule("quantity", "Quantity", "Age", "Count", "Distance", "Duration")
def quantity(judging: Judging, value: Node, path: str) -> None:
    """qty-3: a code of a unit goes with its system."""
    if "code" in value and "system" not in value:
        supersede(judging, "qty-3", path)
        judging.say(
            Severity.ERROR,
            "fhir/quantity",
            "a unit code without its system",
            path,
            expected="http://unitsofmeasure.org",
            actual="absent",
            clause="qty-3",
            remedy="send the system, or unit alone",
        )


@rule("contact-point", "ContactPoint")
def contact_point(judging: Judging, value: Node, path: str) -> None:
    """cpt-2: a contact value says what it is."""
    if "value" in value and "system" not in value:
        supersede(judging, "cpt-2", path)
        judging.say(
            Severity.ERROR,
            "fhir/contact-point",
            "a contact value without its system",
            path,
            expected="phone, email …",
            actual="absent",
            clause="cpt-2",
            remedy="send the system",
        )


@rule("identifier", "Identifier", rule_set="national")
def identifier(judging: Judging, value: Node, path: str) -> None:
    """An NHS number is one; an ODS code has the form of one."""
    system, number = text(value, "system"), text(value, "value")
    if system == NUMBER_SYSTEM:
        if not number:
            judging.say(
                Severity.ERROR,
                "ukcore/nhs-number",
                "an NHS number identifier without its value",
                f"{path}.value",
                expected="ten digits",
                actual="absent",
                clause="UK Core Patient identifier:nhsNumber",
                remedy="send the number, or leave the identifier out",
                error_code="101",
            )
        else:
            judging.issues += number_issues(number, lambda: Location(f"{path}.value"), judging.options)
    elif system in ODS_SYSTEMS and number and not _ODS.fullmatch(number):
        judging.say(
            Severity.WARNING,
            "national/ods-code",
            "an ODS code does not have the form of one",
            f"{path}.value",
            expected="three to ten capital letters and digits",
            actual=number,
            clause="ODS",
            remedy="check the code",
        )
