"""Snapshots: all elements of a definition, made from its differential and the snapshot of its base (FHIR R4, Profiling and ElementDefinition).

made = generate(definition, base, definitions.structure)
made.elements, made.problems
"""

from __future__ import annotations

from harness.catalogue.fhir.snapshot.generate import generate
from harness.catalogue.fhir.snapshot.model import Snapshot, SnapshotSource

__all__ = ["Snapshot", "SnapshotSource", "generate"]
