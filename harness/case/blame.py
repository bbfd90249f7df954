"""Who left it out: what a target does not show is its own fault where the source's messages said it, and the source's where they did not."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from harness.case.case import Case
from harness.case.ledger import on_the_wire
from harness.case.link import TARGET
from harness.case.people import Person
from harness.errors import FormatError
from harness.formats.fhir import parse_json
from harness.model.finding import Attribution
from harness.model.message import Delivery, Origin
from harness.model.record import Coded, Value

Resource = dict[str, Any]


def left_out_by(case: Case, person: Person, item: str, *wanted: Value, unwanted: Iterable[Value] = (), to: str = TARGET) -> Attribution:
    """Who is at fault where the party ``to`` does not show the values ``wanted`` of ``item``, or shows some ``unwanted``: itself where the source's messages
    of this case said all of the first and none of the second, else the source.

    A text is found where a value reads so, a coded value where its code and its text are said. STANDARD where the format key has no row for the item, so
    that nothing of it could be read in the messages; UNKNOWN where the source was not heard.
    """
    if not any(row.item == item for row in case.link(to).lens.table.rows):
        return Attribution.STANDARD
    told = on_the_wire(case, person, to=to)
    if told is None:
        return Attribution.UNKNOWN
    said = [entry.values[item] for entries in told.groups.values() for entry in entries if item in entry.values]
    right = all(_among(value, said) for value in wanted) and not any(_among(value, said) for value in unwanted)
    return Attribution.TARGET if right else Attribution.SOURCE


def _among(value: Value, said: Collection[Value]) -> bool:
    if isinstance(value, Coded):
        return any(isinstance(one, Coded) and (one.code, one.text) == (value.code, value.text) for one in said)
    return str(value) in map(str, said)


def untold_by(case: Case, shower: str, type: str, statuses: Collection[str], *, saying: str = "") -> Attribution:
    """Who is at fault when ``shower`` (source or target) does not show what a resource in one of ``statuses`` tells: itself once that was told to it,
    whatever it answered; else the other, who did not tell it. ``saying``: what is to stand somewhere in the resource."""
    teller = Origin.TARGET if shower == "source" else Origin.SOURCE
    told = any(
        resource.get("resourceType") == type and resource.get("status") in statuses and saying in json.dumps(resource, ensure_ascii=False)
        for delivery in case.transcript.deliveries
        if delivery.message.origin is teller and _arrived(delivery)
        for resource in _carried(delivery.message.content)
    )
    return Attribution(shower) if told else Attribution(teller)


def _arrived(delivery: Delivery) -> bool:
    """It was answered, or at least it left whole and no answer came."""
    return delivery.acknowledgement is not None or (delivery.sent == delivery.message.content and delivery.failure == "time-out")


def _carried(content: bytes) -> list[Resource]:
    try:
        entries = parse_json(content).get("entry") or []
    except FormatError:
        return []
    return [entry["resource"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)]
