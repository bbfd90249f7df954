"""The assertion language of conformance statements, in three values: True, False, and None where it cannot be told.

Operators of the NIST schema: Presence, PlainText, Format, StringList, NumberList, SimpleValue, PathValue, ValueSet, isNULL, SetID, AND, OR, XOR,
NOT, IMPLY, EXIST, FORALL. Where a path reaches nothing, an operator on values holds (``NotPresentBehavior`` may say otherwise).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.validation.hl7v2.nist.model import Assertion

if TYPE_CHECKING:
    from harness.validation.hl7v2.nist.contexts import StatementContext

_PATH = re.compile(r"[1-9][0-9]{0,8}(\[(\*|[1-9][0-9]{0,8})\])?(\.[1-9][0-9]{0,8}(\[(\*|[1-9][0-9]{0,8})\])?)*")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
}
_COUNTS = {"NOT": (1, 1), "XOR": (2, 2), "IMPLY": (2, 2), "AND": (2, 99), "OR": (2, 99), "EXIST": (1, 99), "FORALL": (1, 99)}
_NEEDED = {
    "Presence": ("Path",),
    "PlainText": ("Path", "Text"),
    "Format": ("Path", "Regex"),
    "StringList": ("Path", "CSV"),
    "NumberList": ("Path", "CSV"),
    "SimpleValue": ("Path", "Operator", "Value"),
    "PathValue": ("Path1", "Operator", "Path2"),
    "ValueSet": ("Path", "ValueSetID"),
    "isNULL": ("Path",),
    "SetID": ("Path",),
}


def is_path(text: str) -> bool:
    """Whether ``text`` is a path such as ``3[*].4[1].1``."""
    return _PATH.fullmatch(text) is not None


def read_assertion(element: Any) -> Assertion:
    """The assertion an XML element writes. ValueError for an operator nobody knows, a path or a pattern that cannot be read."""
    from harness.formats.safe_xml import name_of

    name = name_of(element)[1]
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    operands = tuple(read_assertion(child) for child in element)
    if name in _COUNTS:
        least, most = _COUNTS[name]
        if not least <= len(operands) <= most:
            raise ValueError(f"{name} of {len(operands)} assertions")
    elif name in _NEEDED:
        for key in _NEEDED[name]:
            if key not in attributes:
                raise ValueError(f"{name} without {key}")
        for key in ("Path", "Path1", "Path2"):
            if key in attributes and not _PATH.fullmatch(attributes[key]):
                raise ValueError(f"the path {attributes[key]!r}")
        if attributes.get("Operator", "EQ") not in _COMPARE:
            raise ValueError(f"the operator {attributes['Operator']!r}")
        if name == "Format":
            try:
                re.compile(attributes["Regex"])
            except re.error as error:
                raise ValueError(f"the pattern {attributes['Regex']!r}: {error}") from None
    else:
        raise ValueError(f"the operator {name}")
    return Assertion(name, attributes, operands)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Answers assertions; ``valuesets`` are the codes of each value set."""

    valuesets: Mapping[str, frozenset[str]]

    def holds(self, assertion: Assertion, context: StatementContext) -> bool | None:
        """True, False, or None where it cannot be told."""
        return self._of_others(assertion, context) if assertion.operator in _COUNTS else self._of_values(assertion, context)

    def _of_others(self, assertion: Assertion, context: StatementContext) -> bool | None:
        said = [self.holds(operand, context) for operand in assertion.operands]
        match assertion.operator:
            case "NOT":
                return None if said[0] is None else not said[0]
            case "XOR":
                return None if None in said else said[0] is not said[1]
            case "IMPLY":
                return _any((None if said[0] is None else not said[0], said[1]))
            case "OR" | "EXIST":
                return _any(said)
            case _:
                return _all(said)

    def _of_values(self, assertion: Assertion, context: StatementContext) -> bool | None:
        said = assertion.attributes
        if assertion.operator == "PathValue":
            ones, others = (list(_texts(context, said[key])) for key in ("Path1", "Path2"))
            if not ones or not others:
                return not ones and not others
            return _any(None if one is None or other is None else _compared(said["Operator"], one, other) for one in ones for other in others)
        values = list(_texts(context, said["Path"]))
        if assertion.operator == "Presence":
            return bool(values)
        if not values:
            return {"FAIL": False, "INCONCLUSIVE": None}.get(said.get("NotPresentBehavior", "").upper(), True)
        if assertion.operator == "isNULL":
            return all(value == '""' for value in values)
        if assertion.operator == "SetID":
            return list(values) == [str(number) for number in range(1, len(values) + 1)]
        test = self._question(assertion.operator, said)
        if test is None:
            return None
        answers = [None if value is None else test(value) for value in values]
        return _any(answers) if said.get("AtLeastOnce", "").lower() in ("true", "1") else _all(answers)

    def _question(self, name: str, said: Mapping[str, str]) -> Callable[[str], bool] | None:
        match name:
            case "PlainText":
                wanted, fold = said["Text"], said.get("IgnoreCase", "").lower() in ("true", "1")
                return lambda text: text.casefold() == wanted.casefold() if fold else text == wanted
            case "Format":
                form = re.compile(said["Regex"])
                return lambda text: form.fullmatch(text) is not None
            case "StringList":
                return frozenset(part.strip() for part in said["CSV"].split(",")).__contains__
            case "NumberList":
                return lambda text: any(_compared("EQ", text, part.strip()) for part in said["CSV"].split(","))
            case "SimpleValue":
                return lambda text: _compared(said["Operator"], text, said["Value"])
            case _:
                codes = self.valuesets.get(said["ValueSetID"])
                return None if codes is None else codes.__contains__


def _texts(context: StatementContext, path: str) -> Iterator[str | None]:
    """Values at a path; None for one that holds separators, which has no single value."""
    for _, raw in context.at(path):
        yield context.simple(raw)


def _compared(name: str, one: str, other: str) -> bool:
    """Numbers as numbers, anything else as text."""
    compare = _COMPARE[name]
    try:
        return compare(float(one), float(other))
    except ValueError:
        return compare(one, other)


def _all(answers: Any) -> bool | None:
    said = list(answers)
    return False if False in said else None if None in said else True


def _any(answers: Any) -> bool | None:
    said = list(answers)
    return True if True in said else None if None in said else False
