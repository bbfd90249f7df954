"""Where an extension may stand: element, extension and FHIRPath contexts of its definition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError
from harness.validation.fhir.element_rules import ConstraintRule
from harness.validation.fhir.invariants.constraints import broken, select

if TYPE_CHECKING:
    from harness.catalogue.fhir import Structure
    from harness.validation.fhir.judging import FhirJudging, Node
    from harness.validation.fhir.walk.plans import ValuePlan

_INDEX = re.compile(r"\[\d+\]")
_CORE = "http://hl7.org/fhir/StructureDefinition/"
# R4's own definitions use these where their contexts do not allow it; HL7's extensions pack has since put the contexts right.
_CORRECTED = {
    f"{_CORE}structuredefinition-fhir-type": ("ElementDefinition.type",),
    f"{_CORE}regex": ("ElementDefinition.type",),
    f"{_CORE}structuredefinition-normative-version": ("CanonicalResource", "ElementDefinition"),
}
_ANYWHERE = frozenset({"Element", "*", "Base", "Any"})


def allowed_here(judging: FhirJudging, plan: ValuePlan, structure: Structure, path: str) -> bool:
    """Whether one of the contexts of an extension's definition is the element, of ``plan``, that holds the extension at ``path``."""
    kept = judging.engine.contexts_met
    key = (structure.url, structure.version, id(plan))
    if key in kept:
        return True
    names = _names(plan)
    # STU3 writes several in one, with commas.
    contexts = [(kind, part.strip()) for kind, expression in structure.contexts for part in (expression.split(",") if kind == "element" else (expression,))]
    contexts += [("element", one) for one in _CORRECTED.get(structure.url, ())]
    if any(kind == "element" and (_bare(expression) in names or _bare(expression) in _ANYWHERE) for kind, expression in contexts):
        kept[key] = plan
        return True
    holder = path.rpartition(".")[0]
    return any(_matches(judging, kind, expression, holder) for kind, expression in contexts)


def _names(plan: ValuePlan) -> set[str]:
    """All that the holder can be called: its type and what that specialises, its element path in the definitions in force."""
    names = {rule.path.replace("[x]", "") for rule in plan.rules} | {rule.origin.replace("[x]", "") for rule in plan.rules}
    names.update(plan.engine.ancestors(plan.type))
    if {"url", "version", "status"} <= plan.keys.keys() and plan.type in plan.engine.resource_types:
        names |= {"CanonicalResource", "MetadataResource"}
    if "." in plan.type:
        names |= {"BackboneElement", "Element"} if any(one.code == "BackboneElement" for one in plan.rules[0].types) else {"Element"}
    return names


def _bare(expression: str) -> str:
    return expression.rpartition("#")[2].replace("[x]", "").partition("|")[0] if "#" in expression else expression.replace("[x]", "")


def _matches(judging: FhirJudging, kind: str, expression: str, holder: str) -> bool:
    if kind == "extension":
        # On the value of an extension is on that extension as well.
        owner, _, last = holder.rpartition(".")
        places = (holder, owner) if last.lstrip("_").startswith("value") else (holder,)
        nodes = [node_at(judging, place) for place in places]
        return any(isinstance(node, dict) and node.get("url") == expression.partition("#")[0] for node in nodes)
    if kind == "fhirpath":
        return _selected(judging, expression, holder)
    return _same_path(_bare(expression), _element_path(judging, holder))


def _element_path(judging: FhirJudging, holder: str) -> str:
    """``Patient.contact.name`` of a path of JSON keys, within the resource."""
    kind = str(judging.resource.get("resourceType", ""))
    return kind + _INDEX.sub("", holder[len(judging.base) :]).replace("._", ".")


def _same_path(context: str, path: str) -> bool:
    """Whether two element paths are the same, ``value`` standing for ``valueQuantity``."""
    left, right = context.split("."), path.split(".")
    return len(left) == len(right) and all(
        one == other or (other.startswith(one) and other[len(one) : len(one) + 1].isupper()) for one, other in zip(left, right, strict=True)
    )


def node_at(judging: FhirJudging, path: str) -> Any:
    """The value at a path of JSON keys; None where there is none."""
    node: Any = judging.root
    for part in path.split(".")[1:]:
        name, *indexes = part.replace("]", "").split("[")
        node = node.get(name) if isinstance(node, dict) else None
        for index in indexes:
            node = node[int(index)] if isinstance(node, list) and index.isdigit() and int(index) < len(node) else None
    return node


def _selected(judging: FhirJudging, expression: str, holder: str) -> bool:
    """Whether a FHIRPath expression over the resource selects the holder. One that cannot be evaluated forbids nothing, and says so."""
    try:
        found = select(judging, expression, judging.resource, str(judging.resource.get("resourceType", "")), judging.base)
    except HarnessError as error:
        judging.tell("shape/extension-context-untold", at=holder, expected=expression, error=error.what)
        return True
    bare = holder.replace("._", ".")
    return any(one.path.replace("._", ".") == bare for one in found)


def broken_invariants(judging: FhirJudging, plan: ValuePlan, structure: Structure, value: Node, path: str) -> None:
    """Judge the context invariants of an extension's definition on the element that holds it."""
    holder = path.rpartition(".")[0]
    rules = tuple(
        ConstraintRule(f"{structure.name}-context-{number}", "error", one, source=structure.url) for number, one in enumerate(structure.context_invariants)
    )
    node = node_at(judging, holder)
    if plan.check is not None:
        parent, _, last = holder.rpartition(".")
        broken(judging, rules, node_at(judging, f"{parent}.{last.removeprefix('_')}"), plan.type, holder, node, extension=value)
    elif isinstance(node, dict):
        broken(judging, rules, node, plan.type, holder, None, extension=value)
