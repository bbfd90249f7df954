"""A StructureDefinition as a definition: its base, its type, its contexts, and whether it is compatible with its base."""

from __future__ import annotations

from harness.catalogue.fhir import Structure
from harness.errors import HarnessError
from harness.model.issue import Severity
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

KIND = "StructureDefinition"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
# Characters of why an expression cannot be read: with the words before them, three hundred.
_REASON = 268
_UNTOLD = ("not known", "unknown", "refers to itself", "no slicing says how")


@rule("structure-definition", "StructureDefinition")
def structure_definition(judging: FhirJudging, value: Node, path: str) -> None:
    """What a definition derives from and where it may stand."""
    _base(judging, value, path)
    _contexts(judging, value, path)
    if text(value, "kind") == "logical":
        _logical(judging, value, path)
    structure = own_structure(judging, value)
    if structure is None:
        return
    _problems(judging, value, structure, path)
    if text(value, "type") == "Extension" and text(value, "derivation") == "constraint":
        _address(judging, value, structure, path)


def own_structure(judging: FhirJudging, value: Node) -> Structure | None:
    """The definition with a snapshot made from its differential (its own snapshot where it has no differential); None where none can be made."""
    kept = judging.structures
    if id(value) in kept:
        return kept[id(value)]
    url = text(value, "url")
    bare = {key: held for key, held in value.items() if key != "snapshot"} if objects_in(value, "differential") else value
    structure = None
    if url and "|" not in url and "#" not in url and text(value, "kind") != "logical":
        structure = judging.definitions.with_resources([bare]).structure(url)
    kept[id(value)] = structure
    return structure


def objects_in(value: Node, view: str) -> list[tuple[int, Node]]:
    """Elements of the differential or the snapshot with their index."""
    held = value.get(view)
    return objects(held, "element") if isinstance(held, dict) else []


def _base(judging: FhirJudging, value: Node, path: str) -> None:
    base, kind, derivation, url = (text(value, name) for name in ("baseDefinition", "type", "derivation", "url"))
    if not base:
        return
    if not derivation:
        judging.tell("definitions/structure-derivation", at=path)
    if derivation == "specialization":
        _specialised(judging, value, kind, url, path)
    where = f"{path}.baseDefinition"
    if base.partition("|")[0] == url:
        judging.tell("definitions/structure-based-on-itself", at=where, actual=base)
        return
    found = judging.definitions.find(base, KIND)
    if found is None:
        other = judging.definitions.find(base)
        if other is not None:
            judging.tell("definitions/structure-base-kind", at=where, actual=base, base=base[:120], held=other.get("resourceType"))
        else:
            judging.tell("definitions/structure-base-unknown", at=where, actual=base, base=base[:120])
        return
    theirs = str(found.get("type", ""))
    if derivation == "constraint" and kind and theirs and kind != theirs:
        judging.tell("definitions/structure-type-of-base", at=f"{path}.type", actual=kind, kind=kind[:60], theirs=theirs[:60], wanted=theirs)
    elif derivation == "specialization" and kind and kind == theirs:
        judging.tell("definitions/structure-type-not-new", at=f"{path}.type", actual=kind, kind=kind[:80])
    if derivation == "constraint" and text(value, "kind") and found.get("kind") and text(value, "kind") != found.get("kind"):
        judging.tell("definitions/structure-kind", at=f"{path}.kind", actual=text(value, "kind"), kind=found.get("kind"), held=text(value, "kind"))


def _specialised(judging: FhirJudging, value: Node, kind: str, url: str, path: str) -> None:
    """A new type is not one that FHIR has, unless it is that very definition; and one that FHIR has not says where it is defined."""
    if kind in judging.definitions.type_names:
        found = judging.definitions.type(kind)
        if found is None or found.url == url or url.startswith(_CORE):
            return
        judging.tell("definitions/structure-type-of-fhir", at=f"{path}.type", actual=kind, kind=kind[:60])
    elif ":" not in kind and kind and text(value, "kind") != "logical" and not url.startswith(_CORE):
        judging.tell("definitions/structure-new-type-undefined", at=f"{path}.type", actual=kind, kind=kind[:60])


def _logical(judging: FhirJudging, value: Node, path: str) -> None:
    """A logical model names its type by an address of its own, and its paths begin with the last part of it."""
    kind = text(value, "type")
    if not kind:
        return
    if ":" not in kind and kind not in judging.definitions.type_names and text(value, "derivation") == "specialization":
        judging.tell("definitions/structure-type-undefined", at=f"{path}.type", actual=kind, kind=kind[:60])
    tail = kind.rpartition("/")[2]
    for view in ("differential", "snapshot"):
        for index, element in objects_in(value, view):
            if text(element, "path").partition(".")[0] not in (tail, ""):
                where = f"{path}.{view}.element[{index}].path"
                judging.tell("definitions/structure-path", at=where, actual=text(element, "path"), path=text(element, "path")[:80], tail=tail[:60])


def _contexts(judging: FhirJudging, value: Node, path: str) -> None:
    """context says where an extension may stand; nothing else has one."""
    contexts = objects(value, "context")
    if contexts and text(value, "type") not in ("Extension", ""):
        where = f"{path}.context[{contexts[0][0]}]"
        judging.tell(
            "definitions/structure-context-opinion" if "hl7-validator" in judging.options.rules else "definitions/structure-context",
            at=where,
            type=text(value, "type")[:60],
        )
        return
    for index, context in contexts:
        where, kind, expression = f"{path}.context[{index}]", text(context, "type"), text(context, "expression")
        if kind == "fhirpath":
            parses(judging, expression, f"{where}.expression")
        elif kind == "element" and expression:
            _element_context(judging, expression, where)
        elif kind == "extension" and expression and ":" not in expression:
            judging.tell("definitions/structure-context-extension", at=f"{where}.expression", actual=expression)


def _element_context(judging: FhirJudging, expression: str, where: str) -> None:
    if expression == "Element":
        judging.tell("definitions/structure-context-any", at=where)
        return
    named = expression.partition("#")
    root = named[2].partition(".")[0] if named[1] else expression.partition(".")[0]
    if "/" not in root and root.partition(":")[0] not in judging.definitions.type_names and "://" not in expression:
        judging.tell("definitions/structure-context-type", at=f"{where}.expression", actual=expression, type=root[:60], version=judging.version)


def parses(judging: FhirJudging, expression: str, path: str) -> None:
    """An error where an expression is no FHIRPath, or asks for a function or variable that there is not."""
    from harness.fhirpath import compile  # noqa: A004

    if not expression:
        return
    try:
        compile(expression, judging.version)
    except HarnessError as error:
        judging.tell("definitions/structure-expression", at=path, actual=expression, error=str(error)[:_REASON])


def _problems(judging: FhirJudging, value: Node, structure: Structure, path: str) -> None:
    """What making the snapshot found, at the element of the differential it is about."""
    elements = objects_in(value, "differential")
    if text(value, "derivation") != "constraint":
        return
    for problem in structure.problems:
        about, _, what = problem.partition(": ")
        place = next((index for index, element in elements if about and about in (text(element, "id"), text(element, "path"))), None)
        where = path if place is None else f"{path}.differential.element[{place}]"
        untold = any(word in problem for word in _UNTOLD)
        if ("its base" in problem and untold) or "bases lead back" in problem:
            continue
        sentence = (f"{about}: {what}" if what else about)[:300]
        if untold:
            judging.tell("definitions/structure-problem-untold", at=where, problem=sentence)
        else:
            # STU3's own definitions name slices in another case in ids than in sliceName, and Money was a Quantity: what is found there is less sure.
            less_sure = Severity.WARNING if judging.version == "3.0.2" else None
            judging.tell("definitions/structure-problem", at=where, severity=less_sure, problem=sentence)


def _address(judging: FhirJudging, value: Node, structure: Structure, path: str) -> None:
    """Extension.url of an extension is fixed to the address of its definition."""
    url = text(value, "url")
    element = next((each for each in structure.elements if each.get("id") == "Extension.url"), None)
    fixed = element.get("fixedUri") if element is not None else None
    if element is None or structure.problems:
        return
    place = next((index for index, each in objects_in(value, "differential") if text(each, "path") == "Extension.url"), None)
    where = path if place is None else f"{path}.differential.element[{place}]"
    if fixed is None:
        judging.tell("definitions/structure-address-missing", at=where, actual="absent", url=url)
    elif fixed != url:
        judging.tell("definitions/structure-address-other", at=where, actual=fixed, url=url)
    _settled(judging, structure, url, where)


def _settled(judging: FhirJudging, structure: Structure, url: str, where: str) -> None:
    """An extension derived from another cannot have an address of its own: Extension.url is fixed already (R4 5.1.0.10, fixed values)."""
    before = judging.definitions.structure(structure.base) if structure.base else None
    elements = before.elements if before is not None else ()
    fixed = next((each.get("fixedUri") for each in elements if each.get("id") == "Extension.url"), None)
    if isinstance(fixed, str) and fixed != url:
        judging.tell("definitions/structure-address-settled", at=where, expected=fixed, actual=url, fixed=fixed[:120])
