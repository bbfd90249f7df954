"""Running one check: bring about what is given, ask, collect what was answered. Never raises; a failure of the harness is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic
from traceback import extract_tb

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.check import CHECKS
from harness.case.evidence import EvidenceStore
from harness.case.link import Link
from harness.case.spec import CaseSpec
from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.model.finding import Attribution, Finding
from harness.model.outcome import Outcome
from harness.model.place import FixturePerson


def examine(
    spec: CaseSpec,
    links: Mapping[str, Link],
    evidence: EvidenceStore,
    people: Mapping[str, FixturePerson],
    *,
    watch: Callable[[], float] = monotonic,
) -> tuple[Finding, ...]:
    """The findings of one case, each with its share of the busy time (waiting for declared limits is counted apart).

    ``links`` are those of the case, each under the party it leads to (the one of a pairing under ``target``); ``people`` by letter.
    """
    check = CHECKS.get(spec.check)
    case = Case.open(spec, catalogue().clauses[spec.check], links, people, evidence, watch=watch)
    start = watch()
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
    if case.look.alarms:
        findings.append(
            case.failed(
                expected="nothing of another person in the record found",
                actual=case.look.alarms[0],
                signals=("wrong-patient",),
            )
        )
    if not findings:
        findings.append(case.inconclusive("the check examined nothing", attribution=Attribution.HARNESS))
    total = watch() - start
    share = max(total - case.clock.waited, 0.0) / len(findings)
    return tuple(replace(finding, evidence=tuple(case.transcript.evidence), seconds=share, waited=case.clock.waited / len(findings)) for finding in findings)
