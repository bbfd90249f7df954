"""Observations by their LOINC code: the vital signs profiles of R4, which one mature validator holds every such observation to."""

from __future__ import annotations

from dataclasses import replace

from harness.validation.fhir.judging import FhirJudging, Node, codes, rule

_CORE = "http://hl7.org/fhir/StructureDefinition/"
# The codes that the vital signs page of R4 gives each profile.
_BY_LOINC = {
    "85353-1": "vitalspanel",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}


@rule("vital-signs", "Observation", rule_set="hl7-validator")
def vital_signs(judging: FhirJudging, value: Node, path: str) -> None:
    """Hold an observation with a vital sign's code to that vital sign's profile, whether or not it claims it: an opinion."""
    for name in dict.fromkeys(_BY_LOINC[code] for code in codes(value.get("code"), "http://loinc.org") if code in _BY_LOINC):
        canonical = f"{_CORE}{name}"
        if judging.engine.structure(canonical) is None:
            continue
        said = {(issue.code, issue.location.path, issue.message) for issue in judging.issues}
        for issue in judging.conforms(value, canonical, path):
            if (issue.code, issue.location.path, issue.message) not in said:
                judging.issues.append(replace(issue, opinion=True))
