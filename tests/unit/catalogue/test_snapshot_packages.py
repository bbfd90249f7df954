"""Snapshots of definitions others wrote: UK Core, and those the HL7 validator's cases use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from snapshot_kit import CORE, known

from harness.catalogue import catalogue
from harness.catalogue.fhir import definitions
from harness.catalogue.fhir.slim import slim
from harness.errors import FormatError
from harness.formats.fhir import parse_json
from harness.formats.fhir.xml import parse_xml

_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
_UKCORE = _DATA / "ukcore-2.0.0"
_CASES = _DATA / "fhir-test-cases-dev" / "validator"

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


@pytest.mark.skipif(not _UKCORE.is_dir(), reason="../shared/data/ukcore-2.0.0 is not here")
def test_every_definition_of_uk_core_gives_a_snapshot_that_fits_its_base() -> None:
    held = definitions("4.0.1", (str(_UKCORE),))
    urls = [each["url"] for each in held.every("StructureDefinition") if not each["url"].startswith(CORE)]
    assert len(urls) >= 153
    problems = {}
    for url in urls:
        structure = held.structure(url)
        assert structure is not None, url
        assert len(structure.elements) >= 3, url
        if structure.problems:
            problems[url] = structure.problems
    assert problems == {}


@pytest.mark.skipif(not _UKCORE.is_dir(), reason="../shared/data/ukcore-2.0.0 is not here")
def test_uk_core_patient_is_what_its_differential_says() -> None:
    structure = definitions("4.0.1", (str(_UKCORE),)).structure("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient")
    assert structure is not None
    found = {element["id"]: element for element in structure.elements}
    assert found["Patient.identifier:nhsNumber.system"]["fixedUri"] == "https://fhir.nhs.uk/Id/nhs-number"
    assert found["Patient.identifier:nhsNumber"]["max"] == "1"
    assert found["Patient.extension"]["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]


def _cases() -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    facts = catalogue().fhir_facts("4.0.1")
    for path in sorted(_CASES.rglob("*")):
        if path.suffix not in (".json", ".xml"):
            continue
        try:
            resource = parse_xml(path.read_bytes(), facts) if path.suffix == ".xml" else parse_json(path.read_bytes())
        except FormatError:
            continue
        if resource.get("resourceType") == "StructureDefinition" and not str(resource.get("fhirVersion", "4")).startswith("3"):
            found.append((path.name, slim(resource, "4.0.1")))
    return found


@pytest.mark.skipif(not _CASES.is_dir(), reason="../shared/data/fhir-test-cases-dev is not here")
def test_definitions_of_the_cases_give_a_snapshot_or_a_problem_that_is_explained() -> None:
    cases = _cases()
    assert len(cases) >= 25
    unexplained = []
    for name, resource in cases:
        bare = {key: value for key, value in resource.items() if key != "snapshot"}
        around = [other for _, other in cases if other["url"] != resource["url"]]
        structure = known(*around, bare).structure(resource["url"])
        assert structure is not None, name
        assert structure.elements, name
        unexplained += [(name, each) for each in structure.problems if not any(words in each for words, _ in _EXPLAINED)]
    assert unexplained == []
