"""junit.xml for CI servers: one suite per pairing and interface, one case per case of the plan."""

from __future__ import annotations

import re

from harness.model.finding import Finding
from harness.model.mask import mask_text
from harness.model.outcome import Outcome, worst
from harness.model.run import Run
from harness.reporting.registry import report

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@report("junit", "junit.xml")
def render(run: Run) -> bytes:
    """FAIL is a failure, ERROR an error, NOT_APPLICABLE and INCONCLUSIVE are skipped with their reason."""
    from junitparser import JUnitXml, TestCase, TestSuite

    cases: dict[tuple[str, str, str, str, int], list[Finding]] = {}
    for f in run.findings:
        cases.setdefault((f.pairing, f.interface, f.family, f.check, f.attempt), []).append(f)
    suites: dict[tuple[str, str], TestSuite] = {}
    for (pairing, interface, family, check, attempt), findings in cases.items():
        suite = suites.setdefault((pairing, interface), TestSuite(f"{pairing}/{interface}"))
        name = check + (f"[{family}]" if family else "") + (f"#{attempt}" if attempt else "")
        case = TestCase(name, classname=f"{pairing}/{interface}", time=round(sum(f.seconds + f.waited for f in findings), 4))
        outcome = worst(f.outcome for f in findings)
        if outcome is not Outcome.PASS:
            case.result = [_result(outcome, [f for f in findings if f.outcome is outcome])]
        suite.add_testcase(case)
    document = JUnitXml(f"{run.place.id} seed {run.seed}")
    for suite in suites.values():
        for defect in run.defects:
            suite.add_property("defect", defect)
        document.add_testsuite(suite)
    document.update_statistics()
    content: bytes = document.tostring()
    return content


def _result(outcome: Outcome, findings: list[Finding]) -> object:
    from junitparser import Error, Failure, Skipped

    kind = {Outcome.FAIL: Failure, Outcome.ERROR: Error}.get(outcome, Skipped)
    result = kind(_clean(findings[0].message or str(outcome)), str(outcome))
    result.text = _clean("\n".join(described(finding) for finding in findings))
    return result


def described(finding: Finding) -> str:
    """A finding on a few lines of plain text."""
    parts = [
        finding.message,
        f"expected: {finding.expected}" if finding.expected else "",
        f"actual: {finding.actual}" if finding.actual else "",
        f"at: {finding.location}" if finding.location else "",
        f"attributed to: {finding.attribution}",
        f"blocked by: {finding.blocked_by}" if finding.blocked_by else "",
        *(f"evidence: {evidence.title} {evidence.sha256}" for evidence in finding.evidence),
    ]
    return "\n".join(part for part in parts if part)


def _clean(text: str) -> str:
    return mask_text(_NOT_XML.sub("�", text))
