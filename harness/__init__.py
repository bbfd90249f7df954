"""exemplar-harness: measures the level of place-based record integration that pairings of systems reach.

The public functions are loaded on first use, so that importing this package (and ``harness --help``) costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Validator", "compare", "convert", "read", "run", "validate"]

_HOME = {"run": "harness.api", "read": "harness.api", "compare": "harness.api", "convert": "harness.api", "validate": "harness.api"}
_HOME["Validator"] = "harness.validation.fhir.validator"


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'harness' has no attribute {name!r}")
