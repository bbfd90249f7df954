"""Values between UK Core R4 and the record: codes, times, deletion, what cannot be said."""

from __future__ import annotations

import pytest
from mapping_fhir_kit import EH, KEY, THO, UKC, concept, extension, patient, read, value_of, written

from harness.formats.fhir import encode_json, parse_json
from harness.mapping import lens
from harness.model.record import DELETED, Coded, Record


@pytest.mark.parametrize(("gender", "neutral"), [("male", "1"), ("female", "2"), ("other", "9"), ("unknown", "0")])
def test_sex_goes_both_ways_and_nine_is_not_nought(gender: str, neutral: str) -> None:
    assert value_of(patient(gender=gender), "person.sex") == neutral
    assert written("person", sex=neutral)["Patient"]["gender"] == gender


def test_an_unknown_sex_is_not_made_into_a_known_one() -> None:
    made = written("person", sex=Coded("J", "", "", "J"))["Patient"]
    assert made["gender"] == "unknown"
    assert value_of(made, "person.sex") == Coded("J", "", "", "J")


@pytest.mark.parametrize(("neutral", "code"), [("S", "S"), ("M", "M"), ("D", "D"), ("W", "W"), ("P", "L")])
def test_marital_status(neutral: str, code: str) -> None:
    assert written("person", marital_status=neutral)["Patient"]["maritalStatus"] == concept(f"{THO}/v3-MaritalStatus", code)
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", code)), "person.marital_status") == neutral


@pytest.mark.parametrize("neutral", ["N", "8", "9"])
def test_marital_status_not_told_keeps_its_original(neutral: str) -> None:
    made = written("person", marital_status=neutral)["Patient"]
    assert made["maritalStatus"]["coding"] == [
        {"system": f"{THO}/v3-NullFlavor", "code": "UNK"},
        {"system": f"{EH}/CodeSystem/marital-0002", "code": neutral},
    ]
    assert value_of(made, "person.marital_status") == neutral


def test_marital_status_read_only_codes() -> None:
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", "U")), "person.marital_status") == "S"
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-NullFlavor", "UNK")), "person.marital_status") == "N"
    polygamous = value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", "P")), "person.marital_status")
    assert isinstance(polygamous, Coded)
    assert polygamous.original == "P"


@pytest.mark.parametrize("code", ["11", "25", "28", "2A", "2B", "2C", "2D", "81", "99"])
def test_admission_methods_are_not_folded_in_fhir(code: str) -> None:
    made = written("encounter", admission_method=code)["Encounter"]
    assert value_of(made, "encounter.admission_method") == code
    assert made["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == code


@pytest.mark.parametrize("code", ["1", "3", "4", "5", "6", "7", "8", "9"])
def test_discharge_methods(code: str) -> None:
    assert value_of(written("encounter", discharge_method=code)["Encounter"], "encounter.discharge_method") == code


def test_an_unknown_code_keeps_its_original_and_claims_no_system() -> None:
    made = written("encounter", admission_method=Coded("77", "", "", "77"))["Encounter"]
    coding = made["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0]
    assert coding["code"] == "77"
    assert "UKCore" not in coding["system"]
    assert value_of(made, "encounter.admission_method") == Coded("77", "", "77", "77")


def test_a_code_of_another_system_is_not_taken_for_ours() -> None:
    value = value_of(
        patient(extension=[extension(f"{UKC}EthnicCategory", valueCodeableConcept=concept("http://other.example", "H"))]), "person.ethnic_category"
    )
    assert value == Coded("H", "http://other.example", "", "H")


@pytest.mark.parametrize(
    ("use", "neutral"), [("usual", "usual"), ("official", "usual"), ("nickname", "preferred"), ("maiden", "birth"), ("old", "previous"), ("anonymous", "alias")]
)
def test_kinds_of_name(use: str, neutral: str) -> None:
    assert value_of(patient(name=[{"use": use, "family": "X"}]), "name.use") == neutral


def test_an_alias_is_a_nickname_with_its_text_and_a_stated_loss() -> None:
    made = written("name", use="alias", family="Guest", given="Eva")["Patient"]
    assert made["name"] == [{"use": "nickname", "family": "Guest", "given": ["Eva"], "text": "Eva Guest"}]
    loss = lens(KEY).loss_of("name.use", "alias")
    assert loss is not None
    assert loss.kind == "broadened"
    assert lens(KEY).loss_of("name.use", "usual") is None


@pytest.mark.parametrize(("level", "codes"), [("none", ["N"]), ("local", ["R", "local-flag"]), ("national", ["R"])])
def test_the_sensitive_flag(level: str, codes: list[str]) -> None:
    made = written("person", sensitive=level)["Patient"]
    assert [label["code"] for label in made["meta"]["security"]] == codes
    assert value_of(made, "person.sensitive") == level


def test_no_label_is_no_statement_about_sensitivity() -> None:
    assert "person.sensitive" not in read(patient(gender="male")).entries("person")[0].values


@pytest.mark.parametrize(("neutral", "kind"), [("express", "permit"), ("dissent", "deny")])
def test_consent_is_a_resource_of_its_own(neutral: str, kind: str) -> None:
    record = Record().with_group("person", {"person.sex": "1", "person.consent_to_share": neutral})
    bundle = lens(KEY).write(record)
    consent = bundle["entry"][1]["resource"]
    assert (consent["resourceType"], consent["provision"], consent["status"]) == ("Consent", {"type": kind}, "active")
    assert {"scope", "category", "policyRule", "patient"} <= set(consent)
    assert lens(KEY).read(bundle).text("person.consent_to_share") == neutral


def test_consent_not_known_is_no_consent_and_a_stated_loss() -> None:
    assert set(written("person", sex="1", consent_to_share="unknown")) == {"Patient"}
    loss = lens(KEY).loss_of("person.consent_to_share", "unknown")
    assert loss is not None
    assert lens(KEY).loss_of("person.consent_to_share", "dissent") is None


def test_death() -> None:
    assert written("person", deceased="Y")["Patient"]["deceasedBoolean"] is True
    assert written("person", deceased="N")["Patient"]["deceasedBoolean"] is False
    made = written("person", deceased="Y", death_date="2026-07-06T23:40")["Patient"]
    assert made["deceasedDateTime"] == "2026-07-06T23:40:00+01:00"
    assert "deceasedBoolean" not in made
    assert written("person", deceased="Y", death_date="2026-01-06")["Patient"]["deceasedDateTime"] == "2026-01-06"
    assert value_of(patient(deceasedBoolean=False), "person.deceased") == "N"


@pytest.mark.parametrize(
    ("local", "fhir"),
    [
        ("2026-01-05T09:00:01", "2026-01-05T09:00:01+00:00"),
        ("2026-07-05T09:00:01", "2026-07-05T09:00:01+01:00"),
        ("1970-01-05T09:00:00", "1970-01-05T09:00:00+01:00"),
        ("2026-10-25T01:30:00", "2026-10-25T01:30:00+01:00"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01", "2026-01"),
    ],
)
def test_times_carry_the_offset_of_the_day(local: str, fhir: str) -> None:
    made = written("encounter", start=local)["Encounter"]
    assert made["period"]["start"] == fhir
    assert value_of(made, "encounter.start") == local


@pytest.mark.parametrize(
    ("fhir", "local"), [("2026-10-25T01:30:00Z", "2026-10-25T01:30:00"), ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00"), ("soon", "soon")]
)
def test_times_are_read_as_local_wall_clock(fhir: str, local: str) -> None:
    assert value_of({"resourceType": "Encounter", "period": {"start": fhir}}, "encounter.start") == local


def test_a_birth_date_never_moves() -> None:
    assert value_of(patient(birthDate="1925-07-04"), "person.birth_date") == "1925-07-04"
    assert written("person", birth_date="1925-07-04")["Patient"]["birthDate"] == "1925-07-04"


def test_a_second_line_without_a_first_keeps_its_place() -> None:
    made = written("address", line2="Little Sample", use="home")["Patient"]
    assert made["address"][0]["line"] == [None, "Little Sample"]
    assert made["address"][0]["_line"][0]["extension"][0]["valueCode"] == "unknown"
    assert read(made).to_json() == {"address": [{"address.use": "home", "address.line2": "Little Sample"}]}


def test_a_status_without_a_number_says_the_number_is_absent() -> None:
    made = written("person", nhs_number_status="07")["Patient"]
    assert made["identifier"][0]["_value"]["extension"][0]["valueCode"] == "unknown"
    record = read(made)
    assert record.text("person.nhs_number_status") == "07"
    assert record.text("person.nhs_number") == ""


def test_a_deletion_is_left_out() -> None:
    assert written("person", sex=DELETED, birth_date="1925-07-04")["Patient"].keys() == {"resourceType", "meta", "birthDate"}


@pytest.mark.parametrize(("severity", "criticality"), [("0", "low"), ("1", "low"), ("3", "low"), ("5", "high"), ("7", "high"), ("9", "unable-to-assess")])
def test_severity_is_kept_and_gives_criticality(severity: str, criticality: str) -> None:
    made = written("allergy", severity=severity)["AllergyIntolerance"]
    assert made["criticality"] == criticality
    assert value_of(made, "allergy.severity") == severity


@pytest.mark.parametrize(("kind", "category"), [("DA", ["medication"]), ("FA", ["food"]), ("EA", ["environment"]), ("MC", None), ("IO", None)])
def test_kinds_of_allergy(kind: str, category: list[str] | None) -> None:
    made = written("allergy", type=kind)["AllergyIntolerance"]
    assert made.get("category") == category
    assert value_of(made, "allergy.type") == kind


def test_a_category_alone_gives_the_kind() -> None:
    assert value_of({"resourceType": "AllergyIntolerance", "category": ["food"]}, "allergy.type") == "FA"


def test_of_several_codings_the_comparable_one_is_taken_and_display_is_a_text() -> None:
    code = {"coding": [{"system": "http://local.example", "code": "L1"}, {"system": "http://snomed.info/sct", "code": "1", "display": "One"}]}
    assert value_of({"resourceType": "Flag", "code": code}, "alert.code") == Coded("1", "http://snomed.info/sct", "One")


def test_a_v2_label_without_a_uri_comes_back_as_itself() -> None:
    value = Coded("X", "FOO", "Y")
    made = written("alert", code=value)["Flag"]
    assert made["code"]["coding"][0]["system"].startswith("https://")
    assert value_of(made, "alert.code") == value


def test_observation_values_that_are_no_numbers() -> None:
    made = written("observation", value="positive", unit="x")["Observation"]
    assert made["valueString"] == "positive"
    assert read(made).to_json() == {"observation": [{"observation.value": "positive", "observation.unit": "x"}]}


def test_digits_of_decimals_are_kept() -> None:
    resource = parse_json(b'{"resourceType":"Observation","valueQuantity":{"value":84.0}}')
    assert value_of(resource, "observation.value") == "84.0"
    bundle = lens(KEY).write(Record().with_group("observation", {"observation.value": "84.00"}))
    assert b'"value":84.00' in encode_json(bundle)


def test_required_elements_are_there() -> None:
    assert written("observation", range="x")["Observation"]["status"] == "unknown"
    encounter = written("encounter", reason="x")["Encounter"]
    assert encounter["status"] == "unknown"
    assert "code" in encounter["class"]
    assert "encounter.status" not in read(encounter).entries("encounter")[0].values


ROLES = {
    "1": "SPS",
    "2": "DOMPART",
    "3": "PRN",
    "5": "GUARD",
    "6": "PRNFOST",
    "9": "CHILD",
    "12": "MTH",
    "13": "FTH",
    "14": "SIS",
    "15": "BRO",
    "16": "FAMMEMB",
    "21": "ONESELF",
    "61": "STPPRN",
}


@pytest.mark.parametrize(
    "code", ["1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "61", "62", "98", "99"]
)
def test_a_relationship_keeps_its_code_beside_the_role_it_has(code: str) -> None:
    codings = written("contact", relationship=code)["Patient"]["contact"][0]["relationship"][0]["coding"]
    roles = [{"system": f"{THO}/v3-RoleCode", "code": ROLES[code]}] if code in ROLES else []
    assert codings == [{"system": f"{EH}/CodeSystem/nk1-0063", "code": code}, *roles]
    if code in ROLES:
        contact = {"relationship": [concept(f"{THO}/v3-RoleCode", ROLES[code])]}
        assert value_of(patient(contact=[contact]), "contact.relationship") == code
