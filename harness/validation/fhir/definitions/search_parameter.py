"""A SearchParameter: its expression, its components, what it is derived from."""

from __future__ import annotations

from harness.errors import HarnessError
from harness.validation.fhir.definitions.say import ERROR, INFORMATION, WARNING, tell
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_KIND = "SearchParameter"


@rule("search-parameter", "SearchParameter")
def search_parameter(judging: Judging, value: Node, path: str) -> None:
    """Expressions parse; a composite has components; a derived parameter is of the type it derives from."""
    kind, components = text(value, "type"), objects(value, "component")
    _expression(judging, text(value, "expression"), f"{path}.expression")
    if kind == "composite" and len(components) < 2:
        message = f"a composite search parameter combines others, and this one has {len(components)}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            path,
            "define two or more components",
            expected="two or more",
            actual=len(components),
            clause="SearchParameter.component",
        )
    elif components and kind and kind != "composite":
        message = f"a search parameter of type {kind} has components"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            f"{path}.component",
            "leave them out, or make it composite",
            actual=kind,
            clause="SearchParameter.component",
            opinion=True,
        )
    for index, component in components:
        where = f"{path}.component[{index}]"
        _expression(judging, text(component, "expression"), f"{where}.expression")
        _component(judging, text(component, "definition"), f"{where}.definition")
    if isinstance(value.get("target"), list) and value["target"] and kind and kind != "reference":
        message = f"a search parameter of type {kind} names targets"
        tell(judging, WARNING, _KIND, message, f"{path}.target", "leave the targets out", actual=kind, clause="SearchParameter.target")
    if not text(value, "expression") and kind not in ("special", "") and not components:
        tell(
            judging,
            INFORMATION,
            _KIND,
            "a search parameter without an expression",
            path,
            "send the expression it searches",
            issue_type="incomplete",
            clause="expression",
        )
    _derived(judging, value, path)


def _expression(judging: Judging, expression: str, path: str) -> None:
    from harness.fhirpath import compile  # noqa: A004

    if not expression:
        return
    try:
        compile(expression, judging.version)
    except HarnessError as error:
        tell(
            judging,
            ERROR,
            _KIND,
            f"the expression is not FHIRPath: {error}"[:300],
            path,
            "correct it",
            issue_type="invalid",
            actual=expression,
            clause="SearchParameter.expression",
        )


def _component(judging: Judging, canonical: str, path: str) -> None:
    found = judging.definitions.find(canonical, "SearchParameter") if canonical else None
    if canonical and found is None:
        other = judging.definitions.find(canonical)
        if other is not None:
            message = f"{canonical[:120]} is a {other.get('resourceType')}, and a search parameter is named here"
            tell(judging, ERROR, _KIND, message, path, "name a search parameter", issue_type="invalid", actual=canonical)
    elif found is not None and found.get("type") == "composite":
        message = "a component of a composite search parameter is itself a composite"
        tell(judging, WARNING, _KIND, message, path, "name simple search parameters", actual=canonical, clause="SearchParameter.component")


def _derived(judging: Judging, value: Node, path: str) -> None:
    canonical = text(value, "derivedFrom")
    found = judging.definitions.find(canonical, "SearchParameter") if canonical else None
    if not canonical:
        return
    if found is None:
        message = f"the search parameter {canonical[:120]} that this one derives from is not known here"
        tell(judging, WARNING, _KIND, message, f"{path}.derivedFrom", "give its definition along with the others", issue_type="not-found", actual=canonical)
        return
    kind = found.get("type")
    if text(value, "type") and kind and text(value, "type") != kind:
        message = f"the search parameter is of type {text(value, 'type')}, and the one it derives from of type {kind}"
        tell(
            judging,
            ERROR,
            _KIND,
            message,
            f"{path}.type",
            f"make it {kind}",
            expected=str(kind),
            actual=text(value, "type"),
            clause="SearchParameter.derivedFrom",
        )
    bases, theirs = value.get("base"), found.get("base")
    if isinstance(bases, list) and isinstance(theirs, list) and "Resource" not in theirs and "DomainResource" not in theirs:
        for index, base in enumerate(bases):
            if isinstance(base, str) and base not in theirs:
                message = f"the search parameter searches {base[:60]}, and the one it derives from does not"
                tell(
                    judging,
                    ERROR,
                    _KIND,
                    message,
                    f"{path}.base[{index}]",
                    "leave it out",
                    expected=", ".join(map(str, theirs)),
                    actual=base,
                    clause="derivedFrom",
                    opinion=True,
                )
