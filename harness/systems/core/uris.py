"""URIs of identifiers, code systems and extensions that the simulated systems write (UK Core R4, and this project's own)."""

from __future__ import annotations

from typing import Final

HOME: Final = "https://exemplar-harness.example"
NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE: Final = "https://fhir.nhs.uk/Id/ods-site-code"
GMC: Final = "https://fhir.hl7.org.uk/Id/gmc-number"
LOCAL: Final = f"{HOME}/Id/local/"
VISIT: Final = f"{HOME}/Id/visit/"
NOTICE: Final = f"{HOME}/Id/notice"
PACKAGE: Final = f"{HOME}/Id/package"
EXTENSION: Final = f"{HOME}/fhir/StructureDefinition/"
CODES: Final = f"{HOME}/fhir/CodeSystem/"
UK_EXTENSION: Final = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
UK_CODES: Final = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
HL7_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"
TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
SNOMED: Final = "http://snomed.info/sct"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
OPCS4: Final = "https://fhir.hl7.org.uk/CodeSystem/OPCS-4"
DMD: Final = "https://dmd.nhs.uk"
UCUM: Final = "http://unitsofmeasure.org"
LANGUAGE: Final = "urn:ietf:bcp:47"
RELIGION_CODES: Final = f"{CODES}religion-0006"
CONFIDENTIALITY: Final = f"{TERMINOLOGY}v3-Confidentiality"
PERSON_TAG: Final = f"{CODES}person-tag"
VERIFICATION: Final = f"{UK_EXTENSION}NHSNumberVerificationStatus"
VERIFICATION_CODES: Final = f"{UK_CODES}NHSNumberVerificationStatusEngland"
SYSTEM_OF_LABEL: Final = {
    "SNCT": SNOMED,
    "SCT": SNOMED,
    "SNM3": SNOMED,
    "LN": "http://loinc.org",
    "I10": ICD10,
    "ICD10": ICD10,
    "OPCS4": OPCS4,
    "DMD": DMD,
    "UCUM": UCUM,
}
