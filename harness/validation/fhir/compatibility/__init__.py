"""Is everything that is valid under one FHIR profile valid under another?

Element by element of the second profile: what the first lets through must be let through by the second. What cannot be told from the definitions at hand is
said to be undetermined. Below this room: element rules, discriminators, terminology; it judges definitions, never a document.
"""

from __future__ import annotations

from harness.validation.fhir.compatibility.profiles import compare_fhir_profiles

__all__ = ["compare_fhir_profiles"]
