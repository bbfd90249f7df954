"""Element facts of FHIR types, derived from the typed models when first asked for.

facts = facts_of("4.0.1")
facts("Patient")["active"]        # (False, "boolean", True): is a list, type name, is a number or truth value
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from harness.errors import UnknownNameError

ElementFacts: TypeAlias = Mapping[str, tuple[bool, str, bool]]
Facts: TypeAlias = Callable[[str], ElementFacts]

# R4B has the element names of 4.0.1 for every type this project uses (plain R4 models are no longer published).
_PACKAGES = {"4.0.1": "fhir.resources.R4B", "4.3.0": "fhir.resources.R4B", "3.0.2": "fhir.resources.STU3"}
_NUMERIC = frozenset({"boolean", "integer", "decimal", "positiveInt", "unsignedInt", "integer64"})


@lru_cache(maxsize=8)
def facts_of(version: str) -> Facts:
    """A function from a type name (``Patient``, ``HumanName``, ``PatientContact``) to its elements by name.

    Each element is (is a list, type name, is a JSON number or truth value). A primitive or unknown type has no elements.
    Raises UnknownNameError for a FHIR version without models.
    """
    if version not in _PACKAGES:
        raise UnknownNameError("FHIR version", version, _PACKAGES)
    package = _PACKAGES[version]

    @lru_cache(maxsize=1024)
    def facts(type_name: str) -> ElementFacts:
        model = _model(package, type_name)
        if model is None:
            return {}
        return {alias: fact for alias, fact in ((field.alias, _fact(field)) for field in model.model_fields.values()) if fact is not None}

    return facts


def _model(package: str, type_name: str) -> Any:
    if not type_name.isalnum():
        return None
    try:
        model = import_module(package).get_fhir_model_class(type_name)
    except (ValueError, LookupError, ImportError, AttributeError):
        return None
    return model if hasattr(model, "model_fields") else None


def _fact(field: Any) -> tuple[bool, str, bool] | None:
    if field.alias.startswith(("_", "fhir_comments")):
        return None
    kind, metadata, is_list = field.annotation, tuple(field.metadata), False
    while True:
        if get_origin(kind) in (Union, UnionType):
            kind = next(part for part in get_args(kind) if part is not type(None))
        elif get_origin(kind) is list:
            kind, is_list = get_args(kind)[0], True
        elif hasattr(kind, "__metadata__"):
            metadata, kind = (*metadata, *kind.__metadata__), kind.__origin__
        else:
            break
    name = _name(kind, metadata)
    return is_list, name, name in _NUMERIC


def _name(kind: Any, metadata: tuple[Any, ...]) -> str:
    if kind is bool:
        return "boolean"
    for mark in metadata:
        name = type(mark).__name__
        if type(mark).__module__.startswith(("fhir", "fhir_core")):
            return name[0].lower() + name[1:]
    name = getattr(kind, "__name__", str(kind))
    return name.removesuffix("Type") if name.endswith("Type") else {"str": "string", "int": "integer", "Decimal": "decimal"}.get(name, name)
