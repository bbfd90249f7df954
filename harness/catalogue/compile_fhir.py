"""Compiles what the typed FHIR models know of element names into facts that ship: no model is imported when the product runs.

``python -m harness.catalogue.compile_fhir`` writes ``profiles/fhir/types-4.0.1.json`` and ``types-3.0.2.json``::

    {"Patient": {"resource": true, "elements": {"active": ["boolean", many, required, choice, choice is required, [codes], [reference targets]], …}}}

Facts only: names, types, cardinalities, codes and targets, no prose. Sources: the FHIR specification, through the fhir.resources models
(R4B has the element names of 4.0.1 for every type this project uses; plain R4 models are no longer published).
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

PACKAGES = {"4.0.1": "fhir.resources.R4B", "3.0.2": "fhir.resources.STU3"}


def compile_types(version: str) -> dict[str, Any]:
    """Facts of every complex type of ``version``, by name."""
    package = PACKAGES[version]
    names = sorted(name.removesuffix("Type") for name in vars(import_module(f"{package}.fhirtypes")) if name.endswith("Type"))
    types: dict[str, Any] = {}
    for name in names:
        model = model_of(package, name)
        if model is not None:
            types[name] = _type(name, model)
    return types


def model_of(package: str, type_name: str) -> Any:
    """The model class of a type, None for a primitive or an unknown name."""
    try:
        model = import_module(package).get_fhir_model_class(type_name)
    except (ValueError, LookupError, ImportError, AttributeError):
        return None
    return model if hasattr(model, "model_fields") else None


def _type(name: str, model: Any) -> dict[str, Any]:
    elements: dict[str, list[Any]] = {}
    for field in model.model_fields.values():
        if field.alias.startswith(("_", "fhir_comments")):
            continue
        many, kind = _kind(field)
        extra = field.json_schema_extra or {}
        choice = str(extra.get("one_of_many", "") or "")
        required = not choice and bool(field.is_required() or extra.get("element_required"))
        targets = sorted(extra.get("enum_reference_types", ())) if kind == "Reference" else []
        elements[field.alias] = [kind, many, required, choice, bool(choice and extra.get("one_of_many_required")), _codes(kind, extra), targets]
    bases = {base.__name__ for base in model.__mro__[1:]}
    return {"resource": "Resource" in bases and name != "DomainResource", "elements": elements}


def _codes(kind: str, extra: dict[str, Any]) -> list[str]:
    values = [str(value) for value in extra.get("enum_values") or ()] if kind == "code" else []
    # The models cut long lists short with a plus sign: such a list says nothing.
    return [] if any(not value or value == "+" or "/" in value or value.endswith(".") for value in values) else values


def _kind(field: Any) -> tuple[bool, str]:
    kind, metadata, many = field.annotation, tuple(field.metadata), False
    while True:
        if get_origin(kind) in (Union, UnionType):
            kind = next(part for part in get_args(kind) if part is not type(None))
        elif get_origin(kind) is list:
            kind, many = get_args(kind)[0], True
        elif hasattr(kind, "__metadata__"):
            metadata, kind = (*metadata, *kind.__metadata__), kind.__origin__
        else:
            return many, _name(kind, metadata)


def _name(kind: Any, metadata: tuple[Any, ...]) -> str:
    if kind is bool:
        return "boolean"
    for mark in metadata:
        name = type(mark).__name__
        if type(mark).__module__.startswith(("fhir", "fhir_core")):
            return name[0].lower() + name[1:]
    name = getattr(kind, "__name__", str(kind))
    return name.removesuffix("Type") if name.endswith("Type") else {"str": "string", "int": "integer", "Decimal": "decimal"}.get(name, name)


def main(folder: Path) -> None:
    """Write the facts of every version below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for version in PACKAGES:
        lines = [f"{json.dumps(name)}:{json.dumps(facts, separators=(',', ':'))}" for name, facts in compile_types(version).items()]
        (folder / f"types-{version}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "profiles" / "fhir")
