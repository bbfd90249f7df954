"""Ways of breaking the samples, each with the place where an error has to be found: those of rules, and all together.

A missing element is found at its parent; an unknown one at itself or its parent; a broken invariant where its context is.
"""

from __future__ import annotations

from fhir_mutations_kit import Mutation, add, again, both, drop, extended, put
from fhir_mutations_samples import DIV, HL7SD, NHS, PERSON, READING, THO, UKCS, UKSD, concept
from fhir_mutations_shape import CARDINALITY, SHAPE, VALUES

M = Mutation
_XHTML = ("Patient.text.div", "Patient.text")
_STATUS = "identifier[0].extension[0]"
_VALUE = "Bundle.entry[1].resource.value"


def _div(content: str) -> str:
    return DIV % content


EXTENSIONS = (
    M("extension without value", "patient", ("Patient.birthDate.extension[0]",), drop("_birthDate.extension[0].valueDateTime")),
    M("extension with value and nested", "patient", ("Patient.extension[2]", "Patient.extension[2].value"), put("extension[2].valueString", "x")),
    M("extension without url", "patient", ("Patient.extension[0]",), drop("extension[0].url")),
    M(
        "extension with two values",
        "patient",
        ("Patient.birthDate.extension[0]", "Patient.birthDate.extension[0].value"),
        put("_birthDate.extension[0].valueString", "x"),
    ),
    M(
        "extension url that is no url",
        "patient",
        ("Patient.extension[3].url", "Patient.extension[3]"),
        add("extension", {"url": "birth time", "valueString": "x"}),
    ),
    M(
        "unknown modifier extension",
        "patient",
        ("Patient.modifierExtension[0]", "Patient.modifierExtension[0].url"),
        add("modifierExtension", {"url": "https://exemplar-harness.example/nowhere", "valueBoolean": True}),
    ),
    M(
        "extension in the wrong context",
        "patient",
        ("Patient.name[0].extension[0]", "Patient.name[0].extension[0].url", "Patient.name[0]"),
        add("name[0].extension", {"url": HL7SD + "patient-birthTime", "valueDateTime": "1925-07-04T06:30:00Z"}),
    ),
    M(
        "extension that is no modifier as one",
        "patient",
        ("Patient.modifierExtension[0]", "Patient.modifierExtension[0].url", "Patient.modifierExtension"),
        add("modifierExtension", {"url": HL7SD + "patient-interpreterRequired", "valueBoolean": True}),
    ),
    M(
        "wrong type of an extension's value",
        "patient",
        ("Patient.birthDate.extension[0].value", "Patient.birthDate.extension[0]"),
        put("_birthDate.extension[0]", {"url": HL7SD + "patient-birthTime", "valueString": "06:30"}),
    ),
    M(
        "code outside an extension's required set",
        "patient",
        ("Patient.gender.extension[0].value",),
        both(drop("gender"), put("_gender", {"extension": [{"url": HL7SD + "data-absent-reason", "valueCode": "lost"}]})),
    ),
)
REFERENCES = (
    M(
        "reference to a type not allowed",
        "patient",
        ("Patient.managingOrganization", "Patient.managingOrganization.reference"),
        put("managingOrganization", {"reference": "Patient/x"}),
    ),
    M(
        "contained of a type not allowed",
        "patient",
        ("Patient.link[0].other", "Patient.link[0].other.reference"),
        put("link[0].other", {"reference": "#practice"}),
    ),
    M(
        "reference to nothing contained",
        "patient",
        ("Patient.generalPractitioner[0]", "Patient.generalPractitioner[0].reference"),
        both(add("generalPractitioner", {"reference": "#practice"}), put("generalPractitioner[0]", {"reference": "#nobody"})),
    ),
    M("contained that nothing refers to", "patient", ("Patient", "Patient.contained[0]"), drop("generalPractitioner")),
    M(
        "contained in contained",
        "patient",
        ("Patient", "Patient.contained[0]", "Patient.contained[0].contained", "Patient.contained[0].contained[0]"),
        put("contained[0].contained", [{"resourceType": "Location", "id": "l", "name": "x"}]),
    ),
    M("contained with a version", "patient", ("Patient", "Patient.contained[0]"), put("contained[0].meta", {"versionId": "1"})),
    M(
        "contained with security",
        "patient",
        ("Patient", "Patient.contained[0]"),
        put("contained[0].meta", {"security": [{"system": THO + "v3-Confidentiality", "code": "R"}]}),
        ("r4",),
    ),
    M(
        "urn that is nowhere in the document",
        "document",
        ("Bundle.entry[0].resource.subject", "Bundle.entry[0].resource.subject.reference"),
        put("entry[0].resource.subject.reference", PERSON[:-1] + "0"),
    ),
    M(
        "entry of a section that is nowhere",
        "document",
        ("Bundle.entry[0].resource.section[0].entry[0]", "Bundle.entry[0].resource.section[0].entry[0].reference"),
        put("entry[0].resource.section[0].entry[0].reference", READING[:-1] + "0"),
    ),
    M(
        "reference in a bundle to a type not allowed",
        "document",
        ("Bundle.entry[2].resource.subject", "Bundle.entry[2].resource.subject.reference"),
        put("entry[2].resource.subject.reference", READING),
    ),
)
BUNDLES = (
    M(
        "same fullUrl twice",
        "transaction",
        ("Bundle", "Bundle.entry[1]", "Bundle.entry[1].fullUrl"),
        both(put("entry[1].fullUrl", PERSON), put("entry[1].resource.subject.reference", PERSON)),
    ),
    M("entry of a transaction without request", "transaction", ("Bundle", "Bundle.entry[0]", "Bundle.entry[0].request"), drop("entry[0].request"), ("r4",)),
    M("transaction without requests", "transaction", ("Bundle", "Bundle.entry[0]"), both(*(drop(f"entry[{index}].request") for index in range(3)))),
    M(
        "request in a document",
        "document",
        ("Bundle", "Bundle.entry[1]", "Bundle.entry[1].request"),
        put("entry[1].request", {"method": "POST", "url": "Patient"}),
    ),
    M("total in a transaction", "transaction", ("Bundle", "Bundle.total"), put("total", 3)),
    M("search in a transaction", "transaction", ("Bundle", "Bundle.entry[0]", "Bundle.entry[0].search"), put("entry[0].search", {"mode": "match"})),
    M("empty entry", "transaction", ("Bundle.entry[3]", "Bundle"), add("entry", {"fullUrl": "urn:uuid:0b7c1ad9-6f0e-4d3a-9f51-27b0c1d2e3f9"})),
    M("malformed fullUrl", "transaction", ("Bundle.entry[2].fullUrl",), put("entry[2].fullUrl", "urn:uuid:STAY")),
    M(
        "fullUrl of a version",
        "transaction",
        ("Bundle.entry[2]", "Bundle.entry[2].fullUrl"),
        put("entry[2].fullUrl", "https://exemplar-harness.example/fhir/Encounter/1/_history/2"),
        ("r4",),
    ),
    M(
        "document that does not begin with a Composition",
        "document",
        ("Bundle", "Bundle.entry[0]", "Bundle.entry[0].resource"),
        lambda bundle: bundle["entry"].append(bundle["entry"].pop(0)),
    ),
    M("document without identifier", "document", ("Bundle",), drop("identifier"), ("r4",)),
    M("document without timestamp", "document", ("Bundle",), drop("timestamp"), ("r4",)),
)
INVARIANTS = (
    M("pat-1", "patient", ("Patient.contact[0]",), put("contact[0]", {"gender": "male"})),
    M("obs-6", "transaction", ("Bundle.entry[1].resource",), put("entry[1].resource.dataAbsentReason", {"text": "asleep"})),
    M(
        "obs-7",
        "transaction",
        ("Bundle.entry[1].resource",),
        put("entry[1].resource.component", [{"code": concept("http://loinc.org", "18684-1", text="First pressure reading"), "valueString": "x"}]),
    ),
    M("obs-3", "pressure", ("Observation.referenceRange[0]",), put("referenceRange[0]", {"appliesTo": [{"text": "adults"}]})),
    M("per-1", "patient", ("Patient.address[0].period",), put("address[0].period", {"start": "2025-02-03", "end": "2001-02-03"})),
    M("qty-3", "pressure", ("Observation.component[0].value",), drop("component[0].valueQuantity.system")),
    M("cpt-2", "patient", ("Patient.telecom[0]",), drop("telecom[0].system")),
    M("att-1", "patient", ("Patient.photo[0]",), drop("photo[0].contentType")),
    M(
        "rng-2",
        "transaction",
        (_VALUE,),
        both(drop("entry[1].resource.valueQuantity"), put("entry[1].resource.valueRange", {"low": {"value": 9}, "high": {"value": 1}})),
    ),
    M("rat-1", "transaction", (_VALUE,), both(drop("entry[1].resource.valueQuantity"), put("entry[1].resource.valueRatio", {"numerator": {"value": 9}}))),
    M("cmp-1", "document", ("Bundle.entry[0].resource.section[0]",), put("entry[0].resource.section[0]", {"title": "Weight"})),
    M("ele-1 of a backbone", "patient", ("Patient.contact[0]", "Patient.contact[0].name"), put("contact[0].name", {})),
)
NARRATIVE = (
    M("script in a narrative", "patient", _XHTML, put("text.div", _div("<p>x</p><script>alert(1)</script>"))),
    M("form in a narrative", "patient", _XHTML, put("text.div", _div('<form><input type="text"/></form>'))),
    M("handler in a narrative", "patient", _XHTML, put("text.div", _div('<p onclick="x()">x</p>'))),
    M("frame in a narrative", "patient", _XHTML, put("text.div", _div('<iframe src="https://exemplar-harness.example/"></iframe>'))),
    M("narrative with nothing in it", "patient", _XHTML, put("text.div", _div(" "))),
    M("narrative that is no XML", "patient", _XHTML, put("text.div", _div("<p>x"))),
    M("narrative without its namespace", "patient", _XHTML, put("text.div", "<div><p>x</p></div>")),
    M("narrative that is no div", "patient", _XHTML, put("text.div", '<p xmlns="http://www.w3.org/1999/xhtml">x</p>')),
    M("narrative that is text", "patient", _XHTML, put("text.div", "Margaret Ashworth")),
)
PROFILE = (
    M("extension of the profile twice", "patient", ("Patient", "Patient.extension", "Patient.extension[3]"), again("extension"), ("profile",)),
    M("two NHS numbers", "patient", ("Patient", "Patient.identifier", "Patient.identifier[1]", "Patient.identifier[2]"), again("identifier"), ("profile",)),
    M("NHS number without value", "patient", ("Patient.identifier[0]",), drop("identifier[0].value"), ("profile",)),
    M(
        "extension of the profile in the wrong context",
        "patient",
        ("Patient.extension[3]", "Patient.extension[3].url", "Patient"),
        add(
            "extension",
            {
                "url": UKSD + "Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": concept(UKCS + "UKCore-NHSNumberVerificationStatusEngland", "01"),
            },
        ),
        ("profile",),
    ),
    M(
        "wrong type of the value of the profile's extension",
        "patient",
        ("Patient.extension[0].value", "Patient.extension[0]"),
        put("extension[0]", {"url": UKSD + "Extension-UKCore-EthnicCategory", "valueString": "A"}),
        ("profile",),
    ),
    M(
        "verification status outside the required set",
        "patient",
        extended("Patient.identifier[0].extension[0].value"),
        put(f"{_STATUS}.valueCodeableConcept.coding[0]", {"system": UKCS + "UKCore-NHSNumberVerificationStatusEngland", "code": "99"}),
        ("profile",),
    ),
    M(
        "verification status of another system",
        "patient",
        extended("Patient.identifier[0].extension[0].value"),
        put(f"{_STATUS}.valueCodeableConcept.coding[0].system", THO + "v3-NullFlavor"),
        ("profile",),
    ),
    M(
        "verification status that is text alone",
        "patient",
        ("Patient.identifier[0].extension[0].value",),
        put(f"{_STATUS}.valueCodeableConcept", {"text": "verified"}),
        ("profile",),
    ),
    M(
        "birth sex outside the required set",
        "patient",
        extended("Patient.extension[1].value"),
        put("extension[1].valueCodeableConcept.coding[0]", {"system": THO + "v3-AdministrativeGender", "code": "X"}),
        ("profile",),
    ),
    M("value missing in the profile's extension", "patient", ("Patient.extension[0]",), drop("extension[0].valueCodeableConcept"), ("profile",)),
    M(
        "required part of an extension missing",
        "patient",
        ("Patient.extension[2]", "Patient.extension[2].extension"),
        drop("extension[2].extension[0]"),
        ("profile",),
    ),
    M(
        "value in an extension of parts",
        "patient",
        ("Patient.extension[2]", "Patient.extension[2].value"),
        both(drop("extension[2].extension"), put("extension[2].valueString", "U")),
        ("profile",),
    ),
    M("required slice missing", "pressure", ("Observation", "Observation.component"), drop("component[0]"), ("profile",)),
    M(
        "item that no closed slice takes",
        "pressure",
        ("Observation.component[2]", "Observation.component", "Observation"),
        add("component", {"code": {"text": "Mean pressure"}, "valueQuantity": {"value": 110}}),
        ("profile",),
    ),
    M("slice twice", "pressure", ("Observation", "Observation.component", "Observation.component[2]"), again("component"), ("profile",)),
    M("fixed text wrong in a slice", "pressure", ("Observation.component[0].value.unit",), put("component[0].valueQuantity.unit", "mmHg"), ("profile",)),
    M("fixed code wrong in a slice", "pressure", ("Observation.component[0].value.code",), put("component[0].valueQuantity.code", "kPa"), ("profile",)),
    M(
        "type not allowed in a slice",
        "pressure",
        ("Observation.component[0].value", "Observation.component[0]"),
        both(drop("component[0].valueQuantity"), put("component[0].valueString", "142")),
        ("profile",),
    ),
    M("value missing in a slice", "pressure", ("Observation.component[1]",), drop("component[1].valueQuantity"), ("profile",)),
    M("element that the profile forbids", "pressure", ("Observation.value", "Observation"), put("valueString", "142/94"), ("profile",)),
    M("fixed value wrong", "pressure", ("Observation.status",), put("status", "amended"), ("profile",)),
    M(
        "fixed value wrong below",
        "pressure",
        ("Observation.category[0].coding[0].code", "Observation.category[0]", "Observation.category[0].coding[0]"),
        put("category[0].coding[0].code", "laboratory"),
        ("profile",),
    ),
    M("element that the profile requires missing", "pressure", ("Observation",), drop("subject"), ("profile",)),
    M("invariant of the profile", "pressure", ("Observation",), drop("code.coding[1]"), ("profile",)),
)
NATIONAL = (
    M(
        "NHS number with a wrong check digit",
        "patient",
        ("Patient.identifier[0].value", "Patient.identifier[0]"),
        put("identifier[0].value", "9990000019"),
        ("national",),
    ),
    M("NHS number of nine digits", "patient", ("Patient.identifier[0].value", "Patient.identifier[0]"), put("identifier[0].value", "999000001"), ("national",)),
    M("NHS number of letters", "patient", ("Patient.identifier[0].value", "Patient.identifier[0]"), put("identifier[0].value", "999000001X"), ("national",)),
    M(
        "two different NHS numbers",
        "patient",
        ("Patient", "Patient.identifier", "Patient.identifier[1]", "Patient.identifier[2]", "Patient.identifier[2].value"),
        add("identifier", {"system": NHS, "value": "9990000026"}),
        ("national",),
    ),
    M(
        "NHS number with a wrong check digit in a bundle",
        "transaction",
        ("Bundle.entry[0].resource.identifier[0].value", "Bundle.entry[0].resource.identifier[0]"),
        put("entry[0].resource.identifier[0].value", "9990000027"),
        ("national",),
    ),
)
MUTATIONS: tuple[Mutation, ...] = (*SHAPE, *VALUES, *CARDINALITY, *EXTENSIONS, *REFERENCES, *BUNDLES, *INVARIANTS, *NARRATIVE, *PROFILE, *NATIONAL)
