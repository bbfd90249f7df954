"""A Questionnaire as a definition: its conditions can be met, its options and initial values go with their items."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.answers import TYPES
from harness.validation.fhir.questionnaire.compare import DATES, NUMBERS, number, order
from harness.validation.fhir.questionnaire.items import Form, Item, extensions, read_form, value_of
from harness.validation.fhir.questionnaire.limits import CORE

_ORDERED = (">", "<", ">=", "<=")
_ONLY_FOR = {
    "maxDecimalPlaces": ("decimal", "quantity"),
    "maxSize": ("attachment",),
    "mimeType": ("attachment",),
    "questionnaire-referenceResource": ("reference",),
    "questionnaire-referenceProfile": ("reference",),
    "questionnaire-unitOption": ("quantity",),
    "questionnaire-unitValueSet": ("quantity",),
}


@rule("questionnaire", "Questionnaire")
def questionnaire(judging: Judging, value: Node, path: str) -> None:
    """Rules over the items of one Questionnaire."""
    form = read_form(value)
    places = {id(item): index for index, item in enumerate(each for top in form.items for each in top.everything())}
    for top in form.items:
        for item in top.everything():
            where = path + item.path.removeprefix("Questionnaire")
            for index, when in objects(item.node, "enableWhen"):
                _condition(judging, form, item, when, places, f"{where}.enableWhen[{index}]")
            _values(judging, item, where)
            _limits(judging, item, where)
            if item.value_set and not item.value_set.startswith("#") and judging.definitions.find(item.value_set, "ValueSet") is None:
                message = f"the value set {item.value_set[:120]} of permitted answers is not known here"
                _say(judging, Severity.WARNING, message, f"{where}.answerValueSet", "give its definition along with the others", item.value_set, "not-found")


def _condition(judging: Judging, form: Form, item: Item, when: Node, places: dict[int, int], path: str) -> None:
    """enableWhen names another question, which comes before, and compares with the type of its answer."""
    link, operator = text(when, "question"), text(when, "operator")
    if not link:
        return
    asked = form.links.get(link)
    if asked is None:
        message = f"the condition depends on item {link[:60]}, which the Questionnaire does not have"
        _say(judging, Severity.ERROR, message, f"{path}.question", "name the linkId of a question", link, "business-rule")
        return
    if asked is item:
        message = "the condition depends on the item that it enables"
        _say(judging, Severity.ERROR, message, f"{path}.question", "name another question", link, "business-rule")
        return
    if not asked.question:
        message = f"the condition depends on item {link[:60]}, which is a {asked.type} and has no answer"
        _say(judging, Severity.WARNING, message, f"{path}.question", "name a question", link, "business-rule")
    elif places[id(asked)] > places[id(item)]:
        message = f"the condition depends on item {link[:60]}, which comes after the item that it enables"
        _say(judging, Severity.WARNING, message, f"{path}.question", "put the question first", link, "business-rule")
    kind, _ = value_of(when, "answer")
    if operator == "exists" or not kind:
        return
    allowed = TYPES.get(asked.type, ())
    if allowed and kind not in allowed and not any(kind in family and set(family) & set(allowed) for family in (NUMBERS, DATES)):
        message = f"the condition compares with a {kind}, and item {link[:60]} is answered with {' or '.join(allowed)}"
        _say(judging, Severity.WARNING, message, path, "compare with a value of the question's type", kind, "business-rule")
    if operator in _ORDERED and kind in ("Boolean", "Coding", "Reference"):
        message = f"values of type {kind} have no order, and the condition asks for {operator}"
        _say(judging, Severity.WARNING, message, f"{path}.operator", "compare with = or !=", operator, "business-rule")


def _values(judging: Judging, item: Item, path: str) -> None:
    """The values of initial and answerOption are of the type of the item."""
    allowed = TYPES.get(item.type, ())
    for name in ("initial", "answerOption"):
        for index, each in objects(item.node, name):
            kind, _ = value_of(each)
            if kind and allowed and kind not in allowed:
                message = f"{'an initial value' if name == 'initial' else 'a permitted answer'} of type {kind} for a question of type {item.type}"
                remedy = f"send {' or '.join(f'value{one}' for one in allowed)}"
                _say(judging, Severity.ERROR, message, f"{path}.{name}[{index}]", remedy, kind, "business-rule", f"Questionnaire.item.{name}.value[x]")


def _limits(judging: Judging, item: Item, path: str) -> None:
    """Bounds are in order, and extensions stand on the items they are about."""
    least, most = (extensions(item.node, f"{CORE}{name}") for name in ("questionnaire-minOccurs", "questionnaire-maxOccurs"))
    if least and most and (low := number(least[0])) is not None and (high := number(most[0])) is not None and low > high:
        _say(judging, Severity.ERROR, "the item must occur more often than it may", path, "correct minOccurs or maxOccurs", f"{low} to {high}", "business-rule")
    bounds = [value_of(each) for name in ("minValue", "maxValue") for _, each in objects(item.node, "extension") if text(each, "url") == f"{CORE}{name}"]
    if len(bounds) == 2 and bounds[0][0] == bounds[1][0] and order(bounds[0][0], bounds[0][1], bounds[1][1]) == 1:
        message = "the smallest value allowed is larger than the largest"
        _say(judging, Severity.WARNING, message, path, "correct minValue or maxValue", str(bounds[0][1]), "business-rule")
    for name, kinds in _ONLY_FOR.items():
        if item.type and item.type not in kinds and extensions(item.node, f"{CORE}{name}"):
            message = f"the extension {name} is about items of type {' or '.join(kinds)}, and this one is a {item.type[:20]}"
            _say(judging, Severity.WARNING, message, path, "leave it out, or change the type", item.type, "business-rule")


def _say(
    judging: Judging, severity: Severity, message: str, path: str, remedy: str, actual: object, issue_type: str, clause: str = "Questionnaire.item"
) -> None:
    judging.say(severity, "fhir/questionnaire", message, path, actual=actual, clause=clause, remedy=remedy, issue_type=issue_type)
