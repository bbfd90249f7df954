"""Closures that compiling puts together: logic of three values, membership, words, what the environment holds."""

from __future__ import annotations

from collections.abc import Callable

from harness.fhirpath.equality import equal, named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Closure, Items, State, Truth, single
from harness.fhirpath.functions import value_of
from harness.fhirpath.nodes import ElementNode


def this(state: State) -> Items:
    """``$this``."""
    return state.this


def special(name: str) -> Closure:
    """``$this``, ``$index`` or ``$total``."""
    if name == "this":
        return this
    if name == "index":
        return lambda state: [state.index]
    return lambda state: state.total


def of_environment(name: str) -> Closure:
    """``%resource``, ``%rootResource`` or ``%context``."""

    def held(state: State) -> Items:
        found = getattr(state.environment, name)
        if found is None:
            if name == "context":
                return state.focus
            raise EvaluationError(f"%{'rootResource' if name == 'root' else name} is not known here")
        return [found]

    return held


def wrapped_truth(truth: Truth) -> Closure:
    """A truth as a collection."""

    def wrapped(state: State) -> Items:
        answer = truth(state)
        return [] if answer is None else [answer]

    return wrapped


def negated(truth: Truth) -> Truth:
    """The opposite; nothing of nothing."""

    def negated(state: State) -> bool | None:
        answer = truth(state)
        return None if answer is None else not answer

    return negated


def is_word_or_not(left: Closure, word: str, wanted: bool) -> Truth:
    """``code = 'word'``: a word that begins with no digit equals texts only."""

    def is_word(state: State) -> bool | None:
        items = left(state)
        if len(items) == 1:
            item = items[0]
            value = item.value if isinstance(item, ElementNode) else item
            return ((value == word) if type(value) is str else equal(item, word, state.worth) is True) is wanted
        return not wanted if items else None

    return is_word


def membership(item: Closure, collection: Closure) -> Truth:
    """``item in collection``."""

    def within(state: State) -> bool | None:
        wanted = single(item(state))
        if wanted is None:
            return None
        worth = state.worth
        return any(equal(one, wanted, worth) is True for one in collection(state))

    return within


def text(items: Items) -> str:
    """What ``&`` makes of an operand."""
    value = value_of(items)
    if value is None:
        return ""
    if type(value) is str:
        return value
    if isinstance(items[0], ElementNode) and type(items[0].value) is str:
        return items[0].value
    raise EvaluationError(f"{named(value)} beside &", expected="texts")


def _decided(left: Truth, right: Truth, by: bool) -> Truth:
    """``and``, which one false decides, and ``or``, which one true does."""

    def either(state: State) -> bool | None:
        one = left(state)
        if one is by:
            return by
        other = right(state)
        return by if other is by else (None if one is None or other is None else not by)

    return either


def _xor(left: Truth, right: Truth) -> Truth:
    def one_of(state: State) -> bool | None:
        one, other = left(state), right(state)
        return None if one is None or other is None else one is not other

    return one_of


LOGICS: dict[str, Callable[[Truth, Truth], Truth]] = {
    "and": lambda left, right: _decided(left, right, False),
    "or": lambda left, right: _decided(left, right, True),
    "xor": _xor,
    "implies": lambda left, right: _decided(negated(left), right, True),
}
