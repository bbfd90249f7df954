"""The fate of one item: what was sent against what was received."""

from __future__ import annotations

from dataclasses import dataclass

from harness.fidelity.clock import coarser
from harness.fidelity.normal_forms import normal_form, plain, same_number, text
from harness.model.difference import Fate
from harness.model.item import CodeMap, Item
from harness.model.record import DELETED, Coded, Value

_BY_EQUIVALENCE = {"equivalent": Fate.EQUIVALENT, "wider": Fate.BROADENED, "narrower": Fate.NARROWED}


@dataclass(frozen=True, slots=True)
class ItemFate:
    """A fate with its reason; ``declared`` when a code map of the standard explains the change."""

    fate: Fate
    reason: str = ""
    declared: bool = False


def present(value: Value | None) -> bool:
    """A value that says something: neither absent, deleted nor empty."""
    return value is not None and value is not DELETED and bool(plain(value))


def alike(item: Item, one: Value, other: Value) -> bool:
    """Equal under the item's normal form."""
    form = normal_form(item.normal_form)
    return form(one) == form(other)


def judge(item: Item, sent: Value | None, received: Value | None, code_map: CodeMap | None = None) -> ItemFate | None:
    """The fate of ``item``, or None where neither side says anything. A deletion counts as absence on either side."""
    here, there = present(sent), present(received)
    if not here and not there:
        return None
    if not here:
        return ItemFate(Fate.INVENTED, "deleted at the source, still held" if sent is DELETED else "")
    if not there:
        written = code_map is not None and any(entry.neutral == plain(sent) and entry.direction != "read" for entry in code_map.entries)  # type: ignore[arg-type]
        return ItemFate(Fate.LOST, declared=code_map is not None and not written)
    assert sent is not None  # noqa: S101
    assert received is not None  # noqa: S101
    return _both(item, sent, received, code_map)


def _both(item: Item, sent: Value, received: Value, code_map: CodeMap | None) -> ItemFate:
    if alike(item, sent, received):
        return ItemFate(Fate.KEPT if _identical(sent, received) else Fate.EQUIVALENT)
    by_map = _through(code_map, plain(sent), plain(received)) if code_map else None
    if by_map in (Fate.EQUIVALENT, Fate.NARROWED):
        return ItemFate(by_map, "by a declared code map", declared=True)
    if isinstance(received, Coded) and received.original and text(received.original) == text(plain(sent)):
        return ItemFate(Fate.BROADENED, "the original was kept", declared=by_map is not None)
    if by_map is Fate.BROADENED:
        return ItemFate(Fate.BROADENED, "by a declared code map, the original not kept", declared=True)
    form = normal_form(item.normal_form)
    if item.normal_form == "date-time" and coarser(form(sent), form(received)):
        return ItemFate(Fate.NARROWED, "the time of day was dropped")
    if item.normal_form == "decimal" and same_number(sent, received):
        return ItemFate(Fate.NARROWED, "digits of the number were dropped or added")
    if item.normal_form not in ("code", "coded") and plain(sent).startswith(plain(received)):
        return ItemFate(Fate.WRONG, "truncated without a sign")
    return ItemFate(Fate.WRONG)


def _identical(sent: Value, received: Value) -> bool:
    if isinstance(sent, Coded) and isinstance(received, Coded):
        return (sent.code, text(sent.text)) == (received.code, text(received.text))
    return plain(sent) == plain(received)


def _through(code_map: CodeMap, sent: str, received: str) -> Fate | None:
    """What the map makes of ``sent`` when it is written and read again, if that is ``received``."""
    for out in code_map.entries:
        if out.neutral == sent and out.direction != "read":
            back = {entry.neutral for entry in code_map.entries if entry.local == out.local and entry.direction != "write"}
            if received in back or received == out.local:
                return _BY_EQUIVALENCE.get(out.equivalence)
    return None
