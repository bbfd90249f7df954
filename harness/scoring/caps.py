"""Hard gates, read from findings before any folding."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.finding import Finding
from harness.model.place import Pairing
from harness.model.verdict import Cap
from harness.scoring.scale import Scale


def caps_of(findings: Iterable[Finding], pairing: Pairing, scale: Scale) -> tuple[Cap, ...]:
    """Every cap of a cell, lowest first, one per signal and attribution; the first finding that raised it names the check."""
    found: dict[tuple[str, str], Cap] = {}
    gates = {gate.signal: gate for gate in scale.caps}
    for finding in findings:
        for signal in finding.signals:
            gate = gates.get(signal)
            if gate is not None:
                found.setdefault((signal, finding.attribution.value), Cap(gate.level, gate.reason, signal, finding.attribution.value, finding.check))
    for gate in scale.of_pairing:
        if pairing.read_only and gate.signal == "read-only":
            found[gate.signal, ""] = Cap(gate.level, gate.reason, gate.signal, "", "")
    return tuple(sorted(found.values(), key=lambda cap: (cap.level, cap.signal, cap.attribution)))
