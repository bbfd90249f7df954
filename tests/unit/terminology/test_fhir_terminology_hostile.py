"""Value sets and code systems of any shape are answered, never with an exception, and without a wait."""

from __future__ import annotations

import threading
from typing import Any

from fhir_terminology_kit import COLOURS, SYSTEM, VALUE_SET, Held, listed, over, value_set
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalogue.fhir import definitions
from harness.terminology import Terminology
from harness.terminology.trail import Trail

_words = st.sampled_from(
    ["", "red", "blue", SYSTEM, VALUE_SET + "a", VALUE_SET + "b", "is-a", "regex", "concept", "parent", "(a+)+", "urn:ietf:bcp:47", "http://snomed.info/sct"]
)
_scraps = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | _words | st.text(max_size=5)
_names = st.sampled_from(
    [
        "include",
        "exclude",
        "system",
        "version",
        "concept",
        "code",
        "display",
        "filter",
        "op",
        "property",
        "value",
        "valueSet",
        "contains",
        "inactive",
        "designation",
        "url",
    ]
)
_junk = st.recursive(_scraps, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4), max_leaves=25)
_include = st.fixed_dictionaries(
    {}, optional={"system": _words | _junk, "concept": _junk, "filter": _junk, "valueSet": st.lists(_words, max_size=3) | _junk, "version": _scraps}
)
_compose = st.fixed_dictionaries(
    {"include": st.lists(_include, max_size=3) | _junk}, optional={"exclude": st.lists(_include, max_size=2) | _junk, "inactive": _junk}
)


def _set(name: str, compose: Any, expansion: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": VALUE_SET + name, "name": name, "compose": compose, "expansion": expansion}


@settings(max_examples=150, deadline=None)
@given(_compose | _junk, _compose | _junk, _junk, st.sampled_from(["red", "", "en", "22298006"]))
def test_value_sets_of_any_shape_are_answered(first: Any, second: Any, expansion: Any, code: str) -> None:
    terminology = over(_set("a", first, expansion), _set("b", second, {"contains": expansion}))
    for url in (VALUE_SET + "a", VALUE_SET + "b", VALUE_SET + "c"):
        assert terminology.member(url, code).status in ("yes", "no", "unknown")
        assert terminology.member(url, code, SYSTEM).status in ("yes", "no", "unknown")
        assert (terminology.expand(url) is None) == (terminology.codes(url) is None)
        assert isinstance(terminology.why(url), str)


@settings(max_examples=100, deadline=None)
@given(_junk, st.sampled_from(["complete", "fragment", "supplement", "?"]), _junk)
def test_code_systems_of_any_shape_are_answered(concepts: Any, content: Any, properties: Any) -> None:
    system = {"resourceType": "CodeSystem", "url": SYSTEM, "content": content, "concept": concepts, "property": properties, "supplements": SYSTEM}
    terminology = over(value_set("a", {"system": SYSTEM}), system=system)
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM).status in ("yes", "no", "unknown")
    assert terminology.right_display(SYSTEM, "red", "x", terminology.code(SYSTEM, "red")) in (True, False, None)


@settings(max_examples=100, deadline=None)
@given(_compose, st.sampled_from(["red", "crimson", "mauve"]))
def test_what_is_listed_and_what_is_asked_agree(compose: Any, code: str) -> None:
    terminology = over(_set("a", compose, None))
    listing = terminology.codes(VALUE_SET + "a")
    if listing is not None:
        verdict = terminology._reader._asked(VALUE_SET + "a", SYSTEM, code, (), Trail())
        assert verdict is ((SYSTEM, code) in listing) or verdict is None


def test_a_hierarchy_in_a_circle_ends() -> None:
    circle = [{"code": "a", "property": [{"code": "parent", "valueCode": "b"}]}, {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]}]
    filters = [{"property": "concept", "op": "is-a", "value": "a"}]
    terminology = over(value_set("v", {"system": SYSTEM, "filter": filters}), system={**COLOURS, "concept": circle})
    assert terminology.codes(VALUE_SET + "v") == frozenset({(SYSTEM, "a"), (SYSTEM, "b")})


def test_a_very_deep_hierarchy_is_read() -> None:
    concept: dict[str, Any] = {"code": "0"}
    for number in range(1, 3000):
        concept = {"code": str(number), "concept": [concept]}
    terminology = over(value_set("v", {"system": SYSTEM}), system={**COLOURS, "concept": [concept]})
    assert terminology.member(VALUE_SET + "v", "0", SYSTEM).yes


def test_a_long_chain_of_imports_is_given_up_not_followed_for_ever() -> None:
    chain = [value_set(str(number), {"valueSet": [VALUE_SET + str(number + 1)]}) for number in range(200)]
    terminology = over(*chain)
    assert terminology.member(VALUE_SET + "0", "red", SYSTEM).status == "unknown"


def test_imports_that_fork_at_every_step_end() -> None:
    chain = [value_set(str(number), {"valueSet": [VALUE_SET + str(number + 1)] * 2}, listed("blue")) for number in range(35)]
    terminology = over(*chain, value_set("35", listed("red")))
    assert terminology.member(VALUE_SET + "0", "blue", SYSTEM).status == "yes"
    assert terminology.member(VALUE_SET + "0", "black", SYSTEM).status == "no", "each value set is asked once, not once a path"


def test_threads_share_one_terminology() -> None:
    terminology = Terminology(definitions())
    urls = [one["url"] for one in definitions().every("ValueSet")][:120]
    found: list[list[Any]] = []

    def read() -> None:
        found.append([terminology.codes(url) for url in urls])

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(one == found[0] for one in found)


def test_definitions_without_anything_answer_unknown() -> None:
    terminology = Terminology(Held())
    assert terminology.member("", "").status == "unknown"
    assert terminology.code("", "").status == "unknown"
