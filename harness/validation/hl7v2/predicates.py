"""Predicates of conditional fields, written as data: ``{field: PV1-2, in: [I, E]}``, ``{field: PID-29, present: true}``, ``{event: [A03]}``, all, any, not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.validation.hl7v2.model import Condition, Predicate

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-([1-9][0-9]*)(?:\.([1-9][0-9]*))?")


def read_condition(raw: Mapping[str, Any]) -> Condition:
    """The condition of a field's ``when``, ``then`` (R unless said) and ``else`` (X unless said). Raises ValueError for what cannot be read."""
    return Condition(describe(raw["when"]), read_predicate(raw["when"]), raw.get("then", "R"), raw.get("else", "X"))


def read_predicate(raw: Mapping[str, Any]) -> Predicate:
    """A predicate as a function of (judging, line): True, False, or None where what it asks for is not there to be asked. Raises ValueError."""
    if "all" in raw:
        return _folded([read_predicate(one) for one in raw["all"]], False)
    if "any" in raw:
        return _folded([read_predicate(one) for one in raw["any"]], True)
    if "not" in raw:
        inner = read_predicate(raw["not"])

        def negated(judging: Any, line: Any) -> bool | None:
            said = inner(judging, line)
            return None if said is None else not said

        return negated
    if "event" in raw:
        events = frozenset(raw["event"])
        return lambda judging, _: judging.event in events
    return _field(raw)


def describe(raw: Mapping[str, Any]) -> str:
    """A predicate as a person reads it."""
    for word in ("all", "any"):
        if word in raw:
            return f" {'and' if word == 'all' else 'or'} ".join(describe(one) for one in raw[word])
    if "not" in raw:
        return f"not ({describe(raw['not'])})"
    if "event" in raw:
        return f"the event is {' or '.join(raw['event'])}"
    if "present" in raw:
        return f"{raw['field']} is {'present' if raw['present'] else 'absent'}"
    return f"{raw['field']} is {' or '.join(raw['in'])}" if "in" in raw else f"{raw['field']} has the form {raw.get('matches')}"


def _field(raw: Mapping[str, Any]) -> Predicate:
    place = _PLACE.fullmatch(str(raw.get("field", "")))
    if place is None:
        raise ValueError(f"{raw.get('field')!r} is not SEG-field or SEG-field.component")
    segment, field, component = place[1], int(place[2]), int(place[3] or 1)

    def value(judging: Any, line: Any) -> str:
        view = judging.view
        if line.name != segment:
            return str(view.value(segment, field, component))
        repetitions = view.repetitions(line.raw(field))
        return str(view.part(repetitions[0], component)) if repetitions else ""

    if "present" in raw:
        wanted = bool(raw["present"])
        return lambda judging, line: (value(judging, line) not in ("", '""')) is wanted
    test: Callable[[str], bool]
    if "in" in raw:
        test = frozenset(raw["in"]).__contains__
    elif "matches" in raw:
        form = re.compile(raw["matches"])
        test = lambda text: form.fullmatch(text) is not None  # noqa: E731
    else:
        raise ValueError("a predicate on a field says present, in or matches")
    return lambda judging, line: test(text) if (text := value(judging, line)) else None


def _folded(inner: Sequence[Predicate], decisive: bool) -> Predicate:
    def folded(judging: Any, line: Any) -> bool | None:
        said = [one(judging, line) for one in inner]
        return decisive if decisive in said else None if None in said else not decisive

    return folded
