"""Rules of text wherever it stands: white space at its ends, and markup where none is meant."""

from __future__ import annotations

import re
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, rule

_CODE_SPAN = re.compile(r"`[^`]*`")
_TAG = re.compile(r"(?<!\\)</?[A-Za-z]")
_LINK = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*>|<[\w.+\-]+@[\w.\-]+>")
_LONGEST = 1_048_576


@rule("string", "string")
def string(judging: Judging, value: Any, path: str) -> None:
    """White space at the ends of text is allowed, and lost on the way through XML."""
    if isinstance(value, str) and value and (value[0] <= " " or value[-1] <= " ") and value.strip():
        judging.say(
            Severity.WARNING,
            "fhir/white-space",
            "text begins or ends with white space",
            path,
            expected="text without white space at its ends",
            actual=value,
            clause="FHIR R4 string",
            remedy="take it off",
            issue_type="invalid",
            opinion=not judging.xml,
        )


@rule("markdown", "markdown", rule_set="hl7-validator")
def markdown(judging: Judging, value: Any, path: str) -> None:
    """Tags in markdown are shown as text, or not at all."""
    if not isinstance(value, str) or "<" not in value or len(value) > _LONGEST:
        return
    match = _TAG.search(_LINK.sub("", _CODE_SPAN.sub("", value)))
    if match:
        judging.say(
            Severity.WARNING,
            "fhir/markdown",
            "markdown holds what looks like an HTML tag: most readers will not show it as one",
            path,
            expected="markdown without HTML",
            actual=match[0],
            clause="FHIR R4 markdown",
            remedy="write it in markdown, or escape the <",
            issue_type="invalid",
            opinion=True,
        )
