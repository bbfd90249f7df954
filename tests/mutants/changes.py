"""What one node of the syntax tree may be changed to: (kind, the node that gives way, the node that takes its place)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Node = ast.expr | ast.stmt
Change = tuple[str, Node, Node]

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
_METHODS = (("startswith", "endswith"), ("partition", "rpartition"), ("lstrip", "rstrip"))
_OTHER_METHOD = {**dict(_METHODS), **{second: first for first, second in _METHODS}}


def changes(node: ast.AST) -> Iterator[Change]:
    """Every change that one node is asked for; those within it are asked of the nodes within."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from (("condition", test, ast.Constant(value)) for value in (True, False))
        case ast.While(test=test):
            yield "condition", test, ast.Constant(False)
        case ast.comprehension(ifs=tests):
            yield from (("condition", test, ast.Constant(value)) for test in tests for value in (True, False))
    if isinstance(node, ast.expr):
        yield from ((kind, node, changed) for kind, changed in _of_expression(node))
    elif isinstance(node, ast.stmt):
        yield from ((kind, node, changed) for kind, changed in _of_statement(node))


def _of_statement(node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "returned", ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield "removed", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "removed", ast.Pass()


def _of_expression(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    yield "comparison", ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)
        case ast.BoolOp():
            yield "boolean", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield "boolean", node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield "arithmetic", ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant():
            yield from _of_constant(node.value)
        case ast.Call():
            yield from _of_call(node)
        case ast.Slice():
            yield from _of_slice(node)


def _of_constant(value: object) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield from (("number", ast.Constant(other)) for other in ((value + 1, value - 1) if value else (1,)))
    elif isinstance(value, (str, bytes)):
        yield "text", ast.Constant(value + b"~" if isinstance(value, bytes) else value + "~")
        if value:
            yield "text", ast.Constant(type(value)())


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _OTHER_NAME:
        yield "min-max", ast.Call(ast.Name(_OTHER_NAME[name]), node.args, node.keywords)
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _OTHER_METHOD:
        yield "method", ast.Call(ast.Attribute(node.func.value, _OTHER_METHOD[node.func.attr]), node.args, node.keywords)
    elif name not in ("isinstance", "issubclass", "getattr", "hasattr", "setattr", "cast") and len(node.args) >= 2:
        first, second = node.args[:2]
        if not any(isinstance(one, ast.Starred) for one in (first, second)) and ast.dump(first) != ast.dump(second):
            yield "swapped", ast.Call(node.func, [second, first, *node.args[2:]], node.keywords)


def _of_slice(node: ast.Slice) -> Iterator[tuple[str, ast.expr]]:
    if node.lower is not None:
        yield "slice", ast.Slice(_one_more(node.lower), node.upper, node.step)
        yield "slice", ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield "slice", ast.Slice(node.lower, _one_more(node.upper), node.step)
        yield "slice", ast.Slice(node.lower, None, node.step)


def _one_more(bound: ast.expr) -> ast.expr:
    return ast.BinOp(bound, ast.Add(), ast.Constant(1))
