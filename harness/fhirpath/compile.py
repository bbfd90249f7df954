"""AST → closures. Each part is compiled twice over where that pays: to a collection, and to a truth value without one."""

# ruff: noqa: ARG005 - every closure is handed the state, whether it looks at it or not
from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from harness.errors import FormatError
from harness.fhirpath import ast
from harness.fhirpath.closures import LOGICS, is_word_or_not, membership, negated, of_environment, special, text, this, wrapped_truth
from harness.fhirpath.equality import compare, equal_all, equivalent_all, named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Closure, Items, State, Truth, single
from harness.fhirpath.existence import distinct
from harness.fhirpath.functions import Function, functions, truth_of, value_of, whole_of
from harness.fhirpath.kinds import is_of, of_type
from harness.fhirpath.navigation import head_step, member_step, presence
from harness.fhirpath.nodes import node
from harness.fhirpath.operators import OPERATIONS
from harness.fhirpath.quantities import Quantity

CONSTANTS = {"ucum": "http://unitsofmeasure.org", "sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
_SETS = {"vs-": "http://hl7.org/fhir/ValueSet/", "ext-": "http://hl7.org/fhir/StructureDefinition/"}
_LOGIC = frozenset({"and", "or", "xor", "implies"})
_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0, ">": lambda order: order > 0, "<=": lambda order: order <= 0, ">=": lambda order: order >= 0,
}  # fmt: skip
_TRUTHS = frozenset({"=", "!=", "~", "!~", "in", "contains", *_LOGIC, *_ORDERS})


class Compiler:
    """Of one expression. ``variables`` are names beyond those that FHIR defines."""

    def __init__(self, variables: frozenset[str] = frozenset()) -> None:
        self.variables = variables
        self.table = functions()
        self.scoped = False

    def items(self, part: ast.Expression) -> Closure:
        """``part`` as a closure that gives a collection. The collection is not to be changed by who is handed it."""
        if isinstance(part, ast.Member):
            return self.member(part)
        if isinstance(part, ast.Call):
            return self.call(part)
        if isinstance(part, ast.Literal):
            held: Items = [part.value]
            return lambda state: held
        if isinstance(part, ast.Nothing):
            return lambda state: []
        if isinstance(part, ast.Special):
            return special(part.name)
        if isinstance(part, ast.Variable):
            return self.variable(part)
        if isinstance(part, ast.Indexer):
            return self.indexer(part)
        if isinstance(part, ast.Polarity):
            return self.polarity(part)
        if isinstance(part, ast.TypeTest):
            return self.type_test(part)
        if part.operator in _TRUTHS:
            return wrapped_truth(self.truth(part))
        return self.binary(part)

    def truth(self, part: ast.Expression) -> Truth:
        """``part`` as a closure that gives True, False or None for nothing."""
        if isinstance(part, ast.Binary):
            if part.operator in _LOGIC:
                return LOGICS[part.operator](self.scope(self.truth(part.left)), self.scope(self.truth(part.right)))
            if part.operator in _TRUTHS:
                return self.relation(part)
        elif isinstance(part, ast.Call) and part.name in ("exists", "empty", "not") and not part.arguments and part.base is not None:
            if part.name == "not":
                return negated(self.truth(part.base))
            return self.existence(part.base, part.name == "exists")
        elif isinstance(part, ast.Literal) and type(part.value) is bool:
            held = part.value
            return lambda state: held
        found = self.items(part)

        def truth(state: State) -> bool | None:
            items = found(state)
            if len(items) == 1:
                value = items[0]
                if value is True or value is False:
                    return value
            return truth_of(items)

        return truth

    def existence(self, base: ast.Expression, wanted: bool) -> Truth:
        if isinstance(base, ast.Member) and base.base is None and not base.name[:1].isupper():
            return presence(None, base.name, wanted)
        if isinstance(base, ast.Member) and base.base is not None and not _is_namespace(base.base):
            return presence(self.items(base.base), base.name, wanted)
        found = self.items(base)
        if wanted:
            return lambda state: bool(found(state))
        return lambda state: not found(state)

    def member(self, part: ast.Member) -> Closure:
        if part.base is None:
            return head_step(part.name)
        if _is_namespace(part.base):
            return head_step(part.name)
        return member_step(self.items(part.base), part.name)

    def call(self, part: ast.Call) -> Closure:
        known = self.table.get(part.name)
        if known is None:
            raise FormatError(f"there is no function {part.name}()", offset=part.offset, expected="a function of FHIRPath", do=_near(part.name, self.table))
        arguments = part.arguments
        if not known.least <= len(arguments) <= max(len(known.takes), known.least) and part.name != "checkModifiers":
            need = str(known.least) if known.least == len(known.takes) else f"{known.least} to {len(known.takes)}"
            raise FormatError(f"{part.name}() has {len(arguments)} arguments", offset=part.offset, expected=need)
        if part.name == "defineVariable":
            self.scoped = True
            if arguments and isinstance(arguments[0], ast.Literal) and type(arguments[0].value) is str:
                self.variables = self.variables | {arguments[0].value}
        # What stands before may define variables that the arguments use.
        focus = self.items(part.base) if part.base is not None else this
        return _called(known, focus, [self.argument(known, place, one) for place, one in enumerate(arguments)])

    def argument(self, known: Function, place: int, part: ast.Expression) -> tuple[str, Any]:
        takes = known.takes[min(place, len(known.takes) - 1)]
        if takes == "T":
            return takes, type_name(part)
        if takes == "t":
            return takes, self.truth(part)
        if takes == "s":
            descending = isinstance(part, ast.Polarity) and part.operator == "-"
            return takes, (self.items(part.operand if isinstance(part, ast.Polarity) else part), descending)
        if takes == "v" and isinstance(part, ast.Literal):
            return "c", [part.value]
        return takes, self.items(part)

    def scope(self, found: Any) -> Any:
        """Variables that an operand defines end with it."""
        if not self.scoped:
            return found

        def scoped(state: State) -> Any:
            variables = state.variables
            answer = found(state)
            state.variables = variables
            return answer

        return scoped

    def variable(self, part: ast.Variable) -> Closure:
        name = part.name
        if name in CONSTANTS:
            held: Items = [CONSTANTS[name]]
            return lambda state: held
        for prefix, base in _SETS.items():
            if name.startswith(prefix) and name not in self.variables:
                url: Items = [base + name.removeprefix(prefix)]
                return lambda state: url
        if name in ("resource", "rootResource", "context"):
            return of_environment({"rootResource": "root"}.get(name, name))
        if name not in self.variables:
            raise FormatError(
                f"there is no variable %{name}", offset=part.offset, expected="%resource, %rootResource, %context, %ucum, %sct, %loinc or one that was defined"
            )

        def held_by_name(state: State) -> Items:
            if name in state.variables:
                return state.variables[name]
            if name not in state.environment.variables:
                raise EvaluationError(f"the variable %{name} has no value here")
            value = state.environment.variables[name]
            if isinstance(value, dict):
                value = node(value, "", state.types)
            return value if isinstance(value, list) else ([] if value is None else [value])

        return held_by_name

    def indexer(self, part: ast.Indexer) -> Closure:
        base, index = self.items(part.base), self.items(part.index)

        def at(state: State) -> Items:
            items, place = base(state), whole_of(index(state))
            return [] if place is None or place < 0 else items[place : place + 1]

        return at

    def polarity(self, part: ast.Polarity) -> Closure:
        operand, sign = self.items(part.operand), part.operator

        def signed(state: State) -> Items:
            value = value_of(operand(state))
            if value is None:
                return []
            if type(value) is Quantity:
                return [Quantity(-value.value, value.unit, value.calendar) if sign == "-" else value]
            if type(value) not in (int, Decimal):
                raise EvaluationError(f"{sign} before {named(value)} has no meaning")
            return [-value if sign == "-" else value]

        return signed

    def type_test(self, part: ast.TypeTest) -> Closure:
        operand, name = self.items(part.operand), part.type
        if part.operator == "as":
            return lambda state: of_type(state, operand(state), name)

        def is_type(state: State) -> Items:
            item = single(operand(state))
            return [] if item is None else [is_of(state, item, name)]

        return is_type

    def binary(self, part: ast.Binary) -> Closure:
        left, right, operator = self.scope(self.items(part.left)), self.scope(self.items(part.right)), part.operator
        if operator == "|":
            return lambda state: distinct(state, left(state) + right(state))
        if operator == "&":
            return lambda state: [text(left(state)) + text(right(state))]
        operation = OPERATIONS[operator]

        def calculated(state: State) -> Items:
            one, other = value_of(left(state)), value_of(right(state))
            found = None if one is None or other is None else operation(one, other, state.worth)
            return [] if found is None else [found]

        return calculated

    def relation(self, part: ast.Binary) -> Truth:
        operator = part.operator
        left, right = self.scope(self.items(part.left)), self.scope(self.items(part.right))
        if operator in ("=", "!="):
            word = part.right.value if isinstance(part.right, ast.Literal) else None
            if type(word) is str and not word[:1].isdigit():
                return is_word_or_not(left, word, operator == "=")

            def same(state: State) -> bool | None:
                return equal_all(left(state), right(state), state.worth)

            return same if operator == "=" else negated(same)
        if operator in ("~", "!~"):
            wanted = operator == "~"
            return lambda state: equivalent_all(left(state), right(state), state.worth) is wanted
        if operator in ("in", "contains"):
            return membership(left, right) if operator == "in" else membership(right, left)
        ordered = _ORDERS[operator]

        def compared(state: State) -> bool | None:
            one, other = single(left(state)), single(right(state))
            if one is None or other is None:
                return None
            order = compare(one, other, state.worth)
            return None if order is None else ordered(order)

        return compared


def _called(known: Function, focus: Closure, arguments: list[tuple[str, Any]]) -> Closure:
    work = known.call
    if not arguments:
        return lambda state: work(state, focus(state))
    kinds = [kind for kind, _ in arguments]
    held = [one for _, one in arguments]
    if "v" not in kinds:
        if len(held) == 1:
            only = held[0]
            return lambda state: work(state, focus(state), only)
        return lambda state: work(state, focus(state), *held)
    values = [kind == "v" for kind in kinds]

    def called(state: State) -> Items:
        items = focus(state)
        return work(state, items, *[one(state) if evaluated else one for one, evaluated in zip(held, values, strict=True)])

    return called


def _is_namespace(part: ast.Expression) -> bool:
    return isinstance(part, ast.Member) and part.base is None and part.name in ("FHIR", "System")


def type_name(part: ast.Expression) -> str:
    """The type that an argument names (``Patient``, ``FHIR.Patient``, and ``'Patient'`` as old definitions write). FormatError for anything else."""
    if isinstance(part, ast.Member):
        return part.name if part.base is None else f"{type_name(part.base)}.{part.name}"
    if isinstance(part, ast.Literal) and type(part.value) is str:
        return part.value
    raise FormatError("a type is expected", offset=part.offset, expected="the name of a type")


def _near(name: str, known: dict[str, Function]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=2)
    return f"did you mean {' or '.join(near)}?" if near else ""
