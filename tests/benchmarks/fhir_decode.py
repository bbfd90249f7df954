"""FHIR JSON: decode with decimals kept and encode again, beside the standard library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from .measuring import Row, best

PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "name": [{"use": "usual", "family": "Ashworth", "given": ["Margaret", "Anne"]}],
    "gender": "female",
    "birthDate": "1925-07-04",
    "address": [{"use": "home", "line": ["1 Mill Lane"], "city": "Otley", "postalCode": "ZZ99 3CZ"}],
}
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "Potassium"}, "valueQuantity": {"value": 4.10, "code": "mmol/L"}}
ENTRIES = 20


def rows() -> Iterator[Row]:
    from harness.formats.fhir import encode_json, parse_json

    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in (PATIENT, OBSERVATION) * ENTRIES]}
    data = json.dumps(bundle).encode()
    tree = parse_json(data)
    remark = f"{len(data)} bytes"
    yield Row("FHIR JSON decode, decimals kept: harness", best(lambda: parse_json(data), times=100) * 1e6, "µs", None, remark)
    yield Row("FHIR JSON decode, decimals kept: json", best(lambda: json.loads(data, parse_float=Decimal), times=100) * 1e6, "µs")
    yield Row("FHIR JSON decode, decimals lost: json", best(lambda: json.loads(data), times=100) * 1e6, "µs")
    yield Row("FHIR JSON encode, decimals kept: harness", best(lambda: encode_json(tree), times=100) * 1e6, "µs")
    yield Row("FHIR JSON encode, of floats: json", best(lambda: json.dumps(bundle), times=100) * 1e6, "µs")
