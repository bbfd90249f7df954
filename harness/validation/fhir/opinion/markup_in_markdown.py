"""Markup in markdown, which R4 lets stand and readers show as text, or not at all."""

from __future__ import annotations

import re
from typing import Any

from harness.validation.fhir.judging import FhirJudging, rule

_CODE_SPAN = re.compile(r"`[^`]*`")
_TAG = re.compile(r"(?<!\\)</?[A-Za-z]")
_LINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*>|<[\w.+\-]+@[\w.\-]+>")
_LONGEST = 1_048_576


@rule("markdown", "markdown", rule_set="hl7-validator")
def markdown(judging: FhirJudging, value: Any, path: str) -> None:
    """Tags in markdown are shown as text, or not at all."""
    if not isinstance(value, str) or "<" not in value or len(value) > _LONGEST:
        return
    match = _TAG.search(_LINK.sub("", _CODE_SPAN.sub("", value)))
    if match:
        judging.tell("data/html-in-markdown", at=path, actual=match[0])
