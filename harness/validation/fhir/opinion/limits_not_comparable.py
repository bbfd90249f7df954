"""Rules of limits that cannot be compared: the invariant is then neither met nor broken, and the reference validator counts it as broken."""

from __future__ import annotations

from harness.fhirpath.moments import DATE_TIME, compare, moment
from harness.validation.fhir.judging import FhirJudging, Node, rule, text


@rule("period-precision", "Period", rule_set="hl7-validator")
def period_precision(judging: FhirJudging, value: Node, path: str) -> None:
    """per-1: start and end are compared, which 2020 and 2020-06 cannot be (FHIRPath: the answer is empty)."""
    start, end = text(value, "start"), text(value, "end")
    if not start or not end or start == end:
        return
    one, other = moment(start, DATE_TIME), moment(end, DATE_TIME)
    if one is not None and other is not None and compare(one, other) is None:
        judging.tell("data/period-precision", at=path, actual=f"{start} and {end}")


@rule("range-values", "Range", rule_set="hl7-validator")
def range_values(judging: FhirJudging, value: Node, path: str) -> None:
    """rng-2: low and high are compared, which needs a value in both."""
    low, high = value.get("low"), value.get("high")
    if isinstance(low, dict) and isinstance(high, dict) and low and high and not ("value" in low and "value" in high):
        judging.tell("data/range-without-value", at=path, actual="no value")
