"""Whether a question is enabled by the answers given (Questionnaire.item.enableWhen)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.validation.fhir.content import extensions, value_of
from harness.validation.fhir.judging import Node, objects, text
from harness.validation.fhir.questionnaire.compare import DATES, NUMBERS, order, same
from harness.validation.fhir.questionnaire.items import DEEPEST, Form, FormItem

EXPRESSIONS = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
)
Truth = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where in a response an item stands or would stand: ``above`` are the elements around it from the response inwards."""

    above: tuple[Node, ...]


def enabled(form: Form, item: FormItem, place: ItemPlace, truth: Truth) -> bool | None:
    """True or False as the conditions come out; None where they cannot be told. ``truth`` evaluates an expression of an extension."""
    written = [expression for value in extensions(item.node, *EXPRESSIONS) if (expression := _expression(value))]
    if written:
        return truth(written[0])
    found = [_condition(form, when, place) for _, when in objects(item.node, "enableWhen")]
    if not found:
        return True
    every = None if None in found else all(found)
    if False in found:
        every = False
    some = True if True in found else None if None in found else False
    behaviour = text(item.node, "enableBehavior")
    if behaviour == "all" or len(found) == 1:
        return every
    old = all("operator" not in when for _, when in objects(item.node, "enableWhen"))  # STU3 has neither operators nor enableBehavior: any will do
    return some if old or behaviour == "any" or every is some else None


def _expression(value: object) -> str:
    if isinstance(value, str):
        return value
    return text(value, "expression") if text(value, "language") in ("", "text/fhirpath") else ""


def _condition(form: Form, when: Node, place: ItemPlace) -> bool | None:
    link = text(when, "question")
    if link not in form.links:
        return None
    nearest, others = _answers(link, place)
    result = _met(when, nearest)
    return result if len(others) <= 1 or all(_met(when, answers) == result for answers in others) else None


def _met(when: Node, answers: list[Node]) -> bool | None:
    operator = text(when, "operator") or ("exists" if "hasAnswer" in when else "=")
    kind, wanted = value_of(when, "answer")
    if operator == "exists":
        wanted = when.get("hasAnswer") if "hasAnswer" in when else wanted
        return (bool(answers) == wanted) if isinstance(wanted, bool) else None
    if not kind:
        return None
    if not answers:
        return False
    each = [_compare(operator, kind, *value_of(answer), wanted) for answer in answers]
    return True if True in each else None if None in each else False


def _compare(operator: str, kind: str, given: str, value: Any, wanted: Any) -> bool | None:
    alike = given == kind or any(given in family and kind in family for family in (NUMBERS, DATES))
    if not alike:
        return (operator == "!=") if given else None
    if operator in ("=", "!="):
        found = same(kind, value, wanted)
        return None if found is None else found is (operator == "=")
    placed = order(kind, value, wanted)
    if placed is None:
        return None
    return {">": placed > 0, "<": placed < 0, ">=": placed >= 0, "<=": placed <= 0}.get(operator)


def _answers(link: str, place: ItemPlace) -> tuple[list[Node], list[list[Node]]]:
    """Answers to the nearest question of that link: an element around it, else in the innermost element around it that holds one."""
    for element in reversed(place.above):
        if text(element, "linkId") == link:
            return _given(element), []
    for element in reversed(place.above):
        if found := list(_items(element, link, 0)):
            return _given(found[-1]), [_given(each) for each in found]
    return [], []


def _items(element: Node, link: str, depth: int) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    for _, item in objects(element, "item"):
        if text(item, "linkId") == link:
            yield item
        yield from _items(item, link, depth + 1)
    for _, answer in objects(element, "answer"):
        yield from _items(answer, link, depth + 1)


def _given(item: Node) -> list[Node]:
    return [answer for _, answer in objects(item, "answer") if value_of(answer)[0]]
