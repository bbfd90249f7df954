"""A place, a register and tools without sockets, for the runner's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.case.spec import CaseSpec
from harness.errors import SetUpError, TransportError
from harness.model.clause import Clause, Strength
from harness.model.deployment import Deployment
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.place import Interface, Pairing, Place, System


def system(id: str, *, simulated: bool = True, concurrency: int = 1) -> System:
    return System(id, id.title(), "follower", simulated, (), {}, concurrency=concurrency)


def pairing(source: str, target: str, *interfaces: str, families: Mapping[str, tuple[str, ...]] | None = None, **more: Any) -> Pairing:
    ways = tuple(Interface(name, "out", "in") for name in interfaces or ("hl7v2",))
    return Pairing(source, target, ways, families or {"identity": ("hl7v2",)}, **more)


def clause(id: str, level: int, *, family: str = "") -> Clause:
    return Clause(id, f"{id} SHALL hold.", Strength.SHALL, level, "a", id.partition("/")[0], "1", id, ("LEVELS",), "mend it", family=family)


CLAUSES = {
    c.id: c
    for c in (
        clause("wire/open-1", 1),
        clause("identity/merge-1", 3),
        clause("fidelity/kept-1", 4, family="adt"),
        clause("fidelity/kept-2", 4, family="identity"),
    )
}


def small_place() -> Place:
    families = {"adt": ("hl7v2", "fhir"), "identity": ("hl7v2",)}
    return Place(
        "small",
        "Small",
        (system("a"), system("b"), system("c")),
        (pairing("a", "b", "hl7v2", "fhir", families=families), pairing("a", "c", "hl7v2")),
    )


def applies(clause: Clause, place: Place, pairing: Pairing, interface: Interface, family: str) -> bool:
    return True


class Started:
    def __init__(self, system: System) -> None:
        self.deployment = Deployment(system)

    def stop(self) -> None:
        pass


class FakeLink:
    def close(self) -> None:
        pass


@dataclass(frozen=True)
class FakeTools:
    """Answers PASS, and what the fields say otherwise. ``log`` collects the checks examined, one line each."""

    log: Path | None = None
    failing: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unstartable: tuple[str, ...] = ()
    dies_at: str = ""
    silent: tuple[str, ...] = field(default=())

    def start(self, system: System, *, seed: int, now: str) -> Started:
        if system.id in self.unstartable:
            raise SetUpError("the port is taken", where=system.id)
        return Started(system)

    def open(self, task: Any, pairing: str, interface: str, deployments: Mapping[str, Deployment]) -> FakeLink:
        if pairing in self.unreachable:
            raise TransportError("refused", reason="refused", where=pairing)
        return FakeLink()

    def examine(self, spec: CaseSpec, link: Any, evidence: Any, people: Any) -> tuple[Finding, ...]:
        if spec.id == self.dies_at:
            raise KeyboardInterrupt
        if self.log:
            with self.log.open("a") as file:
                file.write(spec.id + "\n")
        if spec.check in self.silent:
            return ()
        outcome = Outcome.FAIL if spec.check in self.failing else Outcome.PASS
        kept = evidence.store(f"{spec.id}".encode(), "text/plain", "what was sent")
        return (Finding(spec.check, spec.check, 1, spec.pairing, spec.interface, spec.family, outcome, evidence=(kept,), attempt=spec.attempt),)

    def reach(self, system: System) -> Deployment:
        return Deployment(system)

    def level(self, check: str) -> int:
        return CLAUSES[check].level
