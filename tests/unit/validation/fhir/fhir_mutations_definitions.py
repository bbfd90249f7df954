"""Small definitions of ours that stand in for UK Core where that is not at hand, in R4 and STU3. Imports nothing of the product."""

from __future__ import annotations

import json

from fhir_mutations_samples import BIRTH_SEX, DEATH, ETHNIC, HL7SD, IN_STU3, NHS, STATUS, THO, UKCS, UKSD, UKVS, Resource


def _profile(type_: str, name: str, elements: list[Resource], base: str = "") -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "url": UKSD + name,
        "name": name.replace("-", ""),
        "status": "draft",
        "fhirVersion": "4.0.1",
        "kind": "complex-type" if type_ == "Extension" else "resource",
        "abstract": False,
        "type": type_,
        "baseDefinition": base or HL7SD + type_,
        "derivation": "constraint",
        "differential": {"element": [{"path": one["id"].split(":")[0] if "path" not in one else one["path"], **one} for one in elements]},
    }


def _extension(name: str, context: str, value: Resource) -> Resource:
    elements = [
        {"id": "Extension", "path": "Extension", "max": "1"},
        {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": UKSD + name},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, **value},
    ]
    return {**_profile("Extension", name, elements), "context": [{"type": "element", "expression": context}]}


def _bound(value_set: str, strength: str = "required") -> Resource:
    return {"type": [{"code": "CodeableConcept"}], "binding": {"strength": strength, "valueSet": value_set}}


def _has(path: str, name: str, extension: str, max_: str = "1") -> Resource:
    return {
        "id": f"{path}.extension:{name}",
        "path": f"{path}.extension",
        "sliceName": name,
        "max": max_,
        "type": [{"code": "Extension", "profile": [extension]}],
    }


def _codes(name: str, codes: dict[str, str]) -> list[Resource]:
    known = {"name": name.replace("-", ""), "status": "draft", "language": "en-GB"}
    system: Resource = {"resourceType": "CodeSystem", "url": UKCS + name, **known, "content": "complete", "valueSet": UKVS + name}
    system["concept"] = [{"code": code, "display": display} for code, display in codes.items()]
    return [system, {"resourceType": "ValueSet", "url": UKVS + name, **known, "compose": {"include": [{"system": UKCS + name}]}}]


def _quantity(slice_: str, text: str) -> list[Resource]:
    at, path = f"Observation.component:{slice_}", "Observation.component"
    return [
        {"id": at, "path": path, "sliceName": slice_, "min": 1 if slice_ == "SystolicBP" else 0, "max": "1"},
        {"id": f"{at}.code.text", "path": f"{path}.code.text", "min": 1, "fixedString": text},
        {"id": f"{at}.value[x]", "path": f"{path}.value[x]", "min": 1, "type": [{"code": "Quantity"}]},
        {"id": f"{at}.value[x].unit", "path": f"{path}.value[x].unit", "fixedString": "millimeter of mercury"},
        {"id": f"{at}.value[x].code", "path": f"{path}.value[x].code", "fixedCode": "mm[Hg]"},
    ]


def definitions() -> list[Resource]:
    """Definitions of ours (R4) that ask of the patient and the pressure what UK Core's of the same names ask, as far as the mutations go."""
    death = _profile(
        "Extension",
        DEATH,
        [
            {"id": "Extension", "path": "Extension", "max": "1"},
            {"id": "Extension.extension", "path": "Extension.extension", "min": 1},
            {"id": "Extension.extension:deathNotificationStatus", "path": "Extension.extension", "sliceName": "deathNotificationStatus", "min": 1, "max": "1"},
            {"id": "Extension.extension:deathNotificationStatus.url", "path": "Extension.extension.url", "fixedUri": "deathNotificationStatus"},
            {"id": "Extension.extension:systemEffectiveDate", "path": "Extension.extension", "sliceName": "systemEffectiveDate", "max": "1"},
            {"id": "Extension.extension:systemEffectiveDate.url", "path": "Extension.extension.url", "fixedUri": "systemEffectiveDate"},
            {"id": "Extension.url", "path": "Extension.url", "fixedUri": UKSD + DEATH},
            {"id": "Extension.value[x]", "path": "Extension.value[x]", "max": "0"},
        ],
    )
    patient = _profile(
        "Patient",
        "UKCore-Patient",
        [
            _has("Patient", "ethnicCategory", UKSD + ETHNIC),
            _has("Patient", "birthSex", UKSD + BIRTH_SEX),
            _has("Patient", "deathNotificationStatus", UKSD + DEATH),
            {
                "id": "Patient.identifier",
                "path": "Patient.identifier",
                "slicing": {"discriminator": [{"type": "value", "path": "system"}], "ordered": False, "rules": "open"},
            },
            {"id": "Patient.identifier:nhsNumber", "path": "Patient.identifier", "sliceName": "nhsNumber", "max": "1"},
            _has("Patient.identifier:nhsNumber", "status", UKSD + STATUS) | {"path": "Patient.identifier.extension"},
            {"id": "Patient.identifier:nhsNumber.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": NHS},
            {"id": "Patient.identifier:nhsNumber.value", "path": "Patient.identifier.value", "min": 1},
        ],
    )
    rule = {"key": "ours-vs-1", "severity": "error", "human": "a LOINC code", "expression": "code.coding.where(system='http://loinc.org').exists()"}
    category: list[Resource] = [
        {"id": "Observation.category", "path": "Observation.category", "min": 1, "max": "1"},
        {"id": "Observation.category.coding.code", "path": "Observation.category.coding.code", "fixedCode": "vital-signs"},
    ]
    slicing = {"discriminator": [{"type": "value", "path": "code.text"}], "ordered": False, "rules": "closed"}
    pressure = _profile(
        "Observation",
        "UKCore-Observation-VitalSigns-BloodPressure",
        [
            {"id": "Observation", "path": "Observation", "constraint": [rule]},
            {"id": "Observation.status", "path": "Observation.status", "fixedCode": "final"},
            *category,
            {"id": "Observation.subject", "path": "Observation.subject", "min": 1},
            {"id": "Observation.value[x]", "path": "Observation.value[x]", "max": "0"},
            {"id": "Observation.component", "path": "Observation.component", "slicing": slicing, "min": 1, "max": "2"},
            *_quantity("SystolicBP", "Systolic blood pressure"),
            *_quantity("DiastolicBP", "Diastolic blood pressure"),
        ],
    )
    return [
        patient,
        pressure,
        death | {"context": [{"type": "element", "expression": "Patient"}]},
        _extension(STATUS, "Patient.identifier", _bound(UKVS + "UKCore-NHSNumberVerificationStatusEngland")),
        _extension(ETHNIC, "Patient", _bound(UKVS + "UKCore-EthnicCategoryEngland", "extensible")),
        _extension(BIRTH_SEX, "Patient", _bound(UKVS + "UKCore-BirthSex")),
        *_codes("UKCore-NHSNumberVerificationStatusEngland", {"01": "Number present and verified", "02": "Number present but not traced"}),
        *_codes("UKCore-EthnicCategoryEngland", {"A": "White - British", "Z": "Not stated"}),
        *_codes("UKCore-DeathNotificationStatus", {"1": "Informal", "U": "Removed"}),
        {
            "resourceType": "ValueSet",
            "url": UKVS + "UKCore-BirthSex",
            "name": "BirthSex",
            "status": "draft",
            "compose": {"include": [{"system": THO + "v3-AdministrativeGender", "concept": [{"code": "F"}, {"code": "M"}]}]},
        },
    ]


def stu3_definitions() -> list[Resource]:
    """The same definitions as STU3 writes them."""
    text = json.dumps(definitions())
    for old, new in IN_STU3.items():
        text = text.replace(old, new)
    found: list[Resource] = json.loads(text)
    for one in found:
        if one["resourceType"] != "StructureDefinition":
            continue
        one["fhirVersion"] = "3.0.2"
        if "context" in one:
            one["contextType"], one["context"] = "resource", [context["expression"] for context in one["context"]]
        for element in one["differential"]["element"]:
            for type_ in element.get("type", ()):
                if "profile" in type_:
                    type_["profile"] = type_["profile"][0]
            if "binding" in element:
                element["binding"]["valueSetReference"] = {"reference": element["binding"].pop("valueSet")}
    return found
