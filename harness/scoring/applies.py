"""Whether a clause applies to a pairing and interface: a predicate over what both systems declare (LEVELS, Scoring rule).

The runner plans with the same function that scoring counts with, so nothing can be asked that does not count, or count that was not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from harness.errors import CatalogueError
from harness.model.clause import Clause
from harness.model.place import Endpoint, Interface, Pairing, Place, System

Capabilities = Mapping[str, Collection[str]]


def endpoints(place: Place, pairing: Pairing, interface: Interface) -> tuple[Endpoint, Endpoint] | None:
    """The source's and the target's endpoint of ``interface``; None when the place does not have both: the way is undeclared."""
    try:
        return place.system(pairing.source).endpoint(interface.source_endpoint), place.system(pairing.target).endpoint(interface.target_endpoint)
    except KeyError:
        return None


def server(ends: tuple[Endpoint, Endpoint]) -> Endpoint:
    """The endpoint that answers: the target's, or the source's where the record is pulled from it."""
    source, target = ends
    return source if source.mode == "pull" else target


def declared(system: System, ends: Iterable[Endpoint] = (), capabilities: Capabilities | None = None) -> frozenset[str]:
    """What ``system`` says it can do, itself and at ``ends``; ``capabilities`` (system id → names) stands in for the manifest where given."""
    if capabilities is not None and system.id in capabilities:
        return frozenset(capabilities[system.id])
    return frozenset(system.capabilities).union(*(end.capabilities for end in ends))


def applicable(
    clause: Clause, place: Place, pairing: Pairing, interface: Interface | str, family: str = "", *, capabilities: Capabilities | None = None
) -> bool:
    """True when ``clause`` is to be examined for ``pairing`` over ``interface`` (and ``family``, empty for clauses asked once per interface).

    ``applies`` may limit ``transport``, ``format``, ``acknowledgement``, ``auth`` and ``mode`` of the endpoint that answers, and ``source_role``,
    ``target_role`` (``role``: either end); each lists what it accepts. ``capabilities`` must all be declared by both systems,
    ``source_capabilities`` and ``target_capabilities`` by the one. Raises CatalogueError for a key it does not know.
    """
    if clause.family and family and clause.family != family:
        return False
    found = next((way for way in pairing.interfaces if way.id == interface), None) if isinstance(interface, str) else interface
    ends = endpoints(place, pairing, found) if found else None
    if ends is None:
        return False
    source, target = place.system(pairing.source), place.system(pairing.target)
    answering = server(ends)
    of_source, of_target = declared(source, ends[:1], capabilities), declared(target, ends[1:], capabilities)
    facts: dict[str, tuple[str, ...]] = {
        "transport": (answering.transport,),
        "format": (answering.format, answering.key),
        "acknowledgement": (answering.acknowledgement,),
        "auth": (answering.auth,),
        "mode": (answering.mode,),
        "role": (source.role, target.role),
        "source_role": (source.role,),
        "target_role": (target.role,),
    }
    needed = {"capabilities": of_source & of_target, "source_capabilities": of_source, "target_capabilities": of_target}
    for key, wanted in clause.applies.items():
        if key in needed:
            if not needed[key].issuperset(wanted):
                return False
        elif key not in facts:
            raise CatalogueError(f"there is no predicate {key!r}", where=clause.id, expected=f"one of {', '.join((*facts, *needed))}", do="mend the clause")
        elif not set(facts[key]) & set(wanted):
            return False
    return True
