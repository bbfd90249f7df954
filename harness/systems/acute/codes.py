"""Code tables between NHS England HL7 v2.4 and FHIR R4, as this hospital's supplier wrote them down.

Sources: ITK reference tables and UK Core value sets as listed in nhs/hl7v2.md 1.7 and 1.10.
"""

from __future__ import annotations

from typing import Final

UKC: Final = "https://fhir.hl7.org.uk/StructureDefinition"
EH: Final = "https://exemplar-harness.example/fhir/StructureDefinition"
CS: Final = "https://fhir.hl7.org.uk/CodeSystem"
OWN_CS: Final = "https://exemplar-harness.example/fhir/CodeSystem"
OWN_ID: Final = "https://exemplar-harness.example/Id"
HL7: Final = "http://terminology.hl7.org/CodeSystem"

NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
GMC: Final = "https://fhir.hl7.org.uk/Id/gmc-number"
LOCAL: Final = f"{OWN_ID}/local/"
VISIT: Final = f"{OWN_ID}/visit/"
LABEL: Final = f"{OWN_CS}/v2-label/"

VERIFICATION: Final = f"{UKC}/Extension-UKCore-NHSNumberVerificationStatus"
VERIFICATION_CS: Final = f"{CS}/UKCore-NHSNumberVerificationStatusEngland"
ETHNIC: Final = f"{UKC}/Extension-UKCore-EthnicCategory"
ETHNIC_CS: Final = f"{CS}/UKCore-EthnicCategoryEngland"
LANGUAGE_CS: Final = f"{CS}/UKCore-HumanLanguage"
BIRTH_TIME: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
RELIGION: Final = "http://hl7.org/fhir/StructureDefinition/patient-religion"
ADMISSION_METHOD: Final = f"{UKC}/Extension-UKCore-AdmissionMethod"
ADMISSION_METHOD_CS: Final = f"{CS}/UKCore-AdmissionMethodEngland"
ADMIT_SOURCE_CS: Final = f"{CS}/UKCore-SourceOfAdmissionEngland"
DESTINATION_CS: Final = f"{CS}/UKCore-DischargeDestinationEngland"
DISCHARGE_METHOD: Final = f"{UKC}/Extension-UKCore-DischargeMethod"
DISCHARGE_METHOD_CS: Final = f"{CS}/UKCore-DischargeMethodEngland"
SPECIALTY_CS: Final = f"{CS}/UKCore-PracticeSettingCode"
CONFIDENTIALITY: Final = f"{HL7}/v3-Confidentiality"
PERSON_TAG: Final = f"{OWN_CS}/person-tag"
LOCAL_FLAG: Final = "local-flag"
SECURITY: Final = f"{OWN_CS}/sensitive-flag"
ORIGINAL: Final = f"{EH}/original-code"
DISPOSAL: Final = f"{EH}/attendance-disposal"
TRANSPORT: Final = f"{EH}/mode-of-arrival"
EXPECTED: Final = f"{EH}/expected-discharge"
READY: Final = f"{EH}/ready-for-discharge"
FIT: Final = f"{EH}/medically-fit"
ALLERGY_TYPE: Final = f"{EH}/allergy-type"
ALLERGY_SEVERITY: Final = f"{EH}/allergy-severity"
CERTAINTY: Final = f"{EH}/diagnosis-certainty"
NK1_CS: Final = f"{OWN_CS}/nk1-0063"
PHYSICAL: Final = f"{HL7}/location-physical-type"
ACT_CODE: Final = f"{HL7}/v3-ActCode"
UCUM: Final = "http://unitsofmeasure.org"
INTERPRETATION: Final = f"{HL7}/v3-ObservationInterpretation"

# Table 0001 and what older senders still use -> administrative gender.
SEX: Final = {
    "0": "unknown", "1": "male", "2": "female", "9": "other", "X": "unknown",
    "M": "male", "F": "female", "A": "other", "U": "unknown", "N": "unknown", "O": "unknown",
}  # fmt: skip
GENDER: Final = {"unknown": "0", "male": "1", "female": "2", "other": "9"}

# Table 0002 (NHS: P is separated) -> v3-MaritalStatus.
MARITAL: Final = {"S": "S", "M": "M", "D": "D", "W": "W", "P": "L"}
MARITAL_OUT: Final = {"S": "S", "M": "M", "D": "D", "W": "W", "L": "P", "T": "M", "U": "S"}
MARITAL_CS: Final = f"{HL7}/v3-MaritalStatus"
NULL_FLAVOR: Final = f"{HL7}/v3-NullFlavor"
MARITAL_OWN: Final = f"{OWN_CS}/hl7v2-0002"

# Table 0200 as ITK uses it (PID-5.7) -> Patient.name.use.
NAME_USE: Final = {
    "L": "usual",
    "": "usual",
    "PREFERRED": "nickname",
    "A": "nickname",
    "PREVIOUS-BIRTH": "maiden",
    "PREVIOUS-MAIDEN": "maiden",
    "PREVIOUS": "old",
    "PREVIOUS-BACHELOR": "old",
}
NAME_TYPE: Final = {"usual": "L", "official": "L", "nickname": "PREFERRED", "maiden": "PREVIOUS-BIRTH", "old": "PREVIOUS"}

# Table 0063 (NHS numeric) -> v3-RoleCode where one fits.
RELATION: Final = {
    "1": "SPS", "2": "DOMPART", "3": "PRN", "5": "GUARD", "6": "PRNFOST", "9": "CHILD", "12": "MTH", "13": "FTH",
    "14": "SIS", "15": "BRO", "16": "FAMMEMB", "21": "ONESELF", "61": "STPPRN",
}  # fmt: skip
RELATION_OUT: Final = {role: code for code, role in RELATION.items()}
ROLE_CODE: Final = f"{HL7}/v3-RoleCode"

# Table 0004 -> v3-ActCode.
CLASS: Final = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC"}
CLASS_OUT: Final = {code: letter for letter, code in CLASS.items()} | {"ACUTE": "I", "NONAC": "I"}
CLASS_OWN: Final = f"{OWN_CS}/v2-0004"

# Admission methods newer than table 0007, folded back to the code they were split from.
METHOD_FOLD: Final = {"25": "28", "2A": "28", "2B": "28", "2C": "28", "2D": "28"}
# PV1-36 values that mean the same in the UK Core discharge method.
SHARED_METHODS: Final = frozenset({"5", "8", "9"})

ALLERGY_CATEGORY: Final = {"DA": "medication", "FA": "food", "EA": "environment"}
CATEGORY_OUT: Final = {category: code for code, category in ALLERGY_CATEGORY.items()} | {"biologic": "AA"}

VERIFICATION_STATUS: Final = {"F": "confirmed", "W": "provisional", "A": "unconfirmed"}
CERTAINTY_OUT: Final = {status: code for code, status in VERIFICATION_STATUS.items()}

OBSERVATION_STATUS: Final = {"F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "D": "entered-in-error", "R": "registered"}
OBSERVATION_OUT: Final = {status: code for code, status in OBSERVATION_STATUS.items()} | {"amended": "C"}

# Labels of table 0396 as found in real feeds -> code system.
SYSTEM_OF_LABEL: Final = {
    "SNCT": "http://snomed.info/sct",
    "SCT": "http://snomed.info/sct",
    "SNM3": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "OPCS4": f"{CS}/OPCS-4",
    "LN": "http://loinc.org",
    "DMD": "https://dmd.nhs.uk",
}
LABEL_OF_SYSTEM: Final = {
    "http://snomed.info/sct": "SNCT",
    "http://hl7.org/fhir/sid/icd-10": "I10",
    f"{CS}/OPCS-4": "OPCS4",
    "https://fhir.hl7.org.uk/CodeSystem/OPCS-4": "OPCS4",
    "http://loinc.org": "LN",
    "https://dmd.nhs.uk": "DMD",
}


def system_of(label: str) -> str:
    """The code-system URI of a v2 label; an unknown label keeps its name in a URI of our own, none stays empty."""
    return SYSTEM_OF_LABEL.get(label, f"{LABEL}{label}" if label else "")


def label_of(system: str) -> str:
    """The v2 label of a code-system URI; ``L`` (local) for one without a label."""
    if system.startswith(LABEL):
        return system.removeprefix(LABEL)
    return LABEL_OF_SYSTEM.get(system, "L" if system else "")
