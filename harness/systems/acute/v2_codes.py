"""Code tables between NHS England HL7 v2.4 and FHIR R4, as this hospital's supplier wrote them down.

Sources: ITK reference tables 1.0.14 and the value sets of UK Core R4 2.0.0.
"""

from __future__ import annotations

from typing import Final

from harness.systems.core import uris
from harness.systems.core.uris import CONFIDENTIALITY, GMC, LOCAL, NHS_NUMBER, ODS, PERSON_TAG, SYSTEM_OF_LABEL, UCUM, VERIFICATION, VISIT

__all__ = ["CONFIDENTIALITY", "GMC", "LOCAL", "NHS_NUMBER", "ODS", "PERSON_TAG", "SYSTEM_OF_LABEL", "UCUM", "VERIFICATION", "VISIT"]

UKC: Final = uris.UK_EXTENSION
EH: Final = uris.EXTENSION.rstrip("/")
CS: Final = uris.UK_CODES
OWN_CS: Final = uris.CODES.rstrip("/")
HL7: Final = uris.TERMINOLOGY.rstrip("/")
LABEL: Final = f"{OWN_CS}/v2-label/"

VERIFICATION_CS: Final = uris.VERIFICATION_CODES
ETHNIC: Final = f"{UKC}EthnicCategory"
ETHNIC_CS: Final = f"{CS}EthnicCategoryEngland"
LANGUAGE_CS: Final = uris.LANGUAGE
BIRTH_TIME: Final = f"{uris.HL7_EXTENSION}patient-birthTime"
RELIGION: Final = f"{uris.HL7_EXTENSION}patient-religion"
RELIGION_CS: Final = uris.RELIGION_CODES
ADMISSION_METHOD: Final = f"{UKC}AdmissionMethod"
ADMISSION_METHOD_CS: Final = f"{CS}AdmissionMethodEngland"
ADMIT_SOURCE_CS: Final = f"{CS}SourceOfAdmissionEngland"
DESTINATION_CS: Final = f"{CS}DischargeDestinationEngland"
DISCHARGE_METHOD: Final = f"{UKC}DischargeMethod"
DISCHARGE_METHOD_CS: Final = f"{CS}DischargeMethodEngland"
SPECIALTY_CS: Final = f"{CS}PracticeSettingCode"
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
MARITAL_OWN: Final = f"{OWN_CS}/marital-0002"

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

# The first label of each code system is the one written (table 0396).
LABEL_OF_SYSTEM: Final = {system: label for label, system in reversed(SYSTEM_OF_LABEL.items())}


def system_of(label: str) -> str:
    """The code-system URI of a v2 label; an unknown label keeps its name in a URI of our own, none stays empty."""
    return SYSTEM_OF_LABEL.get(label, f"{LABEL}{label}" if label else "")


def label_of(system: str) -> str:
    """The v2 label of a code-system URI; ``L`` (local) for one without a label."""
    if system.startswith(LABEL):
        return system.removeprefix(LABEL)
    return LABEL_OF_SYSTEM.get(system, "L" if system else "")
