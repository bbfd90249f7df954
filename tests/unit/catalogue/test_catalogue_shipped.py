"""The shipped files hold, and what refers to them is refused where it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.catalogue import Catalogue, catalogue
from harness.catalogue.load import data_root
from harness.errors import CatalogueError, UnknownNameError
from harness.model.clause import Strength
from harness.model.record import Coded, Record


def test_every_item_belongs_to_a_group_and_every_weight_is_known() -> None:
    shipped = catalogue()
    assert len(shipped.items) > 80
    assert {item.criticality for item in shipped.items.values()} == set(shipped.vocabulary["criticalities"].words)
    for item in ("person.nhs_number", "person.sensitive", "allergy.code", "encounter.discharge_destination", "encounter.status", "contact.relationship"):
        assert shipped.items[item].criticality == "critical"
    assert shipped.items["person.practice"].criticality == "important"
    assert shipped.groups["allergy"].key == ("allergy.code",)
    assert not shipped.groups["person"].repeats


def test_every_item_has_a_row_or_a_stated_loss_under_every_key() -> None:
    shipped = catalogue()
    assert {"hl7v2/2.4/itk", "fhir/4.0.1/ukcore"} <= set(shipped.keys())
    for key in ("hl7v2/2.4/itk", "fhir/4.0.1/ukcore"):
        table = shipped.table(key)
        rows = {row.item for row in table.rows}
        assert rows | set(table.losses) == set(shipped.items), key
        assert not rows & set(table.losses)


def test_people_are_synthetic_and_cover_the_items() -> None:
    people = catalogue().people
    assert [person.id for person in people] == list("ABCDEFGHIJ")
    records = [person.record for person in people if isinstance(person.record, Record)]
    assert len(records) == len(people)
    numbers = [record.text("person.nhs_number") for record in records if record.text("person.nhs_number")]
    assert len(set(numbers)) == 9
    for number in numbers:
        assert number.startswith("999")
        remainder = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9])) % 11
        assert int(number[9]) == remainder % 11
    for record in records:
        for value in (*record.all("telecom.value"), *record.all("contact.phone")):
            assert value.startswith(("07700900", "02079460", "01632960")) or value.endswith("@example.org")
    used = {item for record in records for entry in record for item in entry.values}
    missing = {item for item in catalogue().items if item not in used}
    assert missing == {"person.pseudo", "referral.code", "referral.status", "referral.reply", "referral.date", "referral.support_reason"}
    assert catalogue().person("D").traits == ("charset",)


def test_a_coded_value_of_a_fixture_is_coded() -> None:
    record = catalogue().person("A").record
    assert isinstance(record, Record)
    assert record.entries("allergy")[0].values["allergy.code"] == Coded("91936005", "http://snomed.info/sct", "Allergy to penicillin")


def test_schemas_allow_no_unknown_keys() -> None:
    paths = sorted((data_root() / "profiles" / "schemas").glob("*.schema.json"))
    assert len(paths) >= 10
    own = {"groups", "items", "mapping", "code-map", "clauses", "flow", "system", "defects", "place", "person"}
    for path in paths:
        if path.name.removesuffix(".schema.json") in own:
            for node in _objects(json.loads(path.read_text())):
                assert "additionalProperties" in node, path


def _objects(node: object) -> list[dict[str, object]]:
    if isinstance(node, dict):
        here = [node] if node.get("type") == "object" else []
        return here + [found for child in node.values() for found in _objects(child)]
    return [found for child in node for found in _objects(child)] if isinstance(node, list) else []


def _write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


CLAUSE = "{id: x/first-1, text: It SHALL., strength: SHALL, level: 3, letter: c, cites: [ITK-M MRG], remediation: Do it., applies: {transport: [mllp]}}"


def test_clauses_take_suite_section_and_source_from_their_register(tmp_path: Path) -> None:
    text = "suite: x\ntitle: X\nsections:\n  - {id: first, title: First, clauses: [" + CLAUSE + "]}\n"
    _write(tmp_path, "profiles/clauses/x.yaml", text)
    clause = Catalogue(tmp_path).clauses["x/first-1"]
    assert (clause.suite, clause.section, clause.title, clause.cites, clause.strength) == ("x", "first", "First", ("ITK-M MRG",), Strength.SHALL)
    assert (clause.level, clause.letter, clause.applies) == (3, "c", {"transport": ("mllp",)})


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("suite: x", "suite: y", "does not fit the file name"),
        ("x/first-1", "y/first-1", "names another suite or section"),
        ("x/first-1", "x/second-1", "names another suite or section"),
        ("strength: SHALL", "strength: MUST", "strength"),
        ("level: 3", "level: L3", "level"),
    ],
)
def test_clauses_that_contradict_their_register_are_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text = "suite: x\ntitle: X\nsections:\n  - {id: first, title: First, clauses: [" + CLAUSE + "]}\n"
    _write(tmp_path, "profiles/clauses/x.yaml", text.replace(old, new))
    with pytest.raises(CatalogueError, match=fault):
        _ = Catalogue(tmp_path).clauses


def test_a_clause_stands_once(tmp_path: Path) -> None:
    text = "suite: x\ntitle: X\nsections:\n  - {id: first, title: First, clauses: [" + CLAUSE + ", " + CLAUSE + "]}\n"
    _write(tmp_path, "profiles/clauses/x.yaml", text)
    with pytest.raises(CatalogueError, match="two clauses are both called"):
        _ = Catalogue(tmp_path).clauses


FLOW = """
id: s11
title: Identity
family: identity
cites: [LEVELS L3]
events: [{name: register, trigger: A28, structure: ADT_A05}, {name: merge, trigger: A40}]
transitions: [[none, register, known]]
requires: {"3": [merge]}
time_limit: 30
"""


def test_flows(tmp_path: Path) -> None:
    _write(tmp_path, "profiles/flows/s11.yaml", FLOW)
    flow = Catalogue(tmp_path).flows["s11"]
    assert (flow.family, flow.requires, flow.time_limit, flow.transitions) == ("identity", {3: ("merge",)}, 30.0, (("none", "register", "known"),))
    assert flow.events[0].trigger == "A28"


def test_a_flow_has_the_name_of_its_file(tmp_path: Path) -> None:
    _write(tmp_path, "profiles/flows/s12.yaml", FLOW)
    with pytest.raises(CatalogueError, match="the id 's11' does not fit the file name"):
        _ = Catalogue(tmp_path).flows
    assert all((data_root() / "profiles" / "flows" / f"{name}.yaml").is_file() for name in catalogue().flows)


def test_a_flow_starts_at_roles_and_cites_documents(tmp_path: Path) -> None:
    _write(tmp_path, "profiles/flows/s11.yaml", FLOW + "starts_at: [exemplar]\nscenarios: [S11]\n")
    flow = Catalogue(tmp_path).flows["s11"]
    assert (flow.cites, flow.starts_at, flow.scenarios) == (("LEVELS L3",), ("exemplar",), ("S11",))
    for old, new, fault in (("LEVELS L3", "hearsay", "cites no known document"), ("[exemplar]", "[oracle]", "oracle")):
        _write(tmp_path, "profiles/flows/s11.yaml", (FLOW + "starts_at: [exemplar]\n").replace(old, new))
        with pytest.raises(CatalogueError, match=fault):
            _ = Catalogue(tmp_path).flows


def test_a_clause_that_cites_nothing_known_is_refused(tmp_path: Path) -> None:
    text = "suite: x\ntitle: X\nsections:\n  - {id: first, title: First, clauses: [" + CLAUSE.replace("ITK-M MRG", "hearsay") + "]}\n"
    _write(tmp_path, "profiles/clauses/x.yaml", text)
    with pytest.raises(CatalogueError, match=r"x/first-1: 'hearsay' cites no known document"):
        _ = Catalogue(tmp_path).clauses


@pytest.mark.parametrize(("old", "new", "fault"), [("register, known", "registr, known", "no event 'registr'"), ("A40}", "A40, cancels: x}", "no event 'x'")])
def test_flows_that_name_no_event_are_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    _write(tmp_path, "profiles/flows/s11.yaml", FLOW.replace(old, new))
    with pytest.raises(CatalogueError, match=fault):
        _ = Catalogue(tmp_path).flows


@pytest.mark.parametrize(
    ("line", "fault"), [("tells: [referal]", "no group 'referal'"), ("calendar: {encounter.begin: {hours: 1}}", "no item 'encounter.begin'")]
)
def test_flows_that_tell_of_nothing_in_the_record_are_refused(tmp_path: Path, line: str, fault: str) -> None:
    for name in ("groups", "items"):
        _write(tmp_path, f"profiles/record/{name}.yaml", (data_root() / "profiles" / "record" / f"{name}.yaml").read_text())
    _write(tmp_path, "profiles/flows/s11.yaml", f"{FLOW}{line}\n")
    with pytest.raises(CatalogueError, match=fault):
        _ = Catalogue(tmp_path).flows


TABLE = "key: hl7v2/2.4/x\nsource: here\nrows: [{item: person.sex, at: PID-8, transform: code, map: sex}]\n"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("person.sex", "person.sox", "no item 'person.sox'"),
        ("map: sex", "map: sox", "no code map 'sox'"),
        ("key: hl7v2/2.4/x", "key: hl7v2/2.4/y", "file name"),
    ],
)
def test_rows_that_point_nowhere_are_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    for name in ("items", "groups"):
        source = data_root() / "profiles" / "record" / f"{name}.yaml"
        _write(tmp_path, f"profiles/record/{name}.yaml", source.read_text())
    _write(tmp_path, "profiles/mappings/codes/sex.yaml", 'id: sex\nsource: here\nentries: [{neutral: "1", local: M}]\n')
    _write(tmp_path, "profiles/mappings/hl7v2-2.4-x.yaml", TABLE)
    assert Catalogue(tmp_path).table("hl7v2/2.4/x").rows[0].map == "sex"
    _write(tmp_path, "profiles/mappings/hl7v2-2.4-x.yaml", TABLE.replace(old, new))
    with pytest.raises(CatalogueError, match=fault):
        Catalogue(tmp_path).table("hl7v2/2.4/x")


def test_a_code_may_not_be_read_two_ways(tmp_path: Path) -> None:
    text = 'id: sex\nsource: here\nentries: [{neutral: "1", local: M}, {neutral: "2", local: M}]\n'
    _write(tmp_path, "profiles/mappings/codes/sex.yaml", text)
    with pytest.raises(CatalogueError, match="two code reads are both called 'M'"):
        _ = Catalogue(tmp_path).code_maps


def test_unknown_keys_say_what_is_known() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean .*hl7v2/2.4/itk"):
        catalogue().table("hl7v2/2.4/itc")


def test_fhir_facts_tell_lists_from_single_elements_and_numbers_from_text() -> None:
    facts = catalogue().fhir_facts("4.0.1")
    patient = facts("Patient")
    assert patient["name"] == (True, "HumanName", False)
    assert patient["active"] == (False, "boolean", True)
    assert patient["contact"] == (True, "Patient.contact", False)
    assert patient["birthDate"] == (False, "date", False)
    assert patient["contained"] == (True, "Resource", False)
    assert facts("Quantity")["value"] == (False, "decimal", True)
    assert facts("Bundle.entry")["resource"] == (False, "Resource", False)
    assert not any(name.startswith("_") for name in patient)
    assert facts("string") == {}
    assert facts("../x") == {}
    with pytest.raises(UnknownNameError, match=r"4\.0\.1"):
        catalogue().fhir_facts("4.0.2")


def test_facts_are_what_reading_xml_needs() -> None:
    from harness.formats.fhir.xml import parse_xml

    name = b'<name><family value="X"/><given value="Y"/></name>'
    xml = b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/>' + name + b'<multipleBirthInteger value="2"/></Patient>'
    assert parse_xml(xml, catalogue().fhir_facts("4.0.1")) == {
        "resourceType": "Patient",
        "active": True,
        "name": [{"family": "X", "given": ["Y"]}],
        "multipleBirthInteger": 2,
    }
