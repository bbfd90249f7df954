"""A StructureDefinition as a definition: its base, its type, its contexts, and whether it is compatible with its base."""

from __future__ import annotations

from harness.catalogue.fhir import Structure
from harness.errors import HarnessError
from harness.validation.fhir.definitions.say import ERROR, INFORMATION, WARNING, tell
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

KIND = "StructureDefinition"
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_UNTOLD = ("not known", "unknown", "refers to itself", "no slicing says how")


@rule("structure-definition", "StructureDefinition")
def structure_definition(judging: Judging, value: Node, path: str) -> None:
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


def own_structure(judging: Judging, value: Node) -> Structure | None:
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


def _base(judging: Judging, value: Node, path: str) -> None:
    base, kind, derivation, url = (text(value, name) for name in ("baseDefinition", "type", "derivation", "url"))
    if not base:
        return
    if not derivation:
        message = "a definition with a base does not say whether it constrains it or specialises it"
        tell(judging, ERROR, KIND, message, path, "send derivation", issue_type="required", clause="StructureDefinition.derivation", opinion=True)
    if derivation == "specialization":
        _specialised(judging, value, kind, url, path)
    where = f"{path}.baseDefinition"
    if base.partition("|")[0] == url:
        tell(
            judging,
            WARNING,
            KIND,
            "the definition is based on itself",
            where,
            "name what it derives from",
            actual=base,
            clause="StructureDefinition.baseDefinition",
        )
        return
    found = judging.definitions.find(base, KIND)
    if found is None:
        other = judging.definitions.find(base)
        if other is not None:
            message = f"{base[:120]} is a {other.get('resourceType')}, and a definition can only derive from a structure"
            tell(judging, ERROR, KIND, message, where, "name a StructureDefinition", issue_type="invalid", actual=base)
        else:
            message = f"the base {base[:120]} is not known here, so the definition was not held against it"
            tell(judging, WARNING, KIND, message, where, "give its definition along with the others", issue_type="not-found", actual=base)
        return
    theirs = str(found.get("type", ""))
    if derivation == "constraint" and kind and theirs and kind != theirs:
        message = f"a profile is on the type of its base: this one is on {kind[:60]}, its base on {theirs[:60]}"
        tell(
            judging,
            ERROR,
            KIND,
            message,
            f"{path}.type",
            f"make it {theirs}",
            issue_type="invalid",
            expected=theirs,
            actual=kind,
            clause="StructureDefinition.type",
        )
    elif derivation == "specialization" and kind and kind == theirs:
        message = f"a new type has the name of the type it specialises, {kind[:80]}"
        tell(judging, ERROR, KIND, message, f"{path}.type", "give the type its own name", actual=kind, clause="StructureDefinition.type", opinion=True)
    if derivation == "constraint" and text(value, "kind") and found.get("kind") and text(value, "kind") != found.get("kind"):
        message = f"a profile on a {found.get('kind')} says that it is a {text(value, 'kind')}"
        tell(
            judging,
            ERROR,
            KIND,
            message,
            f"{path}.kind",
            f"make it {found.get('kind')}",
            actual=text(value, "kind"),
            clause="StructureDefinition.kind",
            opinion=True,
        )


def _specialised(judging: Judging, value: Node, kind: str, url: str, path: str) -> None:
    """A new type is not one that FHIR has, unless it is that very definition; and one that FHIR has not says where it is defined."""
    if kind in judging.definitions.type_names:
        found = judging.definitions.type(kind)
        if found is None or found.url == url or url.startswith(_CORE):
            return
        message, remedy = f"{kind[:60]} is a type of FHIR, and is specialised here as if it were new", "constrain it, or give the new type its own name"
    elif ":" not in kind and kind and text(value, "kind") != "logical" and not url.startswith(_CORE):
        message, remedy = f"{kind[:60]} is no type of FHIR, and does not say where it is defined", "name it by an absolute address"
    else:
        return
    tell(judging, ERROR, KIND, message, f"{path}.type", remedy, issue_type="invalid", actual=kind, clause="StructureDefinition.type", opinion=True)


def _logical(judging: Judging, value: Node, path: str) -> None:
    """A logical model names its type by an address of its own, and its paths begin with the last part of it."""
    kind = text(value, "type")
    if not kind:
        return
    if ":" not in kind and kind not in judging.definitions.type_names and text(value, "derivation") == "specialization":
        message = f"{kind[:60]} is no type of FHIR, and does not say where it is defined"
        tell(judging, ERROR, KIND, message, f"{path}.type", "name it by an absolute address", issue_type="invalid", actual=kind, clause="type", opinion=True)
    tail = kind.rpartition("/")[2]
    for view in ("differential", "snapshot"):
        for index, element in objects_in(value, view):
            if text(element, "path").partition(".")[0] not in (tail, ""):
                message = f"the path {text(element, 'path')[:80]} does not begin with the type, {tail[:60]}"
                where = f"{path}.{view}.element[{index}].path"
                tell(judging, ERROR, KIND, message, where, f"begin it with {tail[:60]}", actual=text(element, "path"), clause="sdf-8", opinion=True)


def _contexts(judging: Judging, value: Node, path: str) -> None:
    """context says where an extension may stand; nothing else has one."""
    contexts = objects(value, "context")
    if contexts and text(value, "type") not in ("Extension", ""):
        message = f"a definition on {text(value, 'type')[:60]} says where an extension may stand"
        where = f"{path}.context[{contexts[0][0]}]"
        severity = ERROR if "hl7-validator" in judging.options.rules else WARNING
        tell(judging, severity, KIND, message, where, "leave context out", clause="StructureDefinition.context", opinion=severity is ERROR)
        return
    for index, context in contexts:
        where, kind, expression = f"{path}.context[{index}]", text(context, "type"), text(context, "expression")
        if kind == "fhirpath":
            parses(judging, expression, f"{where}.expression")
        elif kind == "element" and expression:
            _element_context(judging, expression, where)
        elif kind == "extension" and expression and ":" not in expression:
            message = "the extension that this one may stand in is not named by its address"
            tell(
                judging,
                ERROR,
                KIND,
                message,
                f"{where}.expression",
                "name it by its canonical",
                issue_type="invalid",
                actual=expression,
                clause="context.expression",
            )


def _element_context(judging: Judging, expression: str, where: str) -> None:
    if expression == "Element":
        message = "the extension may stand on any element at all"
        tell(
            judging, WARNING, KIND, message, where, "name the elements it is meant for, unless any is meant", clause="StructureDefinition.context", opinion=True
        )
        return
    named = expression.partition("#")
    root = named[2].partition(".")[0] if named[1] else expression.partition(".")[0]
    if "/" not in root and root.partition(":")[0] not in judging.definitions.type_names and "://" not in expression:
        message = f"{root[:60]} is no type of FHIR {judging.version}"
        tell(
            judging,
            WARNING,
            KIND,
            message,
            f"{where}.expression",
            "begin with the name of a type",
            issue_type="invalid",
            actual=expression,
            clause="context.expression",
        )


def parses(judging: Judging, expression: str, path: str) -> None:
    """An error where an expression is no FHIRPath, or asks for a function or variable that there is not."""
    from harness.fhirpath import compile  # noqa: A004

    if not expression:
        return
    try:
        compile(expression, judging.version)
    except HarnessError as error:
        message = f"the expression is not FHIRPath: {error}"
        tell(judging, ERROR, KIND, message[:300], path, "correct the expression", issue_type="invalid", actual=expression, clause="FHIRPath")


def _problems(judging: Judging, value: Node, structure: Structure, path: str) -> None:
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
        remedy = "give the definition it refers to" if untold else "make the element agree with what it derives from"
        sentence = f"{about}: {what}" if what else about
        # STU3's own definitions name slices in another case in ids than in sliceName, and Money was a Quantity: what is found there is less sure.
        severity = INFORMATION if untold else WARNING if judging.version == "3.0.2" else ERROR
        tell(
            judging,
            severity,
            KIND,
            sentence[:300],
            where,
            remedy,
            issue_type="not-found" if untold else "invalid",
            clause="profiling, snapshot",
        )


def _address(judging: Judging, value: Node, structure: Structure, path: str) -> None:
    """Extension.url of an extension is fixed to the address of its definition."""
    url = text(value, "url")
    element = next((each for each in structure.elements if each.get("id") == "Extension.url"), None)
    fixed = element.get("fixedUri") if element is not None else None
    if element is None or structure.problems:
        return
    place = next((index for index, each in objects_in(value, "differential") if text(each, "path") == "Extension.url"), None)
    where = path if place is None else f"{path}.differential.element[{place}]"
    if fixed is None:
        message = "the extension does not fix Extension.url to its own address"
        tell(
            judging,
            ERROR,
            KIND,
            message,
            where,
            f"send fixedUri {url}",
            issue_type="invalid",
            expected=url,
            actual="absent",
            clause="defining extensions",
            opinion=True,
        )
    elif fixed != url:
        message = "the extension fixes Extension.url to another address than its own"
        tell(judging, ERROR, KIND, message, where, f"send fixedUri {url}", issue_type="invalid", expected=url, actual=fixed, clause="defining extensions")
    _settled(judging, structure, url, where)


def _settled(judging: Judging, structure: Structure, url: str, where: str) -> None:
    """An extension derived from another cannot have an address of its own: Extension.url is fixed already (R4 5.1.0.10, fixed values)."""
    before = judging.definitions.structure(structure.base) if structure.base else None
    elements = before.elements if before is not None else ()
    fixed = next((each.get("fixedUri") for each in elements if each.get("id") == "Extension.url"), None)
    if isinstance(fixed, str) and fixed != url:
        message = f"the extension is derived from {fixed[:120]}, which fixes Extension.url to its own address"
        tell(judging, ERROR, KIND, message, where, "derive it from Extension", issue_type="invalid", expected=fixed, actual=url, clause="defining extensions")
