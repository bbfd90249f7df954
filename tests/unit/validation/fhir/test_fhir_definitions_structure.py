"""StructureDefinitions, operations, search parameters and capability statements as definitions."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_definitions_kit import Resource, errors, warnings

CORE = "http://hl7.org/fhir/StructureDefinition/"
URL = "https://exemplar-harness.example/fhir/StructureDefinition/s"
ELEMENT = "StructureDefinition.differential.element[0]"


def profile(*elements: Resource, on: str = "Patient", url: str = URL, **more: Any) -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "name": "S",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": on,
        "baseDefinition": CORE + on,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
        **more,
    }


def element(path: str, **more: Any) -> Resource:
    return {"id": path, "path": path, **more}


def extension(*elements: Resource, url: str = URL, **more: Any) -> Resource:
    held = profile(*elements, on="Extension", url=url, kind="complex-type")
    return {**held, "context": [{"type": "element", "expression": "Patient"}], **more}


@pytest.mark.parametrize(
    ("held", "wrong"),
    [
        (element("Patient.name", min=1), ""),
        (element("Patient.nowhere", min=1), ELEMENT),
        (element("Patient.gender", max="2"), ELEMENT),
        (element("Patient.name", type=[{"code": "Nonsense"}]), f"{ELEMENT}.type[0].code"),
        (
            element("Patient.name", constraint=[{"key": "k", "severity": "error", "human": "h", "expression": "family.exists("}]),
            f"{ELEMENT}.constraint[0].expression",
        ),
        (element("Patient.gender", binding={"strength": "required", "valueSet": "http://hl7.org/fhir/administrative-gender"}), f"{ELEMENT}.binding.valueSet"),
        (element("Patient.active", fixedString="true"), f"{ELEMENT}.fixedString"),
        (element("Patient.active", fixedBoolean=True), ""),
        (element("Patient.generalPractitioner", type=[{"code": "Reference", "targetProfile": [f"{CORE}HumanName"]}]), f"{ELEMENT}.type[0].targetProfile[0]"),
        (element("Patient.maritalStatus", type=[{"code": "CodeableConcept", "profile": [f"{CORE}Quantity"]}]), f"{ELEMENT}.type[0].profile[0]"),
        (element("Patient.identifier", slicing={"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}), ""),
        (
            element("Patient.identifier", slicing={"discriminator": [{"type": "value", "path": "colour"}], "rules": "open"}),
            f"{ELEMENT}.slicing.discriminator[0]",
        ),
        (element("Patient.identifier", slicing={"discriminator": [{"type": "value", "path": "type.coding.code"}], "rules": "open"}), ""),
        (
            element("Patient.contact", slicing={"discriminator": [{"type": "value", "path": "relationship.code"}], "rules": "open"}),
            f"{ELEMENT}.slicing.discriminator[0]",
        ),
        (element("Patient.generalPractitioner", slicing={"discriminator": [{"type": "type", "path": "resolve()"}], "rules": "open"}), ""),
    ],
)
def test_elements_of_a_profile(held: Resource, wrong: str) -> None:
    found = {path for _, path in errors(profile(held))}
    assert found - {ELEMENT} == ({wrong} - {ELEMENT} if wrong else set())
    assert bool(found) is bool(wrong)


def test_a_profile_is_on_the_type_of_its_base() -> None:
    assert errors(profile(element("Patient.name", min=1), baseDefinition=f"{CORE}Observation"))[0] == ("fhir/structure-definition", "StructureDefinition.type")
    assert warnings(profile(element("Patient.name", min=1), baseDefinition="https://a.example/none")) == ["StructureDefinition.baseDefinition"]
    assert (
        errors(profile(element("Patient.name", min=1), baseDefinition="http://hl7.org/fhir/ValueSet/item-type"))[0][1] == "StructureDefinition.baseDefinition"
    )


def test_an_id_is_the_path_with_the_names_of_slices() -> None:
    assert warnings(profile({"id": "Patient.name", "path": "Patient.gender"})) == [ELEMENT]
    sliced = {"id": "Patient.name:usual", "path": "Patient.name", "sliceName": "official"}
    slicing = element("Patient.name", slicing={"discriminator": [{"type": "value", "path": "use"}], "rules": "open"})
    assert warnings(profile(slicing, sliced)) == ["StructureDefinition.differential.element[1]"]


def test_an_extension_fixes_its_own_address() -> None:
    assert errors(extension(element("Extension.url", fixedUri=URL))) == []
    assert errors(extension(element("Extension.url", fixedUri="https://a.example/other"))) == [("fhir/structure-definition", ELEMENT)]
    assert errors(extension(element("Extension.value[x]", type=[{"code": "string"}]))) == []


@pytest.mark.parametrize(
    ("context", "severity"),
    [(("element", "Patient.name"), ""), (("element", "Nonsense.name"), "warning"), (("fhirpath", "name.where("), "error"), (("extension", "short"), "error")],
)
def test_contexts_name_what_there_is(context: tuple[str, str], severity: str) -> None:
    held = extension(element("Extension.url", fixedUri=URL), context=[{"type": context[0], "expression": context[1]}])
    assert (len(errors(held)), len(warnings(held))) == (int(severity == "error"), int(severity == "warning"))


def test_a_modifier_extension_stands_where_modifiers_do() -> None:
    modifier = extension(element("Extension", isModifier=True, isModifierReason="r"), element("Extension.url", fixedUri=f"{URL}-m"), url=f"{URL}-m")
    for name, right in (("modifierExtension", True), ("extension", False)):
        held = {"id": f"Patient.{name}:m", "path": f"Patient.{name}", "sliceName": "m", "type": [{"code": "Extension", "profile": [f"{URL}-m"]}]}
        found = [path for _, path in errors(profile(held), modifier)]
        assert found == ([] if right else [f"{ELEMENT}.type[0].profile[0]"])


def test_obligations_come_from_obligation_profiles_on_the_same_base() -> None:
    flag = {"url": f"{CORE}obligation-profile", "valueBoolean": True}
    inherits = {"url": f"{CORE}inherit-obligations", "valueCanonical": f"{URL}-o"}
    heir = profile(extension=[inherits])
    rules = ("hl7-validator",)
    assert errors(heir, profile(url=f"{URL}-o", extension=[flag]), rules=rules) == []
    assert errors(heir, profile(url=f"{URL}-o"), rules=rules) == [("fhir/structure-definition", "StructureDefinition.extension[0]")]
    assert errors(heir, profile(url=f"{URL}-o", extension=[flag], baseDefinition=f"{CORE}Person"), rules=rules) == [
        ("fhir/structure-definition", "StructureDefinition.extension[0]")
    ]
    fixed = profile(element("Patient.gender", fixedCode="male"), extension=[flag])
    assert errors(fixed, rules=rules) == [("fhir/structure-definition", f"{ELEMENT}.fixedCode")]


def operation(*parameters: Resource, **more: Any) -> Resource:
    return {"resourceType": "OperationDefinition", "status": "active", "type": True, "parameter": list(parameters), **more}


def test_parameters_of_an_operation_go_with_their_profile() -> None:
    def slice_(name: str, kind: str) -> list[Resource]:
        base = f"Parameters.parameter:{name}"
        return [
            {"id": base, "path": "Parameters.parameter", "sliceName": name, "min": 1, "max": "1"},
            {"id": f"{base}.name", "path": "Parameters.parameter.name", "fixedString": name},
            {"id": f"{base}.resource", "path": "Parameters.parameter.resource", "type": [{"code": kind}]},
        ]

    slicing = element("Parameters.parameter", slicing={"discriminator": [{"type": "value", "path": "name"}], "rules": "open"})
    on = profile(slicing, *slice_("who", "Patient"), on="Parameters")
    who = {"name": "who", "use": "in", "min": 1, "max": "1", "type": "Patient"}
    assert errors(operation(who, inputProfile=URL), on) == []
    assert warnings(operation(who, inputProfile=URL), on) == []
    assert errors(operation({**who, "type": "Device"}, inputProfile=URL), on) == [("fhir/operation-definition", "OperationDefinition.parameter[0].type")]
    assert errors(operation({**who, "min": 0}, inputProfile=URL), on) == []
    assert errors(operation({**who, "min": 2, "max": "1"})) == [("fhir/operation-definition", "OperationDefinition.parameter[0]")]
    assert warnings(operation({**who, "name": "else"}, inputProfile=URL), on) == ["OperationDefinition.inputProfile", "OperationDefinition.parameter[0]"]
    assert errors(operation(who, inputProfile=f"{CORE}Patient")) == [("fhir/operation-definition", "OperationDefinition.inputProfile")]


def search(**more: Any) -> Resource:
    return {"resourceType": "SearchParameter", "status": "active", "base": ["Patient"], "type": "string", "expression": "Patient.name", **more}


def test_search_parameters() -> None:
    parent = {**search(), "url": "https://a.example/sp"}
    assert errors(search()) == []
    assert errors(search(expression="Patient.name.")) == [("fhir/search-parameter", "SearchParameter.expression")]
    assert errors(search(type="composite")) == [("fhir/search-parameter", "SearchParameter")]
    assert errors(search(derivedFrom=parent["url"]), parent) == []
    assert errors(search(derivedFrom=parent["url"], type="token"), parent) == [("fhir/search-parameter", "SearchParameter.type")]
    assert warnings(search(derivedFrom="https://a.example/none")) == ["SearchParameter.derivedFrom"]


def test_capability_statements_name_things_of_the_right_kind() -> None:
    def statement(**resource: Any) -> Resource:
        return {"resourceType": "CapabilityStatement", "rest": [{"mode": "server", "resource": [{"type": "Patient", **resource}]}]}

    where = "CapabilityStatement.rest[0].resource[0]"
    assert errors(statement(profile=f"{CORE}Patient")) == []
    assert errors(statement(profile=f"{CORE}Observation")) == [("fhir/capability-statement", f"{where}.profile")]
    assert errors(statement(supportedProfile=["http://hl7.org/fhir/ValueSet/item-type"])) == [("fhir/capability-statement", f"{where}.supportedProfile[0]")]
    assert warnings(statement(interaction=[{"code": "read"}, {"code": "read"}])) == [f"{where}.interaction[1]"]


@pytest.mark.parametrize(
    ("url", "said"), [("http://hl7.org/fhir/StructureDefinition/x", True), ("http://hl7.org/fhir/test/StructureDefinition/x", False), (URL, False)]
)
def test_what_hl7_asks_of_itself_is_only_an_opinion(url: str, said: bool) -> None:
    held = profile(element("Patient.name", min=1), url=url)
    assert errors(held) == []
    assert errors(held, rules=("hl7-validator",)) == ([("fhir/structure-definition", "StructureDefinition")] if said else [])


def test_a_type_of_fhir_is_constrained_and_a_new_one_says_where_it_is_defined() -> None:
    """StructureDefinition.type: specialisations outside the standard define types of their own (an opinion)."""
    for kind, wrong in (("CodeableConcept", True), ("Own", True), ("https://a.example/Own", False)):
        made = profile({"id": "Own", "path": "Own"}, on="Element", kind="complex-type", derivation="specialization", type=kind)
        found = [path for code, path in errors(made, rules=("hl7-validator",)) if path == "StructureDefinition.type"]
        assert bool(found) is wrong, kind


def test_an_extension_is_not_derived_from_another_under_its_own_address() -> None:
    """R4 5.1: a fixed value stays as it is in what is derived."""
    fixed = {"id": "Extension.url", "path": "Extension.url"}
    one = profile({**fixed, "fixedUri": URL}, on="Extension", kind="complex-type", context=[{"type": "element", "expression": "Patient"}])
    other = {**one, "url": URL + "2", "baseDefinition": URL, "differential": {"element": [{**fixed, "fixedUri": URL + "2"}]}}
    assert [code for code, _ in errors(other, one)] == ["fhir/structure-definition"]
    assert errors(one) == []


def test_a_parameter_named_twice_is_only_doubtful() -> None:
    """OperationDefinition.parameter: R4 does not ask for names that differ."""
    parameter = {"name": "a", "use": "in", "min": 0, "max": "1", "type": "string"}
    head = {"resourceType": "OperationDefinition", "url": "https://a.example/o", "name": "O", "status": "draft", "kind": "operation", "code": "o"}
    operation = {**head, "system": True, "type": False, "instance": False, "parameter": [parameter, parameter]}
    assert errors(operation, rules=("hl7-validator",)) == []
    assert "OperationDefinition.parameter[1]" in warnings(operation)


@pytest.mark.parametrize(("address", "right"), [("https://a.example/cs", True), ("urn:oid:2.16.840.1.113883.6.1", True), ("closed", False), ("/a", False)])
def test_the_system_of_an_include_is_an_absolute_address(address: str, right: bool) -> None:
    """ValueSet.compose.include.system: an absolute URI."""
    held = {"resourceType": "ValueSet", "url": "https://a.example/vs", "status": "draft", "compose": {"include": [{"system": address}]}}
    assert (("fhir/value-set", "ValueSet.compose.include[0].system") not in errors(held)) is right
