"""The lens of a format key: the rows of its table, compiled once, walked once per message in either direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from harness.catalogue import Catalogue, catalogue
from harness.mapping.codes import Codes, compile_map
from harness.model.record import Coded, Record, Value

NO_CODES: Codes = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Loss:
    """What the standard does to one value: ``kind`` lost, narrowed or broadened, with the row's sentence."""

    kind: str
    sentence: str


class Lens:
    """Record ⇄ tree under one format key.

    ``losses`` maps each item that the standard cannot carry at all to a sentence. A loss of some values only (``28`` for ``2A``) is answered by ``loss_of``.
    """

    def __init__(self, key: str, source: Catalogue) -> None:
        self.key = key
        self.table = source.table(key)
        self.losses: Mapping[str, str] = self.table.losses
        self._maps = {name: compile_map(one) for name, one in source.code_maps.items()}
        self._rows = {row.item: row for row in self.table.rows}
        self.is_hl7v2 = key.startswith("hl7v2/")
        if self.is_hl7v2:
            from harness.mapping.hl7v2 import V2Walker

            self._v2 = V2Walker(self.table, self._maps)
        else:
            from harness.mapping.fhir import FhirWalker

            self._fhir = FhirWalker(self.table, self._maps)

    @property
    def items(self) -> frozenset[str]:
        """Items that have a row, a stated loss, or both: the denominator of fidelity."""
        return frozenset(self._rows) | frozenset(self.losses)

    def read(self, tree: Any, *, codes: Codes = NO_CODES) -> Record:
        """The record in a v2 Tree or a FHIR dict (Bundle or resource): of several patients the first; empty where there is none.

        ``codes`` are the local codes of the system that wrote it: ``{"ward": {"medical-1": "MED1"}}``.
        """
        if self.is_hl7v2:
            return self._v2.read(tree, codes)
        return next(iter(self._fhir.read_all(tree, codes)), Record())

    def read_all(self, tree: Any, *, codes: Codes = NO_CODES) -> list[Record]:
        """A record per patient, in order; resources of a patient who is not in the tree make a record of their own."""
        return [self._v2.read(tree, codes)] if self.is_hl7v2 else self._fhir.read_all(tree, codes)

    def write(self, record: Record, *, trigger: str = "A28", codes: Codes = NO_CODES) -> Any:
        """The record as a v2 Tree (segments of the trigger's grid; of MSH only 9 and 12) or as a FHIR collection Bundle (``trigger`` unused)."""
        return self._v2.write(record, trigger, codes) if self.is_hl7v2 else self._fhir.write(record, codes)

    def loss_of(self, item: str, value: Value = "", *, trigger: str = "") -> Loss | None:
        """What the standard loses of ``value`` by a shipped row; None where it carries it whole. ``trigger`` is asked of items that only the event says."""
        if item in self.losses:
            return Loss("lost", self.losses[item])
        row = self._rows.get(item)
        if row is None or not row.loss:
            return None
        if row.transform == "trigger":
            return None if trigger in self._maps[row.map].reading else Loss(row.loss_kind or "lost", row.loss)
        if not row.map:
            whole = row.transform == "date" and "T" not in str(value)
            return None if whole else Loss(row.loss_kind or "lost", row.loss)
        if isinstance(value, Coded) and value.original:
            return None
        written = self._maps[row.map].writing.get(str(value))
        if written is None:
            return Loss("lost", row.loss) if row.options.get("unmapped") == "drop" else None
        return None if written[1] == "equivalent" else Loss(row.loss_kind or "broadened", row.loss)


@lru_cache(maxsize=32)
def lens(key: str) -> Lens:
    """The lens of a format key such as ``hl7v2/2.4/itk``, compiled once; raises UnknownNameError."""
    return Lens(key, catalogue())
