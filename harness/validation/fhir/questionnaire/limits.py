"""What the core extensions of an item, and its maxLength, ask of one answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from harness.fhirpath.patterns import whole_match
from harness.validation.fhir.content import extensions, number, value_of
from harness.validation.fhir.judging import objects, text
from harness.validation.fhir.questionnaire.compare import DATES, NUMBERS, first_moment, order
from harness.validation.fhir.questionnaire.hearing import Hearing
from harness.validation.fhir.questionnaire.items import FormItem

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
_TEXTS = ("String", "Uri", "Markdown")
_LONGEST = 20_000


def check_limits(hearing: Hearing, item: FormItem, kind: str, value: Any, path: str) -> None:
    """Issues of an answer's value against the limits of its item."""
    if kind in _TEXTS and isinstance(value, str):
        _length(hearing, item, value, path)
    if kind in (*_TEXTS, *NUMBERS, *DATES, "Time"):
        _pattern(hearing, item, str(value), path)
    if kind in (*NUMBERS, *DATES, "Time", "Quantity"):
        _range(hearing, item, kind, value, path)
    if kind in ("Decimal", "Quantity"):
        _places(hearing, item, value.get("value") if isinstance(value, Mapping) else value, path)
    if kind == "Attachment" and isinstance(value, dict):
        _attachment(hearing, item, value, path)


def _length(hearing: Hearing, item: FormItem, value: str, path: str) -> None:
    most = item.node.get("maxLength")
    if isinstance(most, int) and not isinstance(most, bool) and len(value) > most:
        hearing.tell(
            "questionnaire/text-longer" if item.type != "string" else "questionnaire/string-longer", at=path, actual=len(value), count=len(value), most=most
        )
    for least in extensions(item.node, f"{CORE}minLength"):
        if isinstance(least, int) and not isinstance(least, bool) and len(value) < least:
            hearing.tell(
                "questionnaire/text-shorter" if item.type != "string" else "questionnaire/string-shorter",
                at=path,
                actual=len(value),
                count=len(value),
                least=least,
            )


def _pattern(hearing: Hearing, item: FormItem, value: str, path: str) -> None:
    for expression in extensions(item.node, f"{CORE}regex"):
        if isinstance(expression, str) and len(value) <= _LONGEST and whole_match(expression, value) is False:
            hearing.tell("questionnaire/answer-form" if item.type != "string" else "questionnaire/string-form", at=path, actual=value, expression=expression)


def _range(hearing: Hearing, item: FormItem, kind: str, value: Any, path: str) -> None:
    for name, side, word in (("minValue", -1, "less"), ("maxValue", 1, "more")):
        quantities = (f"{SDC}{name[:3]}Quantity", f"{CORE}questionnaire-{name[:3]}Quantity")
        for _, extension in objects(item.node, "extension"):
            if text(extension, "url") not in (CORE + name, *quantities):
                continue
            given, limit = value_of(extension)
            alike = given == kind or any(given in family and kind in family for family in (NUMBERS, DATES))
            placed = order(kind, value, limit) if alike else None
            opinion = placed is None and (_partly(kind, given, value, limit) == side or (text(extension, "url") in quantities and _uncertain(value, limit)))
            if placed == side or opinion:
                direction, other = ("at least", "more") if side < 0 else ("at most", "less")
                hearing.tell(
                    "questionnaire/range-opinion"
                    if opinion
                    else "questionnaire/quantity-range"
                    if kind == "Quantity" and text(extension, "url") == CORE + name
                    else "questionnaire/range",
                    at=path,
                    actual=_shown(value),
                    name=name,
                    word=word,
                    direction=direction,
                    limit=_shown(limit),
                    other=other,
                )


def _partly(kind: str, given: str, value: Any, limit: Any) -> int | None:
    """Dates of unequal precision by the first moment of each: which comes first is not known, and the reference takes it so."""
    first, second = (first_moment(each) if family in DATES else "" for family, each in ((kind, value), (given, limit)))
    return (first > second) - (first < second) if first and second else None


def _uncertain(value: Any, limit: Any) -> bool:
    """True for an amount that cannot be compared with its limit, because the units have nothing to do with one another or are not said."""
    return isinstance(value, Mapping) and isinstance(limit, Mapping) and number(value.get("value")) is not None and number(limit.get("value")) is not None


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value.get('value', '')} {value.get('unit') or value.get('code') or ''}".strip()
    return str(value)


def _places(hearing: Hearing, item: FormItem, value: Any, path: str) -> None:
    held = number(value)
    if held is None:
        return
    exponent = held.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    for most in extensions(item.node, f"{CORE}maxDecimalPlaces"):
        if isinstance(most, int) and not isinstance(most, bool) and places > most:
            hearing.tell("questionnaire/decimal-places", at=path, actual=value, places=places, most=most)


def _attachment(hearing: Hearing, item: FormItem, value: Mapping[str, Any], path: str) -> None:
    kinds = [kind for kind in extensions(item.node, f"{CORE}mimeType") if isinstance(kind, str)]
    given = text(value, "contentType")
    if kinds and not given:
        hearing.tell("questionnaire/attachment-type-missing", at=path, expected=" or ".join(kinds), actual="absent")
    elif kinds and not any(_covers(kind, given) for kind in kinds):
        hearing.tell("questionnaire/attachment-type", at=path, actual=given, type=given[:60], kinds=" or ".join(kinds))
    limits = [limit for each in extensions(item.node, f"{CORE}maxSize") if (limit := number(each)) is not None]
    if limits:
        _size(hearing, value, min(limits), path)


def _covers(allowed: str, given: str) -> bool:
    first, second = (kind.partition(";")[0].strip().lower() for kind in (allowed, given))
    return first == second or (first.endswith("/*") and second.startswith(first[:-1]))


def _size(hearing: Hearing, value: Mapping[str, Any], most: Decimal, path: str) -> None:
    data = "".join(text(value, "data").split())
    size = number(value.get("size"))
    held = Decimal(len(data) // 4 * 3 - data[-2:].count("=")) if data else size
    if size is not None and held is not None:
        held = max(held, size)
    if held is None:
        hearing.tell("questionnaire/attachment-size-untold", at=path)
    elif held > most:
        hearing.tell("questionnaire/attachment-size", at=path, actual=held, held=held, most=most)
