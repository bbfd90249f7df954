"""What is said where a JSON value does not have the shape of its FHIR type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.issue import Severity
from harness.validation.fhir.data.fixed_and_bounds import shown
from harness.validation.fhir.data.primitives import BLANK, MILD

if TYPE_CHECKING:
    from harness.validation.fhir.judging import Judging
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

_JSON = "FHIR 2.6.2 JSON"
_NUMBERS = frozenset({"integer", "positiveInt", "unsignedInt", "decimal", "integer64"})


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    return {dict: "an object", list: "an array", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


class Said:
    """One function for each departure."""

    def primitive(self, judging: Judging, plan: ValuePlan, value: Any, path: str, fault: str) -> None:
        """A primitive whose value is not one of its type."""
        name = path.rpartition(".")[2].partition("[")[0]
        # XML asks for content that is not white space (R4 2.6.1.1); JSON only for a character of content (2.6.2.3).
        if fault in MILD and not (fault == BLANK and judging.xml):
            self._mild(judging, name, plan, path, fault)
            return
        remedy = f"send a value of the type {plan.type}, or leave it out"
        if isinstance(value, str) and not judging.xml and (plan.type in _NUMBERS or plan.type == "boolean"):
            remedy = "write it without quotes"
        self._error(judging, "fhir/primitive", f"{name} {fault}", path, plan.type, shown(value), f"FHIR {plan.type}", remedy, "value", "102")

    def _mild(self, judging: Judging, name: str, plan: ValuePlan, path: str, fault: str) -> None:
        judging.say(
            Severity.WARNING,
            "fhir/text",
            f"{name} {fault}",
            path,
            expected=f"text, {plan.type}",
            actual="white space" if fault == BLANK else "control characters",
            clause=f"FHIR {plan.type}",
            remedy="leave it out" if fault == BLANK else "take them out",
            issue_type="value",
        )

    def not_an_object(self, judging: Judging, plan: ValuePlan, value: Any, path: str) -> None:
        """Something else where an object must stand."""
        name = path.rpartition(".")[2].partition("[")[0]
        self._error(
            judging, "fhir/type", f"{name} is not an object", path, f"an object, {plan.type}", kind_of(value), _JSON, "send an object", "structure", "102"
        )

    def not_an_array(self, judging: Judging, slot: MemberPlan, value: Any, path: str) -> None:
        """An array where one value must stand."""
        actual = f"{len(value)} values" if judging.xml else "an array"
        self._error(judging, "fhir/cardinality", f"{slot.key} does not repeat", path, "one value", actual, _JSON, "send one, without [ ]", "structure")

    def an_array(self, judging: Judging, slot: MemberPlan, value: Any, path: str) -> None:
        """One value where an array must stand."""
        self._error(judging, "fhir/cardinality", f"{slot.key} is an array", path, "an array", kind_of(value), _JSON, "write [ ] around it", "structure")

    def empty_array(self, judging: Judging, slot: MemberPlan, path: str) -> None:
        """An array that holds nothing."""
        self._error(judging, "fhir/empty", f"{slot.key} is an empty array", path, "content", "[]", _JSON, "leave it out", "structure")

    def null(self, judging: Judging, slot: MemberPlan, path: str) -> bool:
        """A null that stands for nothing. Always False."""
        self._error(judging, "fhir/null", f"{slot.key} is null", path, "a value", "null", _JSON, "leave it out", "structure")
        return False

    def uneven(self, judging: Judging, slot: MemberPlan, values: int, beside: int, path: str, *, harmless: bool) -> None:
        """Two arrays that belong together and are of different length; ``harmless`` where only nulls are too many or too few."""
        severity = Severity.WARNING if harmless else Severity.ERROR
        judging.say(
            severity,
            "fhir/uneven",
            f"{slot.key} and _{slot.key} are of different length",
            path,
            expected=f"{values} items",
            actual=beside,
            clause=_JSON,
            remedy="fill the shorter one with null",
            issue_type="structure",
        )

    def refused(self, judging: Judging, slot: MemberPlan, path: str) -> None:
        """A type that a profile does not allow here."""
        rule = slot.refused[0]
        named = {one.code for one in rule.types}
        kinds = [one for part in rule.slices for one in part.types] if slot.type in named else rule.types
        allowed = " | ".join(dict.fromkeys(one.code for one in kinds))
        judging.say(
            Severity.ERROR,
            "fhir/type-not-allowed",
            f"{rule.path} may not be a {slot.type} here",
            path,
            expected=allowed,
            actual=slot.type,
            clause=rule.id,
            remedy=f"send {allowed}",
            issue_type="structure",
            profile=rule.profile,
        )

    @staticmethod
    def _error(
        judging: Judging, code: str, message: str, path: str, expected: str, actual: str, clause: str, remedy: str, issue_type: str, error_code: str = ""
    ) -> None:
        judging.say(
            Severity.ERROR,
            code,
            message,
            path,
            expected=expected,
            actual=actual,
            clause=clause,
            remedy=remedy,
            error_code=error_code,
            issue_type=issue_type,
        )


said = Said()
