"""Every transition of a hospital visit, deleted or altered one at a time, is noticed by a table typed here and by nothing of the code's own.

Typed from the ADT state machine of flows S1 and S11 and the cancel pairs of ITK. ``-`` stands for a conflict: nothing legal
leads from that state to that event. Run with ``-s`` for the counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from harness.catalogue import catalogue
from harness.model.place import Flow
from harness.systems.acute import statemachine

STATES: Final = ("none", "planned", "inpatient", "attending", "on-leave", "discharged", "cancelled")
P, N, A, L, D, C = "planned", "inpatient", "attending", "on-leave", "discharged", "cancelled"
X: Final = "-"
# An event whose own history has not come yet counts as if it had: the column ``none`` of A02 and the like.
TABLE: Final[dict[str, tuple[str, str, str, str, str, str, str]]] = {
    #       none planned inpatient attending on-leave discharged cancelled
    "A01": (N, N, N, N, X, X, N),
    "A02": (N, N, N, A, N, N, X),
    "A03": (D, D, D, D, D, D, X),
    "A04": (A, A, X, A, X, X, A),
    "A05": (P, P, X, X, X, X, P),
    "A11": (C, C, C, C, C, X, C),
    "A12": (N, N, N, A, N, N, X),
    "A13": (N, N, N, N, N, N, X),
    "A14": (P, P, X, A, X, X, P),
    "A15": (N, N, N, N, N, N, X),
    "A16": (N, N, N, A, L, N, X),
    "A21": (L, L, L, L, L, L, X),
    "A22": (N, N, N, N, N, N, X),
    "A25": (N, N, N, A, L, N, X),
    "A26": (N, N, N, N, N, N, X),
    "A27": (C, C, C, A, C, X, C),
    "A38": (C, C, X, X, X, X, C),
    "A52": (N, N, N, N, N, N, X),
    "A53": (L, L, L, L, L, L, X),
    **dict.fromkeys(("A08", "A28", "A31", "A40"), ("none", P, N, A, L, D, C)),
    "A99": (X, X, X, X, X, X, X),
}
STATUS: Final = {P: "planned", N: "in-progress", A: "in-progress", L: "onleave", D: "finished", C: "cancelled"}

# Changes that change nothing, each with its reason.
IMPLIED_TOO: Final = "the event by itself implies this state: without the row it is taken for one that overtook its history, with the same result"
DELETED: Final[dict[str, str]] = {
    f"{name} deleted": IMPLIED_TOO
    for name in (
        "planned A38", "planned A27", "attending A11", "attending A03", "inpatient A11", "inpatient A02", "inpatient A12", "inpatient A15", "inpatient A26",
        "inpatient A16", "inpatient A25", "inpatient A21", "inpatient A53", "on-leave A22", "on-leave A52", "on-leave A03", "inpatient A03", "discharged A13",
        "discharged A03",
    )
}  # fmt: skip

UNIMPLIED: Final = "the event implies no history of its own, so without the entry nothing explains it either"
EQUIVALENT: Final[dict[str, str]] = DELETED | {
    f"CONTRADICTIONS {entry}": UNIMPLIED
    for entry in (
        ("attending", "A05"), ("discharged", "A01"), ("discharged", "A04"), ("discharged", "A05"), ("discharged", "A14"), ("inpatient", "A04"),
        ("inpatient", "A05"), ("on-leave", "A01"), ("on-leave", "A04"), ("on-leave", "A05"),
    )
}  # fmt: skip


def differs() -> str:
    """The first cell of the typed table that the machine, as it stands now, does not do; empty where it does all."""
    for trigger, row in TABLE.items():
        for state, wanted in zip(STATES, row, strict=True):
            try:
                found = statemachine.advance(state, trigger)
            except statemachine.ConflictError:
                found = X
            if found != wanted:
                return f"{trigger} when {state}: {found} instead of {wanted}"
    return next((f"{state} is shown as {statemachine.STATUS.get(state)}" for state, status in STATUS.items() if statemachine.STATUS.get(state) != status), "")


@dataclass
class Tally:
    mutants: int = 0
    alive: list[str] = field(default_factory=list)

    def note(self, name: str, told: str) -> None:
        self.mutants += 1
        if not told:
            self.alive.append(name)

    def survivors(self, kind: str) -> list[str]:
        left = [name for name in self.alive if name not in EQUIVALENT]
        print(f"\n{kind}: {self.mutants} mutants, {self.mutants - len(self.alive)} killed, {len(self.alive)} survive, {len(left)} unexplained")
        for name in self.alive:
            print(f"  survives: {name} ({EQUIVALENT.get(name, 'unexplained')})")
        return left


def altered(table: dict[Any, str], values: tuple[str, ...]) -> Iterator[tuple[str, dict[Any, str]]]:
    """Every table that lacks one row, or has another value in it."""
    for key, value in table.items():
        name = " ".join(key) if isinstance(key, tuple) else str(key)
        yield f"{name} deleted", {other: kept for other, kept in table.items() if other != key}
        for other in values:
            if other != value:
                yield f"{name} → {other}", {**table, key: other}


def test_the_machine_does_what_is_typed() -> None:
    assert differs() == ""


@pytest.mark.parametrize("name", ["TRANSITIONS", "IMPLIED", "STATUS"])
def test_every_row_changed_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    values = tuple(STATUS.values()) if name == "STATUS" else STATES[1:]
    for what, table in altered(dict(getattr(statemachine, name)), values):
        monkeypatch.setattr(statemachine, name, table)
        tally.note(what, differs())
    assert tally.survivors(name) == []


@pytest.mark.parametrize("name", ["CONTRADICTIONS", "NEUTRAL"])
def test_every_entry_left_out_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tally, entries = Tally(), getattr(statemachine, name)
    for entry in sorted(entries):
        monkeypatch.setattr(statemachine, name, entries - {entry})
        tally.note(f"{name} {entry}", differs())
    assert tally.survivors(name) == []


# The transitions of the flow, typed: the events a source may cause in turn (no event out of the blue).
EVENTS: Final = {
    "admit": "A01", "transfer": "A02", "discharge": "A03", "attend": "A04", "pre-admit": "A05", "update-encounter": "A08", "cancel-admit": "A11",
    "cancel-transfer": "A12", "cancel-discharge": "A13", "pend-admit": "A14", "pend-transfer": "A15", "pend-discharge": "A16", "leave": "A21",
    "return-from-leave": "A22", "cancel-pend-discharge": "A25", "cancel-pend-transfer": "A26", "cancel-pend-admit": "A27", "cancel-pre-admit": "A38",
    "cancel-leave": "A52", "cancel-return": "A53",
}  # fmt: skip
TOLD: Final[dict[str, str]] = {
    "none": "A05 A14 A01 A04",
    "planned": "A05 A14 A38 A27 A01 A04",
    "attending": "A01 A04 A14 A27 A02 A12 A16 A25 A11 A03",
    "inpatient": "A01 A11 A02 A12 A15 A26 A16 A25 A21 A53 A03",
    "on-leave": "A22 A52 A16 A25 A03",
    "discharged": "A13 A03",
    "cancelled": "A05 A14 A01 A04",
}


def typed() -> set[tuple[str, str, str]]:
    return {(state, trigger, TABLE[trigger][STATES.index(state)]) for state, triggers in TOLD.items() for trigger in triggers.split()}


def told(flow: Flow, change: Callable[[tuple[tuple[str, str, str], ...]], tuple[tuple[str, str, str], ...]] = lambda rows: rows) -> str:
    triggers = {event.name: event.trigger for event in flow.events}
    if triggers != EVENTS:
        return "the events differ"
    found = {(state, triggers.get(event, event), after) for state, event, after in change(flow.transitions)}
    return "" if found == typed() else str(found ^ typed())


def test_the_flow_says_what_is_typed() -> None:
    assert told(catalogue().flows["adt"]) == ""


def test_every_transition_of_the_flow_changed_is_noticed() -> None:
    flow, tally = catalogue().flows["adt"], Tally()
    for index, (state, event, after) in enumerate(flow.transitions):
        tally.note(f"{state} {event} deleted (flow)", told(flow, lambda rows, at=index: rows[:at] + rows[at + 1 :]))  # type: ignore[misc]
        for other in STATES:
            if other != after:
                changed = (state, event, other)
                tally.note(f"{state} {event} → {other} (flow)", told(flow, lambda rows, at=index, row=changed: (*rows[:at], row, *rows[at + 1 :])))  # type: ignore[misc]
    assert tally.survivors("flow transitions") == []


def test_what_is_explained_still_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    """An explanation that explains nothing is taken out."""
    alive = set()
    for what, table in altered(dict(statemachine.TRANSITIONS), ()):
        monkeypatch.setattr(statemachine, "TRANSITIONS", table)
        if not differs():
            alive.add(what)
    assert alive == set(DELETED)
