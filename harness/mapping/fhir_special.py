# ruff: noqa: ARG001  # every transform has one signature; most need part of it only
"""Values that stand in more than one element of a FHIR resource: the whole-element transforms.

Each reads the group's element (a resource, or one ``name`` of a Patient) and gives (value, path inside it); each writes into that element.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from harness.mapping import times
from harness.mapping.codes import Codes, as_local, as_neutral
from harness.mapping.fhir_path import PathStep, first, put
from harness.mapping.fhir_values import ORIGINAL, OWN, FhirRow, text_of
from harness.model.record import Coded, Value

Found = tuple[Value, str]
Read = Callable[[Any, FhirRow, Codes], Found | None]
Write = Callable[[Any, Value, FhirRow, Codes], None]

_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_FLAG = f"{OWN}/CodeSystem/sensitive-flag"
_MEASURE = re.compile(r"(<=|>=|<|>)?(-?\d+(?:\.\d+)?)")
_CATEGORIES = {"DA": "medication", "FA": "food", "EA": "environment"}


def _steps(*names: str) -> tuple[PathStep, ...]:
    return tuple(PathStep(name) for name in names)


def _list(root: Any, *names: str) -> list[Any]:
    found = first(root, _steps(*names[:-1])) if names[:-1] else (root, "")
    below = found[0].get(names[-1]) if found and isinstance(found[0], dict) else None
    return [one for one in below if isinstance(one, dict)] if isinstance(below, list) else []


def _read_deceased(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    if root.get("deceasedDateTime"):
        return "Y", ".deceasedDateTime"
    flag = root.get("deceasedBoolean")
    return ("Y" if flag else "N", ".deceasedBoolean") if isinstance(flag, bool) else None


def _write_deceased(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    if str(value) in ("Y", "N") and "deceasedDateTime" not in root:
        root["deceasedBoolean"] = str(value) == "Y"


def _read_death(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    text = text_of(root.get("deceasedDateTime"))
    return None if text is None else (times.local_from_fhir(text), ".deceasedDateTime")


def _write_death(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    root.pop("deceasedBoolean", None)
    root["deceasedDateTime"] = times.fhir_from_local(str(value))


def _read_birth_time(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    found = first(root, row.steps)
    text = text_of(found[0]) if found else None
    if found is None or text is None or "T" not in text:
        return None
    return times.local_from_fhir(text).partition("T")[2].removesuffix(":00") if text.count(":") > 1 else text.partition("T")[2], found[1]


def _write_birth_time(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    if root.get("birthDate"):
        put(root, row.steps, times.fhir_from_local(f"{root['birthDate']}T{value}"))


def _read_middle(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    given = root.get("given")
    rest = [name for name in given[1:] if isinstance(name, str)] if isinstance(given, list) else []
    return (" ".join(rest), ".given[1]") if rest else None


def _write_leaf(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    put(root, row.steps, str(value))


def _read_telecom(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    system, use = root.get("system"), root.get("use")
    if system == "phone":
        return ("mobile" if use == "mobile" else "phone"), ".system"
    return (system, ".system") if isinstance(system, str) and system else None


def _write_telecom(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    kind = str(value)
    root["system"] = "phone" if kind == "mobile" else kind
    if kind in ("phone", "mobile"):
        root["use"] = "home" if kind == "phone" else "mobile"


def _read_address(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    use, kind = root.get("use"), root.get("type")
    if use in ("home", "temp"):
        return use, ".use"
    if kind == "postal":
        return "postal", ".type"
    return (Coded(use, "http://hl7.org/fhir/address-use", "", use), ".use") if isinstance(use, str) and use else None


def _write_address(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    root["type" if str(value) == "postal" else "use"] = str(value)


def _read_sensitive(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    labels = _list(root, "meta", "security")
    places = {(str(label.get("system")), str(label.get("code"))): f".meta.security[{index}]" for index, label in enumerate(labels)}
    if (_FLAG, "local-flag") in places:
        return "local", places[_FLAG, "local-flag"]
    for code, neutral in (("R", "national"), ("V", "national"), ("N", "none")):
        if (_CONFIDENTIALITY, code) in places:
            return neutral, places[_CONFIDENTIALITY, code]
    return None


def _write_sensitive(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    labels = root.setdefault("meta", {}).setdefault("security", [])
    labels.append({"system": _CONFIDENTIALITY, "code": "N" if str(value) == "none" else "R"})
    if str(value) == "local":
        labels.append({"system": _FLAG, "code": "local-flag"})


def _read_tag(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    for index, tag in enumerate(_list(root, "meta", "tag")):
        if tag.get("system") == row.row.options["system"] and tag.get("code") == row.row.options["code"]:
            return "Y", f".meta.tag[{index}]"
    return None


def _write_tag(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    if str(value) == "Y":
        root.setdefault("meta", {}).setdefault("tag", []).append({"system": row.row.options["system"], "code": row.row.options["code"]})


def _read_allergy_type(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    found = first(root, row.steps)
    if found is not None and isinstance(found[0], str):
        value = as_neutral(found[0], row.row, row.table, codes)
        return None if value is None else (value, found[1])
    categories = root.get("category")
    names = {category: code for code, category in _CATEGORIES.items()}
    if isinstance(categories, list) and len(categories) == 1 and str(categories[0]) in names:
        return names[str(categories[0])], ".category[0]"
    return None


def _write_allergy_type(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    put(root, row.steps, as_local(value, row.row, row.table, codes))
    if str(value) in _CATEGORIES:
        root["category"] = [_CATEGORIES[str(value)]]


def _read_severity(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    found = first(root, row.steps)
    if found is None or not isinstance(found[0], str):
        return None
    value = as_neutral(found[0], row.row, row.table, codes)
    return None if value is None else (value, found[1])


def _write_severity(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    put(root, row.steps, as_local(value, row.row, row.table, codes))
    # Table 0128: 5 and 7 are the severe ones, 9 is not known.
    root["criticality"] = {"5": "high", "7": "high", "9": "unable-to-assess"}.get(str(value), "low")


def _read_measure(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    quantity = root.get("valueQuantity")
    if isinstance(quantity, dict):
        text = text_of(quantity.get("value"))
        return None if text is None else (f"{quantity.get('comparator') or ''}{text}", ".valueQuantity.value")
    text = text_of(root.get("valueString"))
    return None if text is None else (text, ".valueString")


def _write_measure(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    match = _MEASURE.fullmatch(str(value))
    if match is None:
        root["valueString"] = str(value)
        return
    quantity = root.setdefault("valueQuantity", {})
    quantity["value"] = Decimal(match[2])
    if match[1]:
        quantity["comparator"] = match[1]


def _read_unit(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    quantity = root.get("valueQuantity")
    for name in ("code", "unit"):
        text = text_of(quantity.get(name)) if isinstance(quantity, dict) else None
        if text is not None:
            return text, f".valueQuantity.{name}"
    found = first(root, row.steps)
    text = text_of(found[0]) if found else None
    return None if found is None or text is None else (text, found[1])


def _write_unit(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    if "valueQuantity" in root:
        root["valueQuantity"].update({"unit": str(value), "system": "http://unitsofmeasure.org", "code": str(value)})
    else:
        put(root, row.steps, str(value))


def _read_authority(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    assigner = first(root, _steps("assigner", "identifier", "value"))
    if assigner is not None and text_of(assigner[0]) is not None:
        return str(assigner[0]), assigner[1]
    system = text_of(root.get("system"))
    return None if system is None else (system.removeprefix(row.row.options["prefix"]), ".system")


def _write_authority(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    root["system"] = str(value) if ":" in str(value) else row.row.options["prefix"] + str(value)


def _beside(row: FhirRow) -> tuple[PathStep, ...]:
    """The ``_element`` that carries the extensions of a primitive."""
    return (*row.steps[:-1], PathStep(f"_{row.steps[-1].name}"), PathStep("extension", None, ()))


def _read_required(root: Any, row: FhirRow, codes: Codes) -> Found | None:
    kept = first(root, _beside(row))
    if kept is not None and isinstance(kept[0], dict) and kept[0].get("url") == ORIGINAL:
        original = str(kept[0].get("valueString") or "")
        return Coded(original, "", "", original), kept[1]
    found = first(root, row.steps)
    text = text_of(found[0]) if found else None
    if found is None or text is None or (text == row.row.options["fallback"] and (row.table is None or text not in row.table.reading)):
        return None
    value = as_neutral(text, row.row, row.table, codes)
    return None if value is None else (value, found[1])


def _write_required(root: Any, value: Value, row: FhirRow, codes: Codes) -> None:
    local = as_local(value, row.row, row.table, codes)
    if local is None:
        return
    known = row.table is None or (not (isinstance(value, Coded) and value.original) and str(value) in row.table.writing)
    put(root, row.steps, local if known else row.row.options["fallback"])
    if not known:
        put(root, (*row.steps[:-1], PathStep(f"_{row.steps[-1].name}")), {"extension": [{"url": ORIGINAL, "valueString": local}]})


WHOLES: dict[str, tuple[Read, Write]] = {
    "required-code": (_read_required, _write_required),
    "deceased": (_read_deceased, _write_deceased),
    "death": (_read_death, _write_death),
    "birth-time": (_read_birth_time, _write_birth_time),
    "middle": (_read_middle, _write_leaf),
    "telecom-kind": (_read_telecom, _write_telecom),
    "address-use": (_read_address, _write_address),
    "sensitive": (_read_sensitive, _write_sensitive),
    "tag": (_read_tag, _write_tag),
    "allergy-type": (_read_allergy_type, _write_allergy_type),
    "allergy-severity": (_read_severity, _write_severity),
    "measure": (_read_measure, _write_measure),
    "unit": (_read_unit, _write_unit),
    "authority": (_read_authority, _write_authority),
}
