"""Functions that FHIR adds (FHIR R4, section 2.1.9.1.5, and the additions of later versions that R4 profiles use)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.fhirpath.errors import EvaluationError, UnsupportedError
from harness.fhirpath.evaluation import Items, State, single
from harness.fhirpath.functions import function, text_of
from harness.fhirpath.nodes import ElementNode, gather, node, system

_BASE = "http://hl7.org/fhir/StructureDefinition/"


@function("extension", "v")
def extension(state: State, focus: Items, url: Items) -> Items:
    """The extensions with a url, of every item."""
    wanted = text_of(url)
    found: list[Any] = []
    for item in focus:
        if isinstance(item, ElementNode):
            source = item.value if type(item.value) is dict else item.shadow
            if type(source) is dict and source.get("extension"):
                some: list[Any] = []
                gather(item, "extension", "_extension", source["extension"], some, "Extension")
                found += [one for one in some if type(one.value) is dict and one.value.get("url") == wanted]
    return found


@function("resolve")
def resolve(state: State, focus: Items) -> Items:
    """The resources that references, canonicals and URLs point at; what cannot be found is left out."""
    found: Items = []
    state.spend(len(focus))
    for item in focus:
        value = system(item)
        reference = value.value.get("reference") if isinstance(value, ElementNode) and type(value.value) is dict else value
        if type(reference) is str and reference:
            answer = _resolved(state, reference, item if isinstance(item, ElementNode) else None)
            if answer is not None:
                found.append(answer)
    return found


def _resolved(state: State, reference: str, at: ElementNode | None) -> ElementNode | None:
    if reference.startswith("#") and (inner := _contained(state, reference[1:])) is not None:
        return inner
    asked = state.environment.resolve
    answer = asked(reference, at) if asked is not None else _in_bundle(state, reference)
    if isinstance(answer, Mapping):
        return node(answer, "", state.types)
    return answer if isinstance(answer, ElementNode) else None


def _contained(state: State, wanted: str) -> ElementNode | None:
    environment = state.environment
    holder = environment.root or environment.resource
    if holder is None or type(holder.value) is not dict:
        return None
    if not wanted:
        return holder
    some: list[Any] = []
    gather(holder, "contained", "_contained", holder.value.get("contained"), some)
    return next((one for one in some if type(one.value) is dict and one.value.get("id") == wanted), None)


def _in_bundle(state: State, reference: str) -> ElementNode | None:
    """Of a Bundle whose entries are at hand: by fullUrl, or by type and id."""
    top: ElementNode | None = state.environment.root or state.environment.resource
    while top is not None and top.parent is not None:
        top = top.parent
    if top is None or type(top.value) is not dict or top.value.get("resourceType") != "Bundle" or type(top.value.get("entry")) is not list:
        return None
    entries: list[Any] = []
    gather(top, "entry", "_entry", top.value["entry"], entries)
    for entry in entries:
        if type(entry.value) is not dict or type(entry.value.get("resource")) is not dict:
            continue
        url, resource = entry.value.get("fullUrl"), entry.value["resource"]
        local = f"{resource.get('resourceType')}/{resource.get('id')}"
        if url == reference or (local == reference and (type(url) is not str or url.endswith(f"/{local}"))):
            return ElementNode(resource, None, entry, "resource", -1)
    return None


@function("memberOf", "v")
def member_of(state: State, focus: Items, value_set: Items) -> Items:
    """Whether the only item, a code, Coding or CodeableConcept, is in a value set."""
    item, wanted = single(focus), text_of(value_set)
    if item is None or wanted is None:
        return []
    asked = state.environment.member_of
    answer = asked(item, wanted) if asked is not None else None
    if answer is None:
        raise UnsupportedError(f"whether it is a member of {wanted} cannot be told here")
    return [answer]


@function("validateVS", "v")
def validate_vs(state: State, focus: Items, value_set: Items) -> Items:
    """As ``memberOf``."""
    return member_of(state, focus, value_set)


@function("conformsTo", "v")
def conforms_to(state: State, focus: Items, canonical: Items) -> Items:
    """Whether the only item conforms to a profile."""
    item, wanted = single(focus), text_of(canonical)
    if item is None or wanted is None:
        return []
    if not isinstance(item, ElementNode):
        raise EvaluationError("only elements conform to profiles")
    url = wanted.partition("|")[0]
    if url.startswith(_BASE) and "/" not in (name := url.removeprefix(_BASE)) and name[:1].isupper() and type(item.value) is dict:
        kind = item.value.get("resourceType")
        if type(kind) is str and state.types.known(name) and not state.types.is_a(kind, name):
            return [False]
    asked = state.environment.conforms_to
    answer = asked(item, wanted) if asked is not None else None
    if answer is None:
        raise UnsupportedError(f"whether it conforms to {wanted} cannot be told here")
    return [answer]


@function("subsumes", "v")
def subsumes(state: State, focus: Items, other: Items) -> Items:
    """Whether the only Coding or CodeableConcept is, or stands above, the other."""
    return _subsumption(state, single(focus), single(other))


@function("subsumedBy", "v")
def subsumed_by(state: State, focus: Items, other: Items) -> Items:
    """Whether the only Coding or CodeableConcept is, or stands below, the other."""
    return _subsumption(state, single(other), single(focus))


def _subsumption(state: State, above: Any, below: Any) -> Items:
    if above is None or below is None:
        return []
    asked = state.environment.subsumes
    answer = asked(above, below) if asked is not None and isinstance(above, ElementNode) and isinstance(below, ElementNode) else None
    if answer is None:
        raise UnsupportedError("whether one concept stands above the other cannot be told here")
    return [answer]


def html_checks(state: State, focus: Items) -> Items:
    """Whether the XHTML keeps FHIR's rules for narratives."""
    asked = state.environment.html_checks
    if asked is None:
        raise UnsupportedError("the rules for narratives are not at hand here")
    answers: Items = []
    for item in focus:
        value = system(item)
        if type(value) is str:
            answers.append(not asked(value))
    return [all(answers)] if answers else []


for _name in ("htmlChecks", "htmlchecks", "htmlChecks1", "htmlChecks2"):
    function(_name)(html_checks)


@function("elementDefinition")
def element_definition(state: State, focus: Items) -> Items:
    """The definition of each element."""
    definitions = state.environment.definitions
    if definitions is None:
        raise UnsupportedError("definitions are not at hand here")
    found: Items = []
    for item in focus:
        if not isinstance(item, ElementNode):
            continue
        path = f"{item.parent.type}.{item.key}" if item.parent is not None else item.type
        structure = definitions.type(path.partition(".")[0])
        for element in structure.elements if structure is not None else ():
            told = str(element.get("path", ""))
            if told == path or (told.endswith("[x]") and path.startswith(told[:-3]) and (path[len(told) - 3 :][:1].isupper() or path == told[:-3])):
                found.append(node(dict(element), "ElementDefinition", state.types, path=f"{path} (definition)"))
                break
    return found


@function("slice", "vv")
def slice_(state: State, focus: Items, structure: Items, name: Items) -> Items:
    """The items of a slice of a profile."""
    raise UnsupportedError("which items belong to a slice cannot be told here")


@function("checkModifiers", "v", least=0)
def check_modifiers(state: State, focus: Items, *allowed: Items) -> Items:
    """The input; an error where an item has a modifier extension that is not among those named."""
    known = {value for items in allowed for item in items if type(value := system(item)) is str}
    for item in focus:
        if isinstance(item, ElementNode) and type(item.value) is dict:
            for one in item.value.get("modifierExtension") or ():
                url = one.get("url") if isinstance(one, dict) else None
                if url not in known:
                    raise EvaluationError(f"the modifier extension {url} is not understood here")
    return focus
