"""A QuestionnaireResponse: which Questionnaire it answers, whether that was in force, and whether it is answered as asked."""

from __future__ import annotations

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.questionnaire.compare import order
from harness.validation.fhir.questionnaire.hearing import Hearing
from harness.validation.fhir.questionnaire.items import read_form
from harness.validation.fhir.questionnaire.response import check_response


@rule("questionnaire-response", "QuestionnaireResponse")
def questionnaire_response(judging: FhirJudging, value: Node, path: str) -> None:
    """The response is consistent with its Questionnaire; where that is not to be had, it is said."""
    canonical = text(value, "questionnaire") or text(value.get("questionnaire"), "reference")
    if not canonical:
        judging.tell("questionnaire/unnamed", at=path)
        return
    found = find_questionnaire(judging, value, canonical)
    if found is None:
        judging.tell("questionnaire/unknown", at=f"{path}.questionnaire", actual=canonical, canonical=canonical[:120])
        return
    hearing = Hearing(judging, read_form(found), value, path)
    _in_force(hearing)
    _subject(hearing)
    check_response(hearing)


def find_questionnaire(judging: FhirJudging, value: Node, canonical: str) -> Node | None:
    """The Questionnaire of a canonical: among the contained, in the document's Bundle, or among the definitions."""
    if canonical.startswith("#"):
        for holder in (value, judging.container):
            for _, held in objects(holder, "contained"):
                if text(held, "id") == canonical[1:] and held.get("resourceType") == "Questionnaire":
                    return held
        return None
    found = judging.definitions.find(canonical, "Questionnaire")
    if found is not None:
        return dict(found)
    url, _, version = canonical.partition("|")
    for _, entry in objects(judging.root, "entry"):
        resource = entry.get("resource")
        if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
            continue
        if text(resource, "url") == url and (not version or text(resource, "version") == version):
            return resource
    return None


def _in_force(hearing: Hearing) -> None:
    period, authored = hearing.form.node.get("effectivePeriod"), text(hearing.response, "authored")
    start, end = text(period, "start"), text(period, "end")
    if authored and start and order("DateTime", authored, start) == -1:
        hearing.tell("questionnaire/before-in-force", at=f"{hearing.path}.authored", actual=authored, start=start)
    elif authored and end and order("DateTime", authored, end) == 1:
        hearing.tell("questionnaire/out-of-force", at=f"{hearing.path}.authored", actual=authored, end=end)


def _subject(hearing: Hearing) -> None:
    held = hearing.form.node.get("subjectType")
    allowed = [kind for kind in held if isinstance(kind, str)] if isinstance(held, list) else []
    subject = hearing.response.get("subject")
    parts = text(subject, "reference").partition("/_history/")[0].split("/")
    named = text(subject, "type") or (parts[-2] if len(parts) > 1 else "")
    if allowed and named in hearing.judging.definitions.resource_types and named not in allowed:
        hearing.tell("questionnaire/subject", at=f"{hearing.path}.subject", actual=named, named=named, allowed=" or ".join(allowed))
