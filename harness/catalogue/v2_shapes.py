"""The groups of each message structure of HL7 v2, from hl7apy's version tables, as ``formats.hl7v2.groups`` wants them handed in."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from harness.errors import UnknownNameError
from harness.formats.hl7v2.groups import Shape

_VERSIONS = ("2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2")


@lru_cache(maxsize=256)
def v2_shape(version: str, structure: str) -> Shape:
    """The shape of a message structure such as ``ORU_R01`` in an HL7 version; its groups are named without the structure (``PATIENT_RESULT``).

    Raises UnknownNameError for a version or structure that the tables do not have.
    """
    if version not in _VERSIONS:
        raise UnknownNameError("HL7 v2 version", version, _VERSIONS)
    messages: dict[str, Any] = import_module(f"hl7apy.v{version.replace('.', '_')}.messages").MESSAGES
    if structure not in messages:
        raise UnknownNameError("message structure", structure, messages)
    return Shape(structure, False, _parts(messages[structure], f"{structure}_"))


def _parts(reference: Any, prefix: str) -> tuple[Shape, ...]:
    made = []
    for name, inner, (_, most), kind in reference[1]:
        made.append(Shape(name.removeprefix(prefix), most != 1, _parts(inner, prefix) if kind == "GRP" else ()))
    return tuple(made)
