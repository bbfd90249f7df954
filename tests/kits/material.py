"""Messages and definitions that tests read: ours, typed by hand, always; the shared development material as more of the same where it lies beside.

A test that asks something of every message takes ``material`` by ``everywhere``: it runs once over ours, and a second time, marked slow, over the
shared material. A clean clone skips nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).resolve().parents[1]
FIXTURES: Final = TESTS / "fixtures"
SHARED: Final = TESTS.parents[1] / "shared" / "data"
SMALL_PACKAGE: Final = FIXTURES / "package"
"""A FHIR package of ours: a Patient profile, an extension, a code system, three value sets, two examples."""
UK_CORE: Final = SHARED / "ukcore-2.0.0"
OWN_V2: Final = ("fixtures/v2/*", "golden/*/*/message.hl7")
OWN_JSON: Final = ("fixtures/fhir/*.json", "golden/*/*/resource.json")


@dataclass(frozen=True, slots=True)
class Material:
    """One body of files; ``own`` tells whether it is ours."""

    own: bool

    @property
    def root(self) -> Path:
        return TESTS if self.own else SHARED

    def files(self, *, own: Sequence[str], shared: Sequence[str]) -> list[Path]:
        """The files of those patterns, each pattern's in order of name; none of ours may be empty."""
        found = [path for pattern in (own if self.own else shared) for path in sorted(self.root.glob(pattern)) if path.is_file()]
        assert found, f"there is nothing of {own if self.own else shared} in {self.root}"
        return found

    def least(self, *, own: int, shared: int) -> int:
        """How many a test must have seen at the least, so that it never passes for having looked at nothing."""
        return own if self.own else shared


def _bodies() -> Iterator[object]:
    yield pytest.param(Material(own=True), id="own")
    if SHARED.is_dir():
        yield pytest.param(Material(own=False), id="shared", marks=pytest.mark.slow)


everywhere = pytest.mark.parametrize("material", list(_bodies()))
