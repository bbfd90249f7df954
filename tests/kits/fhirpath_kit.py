"""What the cases of FHIRPath share: resources typed by hand and a way to say what an expression gives."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from harness.catalogue.fhir import definitions
from harness.fhirpath import ElementNode, Environment, Types, compile, node  # noqa: A004
from harness.fhirpath.moments import Moment
from harness.fhirpath.quantities import Quantity
from harness.terminology.ucum import canonical

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "contained": [{"resourceType": "Organization", "id": "org", "name": "Otley"}],
    "extension": [{"url": "http://example.org/a", "valueInteger": 3}, {"url": "http://example.org/b", "valueString": "x"}],
    "active": True,
    "name": [
        {"use": "official", "family": "Ashworth", "given": ["Margaret", "Anne"], "_given": [None, {"extension": [{"url": "http://example.org/g"}]}]},
        {"use": "usual", "given": ["Meg"]},
        {"use": "maiden", "family": "Lister", "given": ["Margaret", "Anne"]},
    ],
    "telecom": [{"system": "phone", "value": "01632 960001", "rank": 2}, {"system": "email", "value": "meg@example.org", "rank": 1}],
    "gender": "female",
    "birthDate": "1925-07-04",
    "_birthDate": {
        "id": "b",
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1925-07-04T06:30:00+01:00"}],
    },
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "maritalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}], "text": "Married"},
    "managingOrganization": {"reference": "#org"},
    "contact": [{"name": {"family": "Lister"}, "gender": "male"}],
    "_language": {"extension": [{"url": "http://example.org/unknown"}]},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}, {"system": "http://snomed.info/sct", "code": "27113001"}]},
    "effectivePeriod": {"start": "2024-02-01", "end": "2024-02-29T10:00:00Z"},
    "valueQuantity": {"value": Decimal("83.90"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    "component": [
        {"code": {"text": "a"}, "valueQuantity": {"value": 7, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}},
        {"code": {"text": "b"}, "valueString": "seven"},
    ],
}
NOW = "2024-05-06T07:08:09+01:00"


@lru_cache(maxsize=2)
def types(version: str = "4.0.1") -> Types:
    """The types of a FHIR version."""
    return Types(definitions(version), version)


def run(expression: str, resource: dict[str, Any] | None = None, **more: Any) -> list[Any]:
    """What an expression gives: dates, times and quantities as text, elements by their value (by their path where that is an object)."""
    top = node(PATIENT if resource is None else resource, "", types())
    environment = Environment(types(), resource=top, root=top, now=NOW, **({"worth": canonical} | more))
    compiled = compile(expression, "4.0.1", frozenset(more.get("variables", ())))
    return [_shown(item) for item in compiled.items(top, environment)]


def _shown(item: Any) -> Any:
    if isinstance(item, ElementNode):
        return item.path if isinstance(item.value, dict | list) or item.value is None else item.value
    return str(item) if isinstance(item, Moment | Quantity) else item
