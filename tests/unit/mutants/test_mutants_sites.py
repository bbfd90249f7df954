"""Where a text may be changed, and what to."""

from __future__ import annotations

import pytest
from mutants.sites import Mutant, differs, mutants


def said(source: str) -> set[tuple[str, str, str]]:
    return {(one.kind, one.before, one.after) for one in mutants("harness/one.py", source.encode())}


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("a < b", {("comparison", "a < b", "(a <= b)"), ("comparison", "a < b", "(a >= b)")}),
        ("a == b", {("comparison", "a == b", "(a != b)")}),
        ("a is None", {("comparison", "a is None", "(a is not None)")}),
        ("a not in b", {("comparison", "a not in b", "(a in b)")}),
        ("a and b", {("boolean", "a and b", "(a or b)")}),
        ("x = not a", {("boolean", "not a", "a")}),
        ("a // b", {("arithmetic", "a // b", "(a * b)")}),
        ("x = 0", {("number", "0", "1")}),
        ("x = 5", {("number", "5", "6"), ("number", "5", "4")}),
        ("x = True", {("constant", "True", "False")}),
        ("x = 'a'", {("text", "'a'", "'a~'"), ("text", "'a'", "''")}),
        ("x = b'a'", {("text", "b'a'", "b'a~'"), ("text", "b'a'", "b''")}),
        ("x = min(a)", {("min-max", "min(a)", "(max(a))")}),
        ("x = a.startswith(b)", {("method", "a.startswith(b)", "(a.endswith(b))")}),
        ("x = f(a, b)", {("swapped", "f(a, b)", "(f(b, a))")}),
        ("x = f(a, a)", set()),
        ("x = f(a, *b)", set()),
        ("f()", {("removed", "f()", "pass")}),
        ("a.b = c", {("removed", "a.b = c", "pass")}),
        ("a += b", {("removed", "a += b", "pass")}),
        ("x = a[b:]", {("slice", "b:", "b + c:".replace("c", "1")), ("slice", "b:", ":")}),
        ("if a:\n    x", {("condition", "a", "True"), ("condition", "a", "False")}),
        ("while a:\n    x", {("condition", "a", "False")}),
        ("x = [b for b in c if d]", {("condition", "d", "True"), ("condition", "d", "False")}),
        ("def f():\n    return a", {("returned", "return a", "return None")}),
        ("def f():\n    return None", set()),
    ],
)
def test_each_kind_of_change(source: str, wanted: set[tuple[str, str, str]]) -> None:
    assert said(source) == wanted


@pytest.mark.parametrize(
    "source",
    [
        '"""What the module is."""',
        'def f() -> "int":\n    """What it does."""',
        "x: Literal['a']",
        "def f(a: Literal[1]) -> Literal[2]: ...",
        "if TYPE_CHECKING:\n    from a import b",
        "__slots__ = ('a',)",
        "T = TypeVar('T', bound='x')",
        "x = cast('int', a)",
        "log.debug('said', a)",
        "@dataclass(frozen=True, slots=True)\nclass A: ...",
        "x = f'{a}: {b}'",
        "assert a == 1, 'said'",
        "class A(Protocol):\n    def f(self) -> int:\n        return 1",
    ],
)
def test_what_no_test_could_notice_is_left_out(source: str) -> None:
    assert said(source) == set()


def test_what_is_raised_may_be_left_out_but_its_words_stay() -> None:
    assert said("raise ValueError('a' + b)") == {("removed", "raise ValueError('a' + b)", "pass")}


def test_places_are_bytes_and_lines() -> None:
    source = "x = 'Siân'\nif 'ŵ' in x: y = x < 3\n".encode()
    found = next(one for one in mutants("harness/one.py", source) if one.after == "(x <= 3)")
    assert (found.line, source[found.start : found.end]) == (2, b"x < 3")
    assert found.applied(source) == "x = 'Siân'\nif 'ŵ' in x: y = (x <= 3)\n".encode()


def test_the_innermost_function_is_known_as_its_code_object_says() -> None:
    source = "A = 1\n\n@f\ndef g():\n    def h():\n        return 2\n    return a < b\n\nclass C:\n    B = 3\n"
    lines = {(one.before, one.function_line) for one in mutants("harness/one.py", source.encode()) if one.kind in ("number", "comparison")}
    assert lines == {("1", 0), ("2", 5), ("a < b", 3), ("3", 0)}


def test_a_change_that_says_the_same_or_does_not_compile_is_none() -> None:
    source = b"x = (a)\n"
    same = Mutant("harness/one.py", 4, 7, "text", "(a)", "a", 1, 0)
    assert not differs(same, source)
    assert not differs(Mutant("harness/one.py", 4, 7, "text", "(a)", "(a", 1, 0), source)
    assert differs(Mutant("harness/one.py", 4, 7, "text", "(a)", "b", 1, 0), source)
