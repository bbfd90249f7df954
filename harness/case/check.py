"""How a check is written down: one function, one decorator, its clause's sentence as the docstring's first line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from harness.model.finding import Finding
from harness.registry import Registry

if TYPE_CHECKING:
    from harness.case.case import Case

CheckFunction = Callable[["Case"], Iterator[Finding]]


class Given(Protocol):
    """Something that must hold before a check asks its question; ``satisfy`` brings it about and verifies it, or raises Blocked."""

    def satisfy(self, case: Case) -> None:
        """Bring it about at the source and the target, and verify it by observation."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """An executable question. ``id`` is also the id of its clause."""

    id: str
    function: CheckFunction
    given: tuple[Given, ...]

    @property
    def doc(self) -> str:
        """The docstring: the clause's sentence first."""
        return self.function.__doc__ or ""

    @property
    def sentence(self) -> str:
        """The docstring's first line."""
        return self.doc.strip().partition("\n")[0].strip()


CHECKS: Registry[Check] = Registry("check", "harness.suites")


def check(id: str, *, given: Sequence[Given] = ()) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under its clause's id; two under one id raise."""

    def register(function: CheckFunction) -> CheckFunction:
        CHECKS.add(id, Check(id, function, tuple(given)))
        return function

    return register
