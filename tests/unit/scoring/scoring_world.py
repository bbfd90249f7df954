"""A small place, register and scale to score in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.catalogue import catalogue
from harness.model.clause import Clause, Strength
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.place import Endpoint, Flow, Interface, Pairing, Place, System
from harness.model.verdict import CellVerdict, PlaceVerdict
from harness.scoring import score

P, F, E, U, N = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE
CAN = ("merge", "sensitive")


def system(id: str, role: str, **changes: Any) -> System:
    ends = tuple(
        Endpoint(f"{name}-{direction}", key, transport, direction)
        for name, key, transport in (("hl7v2", "hl7v2/2.4/itk", "mllp"), ("fhir", "fhir/4.0.1/ukcore", "http"))
        for direction in ("out", "in")
    )
    return replace(System(id, id, role, True, ends, {}, capabilities=CAN), **changes)


def pairing(source: str = "hospital", target: str = "council", families: Mapping[str, tuple[str, ...]] | None = None, **changes: Any) -> Pairing:
    ways = (Interface("hl7v2", "hl7v2-out", "hl7v2-in"), Interface("fhir", "fhir-out", "fhir-in"))
    return replace(Pairing(source, target, ways, families or {"adt": ("hl7v2",)}), **changes)


def place(*pairings: Pairing, systems: tuple[System, ...] = ()) -> Place:
    shipped = systems or (system("hospital", "exemplar"), system("council", "social-care"), system("trust", "follower"))
    return Place("a-place", "A place", shipped, pairings or (pairing(),))


def clause(level: int, number: int = 1, strength: Strength = Strength.SHALL, **changes: Any) -> Clause:
    return replace(Clause(f"suite/l{level}-{number}", "text", strength, level, "a", "suite", f"l{level}", "title", ("LEVELS",), "remedy"), **changes)


def flow(id: str, family: str, starts_at: str, requires: Mapping[int, tuple[str, ...]] | None = None) -> Flow:
    return Flow(id, id, family, ("FLOW S1",), (), (starts_at,), requires=requires or {})


REGISTER = tuple(clause(level) for level in range(1, 6))


def finding(of: Clause, outcome: Outcome = P, **changes: Any) -> Finding:
    family = "adt" if of.level > 3 else ""
    return replace(Finding(of.id, of.id, of.level, "hospital:council", "hl7v2", family, outcome), **changes)


def passes(register: Iterable[Clause] = REGISTER, **changes: Any) -> list[Finding]:
    return [finding(each, **changes) for each in register]


def verdict(
    findings: Iterable[Finding], register: Iterable[Clause] = REGISTER, of: Place | None = None, flows: Iterable[Flow] = (), **options: Any
) -> PlaceVerdict:
    return score(
        list(findings),
        of or place(),
        clauses={each.id: each for each in register},
        flows={each.id: each for each in flows},
        levels=options.pop("levels", catalogue().levels),
        **options,
    )


def cell(findings: Iterable[Finding], register: Iterable[Clause] = REGISTER, of: Place | None = None, family: str = "adt", **options: Any) -> CellVerdict:
    return next(each for each in verdict(findings, register, of, **options).cells if each.family == family)
