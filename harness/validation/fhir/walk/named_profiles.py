"""Profiles that an element or a person names: several, of which one must be followed, and those that are not known here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from harness.model.issue import Severity

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import Judging

_SHOWN = 12


def unknown_profile(judging: Judging, canonical: str, path: str, asked_of: str = "") -> None:
    """Say that a profile is not known here: an error, naming those that are, where it was asked for of the type ``asked_of``.

    One that a resource claims or an element asks for is a warning (and leaves undetermined what an element asks for).
    """
    claimed = ".meta.profile[" in path
    opinion = not asked_of and not claimed and "hl7-validator" in judging.options.rules
    known = judging.definitions.profiles_of(asked_of) if asked_of else ()
    if not claimed:
        judging.undetermined += 1
    judging.say(
        Severity.ERROR if asked_of or opinion else Severity.WARNING,
        "fhir/unknown-profile",
        f"the profile {canonical} is not known here, so nothing was judged by it",
        path,
        expected=f"one of {', '.join(known[:_SHOWN])}{' …' if len(known) > _SHOWN else ''}" if known else "a profile that is known",
        actual=canonical,
        clause="FHIR Meta.profile" if claimed else "FHIR ElementDefinition.type.profile",
        remedy="name the package that defines it with --package, or check the spelling",
        issue_type="not-found",
        opinion=opinion,
    )


def judge_alternatives(judging: Judging, choices: Iterable[tuple[ElementRule, tuple[str, ...]]], value: Any, path: str) -> None:
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
            judging.say(
                Severity.ERROR,
                "fhir/no-profile-matches",
                f"{rule.path} follows none of the profiles it may follow ({'; '.join(reasons)[:400]})",
                path,
                expected=" | ".join(canonicals),
                actual="none of them",
                clause=rule.id,
                remedy="make it follow one of them",
                issue_type="structure",
                profile=rule.profile,
            )
