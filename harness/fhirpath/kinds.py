"""``is``, ``as``, ``ofType`` and ``type()`` over FHIR's and System's types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from harness.fhirpath.evaluation import Items, State
from harness.fhirpath.moments import Moment
from harness.fhirpath.nodes import ElementNode
from harness.fhirpath.quantities import Quantity

SYSTEM_TYPES = frozenset({"Any", "Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time", "Quantity"})
_NAMES: dict[type, str] = {bool: "Boolean", int: "Integer", Decimal: "Decimal", str: "String", Quantity: "Quantity"}


def system_name(value: Any) -> str:
    """The System type of a value that is no ElementNode."""
    return value.kind if type(value) is Moment else _NAMES.get(type(value), "Any")


def is_of(state: State, item: Any, name: str) -> bool:
    """Whether an item is of a type: ``FHIR.Patient`` and ``Patient``, ``System.String`` and ``String``. An element is of its ancestors' types too."""
    space, _, local = name.rpartition(".") if name.startswith(("FHIR.", "System.")) else ("", "", name)
    if isinstance(item, ElementNode):
        if space == "System":
            return False
        kind = item.type
        if not kind and type(item.value) is bool:
            kind = "boolean"
        return bool(kind) and (state.types.is_a(kind, local) or (kind == "SimpleQuantity" and local == "Quantity"))
    return space != "FHIR" and (local == "Any" or system_name(item) == local)


# Types that nothing is exactly: naming one means whatever is derived from it.
ABSTRACT = frozenset({"Element", "BackboneElement", "BackboneType", "DataType", "PrimitiveType", "Base", "Resource", "DomainResource"})


def of_type(state: State, items: Items, name: str) -> Items:
    """The items of just that type: a ``code`` is no ``string`` here, though ``is`` says that it is one. Of an abstract type, those derived from it.

    What ``as`` does too: many definitions use it on more than one item.
    """
    local = name.removeprefix("FHIR.")
    if local in ABSTRACT:
        return [item for item in items if is_of(state, item, name)]
    return [item for item in items if is_of(state, item, name) and (not isinstance(item, ElementNode) or item.type in _SAME.get(local, (local, "")))]


_SAME = {"Quantity": ("Quantity", "SimpleQuantity", "MoneyQuantity")}
