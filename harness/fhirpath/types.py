"""What types FHIR's elements have: asked by type and key, answered from the definitions, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

# Elements that are a choice of types somewhere in R4 or STU3 (``value[x]``): only these names need a look at the type.
CHOICES = frozenset(
    [
        "abatement",
        "additive",
        "age",
        "allowed",
        "amount",
        "answer",
        "asNeeded",
        "author",
        "binding",
        "born",
        "bounds",
        "characteristic",
        "chargeItem",
        "code",
        "collected",
        "content",
        "created",
        "date",
        "deceased",
        "defaultValue",
        "definingSubstance",
        "definition",
        "detail",
        "diagnosis",
        "done",
        "dose",
        "doseNumber",
        "due",
        "effective",
        "entity",
        "event",
        "eventTiming",
        "example",
        "fastingStatus",
        "fixed",
        "identified",
        "indication",
        "initial",
        "item",
        "legallyBinding",
        "location",
        "manufacturer",
        "maxValue",
        "medication",
        "minValue",
        "minimumVolume",
        "module",
        "multipleBirth",
        "name",
        "notDoneReason",
        "occurred",
        "occurrence",
        "offset",
        "onBehalfOf",
        "onset",
        "p",
        "participantEffective",
        "pattern",
        "performed",
        "probability",
        "procedure",
        "product",
        "quantity",
        "rate",
        "reason",
        "reported",
        "scheduled",
        "seriesDoses",
        "serviced",
        "source",
        "start",
        "statusReason",
        "studyEffective",
        "subject",
        "substance",
        "target",
        "time",
        "timing",
        "topic",
        "used",
        "value",
        "valueSet",
        "what",
        "when",
        "where",
        "who",
        "why",
    ]
)
_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_DEEPEST = 12


class TypeShape(Protocol):
    """As much of a definition as is needed here."""

    @property
    def elements(self) -> tuple[Mapping[str, Any], ...]: ...
    @property
    def base(self) -> str: ...
    @property
    def kind(self) -> str: ...


class TypeSource(Protocol):
    """As much of ``Definitions`` as is needed here."""

    def type(self, name: str) -> Any:
        """The base definition of a type (a ``TypeShape``), or None."""


class _Table(NamedTuple):
    """Of one type and its backbones: children by structural type name and key, choices by type and stem, the declared type of backbones."""

    children: dict[str, dict[str, str]]
    choices: dict[str, dict[str, tuple[tuple[str, str], ...]]]
    declared: dict[str, str]


class Types:
    """Types of a FHIR version. Structural names: ``Patient``, ``HumanName``, and ``Patient.contact`` for a backbone element.

    Safe to share between threads: what is remembered is only ever added, and the same from everybody.
    """

    def __init__(self, definitions: TypeSource | None = None, version: str = "4.0.1") -> None:
        self.version = version
        self._definitions = definitions
        self._tables: dict[str, _Table | None] = {}
        self._children: dict[tuple[str, str], str] = {}
        self._choices: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        self._is_a: dict[tuple[str, str], bool] = {}

    def child(self, type_name: str, key: str) -> str:
        """The type of the JSON member ``key`` (``birthDate``, ``valueQuantity``) of a type; empty where it is unknown."""
        try:
            return self._children[type_name, key]
        except KeyError:
            found = self._child(type_name, key)
            self._children[type_name, key] = found
            return found

    def choices(self, type_name: str, stem: str) -> tuple[tuple[str, str], ...]:
        """The JSON members that ``stem`` (``value``) of a type may stand for, with their types; none where it is no choice."""
        try:
            return self._choices[type_name, stem]
        except KeyError:
            table = self._table_of(type_name)
            found = table.choices.get(type_name, {}).get(stem, ()) if table else ()
            self._choices[type_name, stem] = found
            return found

    def is_a(self, type_name: str, ancestor: str) -> bool:
        """Whether a type is ``ancestor`` or derived from it."""
        if type_name == ancestor:
            return True
        try:
            return self._is_a[type_name, ancestor]
        except KeyError:
            found = ancestor in self.ancestors(type_name)
            self._is_a[type_name, ancestor] = found
            return found

    def ancestors(self, type_name: str) -> tuple[str, ...]:
        """The type itself and what it is derived from, nearest first."""
        found = [type_name]
        while len(found) < _DEEPEST and (base := self._base(found[-1])) and base not in found:
            found.append(base)
        return tuple(found)

    def base(self, type_name: str) -> str:
        """The type that a type is derived from; empty for none."""
        return self._base(type_name)

    def known(self, type_name: str) -> bool:
        """Whether there is such a type."""
        return self._table_of(type_name) is not None

    def elements(self, type_name: str) -> tuple[str, ...]:
        """The JSON members a type may have, in no promised order."""
        table = self._table_of(type_name)
        return tuple(table.children.get(type_name, ())) if table else ()

    def _child(self, type_name: str, key: str) -> str:
        if key.startswith("_"):
            key = key[1:]
        table = self._table_of(type_name)
        found = table.children.get(type_name, {}).get(key, "") if table else ""
        if not found and key in ("id", "extension", "modifierExtension"):
            return "Extension" if key != "id" else "string"
        return found

    def _base(self, type_name: str) -> str:
        root = type_name.partition(".")[0]
        table = self._table_of(type_name)
        if table is None:
            return ""
        if type_name != root:
            return table.declared.get(type_name) or "BackboneElement"
        shape = self._shape(root)
        return shape.base.rpartition("/")[2] if shape is not None and shape.base else ""

    def _shape(self, name: str) -> TypeShape | None:
        return self._definitions.type(name) if self._definitions is not None and name else None

    def _table_of(self, type_name: str) -> _Table | None:
        root = type_name.partition(".")[0]
        try:
            return self._tables[root]
        except KeyError:
            shape = self._shape(root)
            table = _table(root, shape.elements) if shape is not None else None
            self._tables[root] = table
            return table


def _table(root: str, elements: tuple[Mapping[str, Any], ...]) -> _Table:
    # The snapshot of a type writes its paths from the type's own name; a constraint on a type (SimpleQuantity) from the constrained one's.
    written = str(elements[0].get("path", root)) if elements else root
    paths = [str(element.get("path", "")) for element in elements]
    parents = {path.rpartition(".")[0] for path in paths}
    children: dict[str, dict[str, str]] = {root: {}}
    choices: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    declared: dict[str, str] = {}
    for element, path in zip(elements, paths, strict=True):
        parent, _, name = path.rpartition(".")
        if not parent:
            continue
        owner = _renamed(parent, written, root)
        members = children.setdefault(owner, {})
        codes = [_code(of, name) for of in element.get("type", ())]
        if name.endswith("[x]"):
            stem = name[:-3]
            options = tuple((stem + code[:1].upper() + code[1:], code) for code in dict.fromkeys(codes))
            choices.setdefault(owner, {})[stem] = options
            members.update(options)
        elif reference := element.get("contentReference"):
            members[name] = _renamed(str(reference).rpartition("#")[2], written, root)
        elif path in parents:
            members[name] = _renamed(path, written, root)
            declared[members[name]] = codes[0] if codes else "BackboneElement"
        else:
            members[name] = codes[0] if codes else ""
    return _Table(children, choices, declared)


def _renamed(path: str, written: str, root: str) -> str:
    return root + path[len(written) :] if path == written or path.startswith(written + ".") else path


def _code(of: Mapping[str, Any], name: str) -> str:
    code = str(of.get("code", ""))
    if not code.startswith(_SYSTEM):
        return code
    for extension in of.get("extension", ()):
        if extension.get("url") == _FHIR_TYPE:
            told = extension.get("valueUrl") or extension.get("valueUri")
            return str(told)
    return "uri" if name == "url" else code[len(_SYSTEM) :][:1].lower() + code[len(_SYSTEM) + 1 :]
