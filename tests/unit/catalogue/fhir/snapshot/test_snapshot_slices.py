"""Snapshots: slices, slices of slices, implied slicing of extensions and choices."""

from __future__ import annotations

from typing import Any

from snapshot_kit import OWN, at, by_id, made, profile, sliced

_SLICES = (
    sliced("Patient.identifier", min=1),
    at("Patient.identifier:nhs", max="1"),
    at("Patient.identifier:nhs.system", min=1, fixedUri="https://fhir.nhs.uk/Id/nhs-number"),
    at("Patient.identifier:local"),
)


def test_a_slice_begins_as_the_unsliced_element_with_no_minimum() -> None:
    snapshot = made(profile("Patient", *_SLICES))
    found = by_id(snapshot)
    assert snapshot.problems == ()
    assert (found["Patient.identifier"]["min"], found["Patient.identifier:nhs"]["min"], found["Patient.identifier:nhs"]["max"]) == (1, 0, "1")
    assert found["Patient.identifier:nhs.system"]["path"] == "Patient.identifier.system"
    assert "slicing" not in found["Patient.identifier:nhs"]
    ids = list(found)
    assert (
        ids.index("Patient.identifier")
        < ids.index("Patient.identifier:nhs")
        < ids.index("Patient.identifier:nhs.system")
        < ids.index("Patient.identifier:local")
    )
    assert ids[ids.index("Patient.identifier:local") + 1] == "Patient.active"


def test_paths_alone_place_elements_in_the_slice_last_opened() -> None:
    bare = [{key: value for key, value in element.items() if key != "id"} for element in _SLICES]
    assert by_id(made(profile("Patient", *bare))) == by_id(made(profile("Patient", *_SLICES)))


def test_ids_may_write_slice_names_in_another_case() -> None:
    elements = (sliced("Patient.identifier"), {**at("Patient.identifier:nhsnumber"), "sliceName": "nhsNumber"}, at("Patient.identifier:nhsnumber.value", min=1))
    snapshot = made(profile("Patient", *elements))
    assert snapshot.problems == ()
    assert by_id(snapshot)["Patient.identifier:nhsNumber.value"]["min"] == 1


def test_a_constraint_on_the_unsliced_element_holds_for_slices_of_the_base() -> None:
    base = profile("Patient", *_SLICES, name="base")
    derived = profile("Patient", at("Patient.identifier", max="4", mustSupport=True), at("Patient.identifier.value", min=1), base=OWN + "base")
    found = by_id(made(derived, base))
    assert found["Patient.identifier:local.value"]["min"] == found["Patient.identifier:nhs.value"]["min"] == 1
    assert (found["Patient.identifier:nhs"]["max"], found["Patient.identifier:local"]["max"]) == ("1", "4")
    assert found["Patient.identifier:nhs"]["mustSupport"] is True
    assert found["Patient.identifier:nhs.system"]["fixedUri"] == "https://fhir.nhs.uk/Id/nhs-number"


def test_a_slice_of_the_base_is_constrained_and_new_ones_follow_it() -> None:
    base = profile("Patient", *_SLICES, name="base")
    derived = profile("Patient", at("Patient.identifier:nhs", min=1), at("Patient.identifier:third", max="1"), base=OWN + "base")
    snapshot = made(derived, base)
    found = by_id(snapshot)
    assert snapshot.problems == ()
    assert found["Patient.identifier:nhs"]["min"] == 1
    assert [each for each in found if each.startswith("Patient.identifier:") and each.count(".") == 1] == [
        f"Patient.identifier:{name}" for name in ("nhs", "local", "third")
    ]


def test_a_slice_is_sliced_again() -> None:
    elements = (
        *_SLICES,
        {**sliced("Patient.identifier"), "id": "Patient.identifier:local", "sliceName": "local"},
        at("Patient.identifier:local/ward", max="1"),
    )
    snapshot = made(profile("Patient", *elements[:3], *elements[4:], at("Patient.identifier:local/ward.value", min=1)))
    found = by_id(snapshot)
    assert snapshot.problems == ()
    assert found["Patient.identifier:local/ward.value"]["min"] == 1
    assert found["Patient.identifier:local/ward"]["sliceName"] == "local/ward"


def test_slices_inside_slices() -> None:
    elements = (
        sliced("Patient.identifier"),
        at("Patient.identifier:nhs"),
        {**sliced("Patient.identifier.type.coding"), "id": "Patient.identifier:nhs.type.coding"},
        at("Patient.identifier:nhs.type.coding:first", min=1),
    )
    snapshot = made(profile("Patient", *elements))
    assert snapshot.problems == ()
    assert by_id(snapshot)["Patient.identifier:nhs.type.coding:first"]["path"] == "Patient.identifier.type.coding"


def test_extensions_are_sliced_by_url_without_saying_so() -> None:
    extension = profile("Extension", at("Extension", max="1"), at("Extension.url", fixedUri=OWN + "x"), name="x", kind="complex-type")
    use: dict[str, Any] = {"type": [{"code": "Extension", "profile": [OWN + "x"]}]}
    snapshot = made(profile("Patient", at("Patient.extension:x", **use), at("Patient.extension:x.url", mustSupport=True)), extension)
    found = by_id(snapshot)
    assert snapshot.problems == ()
    slicing = found["Patient.extension"]["slicing"]
    assert (slicing["discriminator"], slicing["rules"]) == ([{"type": "value", "path": "url"}], "open")
    assert found["Patient.extension:x"]["max"] == "1"
    assert found["Patient.extension:x.url"]["fixedUri"] == OWN + "x"


def test_extension_slices_without_a_name_are_told_by_their_definition() -> None:
    elements = [sliced("Patient.extension", by="url")]
    elements += [{"path": "Patient.extension", "type": [{"code": "Extension", "profile": [OWN + name]}]} for name in ("x", "y")]
    snapshot = made(profile("Patient", *elements))
    assert snapshot.problems == ()
    assert {"Patient.extension:x", "Patient.extension:y"} <= by_id(snapshot).keys()


def test_a_modifier_extension_makes_its_slice_a_modifier() -> None:
    extension = profile("Extension", at("Extension", isModifier=True), name="x", kind="complex-type")
    found = by_id(made(profile("Patient", at("Patient.extension:x", type=[{"code": "Extension", "profile": [OWN + "x"]}])), extension))
    assert found["Patient.extension:x"]["isModifier"] is True


def test_a_short_name_is_a_closed_type_slice() -> None:
    snapshot = made(profile("Observation", at("Observation.valueQuantity"), at("Observation.valueQuantity.code", min=1)))
    found = by_id(snapshot)
    assert snapshot.problems == ()
    assert found["Observation.value[x]"]["slicing"] == {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "closed"}
    assert [each["code"] for each in found["Observation.value[x]"]["type"]] == ["Quantity"]
    assert found["Observation.value[x]:valueQuantity.code"]["min"] == 1


def test_short_names_of_two_types_leave_both() -> None:
    found = by_id(made(profile("Observation", at("Observation.valueQuantity"), at("Observation.valueString", maxLength=5))))
    assert [each["code"] for each in found["Observation.value[x]"]["type"]] == ["Quantity", "string"]
    assert found["Observation.value[x]:valueString"]["maxLength"] == 5


def test_an_open_type_slice_leaves_the_other_types() -> None:
    opened = {"id": "Observation.value[x]", "path": "Observation.value[x]", "slicing": {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}}
    found = by_id(
        made(
            profile(
                "Observation",
                opened,
                at("Observation.value[x]:valueQuantity", type=[{"code": "Quantity"}]),
                at("Observation.value[x]:valueQuantity.unit", min=1),
            )
        )
    )
    assert len(found["Observation.value[x]"]["type"]) == 11
    assert found["Observation.value[x]:valueQuantity.unit"]["min"] == 1


def test_a_choice_of_one_type_is_walked_into() -> None:
    found = by_id(made(profile("Observation", at("Observation.value[x]", type=[{"code": "Quantity"}]), at("Observation.value[x].code", min=1))))
    assert found["Observation.value[x].code"]["min"] == 1
    again = by_id(made(profile("Observation", at("Observation.value[x]", type=[{"code": "Quantity"}]), at("Observation.valueQuantity.code", min=1))))
    assert again == found


def test_a_short_name_of_stu3_leaves_one_type_and_no_slice() -> None:
    found = by_id(made(profile("Observation", at("Observation.valueQuantity"), at("Observation.valueQuantity.code", min=1), fhirVersion="3.0.2")))
    assert [each["code"] for each in found["Observation.value[x]"]["type"]] == ["Quantity"]
    assert found["Observation.value[x].code"]["min"] == 1


def test_what_slices_ask_for_must_fit_into_the_whole() -> None:
    snapshot = made(profile("Patient", sliced("Patient.identifier", max="1"), at("Patient.identifier:a", min=1), at("Patient.identifier:b", min=1)))
    assert snapshot.problems == ("Patient.identifier: its slices ask for at least 2 values, its max is 1",)


def test_an_extension_made_from_another_has_its_own_url() -> None:
    one = profile("Extension", at("Extension.url", fixedUri=OWN + "one"), at("Extension.value[x]", type=[{"code": "string"}]), name="one", kind="complex-type")
    snapshot = made(profile("Extension", at("Extension.url", fixedUri=OWN + "two"), name="two", base=OWN + "one", kind="complex-type"), one)
    assert snapshot.problems == ()
    assert by_id(snapshot)["Extension.url"]["fixedUri"] == OWN + "two"
