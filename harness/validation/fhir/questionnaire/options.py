"""Whether an answer is one of those its question permits: answerOption, answerValueSet, units, kinds of resource."""

from __future__ import annotations

from typing import Any

from harness.model.issue import Severity
from harness.terminology import CodeAnswer
from harness.validation.fhir.content import extensions, value_of
from harness.validation.fhir.judging import objects, text
from harness.validation.fhir.questionnaire.compare import exact, same
from harness.validation.fhir.questionnaire.hearing import Hearing
from harness.validation.fhir.questionnaire.items import FormItem
from harness.validation.fhir.questionnaire.limits import CORE

_CHOICES = ("choice", "open-choice", "coding")


def check_options(hearing: Hearing, item: FormItem, kind: str, value: Any, path: str) -> None:
    """Issues of an answer's value against the permitted ones."""
    free = item.type == "open-choice" and kind == "String"
    if item.options:
        if not free:
            _listed(hearing, item, kind, value, path)
    elif item.value_set:
        if kind == "Coding":
            _in_value_set(hearing, item, value, path)
        elif kind == "String" and item.type == "string":
            _among_codes(hearing, item, value, path)
        elif not free and item.type in _CHOICES and membership(hearing, item.value_set, "", "") is not None:
            hearing.tell("questionnaire/option-not-coded", at=path, expected=item.value_set, kind=kind)
    elif item.type in _CHOICES:
        hearing.tell("questionnaire/options-not-named", at=path)


def _among_codes(hearing: Hearing, item: FormItem, value: Any, path: str) -> None:
    """R4 gives a value set to choices only; one on a string is read as R5 reads it: the text is one of the codes."""
    answer = membership(hearing, item.value_set, str(value), "")
    if answer is not None and answer.status == "no":
        hearing.tell("questionnaire/text-not-among-codes", at=path, expected=item.value_set, answer=_shown(value))


def _listed(hearing: Hearing, item: FormItem, kind: str, value: Any, path: str) -> None:
    alike = [option for given, option in item.options if given == kind]
    if not alike:
        kinds = ", ".join(sorted({given for given, _ in item.options}))
        hearing.tell("questionnaire/option-other-type", at=path, expected=kinds, actual=kind, kind=kind)
    elif not any(same(kind, value, option) in (True, None) and exact(kind, value, option) for option in alike):
        loose = any(same(kind, value, option) in (True, None) for option in alike) or _unsaid(item, kind, value)
        hearing.tell(
            "questionnaire/option-other-loosely" if loose else "questionnaire/option-other",
            at=path,
            expected=", ".join(_shown(option) for option in alike[:8]),
            actual=_shown(value),
            answer=_shown(value),
        )


def _unsaid(item: FormItem, kind: str, value: Any) -> bool:
    """True for free text of an open choice that was put in the display of a Coding."""
    return item.type == "open-choice" and kind == "Coding" and bool(text(value, "display")) and not text(value, "code") and not text(value, "system")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        held = text(value, "code") or text(value, "reference") or text(value, "display")
        return f"{text(value, 'system')}#{held}" if text(value, "system") else held
    return str(value)[:80]


def _in_value_set(hearing: Hearing, item: FormItem, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        return
    code = text(value, "code")
    if not code and membership(hearing, item.value_set, "", "") is not None:
        hearing.tell(
            "questionnaire/option-code-missing-of-text" if _unsaid(item, "Coding", value) else "questionnaire/option-code-missing",
            at=path,
            expected=item.value_set,
        )
        return
    answer = membership(hearing, item.value_set, code, text(value, "system"))
    if answer is None or answer.status == "unknown":
        reason = "the value set is not known here" if answer is None else answer.reason
        hearing.tell("questionnaire/option-untold", at=path, severity=Severity.WARNING if answer is None else None, expected=item.value_set, reason=reason)
    elif answer.status == "no":
        hearing.tell("questionnaire/option-outside", at=path, expected=item.value_set, actual=_shown(value), answer=_shown(value))


def membership(hearing: Hearing, value_set: str, code: str, system: str) -> CodeAnswer | None:
    """Whether a code is in a value set, which may be contained in the Questionnaire (``#id``); None where the value set is not known."""
    judging = hearing.judging
    if not value_set.startswith("#"):
        if judging.definitions.find(value_set, "ValueSet") is None:
            return None
        return judging.terminology.member(value_set, code, system or None)
    for _, held in objects(hearing.form.node, "contained"):
        if text(held, "id") == value_set[1:] and held.get("resourceType") == "ValueSet":
            from harness.terminology import Terminology

            url = text(held, "url") or f"{hearing.form.url or 'urn:form'}{value_set}"
            named = {**held, "url": url.partition("#")[0] + "-" + value_set[1:]}
            return Terminology(judging.definitions.with_resources([named])).member(named["url"], code, system or None)
    return None


def _strictly(option: Any, code: str, system: str, unit: str) -> bool:
    """True where a unit has all that an option says of it."""
    return all(not text(option, name) or text(option, name) == held for name, held in (("code", code), ("system", system), ("display", unit)))


def _loosely(option: Any, code: str, system: str, unit: str) -> bool:
    """True where a unit is an option's by its code, or by its name where it has no code."""
    if code and text(option, "code"):
        return code == text(option, "code") and text(option, "system") in ("", system)
    return bool(unit) and unit in (text(option, "display"), text(option, "code"))


def check_units(hearing: Hearing, item: FormItem, value: Any, path: str) -> None:
    """Issues of a Quantity's unit against questionnaire-unitOption and questionnaire-unitValueSet."""
    if not isinstance(value, dict):
        return
    code, system, unit = text(value, "code"), text(value, "system"), text(value, "unit")
    options = [option for option in extensions(item.node, f"{CORE}questionnaire-unitOption") if isinstance(option, dict)]
    if options and not any(_strictly(option, code, system, unit) for option in options):
        allowed = ", ".join(text(option, "display") or text(option, "code") for option in options)
        hearing.tell(
            "questionnaire/unit-other-loosely" if any(_loosely(option, code, system, unit) for option in options) else "questionnaire/unit-other",
            at=path,
            actual=unit or code or "absent",
            unit=unit or code or "no unit",
            allowed=allowed,
        )
    for value_set in extensions(item.node, f"{CORE}questionnaire-unitValueSet"):
        if not isinstance(value_set, str):
            continue
        answer = membership(hearing, value_set, code, system)
        if answer is not None and not code:
            answer = CodeAnswer("no")
        if answer is None or answer.status == "unknown":
            hearing.tell("questionnaire/unit-untold", at=path, expected=value_set)
        elif answer.status == "no":
            hearing.tell("questionnaire/unit-outside", at=path, expected=value_set, actual=code or "no code", unit=unit or code or "no unit")


def check_reference(hearing: Hearing, item: FormItem, value: Any, path: str) -> None:
    """Issues of a Reference against the kinds of resource and the profiles its question allows."""
    allowed = [kind for kind in extensions(item.node, f"{CORE}questionnaire-referenceResource") if isinstance(kind, str)]
    profiles = [profile for profile in extensions(item.node, f"{CORE}questionnaire-referenceProfile") if isinstance(profile, str)]
    target = text(value, "reference")
    if not (allowed or profiles) or not target:
        return
    judging = hearing.judging
    resolved = judging.references.resolve(target, path)
    parts = target.partition("/_history/")[0].split("/")
    named = resolved.type_name if resolved is not None else text(value, "type") or (parts[-2] if len(parts) > 1 else "")
    if allowed and named in judging.definitions.resource_types and named not in allowed:
        hearing.tell("questionnaire/reference-type", at=path, actual=named, type=named, allowed=" or ".join(allowed))
    known = [profile for profile in profiles if judging.definitions.structure(profile) is not None]
    if resolved is None or not known or len(known) < len(profiles):
        return
    if all(any(issue.is_error for issue in judging.conforms(resolved.node, profile, resolved.path)) for profile in known):
        hearing.tell("questionnaire/reference-profile", at=path, actual=target, profiles=" or ".join(known))


def check_exclusive(hearing: Hearing, item: FormItem, answers: list[tuple[int, Any]], path: str) -> None:
    """questionnaire-optionExclusive: an option that excludes the others is the only answer."""
    if len(answers) < 2 or not item.question:
        return
    alone = [value_of(option) for _, option in objects(item.node, "answerOption") if True in extensions(option, f"{CORE}questionnaire-optionExclusive")]
    for index, answer in answers:
        kind, value = value_of(answer)
        if any(kind == given and same(kind, value, option) for given, option in alone):
            hearing.tell("questionnaire/option-excludes", at=f"{path}.answer[{index}]", answer=_shown(value))
