"""FHIR JSON, XML and NDJSON with bytes and decimals kept. Knows no profile and no data item."""
