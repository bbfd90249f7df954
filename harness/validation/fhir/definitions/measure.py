"""A Measure: the expressions its criteria name are defined in its libraries, and its populations go with its scoring."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.errors import HarnessError
from harness.validation.fhir.judging import FhirJudging, Node, codes, objects, rule, text

_DEFINE = re.compile(r'^\s*define\s+(?:(?:public|private|fluent)\s+)*(?:function\s+)?(?:"((?:[^"\\]|\\.)+)"|([A-Za-z_]\w*))', re.MULTILINE)
_ELM = re.compile(r"<def\b[^>]*?\bname=\"([^\"]*)\"")
_NAMED = re.compile(r'(?:(?:"([^"]+)"|([A-Za-z_][\w-]*))\.)?(?:"([^"]+)"|([A-Za-z_]\w*))(?:\(.*\))?')
_CQL = ("text/cql", "text/cql-identifier", "text/cql.identifier")
_ALLOWED = {
    "cohort": {"initial-population", "measure-population"},
    "proportion": {"initial-population", "numerator", "numerator-exclusion", "denominator", "denominator-exclusion", "denominator-exception"},
    "ratio": {"initial-population", "numerator", "numerator-exclusion", "denominator", "denominator-exclusion", "measure-observation"},
    "continuous-variable": {"initial-population", "measure-population", "measure-population-exclusion", "measure-observation"},
}
_LARGEST = 4_000_000


@rule("measure", "Measure")
def measure(judging: FhirJudging, value: Node, path: str) -> None:
    """Groups are told apart, libraries are known and define what criteria name, populations go with the scoring."""
    groups = objects(value, "group")
    if not groups:
        judging.tell("definitions/measure-without-groups", at=path)
    libraries = _libraries(judging, value, path)
    scoring = next((code for code in codes(value.get("scoring")) if code in _ALLOWED), "")
    for index, group in groups:
        where = f"{path}.group[{index}]"
        if len(groups) > 1 and not isinstance(group.get("code"), dict):
            judging.tell("definitions/measure-group-code", at=where)
        for place, population in objects(group, "population"):
            kinds = [code for code in codes(population.get("code")) if any(code in allowed for allowed in _ALLOWED.values())]
            if scoring and kinds and not _ALLOWED[scoring].intersection(kinds):
                judging.tell("definitions/measure-population", at=f"{where}.population[{place}].code", actual=kinds[0], population=kinds[0], scoring=scoring)
    for where, expression in _criteria(value, path):
        _expression(judging, expression, where, libraries)


def _libraries(judging: FhirJudging, value: Node, path: str) -> list[Mapping[str, Any] | None]:
    held = value.get("library")
    found: list[Mapping[str, Any] | None] = []
    for index, canonical in enumerate(held if isinstance(held, list) else []):
        address = canonical if isinstance(canonical, str) else text(canonical, "reference")
        if not address:
            continue
        library: Mapping[str, Any] | None = judging.definitions.find(address, "Library")
        if library is None and address.startswith("#"):
            library = next((item for _, item in objects(value, "contained") if text(item, "id") == address[1:]), None)
        if library is None:
            judging.tell("definitions/measure-library-unknown", at=f"{path}.library[{index}]", address=address[:120])
        found.append(library)
    return found


def _criteria(value: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Every expression of a Measure, with its path."""
    holders: list[tuple[str, Node]] = [(f"{path}.supplementalData[{index}]", data) for index, data in objects(value, "supplementalData")]
    for index, group in objects(value, "group"):
        for kind in ("population", "stratifier"):
            for place, part in objects(group, kind):
                where = f"{path}.group[{index}].{kind}[{place}]"
                holders.append((where, part))
                holders += [(f"{where}.component[{number}]", component) for number, component in objects(part, "component")]
    for where, holder in holders:
        criteria = holder.get("criteria")
        if isinstance(criteria, dict):
            yield f"{where}.criteria", criteria


def _expression(judging: FhirJudging, criteria: Node, path: str, libraries: list[Mapping[str, Any] | None]) -> None:
    language, expression = text(criteria, "language"), text(criteria, "expression")
    if language == "text/fhirpath" and expression:
        from harness.fhirpath import parse

        try:
            parse(expression)
        except HarnessError as error:
            judging.tell("definitions/measure-fhirpath", at=f"{path}.expression", actual=expression, error=error)
        return
    if language not in _CQL or not expression:
        return
    if not any(libraries) and ".stratifier[" in path and language != "text/cql-identifier":
        judging.tell("definitions/measure-stratifier-library", at=path, actual=expression)
    if not libraries:
        judging.tell("definitions/measure-library-missing", at=path, actual=expression)
        return
    named = _NAMED.fullmatch(expression.strip())
    if named is None:
        return
    prefix, name = named[1] or named[2] or "", named[3] or named[4]
    candidates = [library for library in libraries if not prefix or (library is not None and text(library, "name") == prefix)]
    if len(candidates) != 1 or candidates[0] is None:
        return
    defined = _defined(candidates[0])
    if defined is not None and name not in defined:
        judging.tell("definitions/measure-expression", at=path, actual=expression, library=text(candidates[0], "name") or text(candidates[0], "url"), name=name)


def _defined(library: Mapping[str, Any]) -> set[str] | None:
    """Names a library defines, read from its CQL or ELM; None where it carries neither."""
    found: set[str] | None = None
    for _, content in objects(dict(library), "content"):
        kind, data = text(content, "contentType").partition(";")[0], text(content, "data")
        if kind not in ("text/cql", "application/elm+xml", "application/elm+json") or not data or len(data) > _LARGEST:
            continue
        try:
            source = base64.b64decode(data, validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            continue
        found = found or set()
        if kind == "text/cql":
            found.update(first or second for first, second in _DEFINE.findall(source))
        elif kind == "application/elm+xml":
            from html import unescape

            found.update(unescape(name) for name in _ELM.findall(source))
        else:
            found.update(re.findall(r'"name"\s*:\s*"((?:[^"\\]|\\.)*)"', source))
    return found
