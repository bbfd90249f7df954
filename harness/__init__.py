"""exemplar-harness: measures the level of place-based record integration that pairings of systems reach.

The public names are loaded on first use, so that importing this package (and ``harness --help``) costs nothing:

- ``run``, ``read``, ``compare``, ``compare_profiles``, ``convert``, ``validate`` and ``coverage`` do what the commands of those names do (``harness.api``).
- ``Validator`` judges FHIR R4 and STU3 by base definitions, profiles, packages and national rules, offline. Made once, asked often, shared between
  threads: ``Validator(packages=["ukcore/"], fhir_version="4.0.1").validate(data, profile=None)`` gives a ``Validation`` with ``issues`` and ``valid``
  (True, False, or None where something that must hold cannot be told offline); ``.with_resources([...])`` adds a few definitions, cheaply.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Validator", "compare", "compare_profiles", "convert", "coverage", "read", "run", "validate"]

_HOME = dict.fromkeys(("compare", "compare_profiles", "convert", "coverage", "read", "run", "validate"), "harness.api") | {
    "Validator": "harness.validation.fhir.validator"
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'harness' has no attribute {name!r}")
