"""The groups of each message structure of HL7 v2, from the grammar facts that ship, as ``formats.hl7v2.groups`` wants them handed in."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.catalogue.v2_grammar import v2_grammar
from harness.errors import UnknownNameError
from harness.formats.hl7v2.groups import GroupShape

_PIECE = re.compile(r"([A-Za-z0-9_]+)(\()?|(\))|(\*)")


@lru_cache(maxsize=256)
def v2_shape(version: str, structure: str) -> GroupShape:
    """The shape of a message structure such as ``ORU_R01`` in an HL7 version; its groups are named without the structure (``PATIENT_RESULT``).

    Raises UnknownNameError for a version or structure that the facts do not have.
    """
    shapes = v2_grammar(version)["shapes"]
    if structure not in shapes:
        raise UnknownNameError("message structure", structure, shapes)
    return GroupShape(structure, False, _parts(shapes[structure]))


@lru_cache(maxsize=16)
def v2_types(version: str) -> dict[str, str]:
    """The type of each field and component of a version (``{"PID.3": "CX", "CX.4": "HD"}``), as ``formats.hl7v2.xml.to_xml`` wants them."""
    facts = v2_grammar(version)
    fields = {f"{name}.{field[0]}": field[1] for name, known in facts["segments"].items() for field in known}
    components = {f"{name}.{number}": part[0] for name, known in facts["types"].items() for number, part in enumerate(known, 1)}
    return fields | components


def _parts(text: str) -> tuple[GroupShape, ...]:
    """``A B* G(C)*`` as shapes."""
    levels: list[list[GroupShape]] = [[]]
    names: list[str] = []
    for name, opens, closes, repeats in _PIECE.findall(text):
        if opens:
            names.append(name)
            levels.append([])
        elif name:
            levels[-1].append(GroupShape(name))
        elif closes:
            inner = tuple(levels.pop())
            levels[-1].append(GroupShape(names.pop(), False, inner))
        elif repeats:
            last = levels[-1][-1]
            levels[-1][-1] = GroupShape(last.name, True, last.parts)
    return tuple(levels[0])
