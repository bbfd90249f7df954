"""Extensions: judged by the definition their url names, where that is known, and by whether they may stand where they do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.walk.extension_contexts import allowed_here, broken_invariants
from harness.validation.fhir.walk.members import judge_value
from harness.validation.fhir.walk.plan_rules import typed, unique

if TYPE_CHECKING:
    from harness.catalogue.fhir import Structure
    from harness.validation.fhir.judging import FhirJudging, Node
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

# Elements of other FHIR versions as extensions (R4 2.5.0.6.1): their definitions are made of those versions, which are not here.
# What the reference validator lets pass without a definition: examples, DICOM, and the extensions of its own tools.
_LET_PASS = ("example.org", "acme.com", "nema.org", "http://hl7.org/fhir/tools/StructureDefinition/")
_VERSIONS = frozenset({"1.0", "3.0", "4.0", "4.1", "4.3", "5.0", "6.0"})
_OTHER_VERSION = re.compile(r"http://hl7\.org/fhir/(\d\.\d)/StructureDefinition/extension-[A-Za-z]+\.")


def judge_extension(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, value: Any, path: str, extra: tuple[ElementRule, ...]) -> None:
    """Judge one extension that stands in a value of ``plan``; ``extra`` are the slices it falls under."""
    engine = plan.engine
    url = value.get("url") if isinstance(value, dict) else None
    rules = (*slot.rules, *extra)
    if isinstance(url, str) and isinstance(value, dict):
        if ":" not in url:
            _part(judging, plan, slot, url, path, extra)
        else:
            structure = engine.structure(url)
            tree = engine.tree(url)
            if structure is None or tree is None:
                _unknown(judging, slot, url, path)
            elif structure.type != "Extension":
                judging.tell("shape/extension-of-other-type", at=path, actual=structure.type, url=url, type=structure.type)
            else:
                rules = (*rules, tree)
                _placed(judging, plan, slot, structure, tree, value, path)
    chosen = engine.plan(*typed(engine, "Extension", unique(rules))) if len(rules) > len(slot.rules) else slot.plan
    judge_value(judging, chosen, value, None, path, path)


def _part(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, url: str, path: str, extra: tuple[ElementRule, ...]) -> None:
    """A url that is a plain word names a part of the extension around it."""
    if plan.type != "Extension":
        judging.tell("shape/extension-url", at=f"{path}.url", actual=url)
        return
    known = [one for rule in slot.rules for one in rule.slices]
    if known and not extra:
        names = " | ".join(dict.fromkeys(one.slice_name for one in known))
        owner = next(rule.profile for rule in slot.rules if rule.slices)
        judging.tell("shape/extension-part", at=path, expected=names, actual=url, profile=owner, name=owner.rpartition("/")[2], url=url)


def _unknown(judging: FhirJudging, slot: MemberPlan, url: str, path: str) -> None:
    strict = "hl7-validator" in judging.options.rules
    other = _OTHER_VERSION.match(url)
    if other is not None and (other[1] in _VERSIONS or not strict):
        judging.tell("shape/extension-of-other-version", at=path, actual=url, url=url)
    elif slot.name == "modifierExtension" and not strict:
        judging.tell("shape/extension-unknown-modifier", at=path, actual=url, url=url)
    else:
        opinion = strict and not any(part in url for part in _LET_PASS)
        judging.tell("shape/extension-unknown-opinion" if opinion else "shape/extension-unknown", at=path, actual=url, url=url)


def _placed(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, structure: Structure, tree: ElementRule, value: Node, path: str) -> None:
    """Whether a known extension may stand where it does, and in the right list."""
    if slot.name == "modifierExtension" and not tree.is_modifier:
        judging.tell("shape/extension-no-modifier", at=path, actual="modifierExtension", profile=structure.url, name=structure.name)
    elif slot.name == "extension" and tree.is_modifier:
        judging.tell("shape/extension-modifier", at=path, actual="extension", profile=structure.url, name=structure.name)
    if structure.contexts and not allowed_here(judging, plan, structure, path):
        where = " | ".join(expression for _, expression in structure.contexts)
        actual = plan.rules[0].path if plan.rules else plan.type
        judging.tell("shape/extension-context", at=path, expected=where, actual=actual, profile=structure.url, name=structure.name)
    if structure.context_invariants:
        broken_invariants(judging, plan, structure, value, path)
