"""Profiles that only say who must do what with elements (obligation profiles), and profiles that take that over from them."""

from __future__ import annotations

from harness.validation.fhir.definitions.say import ERROR, WARNING, tell
from harness.validation.fhir.definitions.structure_definition import KIND, objects_in
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.items import extensions, value_of

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
_CLAUSE = "extension obligation-profile-flag"


@rule("structure-obligations", "StructureDefinition")
def structure_obligations(judging: Judging, value: Node, path: str) -> None:
    """An obligation profile constrains nothing; what is inherited comes from an obligation profile on the same base."""
    if True in extensions(value, *_FLAGS):
        for index, element in objects_in(value, "differential"):
            _element(judging, element, f"{path}.differential.element[{index}]")
    for index, extension in objects(value, "extension"):
        canonical = value_of(extension)[1]
        if text(extension, "url") in _INHERITS and isinstance(canonical, str):
            _inherited(judging, value, canonical, f"{path}.extension[{index}]")


def _element(judging: Judging, element: Node, path: str) -> None:
    for key in element:
        if key not in _ALLOWED and not key.startswith("_"):
            message = f"an obligation profile says {key} of {text(element, 'path')[:80]}"
            tell(judging, ERROR, KIND, message, f"{path}.{key}", "leave it to another profile", issue_type="invalid", actual=key, clause=_CLAUSE, opinion=True)
    for index, extension in objects(element, "extension"):
        if text(extension, "url") not in _SAID:
            message = f"an obligation profile extends {text(element, 'path')[:80]} with something that is no obligation"
            where = f"{path}.extension[{index}]"
            tell(judging, ERROR, KIND, message, where, "leave it out", issue_type="invalid", actual=text(extension, "url"), clause=_CLAUSE, opinion=True)


def _inherited(judging: Judging, value: Node, canonical: str, path: str) -> None:
    found = judging.definitions.find(canonical, KIND)
    if found is None:
        message = f"the profile {canonical[:120]} whose obligations are inherited is not known here"
        tell(judging, WARNING, KIND, message, path, "give its definition along with the others", issue_type="not-found", actual=canonical)
        return
    if True not in extensions(dict(found), *_FLAGS):
        message = "obligations are inherited from a profile that is not marked as an obligation profile"
        tell(judging, ERROR, KIND, message, path, "mark it, or inherit from another", issue_type="invalid", actual=canonical, clause=_CLAUSE, opinion=True)
    elif found.get("baseDefinition") != value.get("baseDefinition"):
        message = "obligations are inherited from a profile on another base"
        tell(
            judging, ERROR, KIND, message, path, "inherit from a profile on the same base", issue_type="invalid", actual=canonical, clause=_CLAUSE, opinion=True
        )
