"""A snapshot as a tree of nodes: built from a list of elements, changed, and written as a list again.

Elements are shared with the definition they come from until ``own`` makes a copy; nothing ever changes a shared one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.model import MAX_DEPTH, Element, SnapshotSource, Work


class SnapshotNode:
    """One element: its children by position (None: not walked into), its slices, and the foreign definition it was taken from (None: the base)."""

    __slots__ = ("_owned", "children", "element", "home", "name", "slice", "slices", "typed")

    def __init__(self, name: str, element: Element, slice_name: str = "", home: SnapshotSource | None = None) -> None:
        self.name, self.element, self.slice, self.home = name, element, slice_name, home
        self.children: list[SnapshotNode] | None = None
        self.slices: list[SnapshotNode] = []
        self.typed: frozenset[str] = frozenset()
        self._owned = False

    @property
    def own(self) -> dict[str, Any]:
        """The element as a dict that only this node holds."""
        if not self._owned:
            self.element, self._owned = dict(self.element), True
        return self.element  # type: ignore[return-value]

    def child(self, name: str) -> SnapshotNode | None:
        """The unsliced child of that name among those already there."""
        return next((each for each in self.children or () if each.name == name), None)

    def named(self, slice_name: str) -> SnapshotNode | None:
        """The slice or re-slice of that full name."""
        return next((each for each in self.every_slice() if each.slice == slice_name), None)

    def every_slice(self) -> Iterator[SnapshotNode]:
        """All slices with their re-slices, in order."""
        for each in self.slices:
            yield each
            yield from each.every_slice()

    def copy(self, work: Work, *, slices: bool = True) -> SnapshotNode:
        """The same element with copies of all below it; elements stay shared."""
        work.spend()
        made = SnapshotNode(self.name, self.element if not self._owned else dict(self.element), self.slice, self.home)
        made._owned, made.typed = self._owned, self.typed
        if self.children is not None:
            made.children = [each.copy(work) for each in self.children]
        if slices:
            made.slices = [each.copy(work) for each in self.slices]
        return made


def text_of(value: object) -> str:
    """``value`` where it is text, else empty."""
    return value if isinstance(value, str) else ""


def is_choice_of(name: str, choice: str) -> bool:
    """Whether ``valueQuantity`` is a way to write ``value[x]``."""
    stem = choice.removesuffix("[x]")
    return stem != choice and len(name) > len(stem) and name.startswith(stem) and not name[len(stem)].islower()


def build(elements: Iterable[Element], work: Work, home: SnapshotSource | None = None) -> SnapshotNode | None:
    """The tree of a snapshot's elements, by their paths, slice names and order; None when there is no element with a path."""
    root: SnapshotNode | None = None
    line: list[SnapshotNode] = []
    for element in elements:
        path = text_of(element.get("path")) if isinstance(element, Mapping) else ""
        if not path:
            continue
        depth = path.count(".")
        name = path.rsplit(".", 1)[-1]
        node = SnapshotNode(name, element, text_of(element.get("sliceName")) if depth else "", home)
        work.spend()
        if depth == 0:
            if root is None:
                root, line = node, [node]
            continue
        if depth > len(line) or depth > MAX_DEPTH:
            continue
        _hang(node, line[depth - 1])
        del line[depth:]
        line.append(node)
    return root


def _hang(node: SnapshotNode, parent: SnapshotNode) -> None:
    if parent.children is None:
        parent.children = []
    if node.slice:
        entry = next((each for each in reversed(parent.children) if each.name == node.name or is_choice_of(node.name, each.name)), None)
        if entry is not None:
            node.name = entry.name
            within = entry.named(node.slice.rpartition("/")[0]) if "/" in node.slice else None
            (within or entry).slices.append(node)
            return
        node.slice = ""
    parent.children.append(node)


def write(root: SnapshotNode, name: str) -> tuple[dict[str, Any], ...]:
    """The elements of the tree in order, with their paths and ids; ``name`` is the root's."""
    made: list[dict[str, Any]] = []
    _write(root, name, name, made)
    return tuple(made)


def _write(node: SnapshotNode, path: str, unsliced: str, made: list[dict[str, Any]]) -> None:
    own_id = f"{unsliced}:{node.slice}" if node.slice else unsliced
    element = node.element
    if element.get("path") != path or element.get("id") != own_id or element.get("sliceName", "") != node.slice or node.home is not None:
        element = _rewritten(node, path, own_id)
    made.append(element)  # type: ignore[arg-type]
    for child in node.children or ():
        _write(child, f"{path}.{child.name}", f"{own_id}.{child.name}", made)
    for each in node.slices:
        _write(each, path, unsliced, made)


def _rewritten(node: SnapshotNode, path: str, id: str) -> dict[str, Any]:
    element = {"id": id, "path": path, **{key: value for key, value in node.element.items() if key not in ("id", "path", "sliceName")}}
    if node.slice:
        element["sliceName"] = node.slice
    reference = element.get("contentReference")
    if node.home is not None and isinstance(reference, str) and reference.startswith("#"):
        element["contentReference"] = f"{node.home.url}{reference}"
    return element
