"""Is everything that one HL7 v2 profile allows allowed by another?

Usages pair as their meanings do (HL7 v2.8.2 chapter 2B, usage): R gives what R, RE and O ask for; RE and O may be absent, which R does not allow; X is never
there, which R does not allow and nothing else minds; what may be there, X does not allow. A conditional usage is each of its two outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.model.compatibility import Compatibility, Obstacle
from harness.model.issue import Severity
from harness.validation.hl7v2.model import FieldRule, Profile
from harness.validation.hl7v2.profile import load_profile
from harness.validation.hl7v2.structure import StructureNode

# Types of which every text is a value.
_TEXTS = frozenset({"", "ST", "TX", "FT", "IS", "ID", "varies"})
_MILD = (Severity.WARNING, Severity.INFORMATION)
_SHOWN = 4
_FREE = FieldRule(0, "O", None)


def compare_v2_profiles(first: str, second: str, *, side: str = "creator") -> Compatibility:
    """Is every message that ``first`` lets a system of that side send valid under ``second``? Both are profile names or paths of conformance profiles in XML.

    Raises UnknownNameError and CatalogueError as ``load_profile`` does.
    """
    ours, theirs = load_profile(first, side), load_profile(second, side)
    # A profile that takes the grammar of the message's version takes that of the other here.
    version = next((one for profile in (ours, theirs) if profile.structures for one in profile.versions), "2.4")
    found = compared(load_profile(first, side, version), load_profile(second, side, version))
    return Compatibility(first, second, found)


def compared(ours: Profile, theirs: Profile) -> tuple[Obstacle, ...]:
    """What stands between two profiles, in the order of the second's fields."""
    comparison = _Comparison(ours, theirs)
    comparison.structures()
    comparison.segments()
    comparison.rules()
    for profile in (ours, theirs):
        for flaw in profile.flaws:
            comparison.say(flaw.where, "definition", profile.id, "", f"the profile {profile.id} is not sound: {flaw.said}", proved=False)
    return tuple(dict.fromkeys(comparison.obstacles))


@dataclass(slots=True)
class _Comparison:
    first: Profile
    second: Profile
    obstacles: list[Obstacle] = field(default_factory=list)

    def say(self, place: str, aspect: str, first: object, second: object, reason: str, *, proved: bool = True) -> None:
        self.obstacles.append(Obstacle(place, aspect, str(first), str(second), reason, proved))

    def structures(self) -> None:
        """The messages that the first has must be messages of the second, segment by segment."""
        if not self.second.structures:
            return
        if not self.first.structures:
            self.say("MSH-9", "structure", "every message of its version", "some", "the second has structures of its own, the first takes those of its version")
            return
        for (kind, event), structure in self.first.structures.items():
            other = self.second.structure(kind, event)
            if other is None:
                self.say("MSH-9", "structure", f"{kind}^{event}", "no such message", "the second has no such message")
            else:
                self.nodes(structure.root, other.root, f"{kind}^{event}")

    def nodes(self, ours: StructureNode, theirs: StructureNode, where: str) -> None:
        answered: set[int] = set()
        at = 0
        for child in ours.children:
            if child.use == "X":
                continue
            found = next((place for place in range(at, len(theirs.children)) if child.names & theirs.children[place].names), None)
            if found is None:
                earlier = next((place for place, one in enumerate(theirs.children) if child.names & one.names), None)
                if earlier is not None:
                    answered.add(earlier)
                    self.say(f"{where} {_named(child)}", "order", "later", "earlier", "the two put it in another order", proved=False)
                else:
                    self.say(f"{where} {_named(child)}", "usage", child.use, "not there", "the second has no place for it")
                continue
            at = found
            answered.add(found)
            partner = theirs.children[found]
            self.usage(f"{where} {_named(child)}", child.use, partner.use)
            if child.repeats and not partner.repeats:
                self.say(f"{where} {_named(child)}", "cardinality", "any number", "one", "the first lets it stand more often")
            if child.children and partner.children:
                self.nodes(child, partner, where)
            elif child.children or partner.children:
                self.say(f"{where} {_named(child)}", "structure", "a group", "a segment", "the two group the segments differently", proved=False)
        for place, one in enumerate(theirs.children):
            if place not in answered and one.use == "R" and not theirs.choice:
                self.say(f"{where} {_named(one)}", "usage", "not there", "R", "the second asks for it, the first has no place for it")

    def segments(self) -> None:
        """The fields of every segment that the second speaks of."""
        names = {name for structure in self.first.structures.values() for name in structure.root.names} or self.first.known
        for name, theirs in self.second.segments.items():
            if name in names:
                ours = self.first.segment(name)
                self.fields(name, ours.fields if ours is not None else (), theirs.fields, "-")

    def fields(self, where: str, ours: tuple[FieldRule, ...], theirs: tuple[FieldRule, ...], mark: str) -> None:
        held = {rule.number: rule for rule in ours}
        for rule in theirs:
            self.field(f"{where}{mark}{rule.number}", held.get(rule.number, _FREE), rule)

    def field(self, place: str, ours: FieldRule, theirs: FieldRule) -> None:
        for use, other in _usages(ours, theirs):
            if theirs.severity not in _MILD:
                self.usage(place, use, other)
        if ours.use == "X":
            return
        if theirs.max is not None and theirs.use != "X" and (ours.max is None or ours.max > theirs.max):
            self.say(place, "cardinality", ours.max or "any number", theirs.max, "the first lets it repeat more often")
        if theirs.min > ours.min and theirs.min > 1:
            self.say(place, "cardinality", ours.min, theirs.min, "the second asks for more of it")
        if theirs.fixed and ours.fixed != theirs.fixed:
            self.say(place, "fixed", ours.fixed or "any", theirs.fixed, "the second fixes its value")
        if theirs.type not in _TEXTS and ours.type != theirs.type and not ours.fixed:
            self.say(place, "type", ours.type or "any", theirs.type, "the first does not hold it to that type")
        self.table(place, ours, theirs)
        self.fields(place, ours.parts, theirs.parts, ".")

    def table(self, place: str, ours: FieldRule, theirs: FieldRule) -> None:
        table = theirs.table
        if table is None or table.local or table.open or theirs.table_severity in _MILD:
            return
        if place == "MSH-9" and self.first.structures:
            # The first has messages of certain types only, which is as good as a table.
            codes: frozenset[str] | None = self.first.types
        else:
            codes = _codes(ours)
        if ours.table is not None and ours.table.id == table.id and ours.table.values == table.values and ours.table.pattern == table.pattern:
            return
        if codes is None:
            said = ours.table.id if ours.table is not None else "any code"
            self.say(place, "table", said, table.id, "the first lets other codes be sent", proved=ours.table is None)
            return
        outside = sorted(code for code in codes if not table.holds(code))
        if outside:
            self.say(place, "table", ", ".join(outside[:_SHOWN]), table.id, "the second's table does not hold them")

    def rules(self) -> None:
        held = {rule.name for rule in self.first.rules}
        for rule in self.second.rules:
            if rule.severity not in _MILD and not rule.strict and rule.name not in held:
                self.say("MSH", "rule", "", rule.name, f"the second asks for the rule {rule.name}, which the first does not name", proved=False)

    def usage(self, place: str, ours: str, theirs: str) -> None:
        if theirs == "R" and ours != "R":
            self.say(place, "usage", ours, theirs, "the second asks for it, the first lets it be left out")
        elif theirs == "X" and ours != "X":
            self.say(place, "usage", ours, theirs, "the second forbids it, the first lets it be sent")


def _usages(ours: FieldRule, theirs: FieldRule) -> Iterator[tuple[str, str]]:
    """The pairs of usages that can meet: of two conditions in the same words, outcome by outcome."""
    one, other = ours.condition, theirs.condition
    if one is not None and other is not None and one.text == other.text:
        yield one.then, other.then
        yield one.otherwise, other.otherwise
        return
    for use in (one.then, one.otherwise) if one is not None else (ours.use,):
        for wanted in (other.then, other.otherwise) if other is not None else (theirs.use,):
            yield use, wanted


def _codes(rule: FieldRule) -> frozenset[str] | None:
    """The codes that a rule lets be sent; None where it does not list them."""
    if rule.fixed:
        return frozenset({rule.fixed})
    return rule.table.values if rule.table is not None and not rule.table.pattern else None


def _named(node: StructureNode) -> str:
    return node.name or f"({' '.join(sorted(node.firsts))} …)"
