"""Profiles that an element or a person names: several, of which one must be followed, and those that are not known here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import FhirJudging

_SHOWN = 12


def unknown_profile(judging: FhirJudging, canonical: str, path: str, asked_of: str = "") -> None:
    """Say that a profile is not known here: an error, naming those that are, where it was asked for of the type ``asked_of``.

    One that a resource claims or an element asks for is a warning (and leaves undetermined what an element asks for).
    """
    claimed = ".meta.profile[" in path
    opinion = not asked_of and not claimed and "hl7-validator" in judging.options.rules
    known = judging.definitions.profiles_of(asked_of) if asked_of else ()
    if not claimed:
        judging.undetermined += 1
    judging.tell(
        "shape/profile-unknown-asked"
        if asked_of
        else "shape/profile-unknown-opinion"
        if opinion
        else "shape/profile-unknown-claimed"
        if claimed
        else "shape/profile-unknown",
        at=path,
        expected=f"one of {', '.join(known[:_SHOWN])}{' …' if len(known) > _SHOWN else ''}" if known else "",
        actual=canonical,
        canonical=canonical,
    )


def judge_alternatives(judging: FhirJudging, choices: Iterable[tuple[ElementRule, tuple[str, ...]]], value: Any, path: str) -> None:
    """A value whose element names several profiles follows at least one of them: say why each was not followed."""
    for rule, canonicals in choices:
        reasons: list[str] = []
        for canonical in canonicals:
            if judging.engine.structure(canonical) is None:
                unknown_profile(judging, canonical, path)
                break
            first = next((issue for issue in judging.conforms(value, canonical, path) if issue.is_error), None)
            if first is None:
                break
            reasons.append(f"{canonical.rpartition('/')[2]}: {first.message}")
        else:
            judging.tell(
                "shape/profile-none-followed",
                at=path,
                clause=rule.id,
                expected=" | ".join(canonicals),
                actual="none of them",
                profile=rule.profile,
                element=rule.path,
                reasons="; ".join(reasons)[:400],
            )
