"""Which modules a file imports, late imports included, so far as they are written out."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path


def imported(source: bytes, package: str, known: Collection[str]) -> frozenset[str]:
    """The modules among ``known`` (dotted names) that this text of a module in ``package`` imports; ``from a import b`` means a.b where that is one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                kept = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return frozenset(found & set(known))


def module_name(path: str) -> str:
    """``harness/case/__init__.py`` is ``harness.case``."""
    parts = list(Path(path).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def importers(texts: dict[str, bytes], tests: dict[str, bytes]) -> dict[str, frozenset[str]]:
    """By module path of the product, the test files that import it themselves or through the package that hands its names on."""
    names = {module_name(path): path for path in texts}
    packages = {path: module_name(path) if path.endswith("__init__.py") else module_name(path).rpartition(".")[0] for path in texts}
    handed_on = {path: imported(texts[path], packages[path], names) for path in texts if path.endswith("__init__.py")}
    found: dict[str, set[str]] = {path: set() for path in texts}
    for test, source in tests.items():
        direct = imported(source, "", names)
        for name in direct:
            found[names[name]].add(test)
            for further in handed_on.get(names[name], ()):
                found[names[further]].add(test)
    return {path: frozenset(tests) for path, tests in found.items()}
