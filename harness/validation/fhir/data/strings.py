"""Rules of text wherever it stands: white space at its ends."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.judging import FhirJudging, rule


@rule("string", "string")
def string(judging: FhirJudging, value: Any, path: str) -> None:
    """White space at the ends of text is allowed, and lost on the way through XML."""
    if isinstance(value, str) and value and (value[0] <= " " or value[-1] <= " ") and value.strip():
        judging.tell("data/white-space-in-json" if not judging.xml else "data/white-space", at=path, actual=value)
