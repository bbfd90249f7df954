"""What validation says of a message or an observation of a case: by the version of its format key and the packages of its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from harness.case.case import Case
from harness.case.link import SOURCE, TARGET
from harness.case.people import Person
from harness.formats.fhir import encode_json
from harness.model.finding import Attribution, Evidence, Finding
from harness.model.issue import Issue
from harness.validation.dispatch import validate
from harness.validation.options import Options

SHOWN = 5  # issues of one message or resource that become findings: enough to see what is wrong with it
_CLAIMED = {"hl7v2/2.4/itk": "itk-2.4"}
_INDEX = re.compile(r"\[\d+\]")


def errors_of(case: Case, content: bytes, *, side: str = "creator", key: str = "") -> list[Issue]:
    """The errors of ``content``; ``key`` is its format key, the target endpoint's where none is given. Profiles are those that it declares itself."""
    name, _, rest = (key or case.endpoint().key).partition("/")
    version = rest.partition("/")[0] if name == "fhir" else ""
    # An endpoint whose key names a profile of HL7 v2 claims it for every message of its own.
    profile = _CLAIMED.get(key or case.endpoint().key, "") if content[:4].lstrip(b"\x0b").startswith(b"MSH") else ""
    options = Options(side=side, packages=case.link().place.packages, fhir_version=version, profile=profile)
    return [issue for issue in validate(content, options) if issue.is_error]


def faults_served(case: Case, resource: Mapping[str, Any], *, at: str = TARGET) -> tuple[list[Issue], Evidence | None]:
    """The errors of a resource that the party ``at`` served, located in the indented JSON that is kept as evidence; no evidence where there is no error."""
    content = _indented(resource)
    issues = errors_of(case, content, key=case.side(at).observe_key)
    if not issues:
        return [], None
    title = f"{resource.get('resourceType', 'resource')} as {case.side(at).system.id} serves it"
    return issues, case.transcript.keep(content, "application/fhir+json", title, "target")


def traits(issue: Issue) -> tuple[str, str, str]:
    """What makes a fault of one system the same as that of another: its code, its place whatever the repetition, and what was found."""
    return issue.code, _INDEX.sub("", issue.location.path), issue.actual


def faults_of_source(case: Case, person: Person) -> frozenset[tuple[str, str, str]]:
    """Traits of the errors in what the source itself serves of the person: a target that keeps them as they are did not make them."""
    source = case.side(SOURCE)
    if source.observer is None or not source.observe_key.startswith("fhir/"):
        return frozenset()
    served = case.observe(person, at=SOURCE).resources
    return frozenset(traits(issue) for one in served for issue in errors_of(case, _indented(one), key=source.observe_key))


def _indented(resource: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(encode_json(dict(resource)), indent=2)


def issue_told(
    case: Case, issue: Issue, evidence: Evidence | None, what: str, *, attribution: Attribution = Attribution.TARGET, person: Person | None = None
) -> Finding:
    """A validation error as a finding of this case, with its place in ``evidence``."""
    return case.failed(
        message=f"{what}: {issue.message}",
        expected=issue.expected or "no validation error",
        actual=issue.actual or issue.code,
        attribution=attribution,
        person=person,
        location=issue.location,
        within=evidence.sha256 if evidence else "",
    )
