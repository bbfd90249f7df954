"""Profiles that only say who must do what with elements (obligation profiles), and profiles that take that over from them."""

from __future__ import annotations

from harness.validation.fhir.content import extensions, value_of
from harness.validation.fhir.definitions.structure_definition import KIND, objects_in
from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/"
_FLAGS = tuple(f"{root}{name}" for root in (_CORE, _TOOLS) for name in ("obligation-profile", "obligation-profile-flag"))
_INHERITS = tuple(f"{root}{name}" for root in (_CORE, _TOOLS) for name in ("inherit-obligations", "obligations-inherit"))
_SAID = tuple(f"{root}{name}" for root in (_CORE, _TOOLS) for name in ("obligation", "obligation-profile", "additional-binding"))
_ALLOWED = {
    "id",
    "path",
    "min",
    "max",
    "extension",
    "sliceName",
    "slicing",
    "short",
    "definition",
    "comment",
    "requirements",
    "alias",
    "mustSupport",
    "binding",
    "mapping",
}


@rule("structure-obligations", "StructureDefinition")
def structure_obligations(judging: FhirJudging, value: Node, path: str) -> None:
    """An obligation profile constrains nothing; what is inherited comes from an obligation profile on the same base."""
    if True in extensions(value, *_FLAGS):
        for index, element in objects_in(value, "differential"):
            _element(judging, element, f"{path}.differential.element[{index}]")
    for index, extension in objects(value, "extension"):
        canonical = value_of(extension)[1]
        if text(extension, "url") in _INHERITS and isinstance(canonical, str):
            _inherited(judging, value, canonical, f"{path}.extension[{index}]")


def _element(judging: FhirJudging, element: Node, path: str) -> None:
    for key in element:
        if key not in _ALLOWED and not key.startswith("_"):
            judging.tell("definitions/obligation-constrains", at=f"{path}.{key}", actual=key, name=key, path=text(element, "path")[:80])
    for index, extension in objects(element, "extension"):
        if text(extension, "url") not in _SAID:
            where = f"{path}.extension[{index}]"
            judging.tell("definitions/obligation-extends", at=where, actual=text(extension, "url"), path=text(element, "path")[:80])


def _inherited(judging: FhirJudging, value: Node, canonical: str, path: str) -> None:
    found = judging.definitions.find(canonical, KIND)
    if found is None:
        judging.tell("definitions/obligation-unknown", at=path, actual=canonical, canonical=canonical[:120])
        return
    if True not in extensions(dict(found), *_FLAGS):
        judging.tell("definitions/obligation-not-marked", at=path, actual=canonical)
    elif found.get("baseDefinition") != value.get("baseDefinition"):
        judging.tell("definitions/obligation-other-base", at=path, actual=canonical)
