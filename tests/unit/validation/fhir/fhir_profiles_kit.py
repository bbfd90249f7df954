"""Small profiles and resources for tests of the FHIR judge: invented here, on base R4."""

from __future__ import annotations

from functools import cache
from typing import Any

from harness import Validator
from harness.model.validation import Validation
from harness.validation.options import Options

CORE = "http://hl7.org/fhir/StructureDefinition/"
OWN = "http://profiles.example/StructureDefinition/"
Json = dict[str, Any]


def element(path: str, **facts: Any) -> Json:
    """A differential element; ``path`` is its id (``Patient.name:a.family``)."""
    last = path.rpartition(".")[2]
    made = {"id": path, "path": ".".join(part.partition(":")[0] for part in path.split("."))}
    return {**made, **({"sliceName": last.partition(":")[2]} if ":" in last else {}), **facts}


def sliced(*discriminators: tuple[str, str], rules: str = "open", ordered: bool = False) -> Json:
    """A ``slicing`` with (type, path) discriminators."""
    return {"discriminator": [{"type": kind, "path": path} for kind, path in discriminators], "rules": rules, "ordered": ordered}


def profile(name: str, type_name: str, *elements: Json, base: str = "", kind: str = "resource", **more: Any) -> Json:
    """A constraint on ``type_name`` (or on the profile ``base``)."""
    return {
        "resourceType": "StructureDefinition",
        "url": OWN + name,
        "version": "1.0",
        "name": name,
        "status": "draft",
        "kind": kind,
        "abstract": False,
        "type": type_name,
        "baseDefinition": OWN + base if base else CORE + type_name,
        "derivation": "constraint",
        **more,
        "differential": {"element": [element(type_name), *elements]},
    }


def extension(name: str, *elements: Json, context: tuple[tuple[str, str], ...] = (("element", "Patient"),), modifier: bool = False, **more: Any) -> Json:
    """The definition of an extension."""
    made = profile(name, "Extension", *elements, element("Extension.url", fixedUri=OWN + name), kind="complex-type", **more)
    made["context"] = [{"type": kind, "expression": expression} for kind, expression in context]
    if modifier:
        made["differential"]["element"][0] |= {"isModifier": True, "isModifierReason": "it negates"}
    return made


@cache
def base(version: str = "4.0.1") -> Validator:
    """A validator of the standard alone."""
    return Validator(fhir_version=version, options=Options(rules=("none",)))


def judged(resource: Json, asked: str = "", *definitions: Json) -> Validation:
    """What is said of ``resource``, held to the profile named ``asked``."""
    validator = base().with_resources(definitions) if definitions else base()
    found: Validation = validator.validate(resource, OWN + asked if asked else None)
    return found


def said(validation: Validation) -> list[tuple[str, str]]:
    """(code, FHIRPath) of each error."""
    return [(issue.code, issue.location.path) for issue in validation.errors]


def patient(**members: Any) -> Json:
    """A Patient."""
    return {"resourceType": "Patient", **members}


def observation(**members: Any) -> Json:
    """An Observation."""
    return {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "1975-2"}]}, **members}
