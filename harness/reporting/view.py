"""What the reports that people read have in common: rows, blockers, root causes. Judges nothing, only arranges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from harness.model.finding import Attribution, Finding
from harness.model.mask import mask_text
from harness.model.outcome import Outcome, worst
from harness.model.run import Run
from harness.model.verdict import CellVerdict

GIVEN = "With defects given for this run: "
SIMULATED = "Simulated systems have invented names and codes, stand for no product and no organisation, and hold synthetic people only."
MIXED = "Systems marked real were reached at the addresses of the manifest; the others are simulated, with invented names, and stand for no product."
_NOT_PASSED = (Outcome.ERROR, Outcome.FAIL, Outcome.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Blocker:
    """A clause that keeps a cell from its next level. ``findings`` are those that did not pass, worst first."""

    clause: str
    title: str
    text: str
    source: str
    remediation: str
    outcome: Outcome | None
    attribution: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RootCause:
    """A cause shown once: what ``check`` found about a pairing and interface, the other checks that found the very same (``also``),
    and those that could not be asked because of it. Where it is a fault in content, ``place`` says where, ``excerpt`` shows the lines around it."""

    check: str
    pairing: str
    interface: str
    attribution: str
    message: str
    blocks: tuple[str, ...]
    also: tuple[str, ...] = ()
    place: str = ""
    expected: str = ""
    actual: str = ""
    excerpt: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellView:
    """One cell with everything a reader asks of it."""

    run: Run
    verdict: CellVerdict

    @property
    def anchor(self) -> str:
        """A fragment id."""
        return f"cell-{self.verdict.source}-{self.verdict.target}-{self.verdict.family}"

    @property
    def level(self) -> str:
        """``L3``, or a dash when not scored."""
        return "–" if self.verdict.level is None else f"L{self.verdict.level}"

    @property
    def progress(self) -> str:
        """The passed share of the next level in per cent; capped cells have none."""
        if self.verdict.level is None:
            return "not scored (partial)"
        if self.verdict.caps and self.verdict.uncapped != self.verdict.level:
            return f"capped (L{self.verdict.uncapped} without)"
        return "" if self.verdict.progress is None else f"{self.verdict.progress:.0%} of L{self.verdict.level + 1}"

    @property
    def binding(self) -> bool:
        """True when a cap, and not an unmet clause, is what holds the cell where it is."""
        return self.verdict.uncapped is not None and any(cap.level <= self.verdict.uncapped for cap in self.verdict.caps)

    @property
    def fidelity(self) -> str:
        """F, three digits."""
        return "" if self.verdict.fidelity is None else f"{self.verdict.fidelity:.3f}"

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Findings that count in this cell: over the interfaces of its family, of the family itself or of none."""
        pairing = next(pairing for pairing in self.run.place.pairings if pairing.id == self.verdict.pairing)
        ways = ("", *pairing.families.get(self.verdict.family, ()))
        return tuple(f for f in self.run.findings if f.pairing == pairing.id and f.family in ("", self.verdict.family) and f.interface in ways)

    @cached_property
    def blockers(self) -> tuple[Blocker, ...]:
        """The clauses that block the next level, in the verdict's order."""
        return tuple(self._blocker(clause) for clause in self.verdict.blocked_by)

    def _blocker(self, id: str) -> Blocker:
        clause = self.run.clauses.get(id)
        found = tuple(sorted((f for f in self.findings if f.clause == id and f.outcome in _NOT_PASSED), key=lambda f: _rank(f.outcome)))
        return Blocker(
            id,
            clause.title if clause else id,
            clause.text if clause else "",
            "; ".join(clause.cites) if clause else "",
            clause.remediation if clause else "",
            worst(f.outcome for f in found) if found else None,
            fault(found),
            found,
        )

    @cached_property
    def differences(self) -> tuple[tuple[str, str, str, str, str, int], ...]:
        """Distinct differences of the cell's findings with how often each was seen, as ``(…five texts…, count)``."""
        counted = Counter(difference for finding in self.findings for difference in finding.differences)
        return tuple((*difference, count) for difference, count in counted.items())

    @property
    def fault(self) -> str:
        """Whose fault the cap, or else the blockers, are."""
        if self.binding:
            return self.verdict.caps[0].attribution
        return fault([finding for blocker in self.blockers for finding in blocker.findings])


def fault(findings: Sequence[Finding]) -> str:
    """The attributions of what did not pass, commonest first; unknown only where nothing better is known."""
    counted = Counter(str(f.attribution) for f in findings if f.attribution is not Attribution.NONE)
    known = [name for name, _ in counted.most_common() if name != Attribution.UNKNOWN]
    return ", ".join(known) or (str(Attribution.UNKNOWN) if findings else "")


def cells(run: Run) -> tuple[CellView, ...]:
    """A view of each cell of the verdict."""
    return tuple(CellView(run, verdict) for verdict in run.verdict.cells)


def families(run: Run) -> tuple[str, ...]:
    """Families in the order they first occur."""
    return tuple(dict.fromkeys(cell.family for cell in run.verdict.cells))


def pairings(run: Run) -> tuple[str, ...]:
    """Pairing ids in the order of the verdict."""
    return tuple(dict.fromkeys(cell.pairing for cell in run.verdict.cells))


def arrow(pairing: str) -> str:
    """``a → b`` for ``a:b``."""
    return pairing.replace(":", " → ")


def roots(run: Run) -> tuple[RootCause, ...]:
    """Every cause once: failures and errors, and what inconclusive findings name as what blocked them."""
    blocked: dict[tuple[str, str, str], list[str]] = {}
    for finding in run.findings:
        if finding.outcome is Outcome.INCONCLUSIVE and finding.blocked_by:
            names = blocked.setdefault((finding.pairing, finding.interface, finding.blocked_by), [])
            if finding.check not in names:
                names.append(finding.check)
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in run.findings:
        key = (finding.pairing, finding.interface, finding.check)
        if finding.outcome in (Outcome.FAIL, Outcome.ERROR) or key in blocked or (finding.outcome is Outcome.INCONCLUSIVE and not finding.blocked_by):
            found.setdefault(key, []).append(finding)
    for key in blocked:
        found.setdefault(key, [])
    return _told_once(_root(key, group, tuple(blocked.get(key, ()))) for key, group in found.items() if key in blocked or _is_cause(group))


def _told_once(causes: Iterable[RootCause]) -> tuple[RootCause, ...]:
    """Causes of one pairing and interface with the same words become one."""
    told: dict[tuple[str, str, str, str], RootCause] = {}
    for cause in causes:
        key = (cause.pairing, cause.interface, cause.attribution, cause.message)
        first = told.get(key)
        blocks = () if first is None else tuple(dict.fromkeys((*first.blocks, *cause.blocks)))
        told[key] = cause if first is None else replace(first, also=(*first.also, cause.check), blocks=blocks)
    return tuple(told.values())


def _is_cause(group: Sequence[Finding]) -> bool:
    return any(f.outcome in _NOT_PASSED and not f.blocked_by for f in group)


def _root(key: tuple[str, str, str], group: Sequence[Finding], blocks: tuple[str, ...]) -> RootCause:
    pairing, interface, check = key
    first = min(group, key=lambda f: _rank(f.outcome), default=None)
    message = printable(first.message or first.actual) if first else "not examined in this run"
    if first is None or first.location is None or not first.within:
        return RootCause(check, pairing, interface, fault(group), message, blocks)
    place, expected, actual = (printable(text) for text in (first.location, first.expected, first.actual))
    return RootCause(check, pairing, interface, fault(group), message, blocks, (), place, expected, actual, tuple(printable(line) for line in first.excerpt))


def _rank(outcome: Outcome) -> int:
    return list(Outcome).index(outcome)


def printable(text: object) -> str:
    """``text`` as a reader may see it: identifiers masked, and no control character that a terminal or a browser would act on."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in mask_text(str(text)))


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Number of findings per outcome, worst outcome first, zeros left out."""
    counted = Counter(f.outcome for f in findings)
    return {str(outcome): counted[outcome] for outcome in Outcome if counted[outcome]}


@cache
def ladder() -> tuple[tuple[int, str, str], ...]:
    """Number, name and meaning of each level of the scale, lowest first."""
    from harness.catalogue import catalogue

    return tuple((level["level"], level["name"], level["means"]) for level in catalogue().levels["levels"])


def statement(run: Run) -> str:
    """What the scale is and is not, and what the systems are: every report carries it."""
    from harness.catalogue import catalogue

    return f"{' '.join(catalogue().levels['statement'].split())} {about_systems(run)}"


def about_systems(run: Run) -> str:
    """The sentence on simulation that every report carries."""
    return SIMULATED if all(system.simulated for system in run.place.systems) else MIXED
