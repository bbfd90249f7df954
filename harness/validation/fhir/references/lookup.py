"""Where a reference leads inside the document that it stands in: fragments, contained resources, entries of Bundles, parameters (R4 References, Bundle)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.validation.fhir.content import Node
from harness.validation.fhir.references.resources_within import Scope, find_scopes

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging

_IDENTITY = re.compile(r"(?:(?P<base>.*)/)?(?P<type>[A-Z][A-Za-z]*)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?", re.DOTALL)
# What a path goes through where it enters another resource.
_INNER = re.compile(r"\.(?:contained|resource|outcome)\b")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


@dataclass(frozen=True, slots=True)
class ReferenceForm:
    """A reference taken apart. ``kind`` is fragment, relative, restful (absolute, ending in type and id), urn, absolute, conditional or other."""

    kind: str
    url: str
    base: str = ""
    type: str = ""
    id: str = ""
    version: str = ""
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a reference leads. ``kind`` is contained, container, bundled or parameter; ``path`` of JSON keys."""

    node: Node
    path: str
    kind: str
    type_name: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found for a reference: ``found`` (more than one: ambiguous), and by type and id only, against the rules of Bundles, ``near``.

    ``target`` is the absolute URL looked for in ``bundle``, the innermost Bundle around the reference, whose entry has ``source`` as its fullUrl.
    """

    form: ReferenceForm
    found: tuple[Resolved, ...] = ()
    near: tuple[Scope, ...] = ()
    target: str = ""
    bundle: Scope | None = None
    source: str = ""


@lru_cache(maxsize=4096)
def form_of(reference: str) -> ReferenceForm:
    """Take a reference apart; any text is some form."""
    url, _, fragment = reference.partition("#")
    if not url:
        return ReferenceForm("fragment", reference, fragment=fragment)
    if url.startswith("urn:"):
        return ReferenceForm("urn", url, fragment=fragment)
    absolute = _SCHEME.match(url) is not None
    if "?" in url:
        return ReferenceForm("absolute" if absolute else "conditional", url, type="" if absolute else url.partition("?")[0])
    match = _IDENTITY.fullmatch(url)
    if match is None or (not absolute and match["base"]):
        return ReferenceForm("absolute" if absolute else "other", url, fragment=fragment)
    plain = url[: match.start("version") - len("/_history/")] if match["version"] else url
    return ReferenceForm("restful" if absolute else "relative", plain, match["base"] or "", match["type"], match["id"], match["version"] or "", fragment)


class References:
    """The resources of one document, ``root`` the outermost, at ``path``, and what refers to what. Cheap to make: nothing is looked at before it is asked."""

    def __init__(self, root: Node, path: str) -> None:
        self._root, self._path = root, path
        self._scopes: dict[str, Scope] | None = None
        self._looked: dict[tuple[str, str], Lookup] = {}
        self._last: Scope | None = None

    @property
    def scopes(self) -> dict[str, Scope]:
        """Every resource of the document by its path."""
        if self._scopes is None:
            self._scopes = find_scopes(self._root, self._path)
        return self._scopes

    def scope(self, path: str) -> Scope:
        """The resource around ``path``: the innermost."""
        last = self._last
        if last is not None and path.startswith(last.path) and path[len(last.path) : len(last.path) + 1] == "." and not _INNER.search(path, len(last.path)):
            return last
        scopes = self.scopes
        near = path
        while near not in scopes and near:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        self._last = found = scopes.get(near) or scopes[self._path]
        return found

    def resolve(self, reference: str, path: str) -> Resolved | None:
        """What ``reference``, standing at ``path``, leads to inside this document; None where that is elsewhere or nowhere. The first where there are more."""
        found = self.look(reference, path).found
        return found[0] if found else None

    def looked(self, reference: str, scope_path: str) -> bool:
        """Whether a reference of the resource at ``scope_path`` with that text was met already."""
        return (reference, scope_path) in self._looked

    def look(self, reference: str, path: str) -> Lookup:
        """Everything that resolving ``reference``, standing at ``path``, finds."""
        scope = self.scope(path)
        key = (reference, scope.path)
        known = self._looked.get(key)
        if known is None:
            known = self._looked[key] = _look(form_of(reference), scope)
        return known


def _look(form: ReferenceForm, scope: Scope) -> Lookup:
    if form.kind == "fragment":
        holder = scope.container
        if not form.fragment:
            return Lookup(form, (_resolved(holder, "container"),))
        return Lookup(form, tuple(_resolved(one, "contained") for one in holder.by("fragment").get(form.fragment, ())))
    entry = scope.container
    lookup = Lookup(form)
    while entry.outer is not None:
        holder = entry.outer
        if holder.type == "Bundle":
            inside = _in_bundle(form, entry, holder)
            if inside.found:
                return inside
            if lookup.bundle is None:
                lookup = inside
        elif holder.type == "Parameters" and (found := _in_parameters(form, holder)):
            return Lookup(form, found)
        entry = holder
    if lookup.bundle is None and entry.type == "Parameters" and (found := _in_parameters(form, entry)):
        return Lookup(form, found)
    if entry.type == "Bundle" and lookup.bundle is None:
        # A reference of the Bundle itself, as in its signature: absolute ones may lead to an entry.
        return _in_bundle(form, entry, entry)
    return lookup


def _in_bundle(form: ReferenceForm, entry: Scope, bundle: Scope) -> Lookup:
    target = form.url
    if form.kind == "relative":
        source = form_of(entry.full_url) if entry is not bundle and entry.full_url else None
        if source is None:
            target = ""
        elif source.kind == "restful":
            target = f"{source.base}/{form.type}/{form.id}"
        elif source.kind == "urn":
            target = f"{source.url[: source.url.rfind(':') + 1]}{form.id}"
        elif source.kind != "relative":
            target = ""
    elif form.kind in ("conditional", "other"):
        return Lookup(form, bundle=bundle, source=entry.full_url)
    matches = bundle.by("url").get(target, []) if target else []
    if form.version:
        matches = [one for one in matches if one.version == form.version]
    elif len(matches) > 1 and len({one.version for one in matches}) == len(matches):
        # Versions of one resource: a reference that names none means the current one.
        matches = sorted(matches, key=_newest, reverse=True)[:1]
    if form.fragment and matches:
        inner = [scope for one in matches for scope in one.by("fragment").get(form.fragment, [])]
        matches = inner or matches
    near: tuple[Scope, ...] = ()
    if not matches and form.type:
        near = tuple(bundle.by("identity").get(f"{form.type}/{form.id}", ()))
    return Lookup(form, tuple(_resolved(one, "bundled") for one in matches), near, target, bundle, entry.full_url)


def _newest(scope: Scope) -> tuple[str, int]:
    meta = scope.node.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return (updated if isinstance(updated, str) else "", -scope.index)


def _in_parameters(form: ReferenceForm, holder: Scope) -> tuple[Resolved, ...]:
    """Parameters name no URLs: what has the type and id, or stands in a Bundle that is a parameter."""
    found = [_resolved(one, "parameter") for one in holder.by("identity").get(f"{form.type}/{form.id}", ())] if form.type else []
    for one in () if found else holder.by("type").get("Bundle", ()):
        found += [_resolved(entry, "bundled") for entry in one.by("url").get(form.url, ())]
    return tuple(found)


def _resolved(scope: Scope, kind: str) -> Resolved:
    return Resolved(scope.node, scope.path, kind, scope.type)


def known_types(judging: FhirJudging) -> frozenset[str]:
    """The resource types of the version judged by."""
    return judging.engine.resource_types
