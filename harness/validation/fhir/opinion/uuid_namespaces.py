"""UUIDs as values of identifiers: what the namespace of the page that defines them makes of them."""

from __future__ import annotations

import re

from harness.validation.fhir.judging import FhirJudging, Node, rule, text

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_PAGES = ("https://tools.ietf.org/html/rfc4122", "http://tools.ietf.org/html/rfc4122", "urn:ietf:rfc:4122")


@rule("identifier-uuid", "Identifier", rule_set="hl7-validator")
def identifier_uuid(judging: FhirJudging, value: Node, path: str) -> None:
    """A UUID is written as a URI, not in the namespace of the page that says what UUIDs are."""
    system, held = text(value, "system"), text(value, "value")
    if system in _UUID_PAGES and _UUID.fullmatch(held):
        judging.tell("data/uuid-namespace", at=path, actual=system, held=held)
