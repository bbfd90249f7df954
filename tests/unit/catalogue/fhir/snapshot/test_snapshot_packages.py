"""Snapshots of whole definitions: a small package of ours, UK Core, and those the HL7 validator's cases use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from material import SMALL_PACKAGE, UK_CORE, Material, everywhere
from snapshot_kit import CORE, known

from harness.catalogue import catalogue
from harness.catalogue.fhir import definitions
from harness.catalogue.fhir.slim import slim
from harness.errors import FormatError
from harness.formats.fhir import parse_json
from harness.formats.fhir.xml import parse_xml

PACKAGES = [pytest.param(SMALL_PACKAGE, 2, id="small"), *([pytest.param(UK_CORE, 153, id="ukcore", marks=pytest.mark.slow)] if UK_CORE.is_dir() else [])]
PATIENTS = [
    pytest.param(SMALL_PACKAGE, "https://exemplar-harness.example/fhir/StructureDefinition/Small-Patient", id="small"),
    *([pytest.param(UK_CORE, "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", id="ukcore")] if UK_CORE.is_dir() else []),
]

# Why a definition among the cases cannot be all its author meant: each problem that is said, by the words it holds.
_EXPLAINED = (
    ("identifier-iknr of its type is not known", "a German package the case does not bring"),
    ("DAV-PR-ERP-AbgabedatenMeta of its type is not known", "a German package the case does not bring"),
    ("extension-Patient.animal of its type is not known", "an extension made of STU3's own element, which no package holds"),
    ("lead back to", "two definitions that are each other's base, on purpose"),
    ("StructureDefinition/Base is not known", "R4 has no definition of Base"),
    ("valueBla is not among the types of its base", "a type that does not exist, on purpose"),
    ("its max 0 is a number where text belongs", "a maximum written as a number"),
    ("its binding is example, weaker than the extensible binding", "what the case is about"),
)


@pytest.mark.parametrize(("package", "least"), PACKAGES)
def test_every_definition_of_a_package_gives_a_snapshot_that_fits_its_base(package: Path, least: int) -> None:
    held = definitions("4.0.1", (str(package),))
    urls = [each["url"] for each in held.every("StructureDefinition") if not each["url"].startswith(CORE)]
    assert len(urls) >= least
    problems = {}
    for url in urls:
        structure = held.structure(url)
        assert structure is not None, url
        assert len(structure.elements) >= 3, url
        if structure.problems:
            problems[url] = structure.problems
    assert problems == {}


@pytest.mark.parametrize(("package", "url"), PATIENTS)
def test_a_patient_profile_is_what_its_differential_says(package: Path, url: str) -> None:
    structure = definitions("4.0.1", (str(package),)).structure(url)
    assert structure is not None
    found = {element["id"]: element for element in structure.elements}
    assert found["Patient.identifier:nhsNumber.system"]["fixedUri"] == "https://fhir.nhs.uk/Id/nhs-number"
    assert found["Patient.identifier:nhsNumber"]["max"] == "1"
    assert found["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]


def _cases(material: Material) -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    facts = catalogue().fhir_facts("4.0.1")
    for path in material.files(own=["fixtures/definitions/*"], shared=["fhir-test-cases-dev/validator/**/*"]):
        if path.suffix not in (".json", ".xml"):
            continue
        try:
            resource = parse_xml(path.read_bytes(), facts) if path.suffix == ".xml" else parse_json(path.read_bytes())
        except FormatError:
            continue
        if resource.get("resourceType") == "StructureDefinition" and not str(resource.get("fhirVersion", "4")).startswith("3"):
            found.append((path.name, slim(resource, "4.0.1")))
    return found


@everywhere
def test_definitions_of_the_cases_give_a_snapshot_or_a_problem_that_is_explained(material: Material) -> None:
    cases = _cases(material)
    assert len(cases) >= material.least(own=4, shared=25)
    unexplained = []
    said: set[str] = set()
    for name, resource in cases:
        bare = {key: value for key, value in resource.items() if key != "snapshot"}
        around = [other for _, other in cases if other["url"] != resource["url"]]
        held = known(*around, bare)
        structure, base = held.structure(resource["url"]), held.structure(resource["baseDefinition"])
        assert structure is not None, name
        assert structure.elements, name
        problems = structure.problems + (base.problems if base is not None else ())
        said.update([name] if problems else [])
        unexplained += [(name, each) for each in problems if not any(words in each for words, _ in _EXPLAINED)]
    assert unexplained == []
    if material.own:
        assert said == {"lead-back-a.json", "lead-back-b.json", "weaker.json"}
