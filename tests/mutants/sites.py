"""Where a file may be changed. Left out is what no test could notice: annotations, docstrings, messages, log text, how a dataclass is laid out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .changes import changes

_LAYOUT = frozenset({"frozen", "slots", "kw_only", "repr", "maxsize", "encoding", "strict", "help", "metavar", "rich_help_panel", "show_default", "daemon"})
_UNSEEN_CALLS = frozenset({"TypeVar", "NewType", "cast", "lru_cache", "warn", "debug", "info", "warning", "exception", "getLogger"})
_UNSEEN_NAMES = frozenset({"__slots__", "__all__"})


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One change of one file: ``start`` and ``end`` are byte offsets into its text, lines count from 1."""

    path: str
    start: int
    end: int
    kind: str
    before: str
    after: str
    line: int
    function_line: int
    """Where the innermost function around it begins, as its code object says; 0 outside functions."""

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.end :]


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of a file, in the order of its text; see ``differs`` for those that are none after all."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = set()
    for node, function_line in _walk(ast.parse(source), 0):
        for kind, old, new in changes(node):
            start, end = starts[old.lineno - 1] + old.col_offset, starts[(old.end_lineno or 0) - 1] + (old.end_col_offset or 0)
            text = ast.unparse(new)
            after = text if isinstance(new, (ast.stmt, ast.Slice, ast.Constant, ast.Name)) else f"({text})"
            found.add(Mutant(path, start, end, kind, source[start:end].decode(), after, old.lineno, function_line))
    return sorted(found)


def differs(mutant: Mutant, source: bytes) -> bool:
    """Whether the changed file still compiles and says something else."""
    try:
        return ast.dump(ast.parse(mutant.applied(source))) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def _walk(node: ast.AST, function_line: int) -> Iterator[tuple[ast.AST, int]]:
    """(node, where its innermost function begins) of every node whose change a test could notice."""
    if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING":
        return
    yield node, function_line
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        decorators = getattr(node, "decorator_list", [])
        function_line = min([node.lineno, *(one.lineno for one in decorators)])
    for child in _children(node):
        yield from _walk(child, function_line)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.JoinedStr() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Global() | ast.Nonlocal():
            return  # places inside f-strings are not told by Python 3.11; what is raised is known by its kind
        case ast.ClassDef() if any(_name(base) in ("Protocol", "NamedTuple", "TypedDict") for base in node.bases):
            return
        case ast.FunctionDef(name="__repr__" | "__hash__"):
            return
        case ast.Call() if _name(node.func) in _UNSEEN_CALLS:
            return
        case ast.Assign() if any(_name(target) in _UNSEEN_NAMES for target in node.targets):
            return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _unseen(child):
                yield child


def _unseen(node: ast.AST) -> bool:
    """Docstrings (of attributes too), layout, and type arguments of ``field: X = ...``."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or (isinstance(node.value, ast.Call) and _name(node.value.func) in _UNSEEN_CALLS)
    return isinstance(node, ast.keyword) and node.arg in _LAYOUT


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "") or (_name(node.value) if isinstance(node, ast.Subscript) else "")
