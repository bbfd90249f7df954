"""A CapabilityStatement: profiles, search parameters and operations it names are there and are of the right kind."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text


@rule("capability-statement", "CapabilityStatement")
def capability_statement(judging: FhirJudging, value: Node, path: str) -> None:
    """What is said of each resource goes together."""
    for index, rest in objects(value, "rest"):
        for place, resource in objects(rest, "resource"):
            where = f"{path}.rest[{index}].resource[{place}]"
            _profiles(judging, resource, where)
            _codes(judging, resource, where)
            for number, parameter in objects(resource, "searchParam"):
                _search(judging, parameter, text(resource, "type"), f"{where}.searchParam[{number}]")
            for number, operation in objects(resource, "operation"):
                _kind(judging, text(operation, "definition"), "OperationDefinition", f"{where}.operation[{number}].definition")
        for number, operation in objects(rest, "operation"):
            _kind(judging, text(operation, "definition"), "OperationDefinition", f"{path}.rest[{index}].operation[{number}].definition")


def _profiles(judging: FhirJudging, resource: Node, path: str) -> None:
    """profile and supportedProfile are profiles on the type of the resource."""
    kind, supported = text(resource, "type"), resource.get("supportedProfile")
    named = [(f"{path}.profile", text(resource, "profile"))]
    named += [
        (f"{path}.supportedProfile[{index}]", each) for index, each in enumerate(supported if isinstance(supported, list) else []) if isinstance(each, str)
    ]
    for where, canonical in named:
        found = judging.definitions.find(canonical, "StructureDefinition") if canonical else None
        if found is not None and kind and found.get("type") not in (kind, "Resource", "DomainResource"):
            judging.tell("definitions/capability-profile-type", at=where, actual=canonical, held=found.get("type"), kind=kind)
        elif found is None:
            _kind(judging, canonical, "StructureDefinition", where)


def _codes(judging: FhirJudging, resource: Node, path: str) -> None:
    seen: set[str] = set()
    for index, interaction in objects(resource, "interaction"):
        code = text(interaction, "code")
        if code and code in seen:
            judging.tell("definitions/capability-interaction-twice", at=f"{path}.interaction[{index}]", actual=code, code=code[:40])
        seen.add(code)


def _search(judging: FhirJudging, parameter: Node, kind: str, path: str) -> None:
    canonical = text(parameter, "definition")
    found = judging.definitions.find(canonical, "SearchParameter") if canonical else None
    if found is None:
        _kind(judging, canonical, "SearchParameter", f"{path}.definition")
        return
    wanted, given = found.get("type"), text(parameter, "type")
    if given and wanted and given != wanted:
        judging.tell("definitions/capability-search-type", at=f"{path}.type", actual=given, wanted=wanted, given=given)
    bases = found.get("base")
    if kind and isinstance(bases, list) and not {kind, "Resource", "DomainResource"}.intersection(each for each in bases if isinstance(each, str)):
        judging.tell("definitions/capability-search-base", at=f"{path}.definition", actual=canonical, kind=kind)


def _kind(judging: FhirJudging, canonical: str, wanted: str, path: str) -> None:
    """A canonical that is known and is of another kind is wrong; one that is not known cannot be judged."""
    if canonical and judging.definitions.find(canonical, wanted) is None:
        other = judging.definitions.find(canonical)
        if other is not None:
            judging.tell(
                "definitions/capability-other-kind", at=path, actual=canonical, canonical=canonical[:120], held=other.get("resourceType"), wanted=wanted
            )
