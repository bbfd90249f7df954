"""Elements of FHIR JSON trees as FHIRPath sees them: a value, its ``_`` shadow, its type and its place, the last two worked out when asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from harness.fhirpath.moments import DATE, DATE_TIME, TIME, Moment, moment
from harness.fhirpath.quantities import FROM_UCUM, Quantity
from harness.fhirpath.types import CHOICES, Types

UCUM = "http://unitsofmeasure.org"
_MOMENTS = {"date": DATE, "dateTime": DATE_TIME, "instant": DATE_TIME, "time": TIME}
_DIGITS = frozenset("0123456789")


class ElementNode:
    """One element. ``value`` is the JSON value (None where only the shadow is there), ``shadow`` the object under ``_name``.

    ``key`` is the JSON member it was read from, ``index`` its place in the array (-1: no array), ``parent`` the element it is in.
    """

    __slots__ = ("_type", "index", "key", "parent", "shadow", "value")

    def __init__(self, value: Any, shadow: Any, parent: ElementNode | None, key: str, index: int, type_name: str | None = None) -> None:
        self.value, self.shadow, self.parent, self.key, self.index, self._type = value, shadow, parent, key, index, type_name

    @property
    def types(self) -> Types:
        """The types of the tree it is in."""
        top = self.parent
        if top is None:
            return _NO_TYPES
        while top.parent is not None:
            top = top.parent
        return top.types

    @property
    def type(self) -> str:
        """The name of its type: ``Patient``, ``HumanName``, ``Patient.contact``, ``code``; empty where it is unknown."""
        if self._type is None:
            value = self.value
            above = self.parent.type if self.parent is not None else ""
            declared = self.types.child(above, self.key)
            if type(value) is dict and (declared in _RESOURCES or not declared) and type(value.get("resourceType")) is str:
                declared = value["resourceType"]
            self._type = declared
        return self._type

    @property
    def path(self) -> str:
        """Where it is, in JSON keys: ``Patient.name[0].given[1]``."""
        parts: list[str] = []
        node: ElementNode = self
        while node.parent is not None:
            parts.append(f".{node.key}[{node.index}]" if node.index >= 0 else f".{node.key}")
            node = node.parent
        return node.path + "".join(reversed(parts))

    def __repr__(self) -> str:
        return f"<{self.type} {self.path}>"


class RootNode(ElementNode):
    """The outermost element of a tree, which knows the types and where it is itself."""

    __slots__ = ("_path", "_types")

    def __init__(self, value: Any, shadow: Any, type_name: str, types: Types, path: str) -> None:
        super().__init__(value, shadow, None, "", -1, type_name)
        self._types, self._path = types, path

    @property
    def types(self) -> Types:
        """The types it was made with."""
        return self._types

    @property
    def path(self) -> str:
        """As it was made."""
        return self._path


_NO_TYPES = Types()
_RESOURCES = frozenset({"Resource", "DomainResource"})
Item = ElementNode | bool | int | Decimal | str | Moment | Quantity


def node(value: Any, type_name: str, types: Types, *, shadow: Any = None, path: str = "") -> ElementNode:
    """``value`` as the outermost element of a tree, of type ``type_name`` (empty: by its resourceType), standing at ``path``."""
    if not type_name and type(value) is dict and type(value.get("resourceType")) is str:
        type_name = value["resourceType"]
    return RootNode(value, shadow, type_name, types, path or type_name)


def may_be_expanded(name: str) -> bool:
    """Whether ``name`` may be a choice with its type written out (``valueQuantity``), which FHIRPath does not know."""
    return any(name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper() for stem in CHOICES)


def gather(parent: ElementNode, key: str, under: str, value: Any, found: list[Any], type_name: str | None = None) -> None:
    """Add the elements of the JSON member ``key`` with value ``value`` (None: only ``under``, its shadow, may be there)."""
    value_of = parent.value
    shadow = (value_of if type(value_of) is dict else parent.shadow).get(under)
    if type(value) is list:
        if type(shadow) is list:
            longest = max(len(value), len(shadow))
            for index in range(longest):
                one = value[index] if index < len(value) else None
                other = shadow[index] if index < len(shadow) else None
                if one is not None or other is not None:
                    found.append(ElementNode(one, other, parent, key, index, type_name))
            return
        found.extend(ElementNode(one, None, parent, key, index, type_name) for index, one in enumerate(value) if one is not None)
    elif value is not None:
        found.append(ElementNode(value, shadow, parent, key, -1, type_name))
    elif type(shadow) is list:
        found.extend(ElementNode(None, one, parent, key, index, type_name) for index, one in enumerate(shadow) if one is not None)
    elif shadow is not None:
        found.append(ElementNode(None, shadow, parent, key, -1, type_name))


def members(parent: ElementNode) -> list[ElementNode]:
    """All children, each choice under the key it was written with."""
    source = parent.value
    if type(source) is not dict:
        source = parent.shadow
        if type(source) is not dict:
            return []
    found: list[ElementNode] = []
    is_resource = "resourceType" in source and (parent.types.child(parent.type, "resourceType") == "")
    for key, value in source.items():
        if type(key) is not str or key == "fhir_comments" or (is_resource and key == "resourceType"):
            continue
        if key.startswith("_"):
            if key[1:] not in source:
                gather(parent, key[1:], key, None, found)
        else:
            gather(parent, key, "_" + key, value, found)
    return found


def system(item: Any) -> Any:
    """An item as FHIRPath's operators see it: a bool, int, Decimal, str, Moment or Quantity; the ElementNode itself where it is none of these.

    None for a primitive element without a value.
    """
    if type(item) is not ElementNode and type(item) is not RootNode:
        return item
    value = item.value
    kind = type(value)
    if kind is str:
        if value[:1] in _DIGITS and (read_as := _MOMENTS.get(item.type)):
            return moment(value, read_as) or value
        return value
    if kind is dict:
        quantity = as_quantity(item, value) if "value" in value else None
        return item if quantity is None else quantity
    if kind is float:
        return Decimal(repr(value))
    return value if kind in (bool, int, Decimal) else (item if kind is list else None)


def as_quantity(item: ElementNode, value: dict[str, Any]) -> Quantity | None:
    """A FHIR Quantity as a System.Quantity; None where it is no Quantity, has no number, or has a comparator."""
    number = value["value"]
    if type(number) is float:
        number = Decimal(repr(number))
    if type(number) not in (int, Decimal) or not item.types.is_a(item.type, "Quantity") or value.get("comparator"):
        return None
    code, uri = value.get("code"), value.get("system")
    if type(code) is str and uri == UCUM:
        word = FROM_UCUM.get(code)
        return Quantity(Decimal(number), word, calendar=True) if word else Quantity(Decimal(number), code)
    unit = code if type(code) is str else value.get("unit")
    if type(unit) is not str or not unit:
        return Quantity(Decimal(number))
    return Quantity(Decimal(number), unit if uri is None or uri == UCUM else f"{unit} of {uri}")
