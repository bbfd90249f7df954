"""A v2 profile as rule objects, compiled once a side and version from its file and the grammar under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.errors import CatalogueError
from harness.model.issue import Severity
from harness.validation.hl7v2.grammar import FORMED, VersionGrammar, grammar_of
from harness.validation.hl7v2.model import Condition, CrossRule, FieldRule, Hl7Table, Profile, ProfileFlaw, SegmentRule
from harness.validation.hl7v2.predicates import read_condition
from harness.validation.hl7v2.structure import MessageStructure, read_structure

__all__ = ["CrossRule", "FieldRule", "Profile", "SegmentRule", "compile_profile", "load_profile"]

_MESSAGE = "message"


@lru_cache(maxsize=128)
def load_profile(name: str, side: str = "creator", version: str = "") -> Profile:
    """The profile called ``name`` as it speaks to ``side``, over the grammar it names; raises UnknownNameError or CatalogueError.

    ``version`` is MSH-12 of the message: a profile whose grammar is the message's takes that version's.
    """
    from harness.catalogue import catalogue
    from harness.validation.hl7v2.nist.bundles import is_bundle, load_bundle

    if is_bundle(name):
        if version:
            return load_profile(name, side)
        bundle = load_bundle(name)
        made = compile_profile(bundle.data, side)
        return replace(made, flaws=made.flaws + bundle.flaws)
    data = catalogue().profile(name)
    if data.get("grammar") != _MESSAGE and version:
        return load_profile(name, side)
    return compile_profile(data, side, version)


def compile_profile(data: Mapping[str, Any], side: str = "creator", version: str = "") -> Profile:
    """Rule objects of a profile's plain data (already checked against its schema). What contradicts itself there is kept as a flaw."""
    from harness.validation.hl7v2.judging import RULES

    named = data.get("grammar", "")
    grammar = grammar_of(version if named == _MESSAGE else named, bool(data["structures"])) if named else None
    making = _Making(side, grammar)
    tables = {name: making.table(name, raw) for name, raw in data["tables"].items()}
    making.tables = tables
    structures: dict[tuple[str, str], MessageStructure] = {}
    for raw in data["structures"]:
        for event, names in raw["events"].items():
            try:
                structures[(raw["type"], event)] = read_structure(raw["segments"], tuple(names), tuple(raw.get("relaxed", ())), raw["source"])
            except CatalogueError as error:
                making.flaw("hl7v2/profile-structure", f"{raw['type']}^{event}", error.what)
    segments = {name: making.segment(name, raw) for name, raw in data["segments"].items()}
    for name in data["rules"]:
        if name not in RULES:
            making.flaw("hl7v2/profile-rule", "rules", name)
    rules = tuple(CrossRule(name, Severity(raw["severity"]), raw.get("strict", False), raw["source"]) for name, raw in data["rules"].items() if name in RULES)
    return Profile(
        data["id"],
        data["title"],
        tuple(data["versions"]),
        tuple(data["profile_ids"]),
        structures,
        segments,
        tables,
        rules,
        side,
        grammar,
        tuple(dict.fromkeys(making.flaws)),
        frozenset(segments) | (grammar.known if grammar and not structures else frozenset()),
    )


class _Making:
    """One profile being compiled for one side."""

    def __init__(self, side: str, grammar: VersionGrammar | None) -> None:
        self.side, self.grammar = side, grammar
        self.tables: Mapping[str, Hl7Table] = {}
        self.flaws: list[ProfileFlaw] = []

    def flaw(self, key: str, where: str, said: str) -> None:
        self.flaws.append(ProfileFlaw(key, where, said))

    def table(self, name: str, raw: Mapping[str, Any]) -> Hl7Table:
        values, tolerated, pattern = frozenset(raw.get("values", ())), frozenset(raw.get("tolerated", ())), None
        try:
            pattern = re.compile(raw["pattern"]) if "pattern" in raw else None
        except re.error as error:
            self.flaw("hl7v2/profile-pattern", f"table {name}", str(error))
            pattern = re.compile(".*")
        return Hl7Table(name, raw["title"], raw["kind"] == "local", raw.get("strict", False), values, tolerated, pattern, raw["source"])

    def segment(self, name: str, raw: Mapping[str, Any]) -> SegmentRule:
        under = self.grammar.segment(name) if self.grammar else None
        facts = {rule.number: rule for rule in under.fields} if under else {}
        own = {int(number): rule for number, rule in raw["fields"].items()}
        fields = []
        for number in sorted({*facts, *own}):
            fact = facts.get(number)
            fields.append(self.field(number, own[number], fact, f"{name}-{number}", "O") if number in own else fact)
        rules = tuple(field for field in fields if field)
        return SegmentRule(name, raw["source"], rules, under is not None, tuple(rule for rule in rules if rule.condition))

    def field(self, number: int, raw: Mapping[str, Any], fact: FieldRule | None, where: str, use: str) -> FieldRule:
        """A rule of the profile laid over that of the grammar: where the profile speaks of a field, its usage and its tables are the profile's."""
        said = raw.get("use", use)
        mine = said.get(self.side, use) if isinstance(said, Mapping) else said
        facts = {part.number: part for part in fact.parts} if fact else {}
        own = {int(part): rule for part, rule in raw.get("parts", {}).items()}
        table = self._bound(raw["table"], where) if "table" in raw else None
        # A profile of its own binds its own tables; one that only adds to the grammar leaves the grammar's where it binds none.
        bare = None if "table" in raw or self.grammar is None or self.grammar.profiled else fact
        kind = raw.get("type", "")
        formed = kind if kind in FORMED else ""
        parts = []
        for place in sorted({*facts, *own}):
            below = facts.get(place)
            if place in own:
                parts.append(self.field(place, own[place], below, f"{where}.{place}", "O"))
            elif below:
                below = replace(below, type="", length=0) if place == 1 and formed else below
                parts.append(_untabled(below) if self.grammar and self.grammar.profiled else below)
        rule = FieldRule(
            number=number,
            use=mine,
            max=None if raw.get("max") == "*" else int(raw.get("max", "1")),
            type=formed if kind else fact.type if fact else "",
            table=bare.table if bare else table,
            length=self._length(raw.get("length", 0) or (fact.length if fact else 0)),
            severity=Severity(raw["severity"]) if "severity" in raw else None,
            strict=raw.get("strict", False),
            error_code=raw.get("error_code", ""),
            parts=tuple(parts),
            min=int(raw.get("min", 0)),
            fixed=raw.get("fixed", ""),
            condition=self._condition(raw, where) if "when" in raw else None,
            datatype=kind or (fact.datatype if fact else ""),
            complete=bool(fact and fact.complete),
            table_severity=bare.table_severity if bare else None,
            unknown_table=bare.unknown_table if bare else "",
        )
        self._contradictions(rule, where)
        return rule

    def _length(self, length: int) -> int:
        """Lengths are the creator's to keep."""
        return length if self.side == "creator" else 0

    def _bound(self, name: str, where: str) -> Hl7Table | None:
        found = self.tables.get(name)
        if found is None:
            self.flaw("hl7v2/profile-table", where, name)
        return found

    def _condition(self, raw: Mapping[str, Any], where: str) -> Condition | None:
        try:
            return read_condition(raw)
        except (ValueError, KeyError, re.error) as error:
            self.flaw("hl7v2/profile-predicate", where, str(error))
            return None

    def _contradictions(self, rule: FieldRule, where: str) -> None:
        said = ""
        if rule.condition and rule.use != "C":
            said = f"a predicate on usage {rule.use}"
        elif rule.max is not None and rule.min > rule.max:
            said = f"at least {rule.min} and at most {rule.max}"
        elif rule.use == "X" and (rule.min or any(part.use == "R" for part in rule.parts) or rule.fixed):
            said = "not used, and something in it required"
        elif rule.fixed and rule.table and not rule.table.holds(rule.fixed):
            said = f"fixed to {rule.fixed!r}, which table {rule.table.id} does not hold"
        elif rule.fixed and rule.length and len(rule.fixed) > rule.length:
            said = f"fixed to {rule.fixed!r}, which is longer than {rule.length}"
        if said:
            self.flaw("hl7v2/profile-contradiction", where, said)


def _untabled(rule: FieldRule) -> FieldRule:
    """A rule of the grammar below a field the profile speaks of: without tables, which are then the profile's to bind."""
    if not (rule.table or rule.unknown_table or rule.parts):
        return rule
    return replace(rule, table=None, unknown_table="", parts=tuple(_untabled(part) for part in rule.parts))
