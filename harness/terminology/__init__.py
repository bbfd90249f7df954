"""Value sets, code systems and units, answered without a network. Between floors 2 and 3, a stranger to ``fhirpath``.

Imports ``harness.catalogue`` (where the tables lie) and ``harness.errors``; the definitions it answers from are handed in.
"""

from __future__ import annotations

from harness.terminology.answer import CodeAnswer, Expansion
from harness.terminology.terminology import Terminology

__all__ = ["CodeAnswer", "Expansion", "Terminology"]
