"""Is everything that is valid under one FHIR profile valid under another?

Element by element of the second profile: what the first lets through must be let through by the second. What cannot be told from the definitions at hand is
said to be undetermined, unless a small resource made of the first profile shows it. Below this room: element rules, discriminators, terminology; it judges
definitions, and is handed who judges a resource.
"""

from __future__ import annotations

from harness.validation.fhir.compatibility.profiles import compare_fhir_profiles
from harness.validation.fhir.compatibility.proof import prove
from harness.validation.fhir.compatibility.witness import witnesses

__all__ = ["compare_fhir_profiles", "prove", "witnesses"]
