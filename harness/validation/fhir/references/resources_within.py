"""Which resources stand in a document and where: contained ones, entries of Bundles, parts of Parameters; found by walking where resources can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.validation.fhir.content import Node, objects, text


@dataclass(slots=True, eq=False)
class Scope:
    """One resource. ``role`` is root, contained, entry, outcome or parameter; ``outer`` the resource it stands in; ``full_url`` that of its Bundle entry."""

    node: Node
    path: str
    role: str
    outer: Scope | None = None
    full_url: str = ""
    index: int = -1
    inner: list[Scope] = field(default_factory=list)
    named: dict[str, dict[str, list[Scope]]] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The resource type; empty where it is not said."""
        return text(self.node, "resourceType")

    @property
    def id(self) -> str:
        """The logical id; empty where it is not said."""
        return text(self.node, "id")

    @property
    def version(self) -> str:
        """``meta.versionId``; empty where it is not said."""
        return text(self.node.get("meta"), "versionId")

    @property
    def container(self) -> Scope:
        """The resource that holds what is contained here: this one, or the one it is contained in."""
        found = self
        while found.role == "contained" and found.outer is not None:
            found = found.outer
        return found

    @property
    def contained(self) -> list[Scope]:
        """Resources contained in this one, directly."""
        return [scope for scope in self.inner if scope.role == "contained"]

    @property
    def entries(self) -> list[Scope]:
        """Resources of the entries of this Bundle."""
        return [scope for scope in self.inner if scope.role == "entry"]

    def by(self, what: str) -> dict[str, list[Scope]]:
        """Entries, or parameters, by ``url`` (fullUrl without version), ``identity`` (``Patient/1``) or ``type``; what is contained, ``fragment``."""
        if what not in self.named:
            found: dict[str, list[Scope]] = {}
            for scope in self.contained if what == "fragment" else [one for one in self.inner if one.role != "contained"]:
                key = self._key(what, scope)
                if key:
                    found.setdefault(key, []).append(scope)
            self.named[what] = found
        return self.named[what]

    @staticmethod
    def _key(what: str, scope: Scope) -> str:
        if what == "url":
            return scope.full_url.partition("/_history/")[0]
        if what == "type":
            return scope.type
        return scope.id if what == "fragment" or not scope.id else f"{scope.type}/{scope.id}"


def find_scopes(root: Node, path: str) -> dict[str, Scope]:
    """Every resource of a document by its path of JSON keys, the root at ``path``."""
    top = Scope(root, path, "root")
    scopes, waiting = {path: top}, [top]
    while waiting:
        outer = waiting.pop()
        for inner in _inside(outer):
            outer.inner.append(inner)
            scopes[inner.path] = inner
            waiting.append(inner)
    return scopes


def _inside(outer: Scope) -> Iterator[Scope]:
    node, path = outer.node, outer.path
    for index, one in objects(node, "contained"):
        yield Scope(one, f"{path}.contained[{index}]", "contained", outer, "", index)
    if outer.type == "Bundle":
        for index, entry in objects(node, "entry"):
            resource, response = entry.get("resource"), entry.get("response")
            if isinstance(resource, dict):
                yield Scope(resource, f"{path}.entry[{index}].resource", "entry", outer, text(entry, "fullUrl"), index)
            if isinstance(response, dict) and isinstance(outcome := response.get("outcome"), dict):
                yield Scope(outcome, f"{path}.entry[{index}].response.outcome", "outcome", outer, "", index)
    elif outer.type == "Parameters":
        waiting = [(part, f"{path}.parameter[{index}]") for index, part in objects(node, "parameter")]
        while waiting:
            part, where = waiting.pop()
            if isinstance(resource := part.get("resource"), dict):
                yield Scope(resource, f"{where}.resource", "parameter", outer)
            waiting.extend((inner, f"{where}.part[{index}]") for index, inner in objects(part, "part"))
