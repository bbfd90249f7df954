"""Names are unique, found by discovery on the first look-up, and a name nobody knows is answered with those that are known."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.errors import HarnessError, UnknownNameError
from harness.registry import Registry, discover


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with two modules that put a thing each into ``things.THINGS``, one of them in a folder of its own."""
    for name, text in {
        "found_by_name/__init__.py": "",
        "found_by_name/things.py": "from harness.registry import Registry\nTHINGS = Registry('thing', 'found_by_name')\n",
        "found_by_name/b.py": "from found_by_name.things import THINGS\nTHINGS.add('b', 2)\n",
        "found_by_name/below/__init__.py": "",
        "found_by_name/below/a.py": "from found_by_name.things import THINGS\nTHINGS.add('a', 1)\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("found_by_name")]:
        monkeypatch.delitem(sys.modules, name)
    return "found_by_name"


def things(package: str) -> Registry[int]:
    from importlib import import_module

    found: Registry[int] = import_module(f"{package}.things").THINGS
    return found


def test_nothing_is_imported_before_it_is_asked_for(package: str) -> None:
    things(package)
    assert f"{package}.b" not in sys.modules


@pytest.mark.parametrize("ask", [len, list, lambda registry: "a" in registry, lambda registry: registry.get("a"), lambda registry: registry.items()])
def test_every_way_of_asking_discovers_all_below(package: str, ask: object) -> None:
    registry = things(package)
    assert callable(ask)
    ask(registry)
    assert {f"{package}.b", f"{package}.below.a"} <= set(sys.modules)
    assert (len(registry), list(registry), registry.items(), registry.get("a")) == (2, ["a", "b"], [("a", 1), ("b", 2)], 1)
    assert "a" in registry
    assert "c" not in registry


def test_discover_imports_folders_below(package: str) -> None:
    discover(package)
    assert f"{package}.below.a" in sys.modules


def test_two_things_under_one_name_are_refused_and_the_same_thing_is_not() -> None:
    registry: Registry[object] = Registry("thing")
    one = object()
    assert registry.add("a", one) is registry.add("a", one) is one
    with pytest.raises(HarnessError, match="two things are both called 'a'") as refused:
        registry.add("a", object())
    assert refused.value.do == "rename one of them"
    assert registry.get("a") is one


def test_an_unknown_name_is_answered_with_those_known() -> None:
    registry: Registry[int] = Registry("thing")
    registry.add("follower", 1)
    with pytest.raises(UnknownNameError, match="follower") as refused:
        registry.get("folower")
    assert "thing" in str(refused.value)
