"""Run every benchmark (or those named on the command line) and print one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from .measuring import Row, machine


def subjects() -> list[str]:
    """Every module here, by name."""
    return sorted(module.name for module in iter_modules([str(Path(__file__).parent)]) if not module.name.startswith("_"))


def main(names: Sequence[str]) -> None:
    print(machine())
    print(f"{'what':<64}{'measured':>14}{'target':>12}  remark")
    for name in names or subjects():
        for row in getattr(import_module(f".{name}", __package__), "rows", tuple)():
            print(shown(row), flush=True)


def shown(row: Row) -> str:
    verdict = "" if row.target is None else "  met" if row.value <= row.target else "  NOT MET"
    target = "" if row.target is None else f"{row.target:g} {row.unit}"
    return f"{row.what:<64}{row.value:>9.4g} {row.unit:<4}{target:>12}{verdict}  {row.remark}".rstrip()


if __name__ == "__main__":
    main(sys.argv[1:])
