"""Quick looks: conditions under which an invariant is surely met, or a rule surely has nothing to say. What they do not settle is judged in full.

An invariant is known by its expression, not by its key alone: a profile may use a key again for something else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.validation.fhir.fastpath.text_conditions import name_of

Look = Callable[[Any], bool]
# Ids of elements are seldom: the walk and what is left over note that there is one (``FhirJudging.has_element_ids``); where none stands, none stands twice.
ABOUT_ELEMENT_IDS = "element_ids.element_ids"


def _has_narrative(node: Any) -> bool:
    """dom-6."""
    text = node.get("text")
    return type(text) is dict and type(text.get("div")) is str


def _in_order(node: Any) -> bool:
    """per-1: start and end to the day at least, in one form, in the order of text."""
    start, end = node.get("start"), node.get("end")
    if start is None or end is None:
        return "_start" not in node and "_end" not in node
    return type(start) is str and type(end) is str and 10 <= len(start) == len(end) and start[10:11] == end[10:11] and start[19:] == end[19:] and start <= end


# Beyond what ``existence`` reads in an expression.
_LOOKS: dict[tuple[str, str], Look] = {
    ("dom-6", "text.`div`.exists()"): _has_narrative,
    ("per-1", "start.hasValue().not() or end.hasValue().not() or (start <= end)"): _in_order,
    ("per-1", "start.empty() or end.empty() or (start <= end)"): _in_order,
}


def quiet_constraint(key: str, expression: str) -> Look | None:
    """The quick look at an invariant, None where there is none."""
    return _LOOKS.get((key, expression.strip()))


def _nothing_official(node: Any) -> bool:
    """The rule of identifiers speaks of NHS numbers and ODS codes."""
    system = node.get("system")
    return type(system) is str and not system.startswith("https://fhir.nhs.uk/")


def _absolute_namespace(node: Any) -> bool:
    system = node.get("system")
    return type(system) is str and system.startswith(("http://", "https://"))


def _web_url(node: Any) -> bool:
    url = node.get("url")
    return type(url) is str and url.startswith(("http://", "https://"))


def _leads_nowhere(node: Any) -> bool:
    return "reference" not in node and ("identifier" in node or "display" in node)


# Units of UCUM that come again and again; nothing else is a quick look at a unit.
_UNITS = frozenset(
    {"1", "%", "/min", "kg", "g", "mg", "ug", "cm", "m", "mm", "mm[Hg]", "Cel", "mmol/L", "mg/dL", "g/L", "g/dL", "kg/m2", "mL", "L", "min", "h", "d"}
)


def _usual_unit(node: Any) -> bool:
    code = node.get("code")
    return code is None or (type(code) is str and code in _UNITS and node.get("system") == "http://unitsofmeasure.org")


_RULES: dict[str, Look] = {
    "identifiers.identifier": _nothing_official,
    "urls.identifier_namespace": _absolute_namespace,
    "urls.extension_url": _web_url,
    "reference_rules.reference": _leads_nowhere,
    "codings.unit": _usual_unit,
}


def quiet_function(function: Callable[..., object]) -> Look | None:
    """The quick look at a rule, None where there is none."""
    return _RULES.get(name_of(function))
