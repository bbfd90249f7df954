# ruff: noqa: ARG002
"""Named misbehaviours of a simulated system: hooks that core and roles call, all faithful unless a defect overrides them.

A defect is a row or a class in a file below ``harness.systems.defects``: a row where one of its ``shapes`` fits, else a class that registers itself::

    register_rows({"drops-alert": Drops("Flag")})

    @register("drops-bed")
    class DropsBed(Defect): ...

Hooks act on wire bytes or on stored and shown resources, in another file than the checks that should catch them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from harness.registry import Registry

Resource = dict[str, Any]


class Defect:
    """One misbehaviour. ``name`` is its registered name; ``flags`` are behaviours that code asks for by ``Defects.has``."""

    name: str = ""
    flags: frozenset[str] = frozenset()

    def wire_in(self, payload: bytes) -> bytes | None:
        """Received bytes, v2 or FHIR, before anything reads them; None loses them: no answer on v2, 202 on FHIR."""
        return payload

    def swallow(self, trigger: str, payload: bytes) -> bool:
        """True: acknowledge as if handled and do nothing. ``trigger`` is ``A31``, or ``fhir:Patient`` for a written resource."""
        return False

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """What is kept when ``resource`` replaces ``before``; None keeps what was there. May change ``resource`` in place."""
        return resource

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:
        """The v2 acknowledgement about to be sent for ``incoming``; None sends none."""
        return payload

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        """An outgoing message (``interface`` hl7v2 or fhir); None never sends it."""
        return payload

    def shown(self, resource: Resource) -> Resource | None:
        """What a reader is shown of ``resource`` (a copy that may be changed); None hides it."""
        return resource

    def refuse(self, reason: str) -> bool:
        """False lets through what the system was about to refuse for ``reason`` (an issue code or v2 error code)."""
        return True


DEFECTS: Final[Registry[Defect]] = Registry("defect", "harness.systems.defects")


class Defects:
    """The defects switched on, composed in the order named; with none, every hook is the identity."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = tuple(names)
        self._defects = tuple(DEFECTS.get(name) for name in self.names)
        self._flags = frozenset(self.names).union(*(defect.flags for defect in self._defects))

    def __bool__(self) -> bool:
        return bool(self._defects)

    def has(self, flag: str) -> bool:
        """True when a defect of this name, or one carrying this flag, is on."""
        return flag in self._flags

    def wire_in(self, payload: bytes) -> bytes | None:
        """See Defect.wire_in."""
        kept: bytes | None = payload
        for defect in self._defects:
            if kept is not None:
                kept = defect.wire_in(kept)
        return kept

    def swallow(self, trigger: str, payload: bytes) -> bool:
        """See Defect.swallow."""
        return any(defect.swallow(trigger, payload) for defect in self._defects)

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """See Defect.stored."""
        kept: Resource | None = resource
        for defect in self._defects:
            if kept is not None:
                kept = defect.stored(kept, before)
        return kept

    def ack(self, payload: bytes | None, incoming: bytes) -> bytes | None:
        """See Defect.ack."""
        for defect in self._defects:
            if payload is not None:
                payload = defect.ack(payload, incoming)
        return payload

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        """See Defect.wire_out."""
        kept: bytes | None = payload
        for defect in self._defects:
            if kept is not None:
                kept = defect.wire_out(kept, interface)
        return kept

    def shown(self, resource: Resource) -> Resource | None:
        """See Defect.shown."""
        kept: Resource | None = resource
        for defect in self._defects:
            if kept is not None:
                kept = defect.shown(kept)
        return kept

    def refuse(self, reason: str) -> bool:
        """See Defect.refuse: True means that the refusal stands."""
        return all(defect.refuse(reason) for defect in self._defects)
