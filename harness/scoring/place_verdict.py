"""The verdict on a place: its cells, the headline and what was covered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from harness.model.clause import Clause
from harness.model.finding import Finding
from harness.model.place import Flow, Pairing, Place
from harness.model.verdict import Cap, CellVerdict, PlaceVerdict
from harness.scoring.applies import Capabilities
from harness.scoring.cells import ScoringContext, Selected, score_cell
from harness.scoring.scale import Scale

SOCIAL_CARE = "social-care"


class LeftOut(Protocol):
    """A planned case that a run did not select; ``check`` is the clause id."""

    @property
    def check(self) -> str: ...
    @property
    def pairing(self) -> str: ...
    @property
    def interface(self) -> str: ...
    @property
    def family(self) -> str: ...


def score(
    findings: Sequence[Finding],
    place: Place,
    *,
    clauses: Mapping[str, Clause],
    flows: Mapping[str, Flow],
    levels: Mapping[str, Any],
    selected: Selected | None = None,
    not_selected: Iterable[LeftOut] = (),
    capabilities: Capabilities | None = None,
) -> PlaceVerdict:
    """Score ``place`` from ``findings`` by the scale ``levels`` (profiles/levels.yaml).

    ``selected(clause, pairing, interface, family)`` (family empty up to the scale's per-interface level) or ``not_selected`` say what a
    restricted run left out; a cell with anything left out has no level. ``capabilities`` (system id → names) stands in for manifests.
    """
    scale = Scale.of(levels)
    left_out = {(case.check, case.pairing, case.interface, case.family) for case in not_selected}
    by_pairing: dict[str, list[Finding]] = {}
    for finding in findings:
        by_pairing.setdefault(finding.pairing, []).append(finding)

    def wanted(clause: str, pairing: str, interface: str, family: str) -> bool:
        return (clause, pairing, interface, family) not in left_out and (selected is None or selected(clause, pairing, interface, family))

    context = ScoringContext(place, clauses, flows, scale, wanted, capabilities, by_pairing)
    cells = {pairing.id: [score_cell(context, pairing, family) for family in pairing.families] for pairing in place.pairings}
    return _verdict(place, scale, cells, by_pairing)


def _verdict(place: Place, scale: Scale, cells: Mapping[str, list[CellVerdict]], by_pairing: Mapping[str, Sequence[Finding]]) -> PlaceVerdict:
    required = [pairing for pairing in place.pairings if pairing.required]
    run = [pairing for pairing in required if by_pairing.get(pairing.id) and all(cell.level is not None for cell in cells[pairing.id])]
    partial = any(cell.level is None for of_pairing in cells.values() for cell in of_pairing)
    counted = [cell.level for pairing in required for cell in cells[pairing.id]]
    known = [level for level in counted if level is not None]
    caps = _caps_of_place(place, scale)
    headline = min([*known, *(cap.level for cap in caps)]) if known and len(known) == len(counted) else None
    return PlaceVerdict(
        place=place.id,
        scale_version=scale.version,
        headline=headline,
        cells=tuple(cell for of_pairing in cells.values() for cell in of_pairing),
        required=len(required),
        run=len(run),
        social_care_required=sum(_is_social(place, pairing) for pairing in required),
        social_care_run=sum(_is_social(place, pairing) for pairing in run),
        partial=partial,
        notes=(*(f"At most level {cap.level}: {cap.reason}." for cap in caps), *scale.not_examined),
        caps=caps,
    )


def _is_social(place: Place, pairing: Pairing) -> bool:
    return SOCIAL_CARE in (place.system(pairing.source).role, place.system(pairing.target).role)


def _caps_of_place(place: Place, scale: Scale) -> tuple[Cap, ...]:
    """A place has a social-care endpoint when a system of that role takes part in one of its pairings."""
    if any(_is_social(place, pairing) for pairing in place.pairings):
        return ()
    return tuple(Cap(gate.level, gate.reason, gate.signal, "", "") for gate in scale.of_place if gate.signal == "no-social-care")
