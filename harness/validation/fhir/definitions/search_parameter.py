"""A SearchParameter: its expression, its components, what it is derived from."""

from __future__ import annotations

from harness.errors import HarnessError
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

# Characters of why an expression cannot be read: with the words before them, three hundred.
_REASON = 268


@rule("search-parameter", "SearchParameter")
def search_parameter(judging: FhirJudging, value: Node, path: str) -> None:
    """Expressions parse; a composite has components; a derived parameter is of the type it derives from."""
    kind, components = text(value, "type"), objects(value, "component")
    _expression(judging, text(value, "expression"), f"{path}.expression")
    if kind == "composite" and len(components) < 2:
        judging.tell("definitions/search-composite", at=path, actual=len(components), count=len(components))
    elif components and kind and kind != "composite":
        judging.tell("definitions/search-components", at=f"{path}.component", actual=kind, kind=kind)
    for index, component in components:
        where = f"{path}.component[{index}]"
        _expression(judging, text(component, "expression"), f"{where}.expression")
        _component(judging, text(component, "definition"), f"{where}.definition")
    if isinstance(value.get("target"), list) and value["target"] and kind and kind != "reference":
        judging.tell("definitions/search-targets", at=f"{path}.target", actual=kind, kind=kind)
    if not text(value, "expression") and kind not in ("special", "") and not components:
        judging.tell("definitions/search-without-expression", at=path)
    _derived(judging, value, path)


def _expression(judging: FhirJudging, expression: str, path: str) -> None:
    from harness.fhirpath import compile  # noqa: A004

    if not expression:
        return
    try:
        compile(expression, judging.version)
    except HarnessError as error:
        judging.tell("definitions/search-expression", at=path, actual=expression, error=str(error)[:_REASON])


def _component(judging: FhirJudging, canonical: str, path: str) -> None:
    found = judging.definitions.find(canonical, "SearchParameter") if canonical else None
    if canonical and found is None:
        other = judging.definitions.find(canonical)
        if other is not None:
            judging.tell("definitions/search-component-kind", at=path, actual=canonical, canonical=canonical[:120], held=other.get("resourceType"))
    elif found is not None and found.get("type") == "composite":
        judging.tell("definitions/search-component-composite", at=path, actual=canonical)


def _derived(judging: FhirJudging, value: Node, path: str) -> None:
    canonical = text(value, "derivedFrom")
    found = judging.definitions.find(canonical, "SearchParameter") if canonical else None
    if not canonical:
        return
    if found is None:
        judging.tell("definitions/search-base-unknown", at=f"{path}.derivedFrom", actual=canonical, canonical=canonical[:120])
        return
    kind = found.get("type")
    if text(value, "type") and kind and text(value, "type") != kind:
        judging.tell("definitions/search-type-of-base", at=f"{path}.type", actual=text(value, "type"), held=text(value, "type"), kind=kind)
    bases, theirs = value.get("base"), found.get("base")
    if isinstance(bases, list) and isinstance(theirs, list) and "Resource" not in theirs and "DomainResource" not in theirs:
        for index, base in enumerate(bases):
            if isinstance(base, str) and base not in theirs:
                judging.tell(
                    "definitions/search-resource-of-base", at=f"{path}.base[{index}]", expected=", ".join(map(str, theirs)), actual=base, base=base[:60]
                )
