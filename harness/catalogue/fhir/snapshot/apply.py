"""Applying the entries of a differential, one by one, to the tree of the base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.expand import codes_of, find_child, profiles_in, types_of
from harness.catalogue.fhir.snapshot.locate import Located, SlicedName
from harness.catalogue.fhir.snapshot.merge import add_constraints, constrain, top
from harness.catalogue.fhir.snapshot.model import Element, SnapshotSource, Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode
from harness.catalogue.fhir.snapshot.slicing import closed_by_type, implied
from harness.catalogue.fhir.snapshot.tighten import tighten

_EXTENSIONS = ("extension", "modifierExtension")
_POINTERS = ("Reference", "canonical", "CodeableReference")


class Maker:
    """The tree of a snapshot and what the differential does to it."""

    def __init__(self, work: Work, base: SnapshotSource | None, root: SnapshotNode, name: str, grows: bool, old: bool) -> None:
        self.root, self._work, self._base, self._name, self._grows, self._old = root, work, base, name, grows, old
        self._unknown: set[tuple[SlicedName, ...]] = set()
        self._sliced_here: set[int] = set()
        self._entries: list[Located] = []

    def run(self, entries: list[Located], *, is_extension: bool) -> None:
        """Applies all entries in order, then looks at the slices as a whole."""
        self._entries = entries
        for entry in entries:
            if entry.root not in (self._name, self.root.name):
                self._work.say(entry.where, f"its path does not begin with {self._name}")
            elif not entry.steps:
                constrain(self.root, entry.element, self._work, self._name, may_modify=is_extension or self._grows)
            elif not any(entry.steps[:at] in self._unknown for at in range(1, len(entry.steps) + 1)):
                self._apply(self.root, entry, 0, main=True)
        if self._grows:
            own = self.root.own
            own["base"] = {"path": self._name, "min": own.get("min", 0), "max": own.get("max", "*")}
        self._count_slices(self.root, self._name)

    def _apply(self, node: SnapshotNode, entry: Located, at: int, *, main: bool) -> None:
        """Goes one step down from ``node``. With ``main`` False the entry stands above a slice that the base already had: it only narrows, quietly."""
        name, slice_name = entry.steps[at]
        last = at == len(entry.steps) - 1
        said = len(self._work.problems)
        child = find_child(node, name, self._work, self._base, entry.where)
        if child is not None and self._grows and name != child.name and child.name.endswith("[x]") and not type_named(child, name):
            child = None
        if child is None and self._grows and last and main and not slice_name:
            self._grow(node, name, entry)
            return
        if child is None:
            if main:
                self._unknown.add(entry.steps[: at + 1])
                self._work.say(entry.where, f"its base has no element {name} there")
            else:
                del self._work.problems[said:]
            return
        if name != child.name and child.name.endswith("[x]"):
            slice_name = self._choice(child, name, slice_name, entry, at, main=main)
            if slice_name is None:
                return
        target, opened = child, False
        if slice_name:
            opened = child.named(slice_name) is None
            target = child.named(slice_name) or self._open(child, slice_name, entry, at, main=main)
        if not last:
            self._apply(target, entry, at + 1, main=main)
        elif main:
            self._constrain(child, target, entry, fresh=opened)
        else:
            tighten(target, entry.element, self._work, floor=not slice_name)
        for each in list(target.every_slice() if slice_name else child.every_slice()):
            if last:
                tighten(each, entry.element, self._work)
            elif each.element.get("max") != "0":
                self._apply(each, entry, at + 1, main=False)
        if not main:
            del self._work.problems[said:]

    def _grow(self, node: SnapshotNode, name: str, entry: Located) -> None:
        self._work.spend()
        element = {key: value for key, value in entry.element.items() if key != "constraint"}
        made = SnapshotNode(name, element)
        low, high = made.own.setdefault("min", 0), made.own.setdefault("max", "*")
        made.own.setdefault("base", {"path": f"{self._name}.{'.'.join(step for step, _ in entry.steps)}", "min": low, "max": high})
        add_constraints(made.own, entry.element.get("constraint"), self._work.url)
        if node.children is None:
            node.children = []
        node.children.append(made)

    def _choice(self, child: SnapshotNode, name: str, slice_name: str, entry: Located, at: int, *, main: bool) -> Any:
        """The slice that ``valueQuantity`` means; empty where it means ``value[x]`` itself; None where there is no such type."""
        code = type_named(child, name)
        if not code:
            if main:
                self._unknown.add(entry.steps[: at + 1])
                self._work.say(entry.where, f"{name} is not among the types of its base ({', '.join(codes_of(child))})")
            return None
        for wanted in (slice_name, name):
            if wanted and child.named(wanted) is not None:
                return wanted
        same = next((each.slice for each in child.every_slice() if codes_of(each) == [code]), "")
        if same or slice_name:
            return same or slice_name
        if not child.slices and (codes_of(child) == [code] or (self._old and len(self._short_names(child, entry, at)) == 1)):
            # STU3 renames value[x] when only one type is left; so does whoever goes on with it.
            if codes_of(child) != [code]:
                child.own["type"] = [each for each in types_of(child) if each["code"] == code]
            return ""
        return name

    def _short_names(self, child: SnapshotNode, entry: Located, at: int) -> dict[str, str]:
        """The types of this choice that the differential names in short, by those names."""
        above, found = entry.steps[:at], dict[str, str]()
        for each in self._entries:
            if len(each.steps) > at and each.steps[:at] == above and each.steps[at][0] != child.name:
                code = type_named(child, each.steps[at][0])
                if code:
                    found[each.steps[at][0]] = code
        return found

    def _open(self, child: SnapshotNode, slice_name: str, entry: Located, at: int, *, main: bool) -> SnapshotNode:
        """A new slice: it begins as the unsliced element, or as the slice it re-slices."""
        last = at == len(entry.steps) - 1
        parent, within = child, slice_name.rpartition("/")[0]
        if within:
            found = child.named(within)
            if found is None and main:
                self._work.say(entry.where, f"there is no slice {within} to slice again")
            parent = found or child
        slicing = parent.element.get("slicing")
        code = type_named(child, slice_name)
        if main:
            if not last and not code:
                self._work.say(entry.where, f"the slice {slice_name} is used, but nothing opens it")
            if entry.element.get("sliceIsConstraining") is True and last:
                self._work.say(entry.where, f"its base has no slice {slice_name} to constrain")
            if isinstance(slicing, Mapping) and slicing.get("rules") == "closed" and id(parent) not in self._sliced_here and not parent.slice:
                self._work.say(entry.where, f"the slicing of its base is closed, so there can be no new slice {slice_name}")
        if slicing is None:
            slicing = implied(child)
            if slicing is not None:
                parent.own["slicing"] = slicing
            elif main:
                self._work.say(entry.where, f"there is a slice {slice_name}, but no slicing says how to tell it")
            self._sliced_here.add(id(parent))
            if slicing is not None and parent is child and entry.steps[at][0] != child.name:
                # Short names alone leave no other type: valueQuantity without an element value[x] that slices.
                parent.own["slicing"] = closed_by_type()
                short = set(self._short_names(child, entry, at).values())
                parent.own["type"] = [each for each in types_of(child) if each["code"] in short]
        made = parent.copy(self._work, slices=False)
        made.slice = slice_name
        own = made.own
        own.pop("slicing", None)
        own["min"] = 0
        if code and len(codes_of(made)) > 1 and not (last and "type" in entry.element):
            own["type"] = [each for each in types_of(made) if each["code"] == code]
        parent.slices.append(made)
        return made

    def _constrain(self, child: SnapshotNode, target: SnapshotNode, entry: Located, *, fresh: bool) -> None:
        given, where = entry.element, entry.where
        before = target.element.get("slicing")
        if "slicing" in given and not (isinstance(before, Mapping) and before.get("rules") == "closed"):
            self._sliced_here.add(id(target))
        if entry.steps == (("url", ""),) and self.root.name == "Extension" and "fixedUri" in given:
            # An extension made from another one has a url of its own.
            target.own.pop("fixedUri", None)
        self._begin_with_profile(target, given)
        constrain(target, given, self._work, where, may_modify=self._grows or bool(target.slice and target.name in _EXTENSIONS), fresh=fresh)
        if target is not child and target.name.endswith("[x]") and child.element.get("max") == "1":
            low = target.element.get("min")
            codes = codes_of(target)
            if isinstance(low, int) and low >= 1 and len(codes) == 1 and len(codes_of(child)) > 1:
                # One slice of a choice that must be there leaves no other type.
                child.own["type"] = types_of(target)

    def _begin_with_profile(self, target: SnapshotNode, given: Element) -> None:
        """What the root of the one profile of the type says, an extension's above all, holds for the element as well."""
        types = given.get("type")
        if not isinstance(types, list) or len(types) != 1 or not isinstance(types[0], Mapping) or types[0].get("code") in _POINTERS:
            return
        profiles = profiles_in(types[0])
        source = self._work.source(profiles[0]) if len(profiles) == 1 and "#" not in profiles[0] else None
        if source is None:
            return
        first, own = source.elements[0], target.own
        add_constraints(own, first.get("constraint"), source.url)
        if source.type == "Extension" and target.name in _EXTENSIONS:
            high, wanted = top(own.get("max")), top(first.get("max"))
            if high is not None and wanted is not None and wanted < high and target.slice:
                own["max"] = first["max"]
            if first.get("isModifier") is True:
                own["isModifier"] = True

    def _count_slices(self, node: SnapshotNode, where: str) -> None:
        if node.slices:
            least = sum(each.element.get("min", 0) for each in node.slices if isinstance(each.element.get("min", 0), int))
            most = top(node.element.get("max"))
            if most is not None and least > most:
                self._work.say(where, f"its slices ask for at least {least} values, its max is {node.element['max']}")
        for child in node.children or ():
            inner = f"{where}.{child.name}"
            self._count_slices(child, inner)
            for each in child.every_slice():
                self._count_slices(each, f"{inner}:{each.slice}")


def type_named(child: SnapshotNode, name: str) -> str:
    """The type of the choice ``value[x]`` that ``valueQuantity`` names; empty where there is none."""
    if not child.name.endswith("[x]"):
        return ""
    rest = name.removeprefix(child.name[:-3]) if name.startswith(child.name[:-3]) else ""
    return next((code for code in codes_of(child) if rest and code[:1].upper() + code[1:] == rest), "")
