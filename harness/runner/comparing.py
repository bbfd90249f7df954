"""Compares two profiles, of whichever format they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.errors import FormatError, SetUpError, UnknownNameError
from harness.model.compatibility import Compatibility


def compare_profiles(first: str, second: str, *, packages: Sequence[str] = (), fhir_version: str = "4.0.1", side: str = "creator") -> Compatibility:
    """Is everything valid under ``first`` valid under ``second``?

    Each is a FHIR canonical, a file with a StructureDefinition, the name of an HL7 v2 profile, or an HL7 v2 conformance profile in XML; both of one format.
    Raises UnknownNameError for a name that is not known, SetUpError for two of different formats.
    """
    resources = [_definition(name) for name in (first, second)]
    fhir = [resource is not None or ":" in name for name, resource in zip((first, second), resources, strict=True)]
    if fhir[0] is not fhir[1]:
        raise SetUpError("one is a FHIR profile and the other is not", where=f"{first}, {second}", expected="two profiles of one format")
    if not fhir[0]:
        from harness.validation.hl7v2.compatibility import compare_v2_profiles

        return compare_v2_profiles(first, second, side=side)
    from harness.validation.fhir.compatibility import compare_fhir_profiles, prove, witnesses
    from harness.validation.fhir.validator import Validator

    given = [resource for resource in resources if resource is not None]
    validator = Validator(packages, fhir_version).with_resources(given)
    engine = validator.engine
    names = [str(resource["url"]) if resource is not None else name for name, resource in zip((first, second), resources, strict=True)]
    for name in names:
        if engine.structure(name) is None:
            raise UnknownNameError("profile", name, [one for one in names if one != name])
    found = compare_fhir_profiles(engine, names[0], names[1])
    return prove(found, witnesses(engine, names[0], lambda made: validator.validate(made, names[0]).valid is True), validator.validate)


def _definition(name: str) -> dict[str, Any] | None:
    """The StructureDefinition in a file; None where the name is none of a file, or of a file of HL7 v2."""
    path = Path(name)
    if path.suffix not in (".json", ".xml") or not path.is_file():
        return None
    data = path.read_bytes()
    from harness.validation.fhir.validator import Validator

    if path.suffix == ".xml" and b"http://hl7.org/fhir" not in data[:4096]:
        return None
    resource = Validator().read(data)
    if resource.get("resourceType") != "StructureDefinition" or not isinstance(resource.get("url"), str):
        raise FormatError("the file holds no StructureDefinition with a url", where=name, expected="a profile", do="name one, or its canonical with --package")
    return resource
