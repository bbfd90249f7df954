"""The commonest invariants in Python, by their published expression. Each is held equal to the engine's answer by a differential test.

A function is handed the value, its shadow, and the resource that contains (``%rootResource``); it answers True or False, or None to leave it to the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.fhirpath.moments import DATE_TIME, compare, moment

Native = Callable[[Any, Any, Any], "bool | None"]


def _has(value: dict[str, Any], name: str) -> bool:
    found = value.get(name)
    if found is None or found == []:
        under = value.get(f"_{name}")
        return under is not None and (type(under) is not list or any(one is not None for one in under))
    return type(found) is not list or any(one is not None for one in found)


def _element(value: Any, shadow: Any, _: Any) -> bool | None:
    """ele-1: a value or children. ``id`` alone is no child that counts."""
    if type(value) is dict:
        return any(key not in ("id", "_id", "resourceType") and _has(value, key.removeprefix("_")) for key in value) if value else False
    if value is None:
        return any(key != "id" for key in shadow) if type(shadow) is dict else None
    return True if type(value) is not list else None


def _extension(value: Any, _: Any, __: Any) -> bool | None:
    """ext-1: either extensions or a value."""
    if type(value) is not dict:
        return None
    valued = any(key.startswith(("value", "_value")) and len(key) > 5 and _has(value, key.removeprefix("_")) for key in value)
    return _has(value, "extension") != valued


def _contained(value: Any) -> list[dict[str, Any]] | None:
    found = value.get("contained", []) if type(value) is dict else None
    return found if type(found) is list and all(type(one) is dict for one in found) else None


def _none_of(*names: str) -> Native:
    def none_of(value: Any, _: Any, __: Any) -> bool | None:
        inner = _contained(value)
        return None if inner is None else not any(_has(one, name) for one in inner for name in names)

    return none_of


def _no_meta(*names: str) -> Native:
    def no_meta(value: Any, _: Any, __: Any) -> bool | None:
        inner = _contained(value)
        if inner is None:
            return None
        return not any(type(meta := one.get("meta")) is dict and _has(meta, name) for one in inner for name in names)

    return no_meta


def _referred(value: Any, _: Any, container: Any) -> bool | None:
    """dom-3: whatever is contained is referred to, or refers to what contains it. References by anything but ``reference`` are left to the engine."""
    inner = _contained(value)
    if not inner:
        return None if inner is None else True
    if value is not container:
        return None
    references, others = _fragments(value)
    for one in inner:
        name = one.get("id")
        if type(name) is not str:
            return None
        if f"#{name}" in references:
            continue
        mine, rest = _fragments(one)
        if "#" in mine:
            continue
        return None if f"#{name}" in others or "#" in rest else False
    return True


def _fragments(top: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Texts that begin with ``#``: under ``reference``, and elsewhere."""
    references: set[str] = set()
    others: set[str] = set()
    waiting: list[Any] = [top]
    while waiting:
        node = waiting.pop()
        for key, value in node.items() if type(node) is dict else (("", one) for one in node):
            if type(value) is str:
                if value[:1] == "#":
                    (references if key == "reference" else others).add(value)
            elif type(value) in (dict, list):
                waiting.append(value)
    return references, others


def _narrated(value: Any, _: Any, __: Any) -> bool | None:
    """dom-6: there is a narrative."""
    text = value.get("text") if type(value) is dict else None
    return _has(text, "div") if type(text) is dict else (False if text is None and type(value) is dict and "_text" not in value else None)


def _in_order(value: Any, _: Any, __: Any) -> bool | None:
    """per-1: a period does not end before it starts; where the precision leaves it open, it holds."""
    if type(value) is not dict:
        return None
    start, end = value.get("start"), value.get("end")
    if start is None or end is None:
        return True
    if type(start) is not str or type(end) is not str:
        return None
    if start == end:
        return True
    one, other = moment(start, DATE_TIME), moment(end, DATE_TIME)
    return None if one is None or other is None else compare(one, other) != 1


def _needs(first: str, second: str) -> Native:
    """``first.empty() or second.exists()``"""

    def needs(value: Any, _: Any, __: Any) -> bool | None:
        return not _has(value, first) or _has(value, second) if type(value) is dict else None

    return needs


def _one_of(*names: str) -> Native:
    """``a.exists() or b.exists() …``"""

    def one_of(value: Any, _: Any, __: Any) -> bool | None:
        return any(_has(value, name) for name in names) if type(value) is dict else None

    return one_of


def _without(name: str) -> Native:
    def without(value: Any, _: Any, __: Any) -> bool | None:
        return not _has(value, name) if type(value) is dict else None

    return without


def _local(value: Any, _: Any, container: Any) -> bool | None:
    """ref-1, but for ``#`` itself, which is left to the engine."""
    reference = value.get("reference") if type(value) is dict else None
    if type(reference) is not str:
        return True if reference is None and type(value) is dict else None
    if reference[:1] != "#":
        return True
    inner = _contained(container)
    if inner is None or reference == "#":
        return None
    return any(one.get("id") == reference[1:] for one in inner)


_DOM_3 = (
    "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | %resource.descendants().as(uri) | "
    "%resource.descendants().as(url))) or descendants().where(reference = '#').exists() or descendants().where(as(canonical) = '#').exists() or "
    "descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()"
)
NATIVE: dict[str, Native] = {
    "hasValue() or (children().count() > id.count())": _element,
    "hasValue() | (children().count() > id.count())": _element,
    "extension.exists() != value.exists()": _extension,
    "contained.text.empty()": _none_of("text"),
    "contained.contained.empty()": _none_of("contained"),
    _DOM_3: _referred,
    "contained.where(('#'+id in %resource.descendants().reference).not()).empty()": _referred,
    "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()": _no_meta("versionId", "lastUpdated"),
    "contained.meta.security.empty()": _no_meta("security"),
    "text.`div`.exists()": _narrated,
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": _in_order,
    "start.empty() or end.empty() or (start <= end)": _in_order,
    "code.empty() or system.exists()": _needs("code", "system"),
    "value.empty() or system.exists()": _needs("value", "system"),
    "data.empty() or contentType.exists()": _needs("data", "contentType"),
    "comparator.empty()": _without("comparator"),
    "name.exists() or telecom.exists() or address.exists() or organization.exists()": _one_of("name", "telecom", "address", "organization"),
    "low.exists() or high.exists() or text.exists()": _one_of("low", "high", "text"),
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))": _local,
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %resource.contained.id.trace('ids'))": _local,
}
