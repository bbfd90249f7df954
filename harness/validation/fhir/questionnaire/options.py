"""Whether an answer is one of those its question permits: answerOption, answerValueSet, units, kinds of resource."""

from __future__ import annotations

from typing import Any

from harness.model.issue import Severity
from harness.terminology import CodeAnswer
from harness.validation.fhir.judging import objects, text
from harness.validation.fhir.questionnaire.compare import exact, same
from harness.validation.fhir.questionnaire.items import Item, extensions, value_of
from harness.validation.fhir.questionnaire.limits import CORE
from harness.validation.fhir.questionnaire.say import Hearing

_CHOICES = ("choice", "open-choice", "coding")


def check_options(hearing: Hearing, item: Item, kind: str, value: Any, path: str) -> None:
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
            message = f"a {kind} cannot be a code of the value set of permitted answers"
            hearing.error("options", message, path, "answer with a Coding", expected=item.value_set, clause="Questionnaire.item.answerValueSet", ours=True)
    elif item.type in _CHOICES:
        message = "the question names no permitted answers, so the answer cannot be held against them"
        hearing.say(Severity.INFORMATION, "options", message, path, "none needed; the question could list its options", issue_type="informational")


def _among_codes(hearing: Hearing, item: Item, value: Any, path: str) -> None:
    """R4 gives a value set to choices only; one on a string is read as R5 reads it: the text is one of the codes."""
    answer = membership(hearing, item.value_set, str(value), "")
    if answer is not None and answer.status == "no":
        message = f"{_shown(value)} is not in the value set that the question names"
        hearing.error("options", message, path, "answer with a code of the value set", expected=item.value_set, clause="que-5", opinion=True)


def _listed(hearing: Hearing, item: Item, kind: str, value: Any, path: str) -> None:
    alike = [option for given, option in item.options if given == kind]
    if not alike:
        kinds = ", ".join(sorted({given for given, _ in item.options}))
        hearing.error(
            "options",
            f"none of the permitted answers is a {kind}",
            path,
            "answer with one of the options of the question",
            expected=kinds,
            actual=kind,
            clause="Questionnaire.item.answerOption",
        )
    elif not any(same(kind, value, option) in (True, None) and exact(kind, value, option) for option in alike):
        loose = any(same(kind, value, option) in (True, None) for option in alike) or _unsaid(item, kind, value)
        hearing.error(
            "options",
            f"{_shown(value)} is not one of the permitted answers",
            path,
            "answer with one of the options of the question",
            expected=", ".join(_shown(option) for option in alike[:8]),
            actual=_shown(value),
            clause="Questionnaire.item.answerOption",
            opinion=loose,
        )


def _unsaid(item: Item, kind: str, value: Any) -> bool:
    """True for free text of an open choice that was put in the display of a Coding."""
    return item.type == "open-choice" and kind == "Coding" and bool(text(value, "display")) and not text(value, "code") and not text(value, "system")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        held = text(value, "code") or text(value, "reference") or text(value, "display")
        return f"{text(value, 'system')}#{held}" if text(value, "system") else held
    return str(value)[:80]


def _in_value_set(hearing: Hearing, item: Item, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        return
    code = text(value, "code")
    if not code and membership(hearing, item.value_set, "", "") is not None:
        message = "the answer has no code, and the permitted answers are codes of a value set"
        hearing.error(
            "options",
            message,
            path,
            "send system and code",
            issue_type="code-invalid",
            expected=item.value_set,
            clause="Questionnaire.item.answerValueSet",
            opinion=_unsaid(item, "Coding", value),
        )
        return
    answer = membership(hearing, item.value_set, code, text(value, "system"))
    if answer is None or answer.status == "unknown":
        reason = "the value set is not known here" if answer is None else answer.reason
        message = f"whether the answer is a permitted one could not be told: {reason}"
        severity = Severity.WARNING if answer is None else Severity.INFORMATION
        hearing.say(
            severity, "value-set", message, path, "give the definition of the value set and its code systems", issue_type="not-found", expected=item.value_set
        )
    elif answer.status == "no":
        hearing.error(
            "options",
            f"{_shown(value)} is not in the value set of permitted answers",
            path,
            "answer with a code of the value set",
            issue_type="code-invalid",
            expected=item.value_set,
            actual=_shown(value),
            clause="Questionnaire.item.answerValueSet",
        )


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


def check_units(hearing: Hearing, item: Item, value: Any, path: str) -> None:
    """Issues of a Quantity's unit against questionnaire-unitOption and questionnaire-unitValueSet."""
    if not isinstance(value, dict):
        return
    code, system, unit = text(value, "code"), text(value, "system"), text(value, "unit")
    options = [option for option in extensions(item.node, f"{CORE}questionnaire-unitOption") if isinstance(option, dict)]
    if options and not any(_strictly(option, code, system, unit) for option in options):
        allowed = ", ".join(text(option, "display") or text(option, "code") for option in options)
        hearing.error(
            "unit",
            f"{unit or code or 'no unit'} is not one of the units the question allows",
            path,
            f"answer in {allowed}",
            expected=allowed,
            actual=unit or code or "absent",
            clause="extension questionnaire-unitOption",
            opinion=any(_loosely(option, code, system, unit) for option in options),
        )
    for value_set in extensions(item.node, f"{CORE}questionnaire-unitValueSet"):
        if not isinstance(value_set, str):
            continue
        answer = membership(hearing, value_set, code, system)
        if answer is not None and not code:
            answer = CodeAnswer("no")
        if answer is None or answer.status == "unknown":
            message = "whether the unit is an allowed one could not be told: its value set cannot be answered here"
            hearing.say(Severity.INFORMATION, "value-set", message, path, "give the definition of the value set", issue_type="not-found", expected=value_set)
        elif answer.status == "no":
            hearing.error(
                "unit",
                f"{unit or code or 'no unit'} is not in the value set of units the question allows",
                path,
                "answer with the code of a unit of that value set",
                expected=value_set,
                actual=code or "no code",
                clause="extension questionnaire-unitValueSet",
            )


def check_reference(hearing: Hearing, item: Item, value: Any, path: str) -> None:
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
        hearing.error(
            "reference",
            f"a {named} is not a kind of resource this question allows",
            path,
            f"refer to {' or '.join(allowed)}",
            expected=" or ".join(allowed),
            actual=named,
            clause="extension questionnaire-referenceResource",
        )
    known = [profile for profile in profiles if judging.definitions.structure(profile) is not None]
    if resolved is None or not known or len(known) < len(profiles):
        return
    if all(any(issue.is_error for issue in judging.conforms(resolved.node, profile, resolved.path)) for profile in known):
        hearing.error(
            "reference",
            "what the answer refers to does not conform to a profile its question allows",
            path,
            f"refer to something that conforms to {' or '.join(known)}",
            expected=" or ".join(known),
            actual=target,
            clause="extension questionnaire-referenceProfile",
        )


def check_exclusive(hearing: Hearing, item: Item, answers: list[tuple[int, Any]], path: str) -> None:
    """questionnaire-optionExclusive: an option that excludes the others is the only answer."""
    if len(answers) < 2 or not item.question:
        return
    alone = [value_of(option) for _, option in objects(item.node, "answerOption") if True in extensions(option, f"{CORE}questionnaire-optionExclusive")]
    for index, answer in answers:
        kind, value = value_of(answer)
        if any(kind == given and same(kind, value, option) for given, option in alone):
            hearing.error(
                "exclusive",
                f"{_shown(value)} excludes every other answer, and there are others",
                f"{path}.answer[{index}]",
                "keep that answer alone, or leave it out",
                clause="extension questionnaire-optionExclusive",
            )
