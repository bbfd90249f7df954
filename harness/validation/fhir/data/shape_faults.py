"""What is said where a JSON value does not have the shape of its FHIR type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.issue import Severity
from harness.validation.fhir.data.fixed_and_bounds import shown
from harness.validation.fhir.data.primitives import BLANK, MILD

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

_NUMBERS = frozenset({"integer", "positiveInt", "unsignedInt", "decimal", "integer64"})


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    return {dict: "an object", list: "an array", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


class Said:
    """One function for each departure."""

    def primitive(self, judging: FhirJudging, plan: ValuePlan, value: Any, path: str, fault: str) -> None:
        """A primitive whose value is not one of its type; ``fault`` is the key of the row that says so."""
        name = path.rpartition(".")[2].partition("[")[0]
        # XML asks for content that is not white space (R4 2.6.1.1); JSON only for a character of content (2.6.2.3).
        if fault == BLANK and judging.xml:
            judging.tell("data/only-white-space-in-xml", at=path, actual=shown(value), name=name, type=plan.type)
        elif fault in MILD:
            judging.tell(fault, at=path, actual="white space" if fault == BLANK else "control characters", name=name, type=plan.type)
        else:
            quoted = isinstance(value, str) and not judging.xml and (plan.type in _NUMBERS or plan.type == "boolean")
            judging.tell(fault, at=path, actual=shown(value), remedy="write it without quotes" if quoted else "", name=name, type=plan.type)

    def not_an_object(self, judging: FhirJudging, plan: ValuePlan, value: Any, path: str) -> None:
        """Something else where an object must stand."""
        name = path.rpartition(".")[2].partition("[")[0]
        judging.tell("shape/no-object", at=path, actual=kind_of(value), name=name, type=plan.type)

    def not_an_array(self, judging: FhirJudging, slot: MemberPlan, value: Any, path: str) -> None:
        """An array where one value must stand."""
        actual = f"{len(value)} values" if judging.xml else "an array"
        judging.tell("shape/array", at=path, actual=actual, name=slot.key)

    def an_array(self, judging: FhirJudging, slot: MemberPlan, value: Any, path: str) -> None:
        """One value where an array must stand."""
        judging.tell("shape/no-array", at=path, actual=kind_of(value), name=slot.key)

    def empty_array(self, judging: FhirJudging, slot: MemberPlan, path: str) -> None:
        """An array that holds nothing."""
        judging.tell("shape/empty-array", at=path, actual="[]", name=slot.key)

    def null(self, judging: FhirJudging, slot: MemberPlan, path: str) -> bool:
        """A null that stands for nothing. Always False."""
        judging.tell("shape/null", at=path, actual="null", name=slot.key)
        return False

    def uneven(self, judging: FhirJudging, slot: MemberPlan, values: int, beside: int, path: str, *, harmless: bool) -> None:
        """Two arrays that belong together and are of different length; ``harmless`` where only nulls are too many or too few."""
        judging.tell("shape/uneven", at=path, severity=Severity.WARNING if harmless else None, actual=beside, name=slot.key, count=values)

    def refused(self, judging: FhirJudging, slot: MemberPlan, path: str) -> None:
        """A type that a profile does not allow here."""
        rule = slot.refused[0]
        named = {one.code for one in rule.types}
        kinds = [one for part in rule.slices for one in part.types] if slot.type in named else rule.types
        allowed = " | ".join(dict.fromkeys(one.code for one in kinds))
        judging.tell(
            "shape/type-not-allowed", at=path, clause=rule.id, actual=slot.type, profile=rule.profile, element=rule.path, type=slot.type, allowed=allowed
        )


said = Said()
