"""One answer: its type, then its limits and options."""

from __future__ import annotations

from harness.validation.fhir.content import value_of
from harness.validation.fhir.judging import Node
from harness.validation.fhir.questionnaire.hearing import Hearing
from harness.validation.fhir.questionnaire.items import FormItem
from harness.validation.fhir.questionnaire.limits import check_limits
from harness.validation.fhir.questionnaire.options import check_options, check_reference, check_units

_OPTION_TYPES = ("Coding", "Date", "Time", "Integer", "String", "Reference")
_STATED = frozenset({"Coding", "Reference", "Quantity", "Attachment", "Boolean", "Decimal", "Integer", "Date", "DateTime", "Time", "String", "Uri"})
TYPES: dict[str, tuple[str, ...]] = {
    "boolean": ("Boolean",),
    "decimal": ("Decimal",),
    "integer": ("Integer",),
    "date": ("Date",),
    "dateTime": ("DateTime",),
    "time": ("Time",),
    "string": ("String",),
    "text": ("String",),
    "url": ("Uri",),
    "choice": _OPTION_TYPES,
    "open-choice": _OPTION_TYPES,
    "attachment": ("Attachment",),
    "reference": ("Reference",),
    "quantity": ("Quantity",),
}


def check_answer(hearing: Hearing, item: FormItem, answer: Node, path: str) -> None:
    """Issues of one answer to a question."""
    kind, value = value_of(answer)
    if kind not in _STATED:
        return
    where = f"{path}.value{kind}"
    allowed = TYPES.get(item.type)
    if allowed is not None and kind not in allowed:
        wanted = " or ".join(f"value{each}" for each in allowed)
        hearing.tell("questionnaire/answer-type", at=where, actual=f"value{kind}", kind=kind, asked=_named(item.type), wanted=wanted)
        return
    if kind == "Reference" and item.type in ("choice", "open-choice"):  # answerOption may be a Reference, though the text on choices speaks of a Coding
        hearing.tell("questionnaire/answer-reference-to-choice", at=where)
    if value is None:
        return
    check_options(hearing, item, kind, value, where)
    check_limits(hearing, item, kind, value, path if kind == "Attachment" else where)
    if kind == "Quantity":
        check_units(hearing, item, value, where)
    if kind == "Reference":
        check_reference(hearing, item, value, where)


def _named(kind: str) -> str:
    return f"an answer of type {kind}"
