"""Copies of the tree to spoil, so that the checkout is never touched and several run side by side."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .sites import Mutant

ROOT = Path(__file__).resolve().parents[2]
_AGE = 1_000_000_000
"""A time of change (seconds) older than any file's: compiled modules are told apart by it, to the second."""


@dataclass(slots=True)
class Copy:
    """A copy of the tree in a folder of its own; ``temporary`` is where its tests may write."""

    root: Path
    temporary: Path
    spoiled: int = 0

    @contextmanager
    def with_mutant(self, mutant: Mutant) -> Iterator[None]:
        """The copy with that one change in it, and as it was afterwards."""
        path = self.root / mutant.path
        source, kept = path.read_bytes(), path.stat()
        self.spoiled += 1
        path.write_bytes(mutant.applied(source))
        os.utime(path, (_AGE + self.spoiled, _AGE + self.spoiled))
        try:
            yield
        finally:
            path.write_bytes(source)
            os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    def environment(self, **more: str) -> dict[str, str]:
        """Its own modules first, its own temporary folder, and the same hashes in every run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
        return {**kept, "PYTHONPATH": str(self.root), "TMPDIR": str(self.temporary), "PYTHONHASHSEED": "0", "CI": "1", **more}


def copied(folder: Path, root: Path = ROOT) -> Copy:
    """A copy of everything of the tree that is not hidden, under ``folder/tree``. What lies beside the checkout is not beside it."""
    target = folder / "tree"
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    shutil.copytree(root, target, ignore=lambda _, names: [name for name in names if name.startswith(".") or name == "__pycache__"])
    return Copy(target, temporary)
