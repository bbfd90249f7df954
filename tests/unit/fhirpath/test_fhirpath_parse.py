"""FHIRPath text to AST: precedence, escapes, where a fault is, and what hostile text does."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from fhirpath_kit import NOW, PATIENT, run, types
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.fhirpath import Environment, EvaluationError, compile, node, parse  # noqa: A004
from harness.fhirpath.ast import Binary, Call, Indexer, Literal, Member, Nothing, Polarity, Special, TypeTest, Variable
from harness.fhirpath.state_sets import state_sets


def test_each_part() -> None:
    assert parse("a.b") == Member(Member(None, "a", 0), "b", 2)
    assert parse("f(1, {})") == Call(None, "f", (Literal(1, 2), Nothing(5)), 0)
    assert parse("a[0]") == Indexer(Member(None, "a", 0), Literal(0, 2), 1)
    assert parse("-1") == Polarity("-", Literal(1, 1), 0)
    assert parse("$this") == Special("this", 0)
    assert parse("%resource") == Variable("resource", 0)
    assert parse("a is FHIR.Patient") == TypeTest("is", Member(None, "a", 0), "FHIR.Patient", 2)
    assert parse("1 + 2 * 3") == Binary("+", Literal(1, 0), Binary("*", Literal(2, 4), Literal(3, 8), 6), 2)
    assert parse("text.div") == Member(Member(None, "text", 0), "div", 5)
    assert parse("`div`.contains") == Member(Member(None, "div", 0), "contains", 6)
    assert parse("%`a b`") == Variable("a b", 0)


@pytest.mark.parametrize(
    ("tighter", "looser"),
    [("*", "+"), ("+", "|"), ("&", "|"), ("|", "<"), ("<", "="), ("=", "in"), ("in", "and"), ("and", "or"), ("or", "implies"), ("xor", "implies"),
     ("~", "contains"), ("div", "-"), ("mod", "&")],
)  # fmt: skip
def test_precedence(tighter: str, looser: str) -> None:
    left, right = parse(f"a {tighter} b {looser} c"), parse(f"a {looser} b {tighter} c")
    assert isinstance(left, Binary)
    assert isinstance(right, Binary)
    assert left.operator == right.operator == looser


@pytest.mark.parametrize(
    ("expression", "offset"),
    [
        ("", 0), ("a.", 2), ("a b", 2), ("a +", 3), ("(a", 2), ("a)", 1), ("a[1", 3), ("f(1,)", 4), ("'open", 0), ("a + `open", 4), ("a ? b", 2),
        ("@2014-13", 0), ("@2014-02-30", 0), ("@x", 0),
        ("$that", 0), ("1 + %", 5), ("/* open", 0), ("a is", 4), ("{ 1 }", 2), ("a..b", 2), ("'\\u12'", 1), ("``", 0), ("@T25", 0), ("a.1", 2), ("a.'b'", 2),
    ],
)  # fmt: skip
def test_a_fault_is_pointed_at(expression: str, offset: int) -> None:
    with pytest.raises(FormatError) as caught:
        parse(expression)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("expression", "offset"),
    [("a.foo()", 2), ("%nothing", 0), ("where()", 0), ("a.first(1)", 2), ("ofType(1)", 7), ("name.where(uze(1))", 11), ("substring(1, 2, 3)", 0)],
)
def test_what_parses_but_means_nothing_is_pointed_at(expression: str, offset: int) -> None:
    with pytest.raises(FormatError) as caught:
        compile(expression)
    assert caught.value.offset == offset


def test_a_misspelt_function_has_a_hint() -> None:
    with pytest.raises(FormatError, match="did you mean exists"):
        compile("name.exist()")


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "a" + ".b" * 10_000,
        "1" + "+1" * 10_000,
        "not(" * 3000,
        "a" + "[0]" * 5000,
        "{" * 500,
        "1" * 30_000,
        "x" * 50_000,
    ],
)
def test_bombs_are_refused(expression: str) -> None:
    with pytest.raises(FormatError):
        parse(expression)


def test_work_is_bounded() -> None:
    top = node(PATIENT, "", types())
    environment = Environment(types(), top, top, steps=1000)
    with pytest.raises(EvaluationError, match="too many steps"):
        compile("repeat(children() | $this).where(repeat(children() | $this).exists())").evaluate(top, environment)
    with pytest.raises(EvaluationError):
        compile("(1).repeat($this + 1)").evaluate(top, environment)


def test_deep_data_is_an_error_at_worst() -> None:
    tree: dict[str, Any] = {"url": "x"}
    for _ in range(20_000):
        tree = {"extension": [tree]}
    top = node({"resourceType": "Patient", **tree}, "", types())
    environment = Environment(types(), top, top)
    assert compile("extension.exists()").truth(top, environment) is True
    for expression in (
        "descendants().count() > 5",
        "extension = %resource.extension",
        "(extension | extension.extension).count()",
        "repeat(extension).count() > 10",
    ):
        with suppress(EvaluationError):
            compile(expression).evaluate(top, environment)


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|aa)*$", "(a*)*b", "([a-z]+)*[0-9]", "(.*)(.*)(.*)(.*)(.*)x", "(a|b|ab)*c", "((a{1,5}){1,5})*b"])
def test_no_pattern_runs_away(pattern: str) -> None:
    assert run(f"'{'a' * 3000}!'.matches('{pattern}')") == [False]
    assert run(f"'{'a' * 3000}!'.matchesFull('{pattern}')") == [False]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [("(a+)+b$", "xaab", True), ("^(a|ab)*c$", "aababc", True), ("^(a|ab)*c$", "aabbc", False), (r"(\b\w+\b ?)*!", "so it is!", True),
     ("^([^.]{1,3}(\\.|$))+$", "ab.abc.a", True),
     ("^([^.]{1,3}(\\.|$))+$", "ab.abcd.a", False), (r"^(\d+|[A-Z]+\s?)*$", "12AB C3", True), ("(?:a?){20}a{20}", "a" * 20, True),
     ("^(x+x+)+y", "x" * 40, False), (r"^([\s\S]+,)*z$", "a,\nb,z", True)],
)  # fmt: skip
def test_patterns_run_as_states_answer_as_python_does(pattern: str, text: str, found: bool) -> None:
    machine = state_sets(pattern, 16)
    assert machine is not None
    assert machine.match(text, whole=False) is found


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\.", "\\w", "^", "$", "(a|ab)", "(?:b)"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        inner.map(lambda one: f"(?:{one})*"),
        inner.map(lambda one: f"(?:{one}){{1,2}}"),
        inner.map(lambda one: f"({one}|a)+"),
    ),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(_PATTERNS, st.lists(st.text(alphabet="ab.\n", max_size=7), min_size=2, max_size=5))
def test_states_agree_with_backtracking(pattern: str, texts: list[str]) -> None:
    read, machine = re.compile(pattern, re.DOTALL), state_sets(pattern, re.DOTALL)
    assert machine is not None
    for text in texts:
        assert machine.match(text, whole=False) is (read.search(text) is not None)
        assert machine.match(text, whole=True) is (read.fullmatch(text) is not None)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab.()[]{}'\"`%$@ +-*/=<>~!|&,0123456789T:Z\\isandorwhetruxclm\n", max_size=60))
def test_any_text_parses_or_is_a_format_error(text: str) -> None:
    faults: list[FormatError] = []
    try:
        compile(text)
    except FormatError as error:
        faults.append(error)
    assert all(0 <= one.offset <= max(len(text), 1) for one in faults)


_VALUES = st.sampled_from(
    [
        "1",
        "1.5",
        "'a'",
        "true",
        "{}",
        "@2014",
        "@2014-01-01T10:00:00Z",
        "@T10",
        "4 'mg'",
        "2 days",
        "name",
        "birthDate",
        "$this",
        "%resource",
        "active",
        "deceased",
        "Patient.contact",
        "$index",
    ]
)
_OPERATORS = st.sampled_from(
    ["+", "-", "*", "/", "div", "mod", "&", "|", "=", "~", "!=", "!~", "<", ">", "<=", ">=", "in", "contains", "and", "or", "xor", "implies"]
)
_CALLS = st.sampled_from(
    ["exists()", "empty()", "not()", "count()", "first()", "tail()", "where($this.exists())", "select($this)", "children()", "descendants()", "toString()",
     "toInteger()", "toQuantity()", "length()", "given",
     "ofType(string)", "is(Patient)", "as(HumanName)", "distinct()", "lowBoundary()", "highBoundary()", "precision()", "abs()", "round(2)", "upper()",
     "matches('a+')", "type()", "hasValue()", "resolve()",
     "extension('x')", "repeat(children())", "aggregate($total & 'x', '')", "sum()", "max()", "trace('t')", "iif(exists(), 1)", "sqrt()", "exp()",
     "power(9)", "toDate()", "split('a')", "join('-')", "all(exists())"],
)  # fmt: skip
_EXPRESSIONS = st.recursive(
    _VALUES,
    lambda inner: st.one_of(
        st.tuples(inner, _OPERATORS, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(inner, _CALLS).map(lambda parts: f"({parts[0]}).{parts[1]}"),
        inner.map(lambda one: f"(-{one})"),
    ),
    max_leaves=6,
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.text(max_size=8),
    st.sampled_from(["2014-01-01", "2014", "10:00", "female"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
)
_KEYS = st.sampled_from(
    [
        "resourceType",
        "name",
        "_name",
        "given",
        "_given",
        "birthDate",
        "_birthDate",
        "active",
        "deceasedBoolean",
        "deceasedDateTime",
        "contact",
        "extension",
        "url",
        "valueQuantity",
        "value",
        "code",
        "id",
        "contained",
    ]
)
_TREES = st.recursive(_SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)), max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(_EXPRESSIONS, st.dictionaries(_KEYS, _TREES, max_size=6))
def test_any_expression_on_any_json_gives_a_result_or_an_evaluation_error(expression: str, tree: dict[str, Any]) -> None:
    top = node(tree, "Patient", types())
    environment = Environment(types(), top, top, now=NOW, steps=20_000)
    for evaluate in (compile(expression).evaluate, compile(expression).truth):
        with suppress(EvaluationError):
            evaluate(top, environment)
