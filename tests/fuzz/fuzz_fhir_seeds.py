"""FHIR that a run begins with, of synthetic people, and the pieces that are put into definitions."""

from __future__ import annotations

import json
from typing import Any

_OURS = "https://exemplar-harness.example/fuzz/"
_SD = "http://hl7.org/fhir/StructureDefinition/"
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "a",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "x"}],
    "extension": [{"url": _SD + "patient-interpreterRequired", "valueBoolean": True}],
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "name": [{"use": "usual", "family": "A", "given": ["B", None, "C"], "_given": [None, {"id": "g"}, None], "period": {"start": "2001", "end": "2002-02"}}],
    "telecom": [{"system": "phone", "value": "01632 960001", "rank": 1}],
    "gender": "female",
    "birthDate": "1950-01-01",
    "_birthDate": {"extension": [{"url": _SD + "patient-birthTime", "valueDateTime": "1950-01-01T10:00:00Z"}]},
    "multipleBirthInteger": 2,
    "managingOrganization": {"reference": "#o"},
}
PROFILE: dict[str, Any] = {
    "resourceType": "StructureDefinition",
    "url": _OURS + "profile",
    "name": "Profile",
    "status": "draft",
    "fhirVersion": "4.0.1",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": _SD + "Patient",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Patient", "path": "Patient", "constraint": [{"key": "p-1", "severity": "error", "human": "x", "expression": "name.exists()"}]},
            {"id": "Patient.identifier", "path": "Patient.identifier", "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}},
            {"id": "Patient.identifier:nhs", "path": "Patient.identifier", "sliceName": "nhs", "min": 1, "max": "1"},
            {"id": "Patient.identifier:nhs.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": "https://fhir.nhs.uk/Id/nhs-number"},
            {"id": "Patient.name.family", "path": "Patient.name.family", "min": 1, "maxLength": 20},
            {
                "id": "Patient.gender",
                "path": "Patient.gender",
                "binding": {"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/administrative-gender"},
            },
            {"id": "Patient.multipleBirth[x]", "path": "Patient.multipleBirth[x]", "type": [{"code": "integer"}], "minValueInteger": 1},
            {"id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "patternCodeableConcept": {"coding": [{"code": "M"}]}},
            {"id": "Patient.contact", "path": "Patient.contact", "max": "0"},
            {
                "id": "Patient.generalPractitioner",
                "path": "Patient.generalPractitioner",
                "type": [{"code": "Reference", "targetProfile": [_SD + "Organization"]}],
            },
        ]
    },
}
VALUE_SET: dict[str, Any] = {
    "resourceType": "ValueSet",
    "url": _OURS + "codes",
    "status": "draft",
    "compose": {
        "include": [
            {"system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "male", "display": "Male"}, {"code": "female"}]},
            {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "filter": [{"property": "concept", "op": "is-a", "value": "M"}]},
            {"valueSet": ["http://hl7.org/fhir/ValueSet/marital-status"]},
        ],
        "exclude": [{"system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "female"}]}],
    },
}
# What stands in definitions, and what should not.
PIECES: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        1,
        -1,
        1.5,
        10**30,
        "",
        " ",
        "*",
        "0",
        "1",
        "x",
        [],
        {},
        [None],
        [{}],
        "\ud7ff",
        "Patient",
        "Patient.name",
        "Patient.identifier:nhs",
        "Extension",
    ),
    *("$this", "resolve()", "extension('x').value", "name.given | name.family", "%resource.id = '1'", "(", "open", "closed", "openAtEnd", "value", "pattern"),
    *("exists", "type", "profile", "position", "required", "is-a", "regex", "(a+)+$", "in", "exists", "http://hl7.org/fhir/StructureDefinition/Patient", "|"),
    *("http://hl7.org/fhir/ValueSet/administrative-gender", _OURS + "profile", _OURS + "codes", "http://unitsofmeasure.org", "#Patient.contact", "urn:uuid:x"),
    *(
        [{"code": "Reference"}],
        [{"code": "Extension", "profile": [_OURS + "profile"]}],
        [{"type": "value", "path": "$this"}],
        [{"type": "profile", "path": "resolve()"}],
    ),
)
_XML = (
    b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"><type value="document"/><timestamp value="2026-01-01T10:00:00Z"/><entry><fullUrl '
    b'value="urn:uuid:0b7c1ad1-6f0e-4d3a-9f51-27b0c1d2e3f1"/><resource><Observation><status value="final"/><code><text value="x"/></code><valueQuantity>'
    b'<value value="1.50"/><system value="http://unitsofmeasure.org"/><code value="mm[Hg]"/></valueQuantity></Observation></resource></entry></Bundle>'
)
_RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "contained": [
        {
            "resourceType": "Questionnaire",
            "id": "q",
            "status": "draft",
            "item": [{"linkId": "1", "type": "decimal", "required": True}, {"linkId": "2", "type": "group"}],
        }
    ],
    "questionnaire": "#q",
    "status": "completed",
    "item": [{"linkId": "1", "answer": [{"valueDecimal": 1.5}]}],
}
_PATHS = (
    b"Patient.name.where(use = 'usual').given.first() & 'x'",
    b"identifier.all(system.exists() and value.matches('^[0-9]{10}$')) implies birthDate <= today()",
)
FHIR_TYPED: tuple[bytes, ...] = (*(json.dumps(one).encode() for one in (PATIENT, PROFILE, VALUE_SET, _RESPONSE)), _XML, *_PATHS)
