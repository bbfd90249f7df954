"""Snapshots: walking into types, profiles and content references; order, ids and what is shared."""

from __future__ import annotations

from snapshot_kit import CORE, OWN, at, by_id, known, made, profile


def test_no_differential_gives_the_elements_of_the_base_and_shares_them() -> None:
    base = known().type("Patient")
    assert base is not None
    snapshot = made(profile("Patient"))
    assert snapshot.problems == ()
    assert all(one is other for one, other in zip(snapshot.elements, base.elements, strict=True))


def test_a_sparse_differential_changes_only_what_it_names() -> None:
    snapshot = made(profile("Patient", at("Patient.birthDate", min=1, mustSupport=True)))
    found = by_id(snapshot)
    assert (found["Patient.birthDate"]["min"], found["Patient.birthDate"]["max"], found["Patient.birthDate"]["mustSupport"]) == (1, "1", True)
    base = known().type("Patient")
    assert base is not None
    assert [element["id"] for element in snapshot.elements] == [element["id"] for element in base.elements]
    assert "mustSupport" not in next(element for element in base.elements if element["id"] == "Patient.birthDate")


def test_a_deep_path_walks_through_types_and_references() -> None:
    snapshot = made(profile("Patient", at("Patient.identifier.assigner.identifier.system", min=1)))
    assert snapshot.problems == ()
    found = by_id(snapshot)
    deep = found["Patient.identifier.assigner.identifier.system"]
    assert (deep["min"], deep["path"], deep["base"]["path"]) == (1, "Patient.identifier.assigner.identifier.system", "Identifier.system")
    ids = list(found)
    assert (
        ids.index("Patient.identifier") < ids.index("Patient.identifier.use") < ids.index("Patient.identifier.assigner.reference") < ids.index("Patient.active")
    )


def test_children_come_from_the_one_profile_of_the_type() -> None:
    held = profile("Identifier", at("Identifier.system", min=1, fixedUri="https://example.org/id"), name="id", kind="complex-type")
    snapshot = made(
        profile("Patient", at("Patient.identifier", type=[{"code": "Identifier", "profile": [OWN + "id"]}]), at("Patient.identifier.value", min=1)), held
    )
    found = by_id(snapshot)
    assert snapshot.problems == ()
    assert found["Patient.identifier.system"]["fixedUri"] == "https://example.org/id"
    assert found["Patient.identifier.value"]["min"] == 1


def test_content_reference_is_walked_into() -> None:
    snapshot = made(profile("Questionnaire", at("Questionnaire.item.item.linkId", maxLength=9)))
    assert snapshot.problems == ()
    found = by_id(snapshot)
    assert found["Questionnaire.item.item.linkId"]["maxLength"] == 9
    assert "maxLength" not in found["Questionnaire.item.linkId"]
    assert found["Questionnaire.item.item.item"]["contentReference"] == "#Questionnaire.item"


def test_content_reference_from_another_definition_names_it() -> None:
    snapshot = made(profile("Bundle", at("Bundle.entry.resource", type=[{"code": "Questionnaire"}]), at("Bundle.entry.resource.item.linkId", min=1)))
    assert snapshot.problems == ()
    assert by_id(snapshot)["Bundle.entry.resource.item.item"]["contentReference"].endswith("Questionnaire#Questionnaire.item")


def test_profile_on_profile_on_profile() -> None:
    one = profile("Patient", at("Patient.name", min=1), name="one")
    two = profile("Patient", at("Patient.name.family", min=1), name="two", base=OWN + "one")
    three = profile("Patient", at("Patient.name", max="3"), at("Patient.name.given", min=1), name="three", base=OWN + "two")
    found = by_id(made(three, one, two))
    assert (found["Patient.name"]["min"], found["Patient.name"]["max"]) == (1, "3")
    assert (found["Patient.name.family"]["min"], found["Patient.name.given"]["min"]) == (1, 1)


def test_a_new_logical_model_needs_no_base() -> None:
    model = profile(
        "https://exemplar-harness.example/Model",
        {"id": "Model", "path": "Model"},
        at("Model.part", min=0, max="*", type=[{"code": "BackboneElement"}]),
        at("Model.part.size", min=1, max="1", type=[{"code": "decimal"}]),
        kind="logical",
        derivation="specialization",
        base="nowhere",
    )
    snapshot = made(model)
    assert snapshot.problems == ()
    assert [element["id"] for element in snapshot.elements] == [
        "Model",
        "Model.part",
        "Model.part.id",
        "Model.part.extension",
        "Model.part.modifierExtension",
        "Model.part.size",
    ]
    assert by_id(snapshot)["Model.part.size"]["base"] == {"path": "Model.part.size", "min": 1, "max": "1"}


def test_a_new_type_has_the_elements_of_its_base_first() -> None:
    snapshot = made(
        profile(
            "Thing",
            {"id": "Thing", "path": "Thing"},
            at("Thing.size", min=0, max="1", type=[{"code": "decimal"}]),
            derivation="specialization",
            base=CORE + "Element",
        )
    )
    assert [element["path"] for element in snapshot.elements] == ["Thing", "Thing.id", "Thing.extension", "Thing.size"]


def test_what_is_ruled_out_stays_listed() -> None:
    found = by_id(made(profile("Patient", at("Patient.contact", max="0"))))
    assert found["Patient.contact"]["max"] == "0"
    assert "Patient.contact.name" in found
