"""Which cases a run has, in which order and in which cell groups. Deterministic: the same place gives the same plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.case.spec import CaseSpec
from harness.errors import SetUpError, UnknownNameError
from harness.model.clause import Clause
from harness.model.place import Interface, Pairing, Place
from harness.model.run import Selection

Applicable = Callable[[Clause, Place, Pairing, Interface, str], bool]
LAST_PAIRING_LEVEL = 3  # L1–L3 clauses are examined once per pairing and interface (LEVELS, What is scored)


@dataclass(frozen=True, slots=True)
class CellGroup:
    """All cases that touch one target, in order; ``systems`` are the ids of the systems it needs."""

    id: str
    cases: tuple[CaseSpec, ...]
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """``cases`` are those selected; ``left_out`` those that apply but were not selected. Ordinals are those of the complete plan."""

    place: Place
    cases: tuple[CaseSpec, ...]
    left_out: tuple[CaseSpec, ...]
    groups: tuple[CellGroup, ...]

    @property
    def partial(self) -> bool:
        """True when something that applies was not selected."""
        return bool(self.left_out)


def make_plan(
    place: Place, clauses: Mapping[str, Clause], checks: Collection[str], applicable: Applicable, *, selection: Selection | None = None, repeat: int = 1
) -> Plan:
    """Plan ``place``: every clause that has a check, on every interface it applies to, ``repeat`` times.

    Raises UnknownNameError for a selected pairing, suite or check that does not exist, SetUpError when nothing is left to examine.
    """
    selection = selection or Selection()
    _refuse_unknown(place, clauses, selection)
    every = tuple(replace(spec, ordinal=ordinal) for ordinal, spec in enumerate(_complete(place, clauses, checks, applicable)))
    chosen = [spec for spec in every if _selected(spec, clauses, selection)]
    if not chosen:
        raise SetUpError(
            "nothing would be examined", where=place.path or place.id, expected="at least one case", do="widen --pairing or --suite, or add pairings"
        )
    wanted = {spec.ordinal for spec in chosen}
    cases = tuple(replace(spec, attempt=attempt) for attempt in range(repeat) for spec in chosen)
    return Plan(place, cases, tuple(spec for spec in every if spec.ordinal not in wanted), _groups(place, cases))


def _complete(place: Place, clauses: Mapping[str, Clause], checks: Collection[str], applicable: Applicable) -> Iterator[CaseSpec]:
    register = [clause for clause in clauses.values() if clause.id in checks]
    low = [clause for clause in register if clause.level <= LAST_PAIRING_LEVEL]
    high = [clause for clause in register if clause.level > LAST_PAIRING_LEVEL]
    for pairing in place.pairings:
        for interface in pairing.interfaces:
            for clause in low:
                of_family = not clause.family or interface.id in pairing.families.get(clause.family, ())
                if of_family and applicable(clause, place, pairing, interface, ""):
                    yield CaseSpec(0, pairing.id, interface.id, "", clause.id)
        for family, used in pairing.families.items():
            for interface in pairing.interfaces:
                for clause in high if interface.id in used else ():
                    if clause.family in ("", family) and applicable(clause, place, pairing, interface, family):
                        yield CaseSpec(0, pairing.id, interface.id, family, clause.id)


def _selected(spec: CaseSpec, clauses: Mapping[str, Clause], selection: Selection) -> bool:
    return (
        (not selection.pairings or spec.pairing in selection.pairings)
        and (not selection.suites or clauses[spec.check].suite in selection.suites)
        and (not selection.checks or spec.check in selection.checks)
    )


def _refuse_unknown(place: Place, clauses: Mapping[str, Clause], selection: Selection) -> None:
    for kind, names, known in (
        ("pairing", selection.pairings, {pairing.id for pairing in place.pairings}),
        ("suite", selection.suites, {clause.suite for clause in clauses.values()}),
        ("check", selection.checks, set(clauses)),
    ):
        for name in names:
            if name not in known:
                raise UnknownNameError(kind, name, known)


def _groups(place: Place, cases: Sequence[CaseSpec]) -> tuple[CellGroup, ...]:
    """One group per target; groups that share a real system which takes one conversation at a time become one."""
    ends = {pairing.id: (pairing.source, pairing.target) for pairing in place.pairings}
    leader = {target: target for _, target in ends.values()}

    def root(target: str) -> str:
        while leader[target] != target:
            target = leader[target]
        return target

    for system in place.systems:
        if system.simulated or system.concurrency > 1:
            continue
        touching = [root(target) for source, target in ends.values() if system.id in (source, target)]
        for other in touching[1:]:
            leader[root(other)] = root(touching[0])
    members: dict[str, list[CaseSpec]] = {}
    for spec in cases:
        members.setdefault(root(ends[spec.pairing][1]), []).append(spec)
    order = [system.id for system in place.systems]
    return tuple(
        CellGroup(target, tuple(specs), tuple(sorted({end for spec in specs for end in ends[spec.pairing]}, key=order.index)))
        for target, specs in members.items()
    )
