"""Published invariants whose expression does not say what their sentence says: what is evaluated instead, and why.

Keyed by the published expression, so that a definition which mends it is taken at its word.
"""

from __future__ import annotations

from typing import NamedTuple


class Correction(NamedTuple):
    """``expression`` to evaluate instead, and the ``reason``."""

    expression: str
    reason: str


_UNANCHORED = "the pattern was meant of the whole text; later versions anchor it"
_ABSENT = "the element is optional, and the published expression gives nothing where it is absent"
_PRECISION = "where the precisions leave the order open nothing is broken; later versions compare the boundaries"
_AGENT = "a reference that leads out of the document cannot be judged; the like invariants of other resources say so"
_VERIFICATION = "verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists()"
_NAMES = "[^\\\\s\\\\.,:;\\\\\\'\"\\\\/|?!@#$%&*()\\\\[\\\\]{}]{1,64}"

CORRECTIONS: dict[str, Correction] = {
    # R4
    "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')": Correction("name.empty() or name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')", f"{_ABSENT}; {_UNANCHORED}"),
    "fullUrl.contains('/_history/').not()": Correction("fullUrl.empty() or fullUrl.contains('/_history/').not()", _ABSENT),
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))": Correction(
        "reference.hasValue().not() or reference.startsWith('#').not() or reference.substring(1) in %rootResource.contained.id "
        "or (reference = '#' and %rootResource != %resource)",
        "a reference without a literal is allowed, and '#' in a contained resource means the one that contains it",
    ),
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": Correction(
        "start.hasValue().not() or end.hasValue().not() or (start <= end) or (start <= end).empty()", _PRECISION
    ),
    "low.empty() or high.empty() or (low <= high)": Correction(
        "low.value.empty() or high.value.empty() or low.comparable(high).not() or low <= high",
        "limits without a number or in units that cannot be converted have no order; later versions say so",
    ),
    "lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn": Correction(
        "lastModified.exists().not() or authoredOn.exists().not() or lastModified >= authoredOn or (lastModified >= authoredOn).empty()", _PRECISION
    ),
    "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared": Correction(
        "whenHandedOver.empty() or whenPrepared.empty() or whenHandedOver >= whenPrepared or (whenHandedOver >= whenPrepared).empty()", _PRECISION
    ),
    "probability is decimal implies (probability as decimal) <= 100": Correction(
        "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)", _ABSENT
    ),
    "probability is decimal implies probability.as(decimal) <= 100": Correction(
        "probability.empty() or (probability is decimal implies (probability as decimal) <= 100)", _ABSENT
    ),
    "($this as dateTime).toString().length() >= 8": Correction(
        "($this is dateTime).not() or hasValue().not() or toString().length() >= 8",
        "the rule is of a dateTime that has a value; a Period has no such precision",
    ),
    "operator = 'exists' implies (answer is Boolean)": Correction(
        "operator = 'exists' implies (answer is boolean)", "FHIR's type is boolean; Boolean is that of FHIRPath itself"
    ),
    "enableWhen.count() > 2 implies enableBehavior.exists()": Correction(
        "enableWhen.count() > 1 implies enableBehavior.exists()", "the sentence says more than one; later versions count so"
    ),
    "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))": Correction(
        "offset.empty() or (when.exists() and when.all(($this in ('C' | 'CM' | 'CD' | 'CV')).not()))", "when repeats, and in takes a single item"
    ),
    f"clinicalStatus.exists() or {_VERIFICATION} or category.select($this='problem-list-item').empty()": Correction(
        f"clinicalStatus.exists() or {_VERIFICATION} or category.coding.where(code = 'problem-list-item').empty()",
        "a category is a CodeableConcept and never equals a text; the sentence means its code",
    ),
    f"path.matches('{_NAMES}(\\\\.{_NAMES}(\\\\[x\\\\])?(\\\\:[^\\\\s\\\\.]+)?)*')": Correction(
        f"path.matches('^{_NAMES}(\\\\.{_NAMES}(\\\\[x\\\\])?(\\\\:[^\\\\s\\\\.]+)?)*$')", _UNANCHORED
    ),
    "path.matches('[A-Za-z][A-Za-z0-9]*(\\\\.[a-z][A-Za-z0-9]*(\\\\[x])?)*')": Correction(
        "path.matches('^[A-Za-z][A-Za-z0-9]*(\\\\.[a-z][A-Za-z0-9]*(\\\\[x])?)*$')", _UNANCHORED
    ),
    "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')": Correction(
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))",
        "a parameter that is a resource may follow a profile too; later versions allow it",
    ),
    "max='*' or (max.toInteger() > 0)": Correction("max.empty() or max='*' or (max.toInteger() > 0)", _ABSENT),
    # STU3
    "searchType implies type = 'string'": Correction("searchType.exists() implies type = 'string'", f"{_ABSENT}; R4 mends it"),
    "hasValue() | (children().count() > id.count())": Correction(
        "hasValue() or (children().count() > id.count())", "a union of truth values is not one of them"
    ),
    "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %resource.contained.id.trace('ids'))": Correction(
        "reference.hasValue().not() or reference.startsWith('#').not() or reference.substring(1) in %rootResource.contained.id "
        "or (reference = '#' and %rootResource != %resource)",
        "ids are looked up in the resource that contains, not in the contained one; a reference without a literal is allowed",
    ),
    "contained.where(('#'+id in %resource.descendants().reference).not()).empty()": Correction(
        "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(uri))) or descendants()"
        ".where(reference = '#').exists()).not())"
        ".empty()",
        "a contained resource may be referred to by a uri, or itself refer to the one that contains it; R4 says so",
    ),
    "start.empty() or end.empty() or (start <= end)": Correction(
        "start.hasValue().not() or end.hasValue().not() or (start <= end) or (start <= end).empty()", _PRECISION
    ),
    "(concept.code | descendants().concept.code).isDistinct()": Correction(
        "concept.code.combine(descendants().concept.code).isDistinct()", "a union has no repeats: nothing would ever be found"
    ),
    "kind != 'root' or uniqueId.type = 'uuid'": Correction("kind != 'root' or uniqueId.all(type != 'uuid')", "the sentence says the opposite; R4 mends it"),
    "reasonCode.empty() or notGiven.empty() or notGiven = 'false'": Correction(
        "reasonCode.empty() or notGiven.empty() or notGiven = false", "notGiven is a boolean, not a text"
    ),
    "kind!='logical' implies snapshot.element.first().type.empty()": Correction(
        "%resource.kind != 'logical' implies %resource.snapshot.element.first().type.empty()", "in STU3 the rule stands on the snapshot, which has no kind"
    ),
    "valueSet.is(uri).not() or valueSet.as(uri).startsWith('http:') or valueSet.as(uri).startsWith('https') or valueSet.as(uri).startsWith('urn:')": Correction(
        "valueSet.empty() or valueSet.is(uri).not() or valueSet.as(uri).startsWith('http:') or valueSet.as(uri).startsWith('https') "
        "or valueSet.as(uri).startsWith('urn:')",
        _ABSENT,
    ),
    "(agent.resolve() is Practitioner) or (agent.resolve() is Device) or onBehalfOf.exists().not()": Correction(
        "agent.resolve().empty() or (agent.resolve() is Practitioner) or (agent.resolve() is Device) or onBehalfOf.exists().not()", _AGENT
    ),
    "(agent.resolve() is Device) or (agent.resolve() is Practitioner) or onBehalfOf.exists().not()": Correction(
        "agent.resolve().empty() or (agent.resolve() is Practitioner) or (agent.resolve() is Device) or onBehalfOf.exists().not()", _AGENT
    ),
    "onBehalfOf.exists() implies (member.resolve() is Practitioner)": Correction(
        "onBehalfOf.exists() implies (member.resolve().empty() or member.resolve() is Practitioner)", _AGENT
    ),
}


def corrected(expression: str) -> str:
    """The expression to evaluate where ``expression`` is published."""
    found = CORRECTIONS.get(expression)
    return expression if found is None else found.expression
