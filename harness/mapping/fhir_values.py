# ruff: noqa: ARG001  # every transform has one signature; most need part of it only
"""Values between a FHIR element and the record: the leaf transforms.

Each reads the element found and gives a value, or None where it says nothing; each writes a value as the element, or None where it cannot be said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.mapping import times
from harness.mapping.codes import Codes, CodeTable, as_local, as_neutral
from harness.mapping.fhir_path import PathStep
from harness.model.item import Row
from harness.model.record import Coded, Value

OWN = "https://exemplar-harness.example/fhir"
ORIGINAL = f"{OWN}/StructureDefinition/original-code"
_UNMAPPED = f"{OWN}/CodeSystem/unmapped/"
_LABEL = f"{OWN}/CodeSystem/v2-0396/"
# Of several codings of one thing, the one that HL7 v2 has a label for is the one compared.
_PREFERRED = ("http://snomed.info/sct", "https://dmd.nhs.uk", "http://hl7.org/fhir/sid/icd-10", "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "http://loinc.org")


@dataclass(frozen=True, slots=True)
class FhirRow:
    """A compiled row: the ``resource`` and ``steps`` below the group's element; ``also`` a second code map."""

    row: Row
    resource: str
    steps: tuple[PathStep, ...]
    table: CodeTable | None
    also: CodeTable | None

    @property
    def system(self) -> str:
        """The code system its codes are of."""
        return self.row.options.get("system") or (self.table.system if self.table else "")


Read = Callable[[Any, FhirRow, Codes], Value | None]
Write = Callable[[Value, FhirRow, Codes], Any]


def text_of(element: Any) -> str | None:
    """A primitive as text: truth values as true and false, decimals with their digits."""
    if isinstance(element, bool):
        return "true" if element else "false"
    if isinstance(element, str | int | Decimal | float):
        return str(element) or None
    return None


def _read_text(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    text = text_of(element)
    return None if text is None else as_neutral(text, row.row, row.table, codes)


def _write_text(value: Value, row: FhirRow, codes: Codes) -> Any:
    return as_local(value, row.row, row.table, codes)


def _read_date(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    return text_of(element)


def _read_datetime(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    text = text_of(element)
    return None if text is None else times.local_from_fhir(text)


def _write_datetime(value: Value, row: FhirRow, codes: Codes) -> Any:
    return times.fhir_from_local(str(value))


def _read_boolean(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    return {True: "Y", False: "N", "true": "Y", "false": "N"}.get(element) if isinstance(element, bool | str) else None


def _write_boolean(value: Value, row: FhirRow, codes: Codes) -> Any:
    return {"Y": True, "N": False}.get(str(value))


def _read_decimal(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    return text_of(element)


def _write_decimal(value: Value, row: FhirRow, codes: Codes) -> Any:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _codings(element: Any) -> list[Mapping[str, Any]]:
    found = element.get("coding") if isinstance(element, Mapping) else None
    return [coding for coding in found if isinstance(coding, Mapping) and coding.get("code")] if isinstance(found, list) else []


def _read_concept(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    if not isinstance(element, Mapping):
        return None
    codings, text = _codings(element), str(element.get("text") or "")
    original = row.row.options.get("original")
    for coding in codings:
        if original and coding.get("system") == original:
            return str(coding["code"])
    for coding in codings:
        found = _neutral(coding, row, codes, text)
        if found is not None:
            return found
    if codings:
        coding = codings[0]
        system, code = str(coding.get("system") or ""), str(coding["code"])
        return Coded(code, "" if system.startswith(_UNMAPPED) else system, text or str(coding.get("display") or ""), code)
    return Coded("", "", text) if text else None


def _neutral(coding: Mapping[str, Any], row: FhirRow, codes: Codes, text: str) -> Value | None:
    system, code = str(coding.get("system") or ""), str(coding["code"])
    if row.table is not None:
        combined = row.table.reading.get(f"{system}|{code}")
        if combined is not None:
            return combined
    if row.also is not None and system == row.also.system and code in row.also.reading:
        return row.also.reading[code]
    if row.system and system != row.system and "any" not in row.row.options:
        return None
    return as_neutral(code, row.row, row.table, codes, system, text)


def _write_concept(value: Value, row: FhirRow, codes: Codes) -> Any:
    coding = _write_coding(value, row, codes)
    if coding is None:
        return {"text": value.text} if isinstance(value, Coded) and value.text else None
    neutral, codings = str(value), [coding]
    original = row.row.options.get("original")
    if original and row.table is not None and row.table.writing.get(neutral, ("", "equivalent"))[1] != "equivalent":
        codings.append({"system": original, "code": neutral})
    if row.also is not None and neutral in row.also.writing:
        codings.append({"system": row.also.system, "code": row.also.writing[neutral][0]})
    concept: dict[str, Any] = {"coding": codings}
    if isinstance(value, Coded):
        concept["text"] = value.text or value.original or value.code
    return concept


def _read_coding(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    return _read_concept({"coding": [element]}, row, codes)


def _write_coding(value: Value, row: FhirRow, codes: Codes) -> Any:
    local = as_local(value, row.row, row.table, codes)
    if not local:
        return None
    if isinstance(value, Coded) and value.original:
        return {"system": value.system or _UNMAPPED + (row.table.id if row.table else row.row.item), "code": local}
    system, bar, code = local.rpartition("|")
    if bar:
        return {"system": system, "code": code}
    return {"system": row.system, "code": local} if row.system else {"code": local}


def _read_coded(element: Any, row: FhirRow, codes: Codes) -> Value | None:
    if not isinstance(element, Mapping):
        return None
    codings, text = _codings(element), str(element.get("text") or "")
    if not codings:
        return Coded("", "", text) if text else None
    coding = min(codings, key=lambda one: _PREFERRED.index(one.get("system")) if one.get("system") in _PREFERRED else len(_PREFERRED))
    system = str(coding.get("system") or "")
    return Coded(str(coding["code"]), system.removeprefix(_LABEL), text or str(coding.get("display") or ""))


def _write_coded(value: Value, row: FhirRow, codes: Codes) -> Any:
    if not isinstance(value, Coded):
        return {"text": str(value)}
    concept: dict[str, Any] = {}
    if value.code:
        # FHIR asks for a URI: a v2 label without one is carried under an address of ours.
        system = value.system if ":" in value.system or not value.system else _LABEL + value.system
        concept["coding"] = [{"system": system, "code": value.code} if system else {"code": value.code}]
    if value.text:
        concept["text"] = value.text
    return concept or None


LEAVES: dict[str, tuple[Read, Write]] = {
    "text": (_read_text, _write_text),
    "code": (_read_text, _write_text),
    "date": (_read_date, _write_text),
    "datetime": (_read_datetime, _write_datetime),
    "boolean": (_read_boolean, _write_boolean),
    "decimal": (_read_decimal, _write_decimal),
    "concept": (_read_concept, _write_concept),
    "coding": (_read_coding, _write_coding),
    "coded": (_read_coded, _write_coded),
}
