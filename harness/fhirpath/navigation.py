"""Steps from element to child: the hottest part of an evaluation."""

from __future__ import annotations

from typing import Any

from harness.fhirpath.evaluation import Closure, Items, State, Truth
from harness.fhirpath.nodes import ElementNode, gather, may_be_expanded
from harness.fhirpath.types import CHOICES


def _expansion(parent: ElementNode, source: dict[str, Any], stem: str) -> tuple[str, str] | None:
    """The JSON member that stands for the choice ``stem``, with its type."""
    types = parent.types
    type_name = parent.type
    for key, kind in types.choices(type_name, stem):
        if key in source or "_" + key in source:
            return key, kind
    if not type_name or not types.known(type_name):
        for key in source:
            if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper():
                return key, ""
    return None


def _children(parent: ElementNode, name: str, under: str, choice: bool, expanded: bool, found: Items) -> None:
    source = parent.value
    if type(source) is not dict:
        source = parent.shadow
        if type(source) is not dict:
            return
    value = source.get(name)
    if value is None and under not in source:
        if choice and (other := _expansion(parent, source, name)) is not None:
            key, kind = other
            gather(parent, key, "_" + key, source.get(key), found, kind or None)
        return
    if expanded and _is_expansion(parent, name):
        return
    gather(parent, name, under, value, found)


def _is_expansion(parent: ElementNode, name: str) -> bool:
    """Whether ``name`` (``valueQuantity``) is a choice with its type written out."""
    types, kind = parent.types, parent.type
    return any(name.startswith(stem) and any(key == name for key, _ in types.choices(kind, stem)) for stem in CHOICES)


def member_step(base: Closure, name: str) -> Closure:
    """``base.name``"""
    under, choice, expanded = "_" + name, name in CHOICES, may_be_expanded(name)
    if name == "resourceType":
        return lambda state: _resource_types(base(state))

    def step(state: State) -> Items:
        found: Items = []
        for parent in base(state):
            if isinstance(parent, ElementNode):
                _children(parent, name, under, choice, expanded, found)
        if len(found) > 100:
            state.spend(len(found))
        return found

    return step


def _resource_types(parents: Items) -> Items:
    """``resourceType`` is an element of a few backbones only; elsewhere it is how JSON writes the type."""
    found: Items = []
    for parent in parents:
        if (
            isinstance(parent, ElementNode)
            and type(parent.value) is dict
            and "resourceType" in parent.value
            and parent.types.child(parent.type, "resourceType")
        ):
            gather(parent, "resourceType", "_resourceType", parent.value["resourceType"], found)
    return found


def head_step(name: str) -> Closure:
    """``name`` at the beginning: a child of ``$this``, or ``$this`` itself where it is of the type ``name``."""
    under, choice, expanded = "_" + name, name in CHOICES, may_be_expanded(name)
    if name == "resourceType":
        return lambda state: _resource_types(state.this)
    if name[:1].isupper():

        def typed(state: State) -> Items:
            found: Items = []
            for parent in state.this:
                if isinstance(parent, ElementNode):
                    if state.types.is_a(parent.type, name):
                        found.append(parent)
                    else:
                        _children(parent, name, under, choice, expanded, found)
            return found

        return typed

    def step(state: State) -> Items:
        found: Items = []
        for parent in state.this:
            if isinstance(parent, ElementNode):
                _children(parent, name, under, choice, expanded, found)
        return found

    return step


def presence(base: Closure | None, name: str, wanted: bool) -> Truth:
    """``base.name.exists()`` (``wanted``) or ``.empty()``, without making the children where a look at the keys is enough."""
    under, choice, expanded = "_" + name, name in CHOICES, may_be_expanded(name)
    step = head_step(name) if base is None else member_step(base, name)
    if expanded or name == "resourceType":
        return (lambda state: bool(step(state))) if wanted else (lambda state: not step(state))

    def present(state: State) -> bool:
        for parent in state.this if base is None else base(state):
            if not isinstance(parent, ElementNode):
                continue
            source = parent.value
            if type(source) is not dict:
                source = parent.shadow
                if type(source) is not dict:
                    continue
            value = source.get(name)
            if value is not None and (type(value) is not list or _some(value)):
                return wanted
            if under in source:
                value = source[under]
                if value is not None and (type(value) is not list or _some(value)):
                    return wanted
            elif choice and value is None and _expansion(parent, source, name) is not None:
                return wanted
        return not wanted

    return present


def _some(values: list[Any]) -> bool:
    return any(value is not None for value in values)
