"""Running one check: bring about what is given, ask, collect what was answered. Never raises; a failure of the harness is a finding too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter
from traceback import extract_tb

from harness.case.case import Case
from harness.case.check import CHECKS, Blocked
from harness.case.evidence import EvidenceStore
from harness.case.link import Link
from harness.case.spec import CaseSpec
from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.model.finding import Attribution, Finding
from harness.model.outcome import Outcome
from harness.model.place import FixturePerson


def examine(spec: CaseSpec, link: Link, evidence: EvidenceStore, people: Mapping[str, FixturePerson]) -> tuple[Finding, ...]:
    """The findings of one case, each with its share of the busy time (waiting for declared limits is counted apart)."""
    check = CHECKS.get(spec.check)
    case = Case(spec, link, catalogue().clauses[spec.check], people, evidence)
    start = perf_counter()
    findings: list[Finding] = []
    try:
        for given in check.given:
            given.satisfy(case)
        findings.extend(check.function(case))
    except Blocked as blocked:
        root = "" if blocked.blocked_by == spec.check else blocked.blocked_by
        findings.append(case.inconclusive(blocked.reason, blocked_by=root, attribution=blocked.attribution, signals=blocked.signals))
    except TransportError as error:
        signals = ("unreachable",) if error.reason == "refused" else ()
        findings.append(case.inconclusive(f"the wire failed: {error}", blocked_by="connection/session-1", signals=signals))
    except Exception as error:
        at = extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error} ({at.filename.rpartition('harness/')[2]}:{at.lineno})"
        findings.append(case.finding(Outcome.ERROR, text, attribution=Attribution.HARNESS))
    if case.alarms:
        findings.append(
            case.failed(
                expected="nothing of another person in the record found",
                actual=case.alarms[0],
                signals=("wrong-patient",),
            )
        )
    if not findings:
        findings.append(case.inconclusive("the check examined nothing", attribution=Attribution.HARNESS))
    total = perf_counter() - start
    share = max(total - case.waited, 0.0) / len(findings)
    return tuple(replace(finding, evidence=tuple(case.evidence), seconds=share, waited=case.waited / len(findings)) for finding in findings)
