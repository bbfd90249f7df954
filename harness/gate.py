"""The decision on a run: exit 0 met, 1 not met, 2 the harness failed or examined nothing. Floor 6."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.run import Run

MET, NOT_MET, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Decision:
    """``code`` is the exit code, ``reasons`` why it is not 0, ``warnings`` what the reader should know even so."""

    code: int
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def decide(run: Run) -> Decision:
    """Judge a run by the aims of its manifest; a partial run by its findings alone."""
    broken = _broken(run)
    if broken:
        return Decision(BROKEN, broken)
    if run.verdict.partial:
        failed = [f for f in run.findings if f.outcome is Outcome.FAIL]
        return Decision(NOT_MET if failed else MET, tuple(f"{_where(f)}: {f.message or 'failed'}" for f in failed))
    return _against_aims(run)


def _broken(run: Run) -> tuple[str, ...]:
    if run.troubles:
        return tuple(dict.fromkeys(run.troubles))
    errors = tuple(f"{_where(f)}: {f.message}" for f in run.findings if f.outcome is Outcome.ERROR)
    if errors:
        return errors
    if not any(f.outcome in (Outcome.PASS, Outcome.FAIL) for f in run.findings):
        return ("nothing was examined: no check could tell",)
    return ()


def _where(finding: Finding) -> str:
    return f"{finding.check} [{'/'.join(part for part in (finding.pairing, finding.interface, finding.family) if part)}]"


def _against_aims(run: Run) -> Decision:
    reasons: list[str] = []
    warnings: list[str] = []
    expected = {pairing.id: pairing.expect_caps for pairing in run.place.pairings}
    required = {pairing.id for pairing in run.place.pairings if pairing.required}
    aimed = False
    for cell in run.verdict.cells:
        name = f"{cell.pairing} {cell.family}"
        if cell.aim is not None and cell.pairing in required:
            aimed = True
            if not cell.aim_met:
                reached = "not scored" if cell.level is None else f"L{cell.level}"
                reasons.append(f"{name}: {reached}, aim L{cell.aim}")
        signals = {name for cap in cell.caps for name in (cap.signal, cap.reason)}
        for cap in expected.get(cell.pairing, {}).get(cell.family, ()):
            if cap not in signals:
                reasons.append(f"{name}: the manifest expects the cap {cap!r}, and it was not seen")
    if not aimed:
        warnings.append("the manifest declares no aim, so nothing was asked of this run")
    return Decision(NOT_MET if reasons else MET, tuple(reasons), tuple(warnings))
