"""URIs that are commonly written for a code system, and the one that is meant."""

from __future__ import annotations

import re
from collections.abc import Callable

# OIDs and URIs: https://terminology.hl7.org/external_terminologies.html, https://hl7.org/fhir/R4/terminologies-systems.html
_OIDS = {
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.8": "http://unitsofmeasure.org",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.59": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.121": "urn:ietf:bcp:47",
    "2.16.840.1.113883.6.316": "urn:ietf:bcp:47",
    "2.16.840.1.113883.6.24": "urn:iso:std:iso:11073:10101",
    "1.0.3166.1.2.2": "urn:iso:std:iso:3166",
    "1.0.3166.1.2.3": "urn:iso:std:iso:3166",
}
_SPELLINGS = {
    "snomed": "http://snomed.info/sct",
    "snomed-ct": "http://snomed.info/sct",
    "snomedct": "http://snomed.info/sct",
    "http://snomed.info": "http://snomed.info/sct",
    "http://snomed.info/id": "http://snomed.info/sct",
    "http://snomed.org": "http://snomed.info/sct",
    "http://snomed.org/sct": "http://snomed.info/sct",
    "http://ihtsdo.org/snomed-ct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "http://www.loinc.org": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
    "http://unitsofmeasure": "http://unitsofmeasure.org",
    "http://www.unitsofmeasure.org": "http://unitsofmeasure.org",
    "http://unitsofmeasure.org/ucum.html": "http://unitsofmeasure.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "http://dmd.nhs.uk": "https://dmd.nhs.uk",
}
_OLD_V2 = re.compile(r"https?://hl7\.org/fhir/v2/([0-9]{4})\Z")
_OLD_V3 = re.compile(r"https?://hl7\.org/fhir/v3/([A-Za-z0-9]+)\Z")
_V2_OID = re.compile(r"2\.16\.840\.1\.113883\.12\.([0-9]{1,4})\Z")
_THO = "http://terminology.hl7.org/CodeSystem/"
_MOVED = re.compile(r"https?://(?:www\.)?hl7\.org/fhir/(?:CodeSystem/)?([A-Za-z0-9-]+)\Z")


def meant_system(uri: str, known: Callable[[str], bool]) -> str:
    """The code system that ``uri`` most likely means; empty where that cannot be told. ``known`` says whether a URI is a known code system."""
    for candidate in _candidates(uri.strip()):
        if candidate != uri and known(candidate):
            return candidate
    return ""


def _candidates(uri: str) -> list[str]:
    low = uri.lower().rstrip("/")
    found = [_SPELLINGS.get(low, ""), _SPELLINGS.get(low.replace("https://", "http://"), "")]
    oid = low.removeprefix("urn:oid:")
    found.append(_OIDS.get(oid, ""))
    if table := _V2_OID.match(oid):
        found.append(f"{_THO}v2-{table.group(1):0>4}")
    if old := _OLD_V2.match(uri):
        found.append(f"{_THO}v2-{old.group(1)}")
    if old := _OLD_V3.match(uri):
        found.append(f"{_THO}v3-{old.group(1)}")
    bare = uri.rstrip("/")
    for one in (bare, bare.replace("https://", "http://", 1), bare.replace("http://", "https://", 1), low):
        found.append(one)
        found.append(one.replace("://www.", "://", 1))
    if moved := _MOVED.match(bare):
        found.append(_THO + moved.group(1))
    if "|" in uri:
        found.append(uri.partition("|")[0])
    return [one for one in found if one]
