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


def _and(left: Truth, right: Truth) -> Truth:
    def both(state: State) -> bool | None:
        one = left(state)
        if one is False:
            return False
        other = right(state)
        return False if other is False else (None if one is None or other is None else True)

    return both


def _or(left: Truth, right: Truth) -> Truth:
    def either(state: State) -> bool | None:
        one = left(state)
        if one is True:
            return True
        other = right(state)
        return True if other is True else (None if one is None or other is None else False)

    return either


def _xor(left: Truth, right: Truth) -> Truth:
    def one_of(state: State) -> bool | None:
        one, other = left(state), right(state)
        return None if one is None or other is None else one is not other

    return one_of


def _implies(left: Truth, right: Truth) -> Truth:
    def follows(state: State) -> bool | None:
        one = left(state)
        if one is False:
            return True
        other = right(state)
        if other is True:
            return True
        return None if one is None or other is None else False

    return follows


LOGICS: dict[str, Callable[[Truth, Truth], Truth]] = {"and": _and, "or": _or, "xor": _xor, "implies": _implies}
