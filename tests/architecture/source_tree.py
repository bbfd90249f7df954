"""What stands in a tree of Python files: its modules, the public classes they define, and which file imports which, late imports included.

Type checking alone (``if TYPE_CHECKING:``) makes no import. That importing ``a.b`` runs ``a/__init__.py`` first makes none either: only what a file
names does.
"""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def modules_of(root: Path, package: str) -> dict[str, Path]:
    """Dotted name → file, of everything below ``root/package``."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def public_classes(root: Path, package: str) -> dict[str, list[str]]:
    """Class name → the modules that define it at their top. Names with an underscore before them are a file's own."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, path in modules_of(root, package).items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return found


def stems(root: Path, package: str) -> dict[str, list[str]]:
    """File name without folder and ending → the modules that bear it."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, path in modules_of(root, package).items():
        if path.stem != "__init__":
            found[path.stem].append(module)
    return found


def imports(root: Path, package: str) -> Graph:
    """Module → the modules of the package that it names in an import, wherever in the file that stands."""
    modules = modules_of(root, package)
    return {module: frozenset(_named(ast.parse(path.read_text(encoding="utf-8")), module, path, modules)) - {module} for module, path in modules.items()}


def _named(node: ast.AST, module: str, path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_type_checking(child.test):
            for other in child.orelse:
                yield from _named(ast.Module([other], []), module, path, modules)
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names if alias.name in modules)
        elif isinstance(child, ast.ImportFrom):
            base = _base(child, module, path)
            for alias in child.names:
                yield from (name for name in (f"{base}.{alias.name}", base) if name in modules and (name != base or f"{base}.{alias.name}" not in modules))
        yield from _named(child, module, path, modules)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING")


def _base(node: ast.ImportFrom, module: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    own = module.split(".") if path.stem == "__init__" else module.split(".")[:-1]
    return ".".join(own[: len(own) - node.level + 1] + ([node.module] if node.module else []))


def circles(graph: Graph) -> list[tuple[list[str], list[str]]]:
    """(members, one shortest way round) of every group of files each of which leads to each other."""
    reached = {start: _reachable(graph, start) for start in graph}
    found: list[tuple[list[str], list[str]]] = []
    seen: set[str] = set()
    for start in sorted(graph):
        members = {start} | {other for other in reached[start] if start in reached[other]}
        if start in reached[start] and start not in seen:
            seen |= members
            found.append((sorted(members), _round(graph, start)))
    return found


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += graph[one]
    return found


def _round(graph: Graph, start: str) -> list[str]:
    before: dict[str, str] = {}
    waiting = deque([start])
    while start not in before:
        one = waiting.popleft()
        for other in sorted(graph[one]):
            if other not in before:
                before[other] = one
                waiting.append(other)
    way = [start]
    while (one := before[way[-1]]) != start:
        way.append(one)
    return [start, *reversed(way[1:]), start]
