"""What FHIRPath asks of the judge: references, value sets, profiles, narratives, the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError
from harness.fhirpath.nodes import ElementNode, node
from harness.validation.fhir.narrative.xhtml import html_checks

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging


class ExpressionAnswers:
    """Answers from one document under judgement."""

    def __init__(self, judging: FhirJudging) -> None:
        self._judging = judging

    @property
    def now(self) -> str:
        """The day that is today, at noon; empty where nobody said."""
        day = self._judging.options.now
        return f"{day}T12:00:00Z" if len(day) == 10 else day

    def resolve(self, reference: str, at: ElementNode | None) -> ElementNode | None:
        """The resource inside the document that a reference leads to."""
        judging = self._judging
        found = judging.references.resolve(reference, at.path if at is not None else judging.base)
        return None if found is None else node(found.node, found.type_name, judging.types, path=found.path)

    def member_of(self, item: ElementNode | str, value_set: str) -> bool | None:
        """Whether a code, Coding or CodeableConcept (any of its codings) is in a value set; None where that cannot be told offline."""
        terminology = self._judging.terminology
        pairs = _codings(item)
        unknown = False
        for code, system in pairs:
            answer = terminology.member(value_set, code, system)
            if answer.status == "yes":
                return True
            unknown = unknown or answer.status != "no"
        return None if unknown else False

    def conforms_to(self, item: ElementNode, canonical: str) -> bool | None:
        """Whether an element conforms to a profile; None where the profile is not known."""
        judging = self._judging
        if judging.definitions.structure(canonical) is None or not isinstance(item.value, dict):
            return None
        return not any(issue.is_error for issue in judging.conforms(item.value, canonical, item.path))

    def subsumes(self, above: ElementNode, below: ElementNode) -> bool | None:
        """Whether one Coding or CodeableConcept is the other, or stands above it; None where the code system is not at hand."""
        uppers, lowers = _codings(above), _codings(below)
        if any(one == other and one[1] is not None for one in uppers for other in lowers):
            return True
        asked = getattr(self._judging.terminology, "subsumes", None)
        if asked is None or not uppers or not lowers:
            return None
        answers: list[Any] = []
        for code, system in uppers:
            for other, other_system in lowers:
                try:
                    answers.append(asked(system, code, other) if system == other_system else False)
                except (HarnessError, TypeError):
                    return None
        return True if True in answers else (None if None in answers else False)

    def html_checks(self, div: str) -> list[str]:
        """What is wrong with a narrative."""
        return html_checks(div)


def _codings(item: ElementNode | str) -> list[tuple[str, str | None]]:
    """(code, system) of a code, Coding, CodeableConcept or Quantity."""
    value = item if isinstance(item, str) else item.value
    if isinstance(value, str):
        return [(value, None)]
    if not isinstance(value, dict):
        return []
    held = value.get("coding") if "coding" in value else [value]
    return [
        (one["code"], one["system"] if isinstance(one.get("system"), str) else None)
        for one in (held if isinstance(held, list) else [])
        if isinstance(one, dict) and isinstance(one.get("code"), str)
    ]
