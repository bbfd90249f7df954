"""Capabilities without which a family's level stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.model.place import Flow, Pairing, Place
from harness.scoring.applies import Capabilities, declared, endpoints
from harness.scoring.scale import Scale


def missing_capability(
    place: Place, flows: Mapping[str, Flow], pairing: Pairing, family: str, scale: Scale, capabilities: Capabilities | None = None
) -> tuple[int | None, str]:
    """The lowest level that a lacking capability stops, with a sentence; ``(None, "")`` where nothing is lacking.

    What a flow requires, both systems must declare; ``source:name`` and ``target:name`` ask only the one.
    """
    ends = [found for way in pairing.interfaces if way.id in pairing.families.get(family, ()) and (found := endpoints(place, pairing, way))]
    sides = {
        "source": (pairing.source, declared(place.system(pairing.source), (end[0] for end in ends), capabilities)),
        "target": (pairing.target, declared(place.system(pairing.target), (end[1] for end in ends), capabilities)),
    }
    for level in scale.levels:
        for flow in _of_pairing(flows.values(), place, pairing, family):
            for wanted in flow.requires.get(level, ()):
                side, _, name = wanted.rpartition(":")
                lacking = [system for key, (system, known) in sides.items() if side in ("", key) and name not in known]
                if lacking:
                    who = " and ".join(lacking)
                    verb = "declare" if len(lacking) > 1 else "declares"
                    return level, f"Level {level} is out of reach: {who} {verb} no {name!r}, which the flow {flow.title!r} needs."
    return None, ""


def _of_pairing(flows: Iterable[Flow], place: Place, pairing: Pairing, family: str) -> list[Flow]:
    """The family's flows that can start at the source's role; all of them where none can."""
    of_family = [flow for flow in flows if flow.family == family]
    role = place.system(pairing.source).role
    return [flow for flow in of_family if not flow.starts_at or role in flow.starts_at] or of_family
