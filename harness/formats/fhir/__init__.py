"""FHIR JSON, XML and NDJSON with bytes and decimals kept. Knows no profile and no data item."""

from harness.formats.fhir.json import MAX_DEPTH, duplicate_keys, encode_json, parse_json
from harness.formats.fhir.ndjson import read_ndjson, write_ndjson

__all__ = ["MAX_DEPTH", "duplicate_keys", "encode_json", "parse_json", "read_ndjson", "write_ndjson"]
