"""A run with something of everything, hostile text included."""

from __future__ import annotations

from harness.model.clause import Clause, Strength
from harness.model.finding import Attribution, Evidence, Finding
from harness.model.location import Location
from harness.model.outcome import Outcome
from harness.model.place import Interface, Pairing, Place, System
from harness.model.run import RecordsSummary, Run
from harness.model.verdict import Cap, CellVerdict, PlaceVerdict

HOSTILE = "<script>alert(1)</script>\x1b[31m"
FOREIGN = "9434765919"


def system(id: str, role: str) -> System:
    return System(id, id.title(), role, True, (), {})


def clause(id: str, level: int) -> Clause:
    return Clause(id, f"{id} SHALL hold.", Strength.SHALL, level, "c", id.partition("/")[0], "1", f"Title of {id}", ("LEVELS",), f"Mend {id}.")


def finding(check: str, outcome: Outcome, **more: object) -> Finding:
    level = {"identity/merge-1": 3, "fidelity/kept-1": 4}.get(check, 1)
    return Finding(check, check, level, "exemplar:follower", "hl7v2", "", outcome, **more)  # type: ignore[arg-type]


def sample_run(**more: object) -> Run:
    place = Place(
        "sample",
        "Sample place",
        (system("exemplar", "exemplar"), system("follower", "follower")),
        (Pairing("exemplar", "follower", (Interface("hl7v2", "out", "in"),), {"identity": ("hl7v2",), "adt": ("hl7v2",)}, aim={"identity": 2}),),
    )
    capped = CellVerdict(
        "exemplar:follower", "exemplar", "follower", "identity", 2, 4, None, caps=(Cap(2, "sensitive leak", "sensitive-leak", "target", "identity/merge-1"),),
        blocked_by=("identity/merge-1",), fidelity=0.9, fidelity_mean=0.95, ceiling=0.99, aim=2, aim_met=True, counts={"PASS": 1, "FAIL": 1},
    )  # fmt: skip
    open_cell = CellVerdict("exemplar:follower", "exemplar", "follower", "adt", 2, 2, 0.25, blocked_by=("identity/merge-1", "fidelity/kept-1"))
    findings = (
        finding("wire/open-1", Outcome.PASS, seconds=0.01),
        finding(
            "identity/merge-1", Outcome.FAIL, message=f"two records stay {HOSTILE}", expected="one", actual=f"two: {FOREIGN}", attribution=Attribution.TARGET,
            location=Location("PID-3[1]"), evidence=(Evidence("a" * 64, "text/plain", "what was sent", "source"),),
            differences=(("name.family", "lost", "O'Hara", "", "target"),),
        ),
        finding("fidelity/kept-1", Outcome.INCONCLUSIVE, message="no record to look at", blocked_by="identity/merge-1"),
    )  # fmt: skip
    values: dict[str, object] = {
        "id": "sample-0",
        "place": place,
        "verdict": PlaceVerdict("sample", "1", 2, (capped, open_cell), 1, 1, 0, 0, False, ("legal basis",)),
        "findings": findings,
        "clauses": {c.id: c for c in (clause("wire/open-1", 1), clause("identity/merge-1", 3), clause("fidelity/kept-1", 4))},
        "seed": 1,
        "namespace": "00000000",
        "epoch": "2026-01-05",
        "harness_version": "0",
        "planned": 3,
        "records": RecordsSummary("here", 1, 2, 1, ("two dates of birth",), ("a.hl7: torn",), 1),
        "started": "2026-01-05T09:00:00+00:00",
        "seconds": 1.5,
    }
    return Run(**{**values, **more})  # type: ignore[arg-type]
