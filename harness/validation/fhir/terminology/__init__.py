"""Value sets and code systems, answered without a network."""

from __future__ import annotations

from harness.validation.fhir.terminology.answer import Answer, Expansion
from harness.validation.fhir.terminology.terminology import Terminology

__all__ = ["Answer", "Expansion", "Terminology"]
