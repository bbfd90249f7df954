"""A Questionnaire as a definition: its conditions can be met, its options and initial values go with their items."""

from __future__ import annotations

from harness.validation.fhir.content import extensions, number, value_of
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.answers import TYPES
from harness.validation.fhir.questionnaire.compare import DATES, NUMBERS, order
from harness.validation.fhir.questionnaire.items import Form, FormItem, read_form
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
def questionnaire(judging: FhirJudging, value: Node, path: str) -> None:
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
                judging.tell("questionnaire/value-set-unknown", at=f"{where}.answerValueSet", actual=item.value_set, value_set=item.value_set[:120])


def _condition(judging: FhirJudging, form: Form, item: FormItem, when: Node, places: dict[int, int], path: str) -> None:
    """enableWhen names another question, which comes before, and compares with the type of its answer."""
    link, operator = text(when, "question"), text(when, "operator")
    if not link:
        return
    asked = form.links.get(link)
    if asked is None:
        judging.tell("questionnaire/condition-on-nothing", at=f"{path}.question", actual=link, link=link[:60])
        return
    if asked is item:
        judging.tell("questionnaire/condition-on-itself", at=f"{path}.question", actual=link)
        return
    if not asked.question:
        judging.tell("questionnaire/condition-on-text", at=f"{path}.question", actual=link, link=link[:60], type=asked.type)
    elif places[id(asked)] > places[id(item)]:
        judging.tell("questionnaire/condition-on-later", at=f"{path}.question", actual=link, link=link[:60])
    kind, _ = value_of(when, "answer")
    if operator == "exists" or not kind:
        return
    allowed = TYPES.get(asked.type, ())
    if allowed and kind not in allowed and not any(kind in family and set(family) & set(allowed) for family in (NUMBERS, DATES)):
        judging.tell("questionnaire/condition-type", at=path, actual=kind, kind=kind, link=link[:60], allowed=" or ".join(allowed))
    if operator in _ORDERED and kind in ("Boolean", "Coding", "Reference"):
        judging.tell("questionnaire/condition-without-order", at=f"{path}.operator", actual=operator, kind=kind, operator=operator)


def _values(judging: FhirJudging, item: FormItem, path: str) -> None:
    """The values of initial and answerOption are of the type of the item."""
    allowed = TYPES.get(item.type, ())
    for name in ("initial", "answerOption"):
        for index, each in objects(item.node, name):
            kind, _ = value_of(each)
            if kind and allowed and kind not in allowed:
                judging.tell(
                    "questionnaire/initial-type" if name == "initial" else "questionnaire/option-type",
                    at=f"{path}.{name}[{index}]",
                    actual=kind,
                    kind=kind,
                    type=item.type,
                    name=name,
                    wanted=" or ".join(f"value{one}" for one in allowed),
                )


def _limits(judging: FhirJudging, item: FormItem, path: str) -> None:
    """Bounds are in order, and extensions stand on the items they are about."""
    least, most = (extensions(item.node, f"{CORE}{name}") for name in ("questionnaire-minOccurs", "questionnaire-maxOccurs"))
    if least and most and (low := number(least[0])) is not None and (high := number(most[0])) is not None and low > high:
        judging.tell("questionnaire/occurs-bounds", at=path, actual=f"{low} to {high}")
    bounds = [value_of(each) for name in ("minValue", "maxValue") for _, each in objects(item.node, "extension") if text(each, "url") == f"{CORE}{name}"]
    if len(bounds) == 2 and bounds[0][0] == bounds[1][0] and order(bounds[0][0], bounds[0][1], bounds[1][1]) == 1:
        judging.tell("questionnaire/value-bounds", at=path, actual=str(bounds[0][1]))
    for name, kinds in _ONLY_FOR.items():
        if item.type and item.type not in kinds and extensions(item.node, f"{CORE}{name}"):
            judging.tell("questionnaire/extension-elsewhere", at=path, actual=item.type, name=name, kinds=" or ".join(kinds), type=item.type[:20])
