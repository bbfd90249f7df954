"""Telling slices apart: what a discriminator asks of an item, taken from the slice's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.element_rules import Discriminator, ElementRule

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

_TOKEN = re.compile(
    r"""(?P<call>extension|ofType|resolve|as)\(\s*(?P<argument>'[^']*'|"[^"]*"|[A-Za-z][\w.]*)?\s*\)|(?P<name>\$this|[A-Za-z_][\w-]*(?:\[x\])?)"""
)
_ANY = frozenset({"Resource", "DomainResource"})
_DEPTH = 5
Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing asked of the data at a discriminator's path: ``kind`` is fixed, pattern, binding, exists, absent, below, type or profile."""

    kind: str
    value: Any = None
    below: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What one discriminator asks of an item of a slice; ``facts`` None: nothing in the slice tells it apart."""

    discriminator: Discriminator
    tokens: tuple[Token, ...] | None
    facts: tuple[Fact, ...] | None


@lru_cache(maxsize=2048)
def tokens_of(path: str) -> tuple[Token, ...] | None:
    """A discriminator path in parts: (name, ""), ("extension", url), ("resolve", ""), ("ofType", type); () for ``$this``; None where it is something else."""
    found: list[Token] = []
    at = 0
    while at < len(path):
        match = _TOKEN.match(path, at)
        if match is None:
            return None
        at = match.end()
        if match["call"]:
            found.append((f"{'ofType' if match['call'] == 'as' else match['call']}()", (match["argument"] or "").strip("'\"")))
        elif match["name"] != "$this":
            found.append((match["name"].removesuffix("[x]"), ""))
        if at < len(path):
            if path[at] != ".":
                return None
            at += 1
    return tuple(found)


def demand(engine: Engine, slice_rule: ElementRule, discriminator: Discriminator) -> Demand:
    """What ``discriminator`` asks of an item of the slice."""
    tokens = tokens_of(discriminator.path)
    if tokens is None:
        return Demand(discriminator, None, None)
    rules: list[ElementRule] = [slice_rule]
    for token in tokens:
        rules = list(_descend(engine, rules, token))
    facts = tuple(_facts(engine, discriminator.type, rules))
    return Demand(discriminator, tokens, facts or None)


def _descend(engine: Engine, rules: list[ElementRule], token: Token) -> Iterator[ElementRule]:
    name, argument = token
    for rule in rules:
        if name == "ofType()":
            typed = [one for one in rule.slices if any(kind.code == argument for kind in one.types)]
            yield from typed or ([rule] if not rule.types or any(kind.code in (argument, *_ANY) for kind in rule.types) else [])
        elif name == "resolve()":
            for kind in rule.types:
                for target in kind.targets:
                    if (tree := engine.tree(target)) is not None:
                        yield tree
        else:
            for held in (rule, *profiles_of(engine, rule)):
                child = held.child("extension" if name == "extension()" else name)
                if child is None:
                    continue
                if name == "extension()":
                    yield from (one for one in child.slices if extension_url(engine, one) == argument)
                else:
                    yield child
                    yield from (one for one in child.slices if one.min or child.choice)


def profiles_of(engine: Engine, rule: ElementRule) -> Iterator[ElementRule]:
    """The trees of the profiles that an element's types name."""
    for kind in rule.types:
        for canonical in kind.profiles:
            if (tree := engine.tree(canonical)) is not None:
                yield tree


def extension_url(engine: Engine, slice_rule: ElementRule) -> str:
    """The url that extensions of a slice have; empty where the slice does not say."""
    child = slice_rule.child("url")
    if child is not None and child.fixed is not None and isinstance(child.fixed[1], str):
        return child.fixed[1]
    for tree in profiles_of(engine, slice_rule):
        child = tree.child("url")
        if child is not None and child.fixed is not None and isinstance(child.fixed[1], str):
            return child.fixed[1]
    return next((canonical.partition("|")[0] for kind in slice_rule.types for canonical in kind.profiles), "")


def _facts(engine: Engine, kind: str, rules: list[ElementRule]) -> Iterator[Fact]:
    if kind == "exists":
        if any(rule.max == 0 for rule in rules):
            yield Fact("absent")
        elif any(rule.min for rule in rules):
            yield Fact("exists")
    elif kind == "type":
        # A choice that the slice itself narrows by type (contentString) says it; the element as a whole allows all.
        rules = [rule for rule in rules if rule.choice and rule.slice_name] or rules
        codes = frozenset(code for rule in rules for code in _types(engine, rule))
        if codes - _ANY:
            yield Fact("type", codes - _ANY)
    elif kind == "profile":
        canonicals = tuple(dict.fromkeys(one for rule in rules for one in _profiles(rule)))
        if canonicals:
            yield Fact("profile", canonicals)
    else:
        yield from _told(engine, rules, 0)


def _told(engine: Engine, rules: Iterable[ElementRule], depth: int) -> Iterator[Fact]:
    """What tells values apart: fixed or pattern; else a required binding; else what stands below; else being there or not."""
    rules = tuple(rules)
    plain = [Fact("fixed", rule.fixed) for rule in rules if rule.fixed] + [Fact("pattern", rule.pattern) for rule in rules if rule.pattern]
    if plain:
        yield from plain
        return
    bound = [Fact("binding", rule.binding.value_set) for rule in rules if rule.binding and rule.binding.strength == "required" and rule.binding.value_set]
    nested = [] if depth >= _DEPTH else list(_nested(engine, rules, depth))
    if bound or nested:
        yield from bound or nested
    elif any(rule.max == 0 for rule in rules):
        yield Fact("absent")
    elif depth == 0 and any(rule.min for rule in rules):
        yield Fact("exists")


def _nested(engine: Engine, rules: tuple[ElementRule, ...], depth: int) -> Iterator[Fact]:
    names = dict.fromkeys(name for rule in rules for held in (rule, *profiles_of(engine, rule)) for name in held.children or ())
    for name in names:
        below = list(_descend(engine, list(rules), (name, "")))
        facts = tuple(fact for fact in _told(engine, below, depth + 1) if fact.kind != "absent" or depth == 0)
        if facts and any(fact.kind != "binding" for fact in facts):
            yield Fact("below", name, facts)


def _types(engine: Engine, rule: ElementRule) -> Iterator[str]:
    if not rule.types and "." not in rule.path:
        yield rule.path
    for kind in rule.types:
        profiled = [tree.path for canonical in kind.profiles if (tree := engine.tree(canonical)) is not None]
        yield from profiled if kind.code in _ANY and profiled else (kind.code,)


def _profiles(rule: ElementRule) -> Iterator[str]:
    if not rule.types and "." not in rule.path:
        yield rule.profile
    for kind in rule.types:
        yield from kind.profiles
