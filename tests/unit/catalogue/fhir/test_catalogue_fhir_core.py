"""The core facts that ship: complete, small, free of prose, read a definition at a time, STU3 in the shape of R4."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue import catalogue
from harness.catalogue.fhir import Definitions, definitions
from harness.catalogue.fhir.layer import matches, version_key
from harness.catalogue.fhir.pack import Pack, write_pack
from harness.errors import CatalogueError, SetUpError, UnknownNameError

VERSIONS = ("4.0.1", "3.0.2")
CORE = "http://hl7.org/fhir/StructureDefinition/"
KINDS = ("StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap")
PROSE = {"human", "definition", "comment", "requirements", "short", "meaningWhenMissing", "description", "purpose", "copyright", "contact", "publisher"}
# Elements whose names are also those of prose in an ElementDefinition.
NAMED = {"xpath", "valueSetReference", "valueSetUri", "contextType"}


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.fixture(params=VERSIONS)
def known(request: pytest.FixtureRequest) -> Definitions:
    return definitions(request.param)


def test_the_facts_of_both_versions_are_small() -> None:
    from harness.catalogue.load import data_root

    assert sum(path.stat().st_size for path in (data_root() / "profiles" / "fhir").glob("*.pack")) < 3_000_000


def test_nothing_that_ships_is_prose(known: Definitions) -> None:
    for kind in KINDS:
        for resource in known.every(kind):
            assert not (PROSE | NAMED) & set(keys_of(resource)), resource["url"]


def test_every_type_of_the_standard_is_there() -> None:
    r4, stu3 = definitions("4.0.1"), definitions("3.0.2")
    assert (len(r4.resource_types), len(stu3.resource_types)) == (146, 117)
    assert (len(r4.primitive_types), len(stu3.primitive_types)) == (20, 18)
    assert {"Resource", "DomainResource", "Element", "BackboneElement", "HumanName", "string", "Patient"} <= r4.type_names & stu3.type_names
    assert {"ProcedureRequest", "Sequence"} <= stu3.resource_types - r4.resource_types
    assert "Resource" not in r4.resource_types
    assert "MetadataResource" not in r4.type_names


def test_every_definition_has_a_snapshot_of_its_own_type(known: Definitions) -> None:
    for name in known.type_names:
        structure = known.type(name)
        assert structure is not None
        assert structure.elements[0]["path"] == name == structure.type
        assert all({"path", "id", "min", "max", "base"} <= set(element) for element in structure.elements)
        assert not structure.problems


def test_bindings_targets_and_extensions_have_one_shape(known: Definitions) -> None:
    patient = {element["path"]: element for element in known.structure("Patient").elements}  # type: ignore[union-attr]
    assert patient["Patient.gender"]["binding"]["valueSet"].partition("|")[0] == "http://hl7.org/fhir/ValueSet/administrative-gender"
    assert patient["Patient.language"]["binding"]["extension"][0]["valueCanonical"] == "http://hl7.org/fhir/ValueSet/all-languages"
    practitioner = next(one for one in patient["Patient.generalPractitioner"]["type"] if one["code"] == "Reference")
    assert {f"{CORE}Organization", f"{CORE}Practitioner"} <= set(practitioner["targetProfile"])
    birth = known.structure(f"{CORE}patient-birthTime")
    assert birth is not None
    assert birth.contexts == (("element", "Patient.birthDate"),)
    value = known.type("positiveInt").elements[-1]["type"][0]  # type: ignore[union-attr]
    assert value["code"].startswith("http://hl7.org/fhirpath/System.")
    assert any(one["url"] == f"{CORE}regex" and one["valueString"] for one in value["extension"])


def test_codes_and_their_nesting_ship(known: Definitions) -> None:
    gender = known.find("http://hl7.org/fhir/administrative-gender", "CodeSystem")
    assert gender is not None
    assert [one["code"] for one in gender["concept"]] == ["male", "female", "other", "unknown"]
    assert gender["concept"][0]["display"] == "Male"
    flavours = next(one for one in known.every("CodeSystem") if one["url"].endswith(("v3/NullFlavor", "CodeSystem/v3-NullFlavor")))
    assert "ASKU" in str(flavours["concept"][0]["concept"])


def test_best_practice_is_told_from_rule() -> None:
    constraints = {one["key"]: one for one in definitions().structure("Patient").elements[0]["constraint"]}  # type: ignore[union-attr]
    assert [one["url"].rpartition("/")[2] for one in constraints["dom-6"]["extension"]] == ["elementdefinition-bestpractice"]
    assert constraints["dom-2"] == {
        "key": "dom-2",
        "severity": "error",
        "expression": "contained.contained.empty()",
        "source": f"{CORE}DomainResource",
    }


@pytest.mark.parametrize("canonical", [f"{CORE}Patient", f"{CORE}Patient|4.0.1", f"{CORE}Patient|4.0", f"{CORE}Patient|4.0.0", f"{CORE}Patient#x", "Patient"])
def test_a_canonical_may_name_a_version_a_part_of_one_and_a_fragment(canonical: str) -> None:
    found = definitions().structure(canonical)
    assert found is not None
    assert found.url == f"{CORE}Patient"


@pytest.mark.parametrize("canonical", [f"{CORE}Patient|4.1", f"{CORE}Patient|4.0.11", "Pateint", "", "|", "#", "http://", f"{CORE}Patient|4.0.1|x"])
def test_what_is_unknown_is_none(canonical: str) -> None:
    assert definitions().structure(canonical) is None
    assert definitions().find(canonical) is None


def test_a_kind_that_does_not_fit_is_none() -> None:
    assert definitions().find(f"{CORE}Patient", "ValueSet") is None
    assert definitions().find(f"{CORE}Patient", "ValueSet", "StructureDefinition") is not None


def test_a_version_that_does_not_ship_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"4\.0\.1"):
        definitions("5.0.0")


def test_definitions_are_read_once() -> None:
    known = definitions()
    assert known is definitions("4.0.1")
    assert known.structure("Patient") is known.type("Patient")
    assert known.find(f"{CORE}Patient") is known.structure("Patient").resource  # type: ignore[union-attr]


def test_one_type_is_read_without_the_others() -> None:
    code = (
        "from time import perf_counter as now\n"
        "from harness.catalogue.fhir import definitions\n"
        "known = definitions(); known.structure('Account')\n"
        "began = now(); known.structure('Patient'); took = now() - began\n"
        "print(len(known._loaded), took)"
    )
    loaded, took = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert int(loaded) == 2
    assert float(took) < 0.05


def test_profiles_of_a_type() -> None:
    assert f"{CORE}bmi" in definitions().profiles_of("Observation")
    assert f"{CORE}Observation" not in definitions().profiles_of("Observation")


def test_xml_is_read_by_the_facts_of_its_version() -> None:
    from harness.formats.fhir.xml import parse_xml

    xml = b'<Patient xmlns="http://hl7.org/fhir"><animal><species><text value="x"/></species></animal></Patient>'
    assert parse_xml(xml, catalogue().fhir_facts("3.0.2"))["animal"]["species"] == {"text": "x"}
    facts = catalogue().fhir_facts("3.0.2")
    assert facts("Patient")["animal"] == (False, "Patient.animal", False)
    assert facts("Questionnaire.item")["item"] == (True, "Questionnaire.item", False)
    assert catalogue().fhir_facts("4.0.1")("Bundle.entry")["link"] == (True, "Bundle.link", False)
    assert facts("Patient.nothing") == {}
    assert facts("Nothing") == {}


def test_the_same_definitions_give_the_same_pack(tmp_path: Path) -> None:
    resources = [{"resourceType": "ValueSet", "url": f"http://x.example/{number}", "version": "1", "compose": {"include": []}} for number in range(40)]
    write_pack(tmp_path / "a.pack", resources)
    write_pack(tmp_path / "b.pack", resources[::-1])
    assert (tmp_path / "a.pack").read_bytes() == (tmp_path / "b.pack").read_bytes()
    pack = Pack(tmp_path / "a.pack")
    assert [pack.load(entry) for entries in pack.entries.values() for entry in entries] == sorted(resources, key=lambda one: str(one["url"]))


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[:-1], lambda data: data[:40] + b"\0\0\0\0" + data[44:], lambda data: b"x" + data])
def test_a_damaged_pack_is_said(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / "a.pack"
    write_pack(path, [{"resourceType": "ValueSet", "url": "http://x.example/1"}])
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(CatalogueError, match="pack"):
        Pack(path)


def test_a_damaged_definition_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pack"
    write_pack(path, [{"resourceType": "ValueSet", "url": "http://x.example/1"}])
    path.write_bytes(path.read_bytes()[:-3] + b"\0\0\0")
    pack = Pack(path)
    with pytest.raises(CatalogueError, match=r"http://x\.example/1"):
        pack.load(pack.entries["http://x.example/1"][0])


def test_versions_sort_by_number_and_releases_above_what_went_before_them() -> None:
    ordered = ["", "0.9", "1.0.0-ballot", "1.0.0-ballot2", "1.0.0", "1.0.2", "1.0.10", "1.10.0", "2.0.0-beta", "2.0.0"]
    assert sorted(set(ordered), key=version_key) == ordered
    assert matches("1.0.3", "1.0")
    assert not matches("1.00.3", "1.0")


def test_threads_share_one_structure_each() -> None:
    from concurrent.futures import ThreadPoolExecutor

    known = definitions("3.0.2").with_resources([])
    names = sorted(known.resource_types)[:40]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [known.structure(name) for name in names], range(8)))
    assert all(one is other for row in made for one, other in zip(row, made[0], strict=True))


def test_extensions_that_the_core_does_not_define_are_known_below_it() -> None:
    known = definitions("4.0.1")
    below = known.structure("http://hl7.org/fhir/StructureDefinition/obligation")
    assert below is not None
    assert below.type == "Extension"
    assert ("element", "ElementDefinition") in below.contexts
    core = known.structure("http://hl7.org/fhir/StructureDefinition/patient-birthTime")
    assert core is not None
    assert core.version == "4.0.1"
    assert definitions("3.0.2").structure("http://hl7.org/fhir/StructureDefinition/obligation") is None


def test_extensions_are_compiled_beside_the_core(tmp_path: Path) -> None:
    from harness.catalogue.fhir.compile import compile_extensions
    from harness.catalogue.fhir.layer import Stacked

    made = {"resourceType": "StructureDefinition", "url": "https://a.example/x", "version": "1", "type": "Extension", "derivation": "constraint"}
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(made))
    (folder / "b.json").write_text(json.dumps({**made, "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime"}))
    found = compile_extensions([str(folder)], "4.0.1", tmp_path)
    assert (found.definitions, found.path.name) == (1, "extensions-4.0.1.pack")
    write_pack(tmp_path / "upper.pack", [{**made, "url": "https://a.example/y"}])
    both = Stacked(Pack(tmp_path / "upper.pack"), Pack(found.path))
    assert [both.load(both.entries[f"https://a.example/{name}"][0])["url"][-1] for name in "xy"] == ["x", "y"]
    with pytest.raises(SetUpError):
        compile_extensions([str(folder / "none")], "4.0.1", tmp_path)
