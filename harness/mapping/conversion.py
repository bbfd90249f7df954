"""What a conversion makes: a result in the other format, and what became of every value of the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.formats.hl7v2 import Tree
from harness.mapping.carry.leaves import ValueFate

V2_KEY, FHIR_KEY = "hl7v2/2.4/itk", "fhir/4.0.1/ukcore"
"""The format keys whose mapping rows carry the items."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was made: ``result`` is a Bundle (``to`` fhir-r4) or a Tree (hl7v2-2.4); ``fates`` says of every value of the source what became of it."""

    to: str
    result: Any
    fates: tuple[ValueFate, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many values were carried, structural and not carried; their sum is every value of the source."""
        return Counter(fate.state for fate in self.fates)

    @property
    def data(self) -> bytes:
        """The result as bytes: JSON, or ER7."""
        if isinstance(self.result, Tree):
            return self.result.encode()
        from harness.formats.fhir import encode_json

        return encode_json(self.result)
