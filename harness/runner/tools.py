"""The rooms below, as a cell group uses them. Imported inside methods, so that planning costs nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.case.evidence import EvidenceStore
from harness.case.spec import CaseSpec, Namespace
from harness.errors import SetUpError
from harness.model.deployment import Deployment
from harness.model.finding import Finding
from harness.model.place import FixturePerson, System
from harness.runner.group import StartedSystem, Task


@dataclass(frozen=True, slots=True)
class HarnessTools:
    """Simulated systems of harness.systems, links and checks of harness.case."""

    def start(self, system: System, *, seed: int, now: str) -> StartedSystem:
        """See Tools."""
        from harness.systems.host import start

        return start(system, seed=seed, now=now)

    def open(self, task: Task, pairing: str, interface: str, deployments: Mapping[str, Deployment]) -> Any:
        """See Tools. Addresses outside loopback must be allowed by the manifest."""
        from harness.case.link import Link
        from harness.runner.reach import knock

        found = next(candidate for candidate in task.place.pairings if candidate.id == pairing)
        way = next(candidate for candidate in found.interfaces if candidate.id == interface)
        knock(task.place, found, way)
        return Link.open(task.place, found, way, deployments, Namespace(task.seed, task.namespace, task.epoch))

    def examine(self, spec: CaseSpec, link: Any, evidence: EvidenceStore, people: Sequence[FixturePerson]) -> tuple[Finding, ...]:
        """See Tools."""
        from harness.case.examine import examine
        from harness.case.link import TARGET
        from harness.catalogue import catalogue

        return examine(spec, {TARGET: link}, evidence, {person.id: person for person in people or catalogue().people})

    def reach(self, system: System) -> Deployment:
        """See Tools. Control and tokens come from the environment."""
        addresses: dict[str, str] = {}
        tokens: dict[str, str] = {}
        for endpoint in system.endpoints:
            if endpoint.address and endpoint.auth == "bearer" and not endpoint.secret:
                raise SetUpError(
                    "the endpoint declares auth: bearer and names no secret",
                    where=f"{system.id}/{endpoint.id}",
                    expected="the environment variable that holds its token, under secret",
                    do="name it in the manifest, or set auth: none",
                )
            if endpoint.secret:
                if endpoint.secret not in os.environ:
                    raise SetUpError(
                        "a secret is not set",
                        where=f"{system.id}/{endpoint.id}",
                        expected=f"the environment variable {endpoint.secret}",
                        do="set it and run again",
                    )
                tokens[endpoint.id] = os.environ[endpoint.secret]
            if endpoint.direction == "observe":
                tokens.setdefault("observer", tokens.get(endpoint.id, ""))
            if endpoint.direction != "out" and endpoint.address:
                addresses.setdefault(endpoint.way, endpoint.address)
        return Deployment(system, addresses, tokens=tokens)

    def level(self, check: str) -> int:
        """See Tools."""
        from harness.catalogue import catalogue

        return catalogue().clauses[check].level
