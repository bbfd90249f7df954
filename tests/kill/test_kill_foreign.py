"""Every defect is seen by a stranger: clients that import nothing of harness but what starts a system. Run with ``-s`` for the counts."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import foreign_council
import foreign_hospital
import pytest
from foreign import Site
from kill_world import Chosen, spread

from harness.catalogue import catalogue

pytest_plugins = ("kill_selection",)
PROBED: Final = {
    "acute-follower": foreign_hospital.PROBES | foreign_council.HOSPITAL,
    "social-care": foreign_council.COUNCIL,
    "acute-exemplar": foreign_council.SOURCE,
}
ALLOWED: Final = {"harness.catalogue", "harness.systems.host"}


def look(name: str) -> tuple[str, object, object]:
    """(defect, what its probe sees on the faithful system, what on the defective one); what goes wrong in a probe is told, never seen."""
    system, probe = next((system, probes[name]) for system, probes in PROBED.items() if name in probes)
    seen: list[object] = []
    for defect in ("", name):
        site = Site(system, defect)
        try:
            seen.append(bool(probe(site)))
        except Exception as error:  # a probe that fails has seen nothing it can tell
            seen.append(f"{type(error).__name__}: {error}")
        finally:
            site.close()
    return name, seen[0], seen[1]


def test_every_defect_has_one_probe() -> None:
    named = [name for probes in PROBED.values() for name in probes]
    assert sorted(set(catalogue().defects) - set(named)) == []
    assert sorted(set(named) - set(catalogue().defects)) == []
    assert len(named) == len(set(named))


def test_each_defect_is_seen_and_nothing_is_seen_without_it(asked: Chosen) -> None:
    seen = spread(look, sorted(set(asked.defects) & {name for probes in PROBED.values() for name in probes}))
    wrong = [one for one in seen if one[1:] != (False, True)]
    print(f"\nforeign observation: {len(seen)} defects, {len(seen) - len(wrong)} seen, survivors {[name for name, *_ in wrong] or 'none'}")
    assert wrong == []


@pytest.mark.parametrize("module", ["foreign.py", "foreign_hospital.py", "foreign_council.py"])
def test_a_stranger_imports_nothing_that_reads_for_the_harness(module: str) -> None:
    tree = ast.parse((Path(__file__).parent / module).read_text("utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name for name in imported if name.startswith("harness")} <= ALLOWED
