"""Large code systems that are not at hand: what can be said of a code all the same, from its shape and check digit."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.terminology.answer import CodeAnswer
from harness.terminology.concepts import Predicate

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _turns() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(_TURN[digit] for digit in rows[-1]))
    return tuple(rows)


_TURNS = _turns()
_NUMBER = re.compile(r"[1-9][0-9]{5,17}\Z")
_LOINC = re.compile(r"([0-9]{1,7})-([0-9])\Z")
_LOINC_PART = re.compile(r"(?:LP|LA|LL|LG)[0-9]+(?:-[0-9])?\Z|MTHU[0-9]+\Z")
_EXPRESSION = re.compile(r"[:+{}|=,()<>^!*]")


def snomed_fault(code: str) -> str | None:
    """What is wrong with a SNOMED CT concept id: 6 to 18 digits, no leading zero, partition for concepts, Verhoeff check digit. None where nothing is.

    A compositional expression is not judged.
    """
    if _EXPRESSION.search(code):
        return None
    if not _NUMBER.match(code):
        return "a SNOMED CT id is 6 to 18 digits without a leading zero"
    if not _verhoeff(code):
        return "the check digit of the SNOMED CT id is wrong"
    if code[-3:-1] not in ("00", "10"):
        kind = {"1": "description", "2": "relationship"}.get(code[-2], "")
        return f"the SNOMED CT id is that of a {kind}, not of a concept" if kind else "the SNOMED CT id is of no known kind"
    return None


def _verhoeff(digits: str) -> bool:
    check = 0
    for index, digit in enumerate(reversed(digits)):
        check = _TIMES[check][_TURNS[index % 8][ord(digit) - 48]]
    return check == 0


def loinc_fault(code: str) -> str | None:
    """What is wrong with a LOINC code: digits, hyphen, mod 10 check digit. Parts, answers and lists (LP, LA, LL, LG) are not judged."""
    if _LOINC_PART.match(code):
        return None
    found = _LOINC.match(code)
    if found is None:
        return "a LOINC code is up to seven digits, a hyphen and a check digit"
    total = sum(sum(divmod(int(digit) * 2, 10)) if index % 2 == 0 else int(digit) for index, digit in enumerate(reversed(found.group(1))))
    return None if (10 - total % 10) % 10 == int(found.group(2)) else "the check digit of the LOINC code is wrong"


class Distant:
    """A code system that is not at hand. A malformed code is none of its codes; of any other nothing is known."""

    status = "active"
    complete = False
    codes = None
    case_sensitive = True
    version = ""

    def __init__(self, url: str, name: str, fault: Callable[[str], str | None] = lambda _: None) -> None:
        self.url = url
        self.name = name
        self.why = f"{name} is not at hand offline"
        self._fault = fault

    def canonical(self, code: str) -> str:
        """The code as it is."""
        return code

    def answer(self, code: str) -> CodeAnswer:
        """``no`` for a malformed code, else ``unknown``."""
        wrong = self._fault(code)
        return CodeAnswer("no", wrong) if wrong else CodeAnswer("unknown", self.why)

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """A filter takes no malformed code; nothing else is known. ``code`` = and in are decided by the code alone."""
        if name == "code" and operation == "=":
            return lambda code: code == value
        if operation in ("is-not-a", "not-in"):
            return None
        if operation in ("is-a", "generalizes") and name == "concept":
            return lambda code: True if code == value else False if self._fault(code) else None
        return lambda code: False if self._fault(code) else None


def distant() -> tuple[Distant, ...]:
    """The systems that are known by name."""
    return (
        Distant(SNOMED, "SNOMED CT", snomed_fault),
        Distant(LOINC, "LOINC", loinc_fault),
        Distant("https://dmd.nhs.uk", "dm+d"),
        Distant("http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm"),
        Distant("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
        Distant("http://hl7.org/fhir/sid/icd-10-uk", "ICD-10 (UK)"),
        Distant("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM"),
        Distant("http://hl7.org/fhir/sid/icd-9-cm", "ICD-9-CM"),
        Distant("http://hl7.org/fhir/sid/cvx", "CVX"),
        Distant("http://hl7.org/fhir/sid/ndc", "NDC"),
        Distant("http://hl7.org/fhir/sid/icpc-2", "ICPC-2"),
        Distant("http://www.ama-assn.org/go/cpt", "CPT"),
        Distant("http://www.whocc.no/atc", "ATC"),
        Distant("http://fdasis.nlm.nih.gov", "UNII"),
        Distant("http://www.genenames.org", "HGNC"),
        Distant("http://varnomen.hgvs.org", "HGVS"),
        Distant("urn:iso:std:iso:11073:10101", "ISO/IEEE 11073-10101"),
        Distant("http://unstats.un.org/unsd/methods/m49/m49.htm", "UN M49"),
        Distant("http://dicom.nema.org/resources/ontology/DCM", "DICOM"),
        Distant("http://nucc.org/provider-taxonomy", "NUCC provider taxonomy"),
    )
