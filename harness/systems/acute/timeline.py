"""What a visit's and a person's history is kept as, so that events apply in the order they occurred whatever order they arrive in.

A value is replaced only by one that occurred later (per field); a visit's state is folded from all its events (statemachine).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from harness.formats.fhir import encode_json
from harness.systems.acute.nulls import Patch
from harness.systems.acute.statemachine import ConflictError, Move
from harness.systems.core.store import Store

Resource = dict[str, Any]
TYPE = "Timeline"


class Timeline:
    """The history of one resource, loaded from and saved to the store under a type of this system's own."""

    def __init__(self, store: Store, of: str) -> None:
        self._store, self._id = store, store.derive_id(TYPE, of)
        held = store.get(TYPE, self._id) or {}
        self.start: str = held.get("start", "none")
        self.steps = [Move(**each) for each in held.get("steps") or ()]
        self.fields: dict[str, list[str]] = held.get("fields") or {}

    def save(self) -> None:
        """Keep it."""
        steps = [
            {"trigger": step.trigger, "occurred": step.occurred, "sender": step.sender, "arrival": step.arrival, "effect": step.effect} for step in self.steps
        ]
        self._store.put({"resourceType": TYPE, "id": self._id, "start": self.start, "steps": steps, "fields": self.fields})

    def restart(self, state: str) -> None:
        """Forget what was known: the resource was replaced whole by another way and is now in ``state``."""
        self.start, self.steps, self.fields = state, [], {}

    def newer(self, patch: Patch, occurred: str, sender: str, wins: Callable[[str, str], bool] | None = None) -> Patch:
        """The part of ``patch`` that no later event has set; it is noted as set now.

        Raises ConflictError where another sender set another value at the same moment. ``wins`` replaces the comparison of two times.
        """
        taken: Patch = {}
        for key, made in patch.items():
            digest = sha256(encode_json({"v": made})).hexdigest()[:16]
            then, who, what = self.fields.get(key, ["", "", ""])
            if then == occurred and who != sender and what != digest and then:
                raise ConflictError(f"{key} was set to something else by {who} at the same moment ({occurred})")
            if (wins or _later)(occurred, then):
                taken[key] = made
                self.fields[key] = [occurred, sender, digest]
        return taken


def _later(new: str, held: str) -> bool:
    return new >= held


def arrived(_new: str, _held: str) -> bool:
    """The comparison of a system that applies by arrival."""
    return True
