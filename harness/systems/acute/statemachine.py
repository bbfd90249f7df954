"""The states of a hospital visit and the order its events are applied in.

Source: the ADT state machine of flows S1 and S11, with the structures and cancel pairs of ITK trigger events. Events are applied by
EVN-6 (when they occurred), not by arrival; a tie from one sender keeps its order of arrival; a tie between senders is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# (state, trigger) -> state
TRANSITIONS: Final[dict[tuple[str, str], str]] = {
    ("none", "A05"): "planned",
    ("none", "A14"): "planned",
    ("planned", "A05"): "planned",
    ("planned", "A14"): "planned",
    ("planned", "A38"): "cancelled",
    ("planned", "A27"): "cancelled",
    ("none", "A01"): "inpatient",
    ("planned", "A01"): "inpatient",
    ("attending", "A01"): "inpatient",
    ("inpatient", "A01"): "inpatient",
    ("none", "A04"): "attending",
    ("planned", "A04"): "attending",
    ("attending", "A04"): "attending",
    ("attending", "A14"): "attending",
    ("attending", "A27"): "attending",
    ("attending", "A02"): "attending",
    ("attending", "A12"): "attending",
    ("attending", "A16"): "attending",
    ("attending", "A25"): "attending",
    ("attending", "A11"): "cancelled",
    ("attending", "A03"): "discharged",
    ("inpatient", "A11"): "cancelled",
    ("inpatient", "A02"): "inpatient",
    ("inpatient", "A12"): "inpatient",
    ("inpatient", "A15"): "inpatient",
    ("inpatient", "A26"): "inpatient",
    ("inpatient", "A16"): "inpatient",
    ("inpatient", "A25"): "inpatient",
    ("inpatient", "A21"): "on-leave",
    ("inpatient", "A53"): "on-leave",
    ("on-leave", "A22"): "inpatient",
    ("on-leave", "A52"): "inpatient",
    ("on-leave", "A16"): "on-leave",
    ("on-leave", "A25"): "on-leave",
    ("on-leave", "A03"): "discharged",
    ("inpatient", "A03"): "discharged",
    ("discharged", "A13"): "inpatient",
    ("discharged", "A03"): "discharged",
    ("cancelled", "A05"): "planned",
    ("cancelled", "A14"): "planned",
    ("cancelled", "A01"): "inpatient",
    ("cancelled", "A04"): "attending",
}

# What a trigger leads to where the event before it has not come yet: it overtook one that its own existence implies.
IMPLIED: Final[dict[str, str]] = {
    "A02": "inpatient",
    "A03": "discharged",
    "A11": "cancelled",
    "A12": "inpatient",
    "A13": "inpatient",
    "A15": "inpatient",
    "A16": "inpatient",
    "A21": "on-leave",
    "A22": "inpatient",
    "A25": "inpatient",
    "A26": "inpatient",
    "A27": "cancelled",
    "A38": "cancelled",
    "A52": "inpatient",
    "A53": "on-leave",
}

# Pairs that no missing event explains: nothing legal leads from this state to that event.
CONTRADICTIONS: Final[frozenset[tuple[str, str]]] = frozenset(
    {(state, trigger) for state in ("inpatient", "on-leave", "attending", "discharged") for trigger in ("A05", "A38")}
    | {("discharged", trigger) for trigger in ("A01", "A04", "A11", "A14", "A27")}
    | {("cancelled", trigger) for trigger in ("A02", "A03", "A12", "A15", "A16", "A21", "A22", "A25", "A26", "A52", "A53", "A13")}
    | {("on-leave", "A01"), ("on-leave", "A04"), ("inpatient", "A04")}
)

NEUTRAL: Final[frozenset[str]] = frozenset({"A08", "A28", "A31", "A40"})

# FHIR Encounter.status of a state.
STATUS: Final[dict[str, str]] = {
    "planned": "planned",
    "inpatient": "in-progress",
    "attending": "in-progress",
    "on-leave": "onleave",
    "discharged": "finished",
    "cancelled": "cancelled",
}


class ConflictError(Exception):
    """Events that contradict one another; nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Move:
    """One event of a visit: ``occurred`` EVN-6 as 14 digits, ``sender`` MSH-3|MSH-4, ``arrival`` a counter, ``effect`` what else it says (where)."""

    trigger: str
    occurred: str
    sender: str
    arrival: int
    effect: str = ""


def ordered(steps: Iterable[Move]) -> list[Move]:
    """Steps as they occurred; equal times as they arrived."""
    return sorted(steps, key=lambda step: (step.occurred, step.arrival))


def fold(steps: Iterable[Move], start: str = "none") -> str:
    """The state after ``steps``, applied as they occurred. Raises ConflictError when one contradicts what came before it."""
    state = start
    for step in ordered(steps):
        state = advance(state, step.trigger)
    return state


def advance(state: str, trigger: str) -> str:
    """The state after one event. Raises ConflictError for a contradiction."""
    if trigger in NEUTRAL:
        return state
    if (state, trigger) in TRANSITIONS:
        return TRANSITIONS[state, trigger]
    if (state, trigger) in CONTRADICTIONS or trigger not in IMPLIED:
        raise ConflictError(f"{trigger} cannot follow when the visit is {state}")
    return IMPLIED[trigger]


def insert(steps: list[Move], new: Move) -> list[Move]:
    """``steps`` with ``new`` in its place. Raises ConflictError for a tie between senders that differ, or a contradictory set."""
    for step in steps:
        tied = step.occurred == new.occurred != "" and step.sender != new.sender and not {step.trigger, new.trigger} & NEUTRAL
        if tied and (step.trigger, step.effect) != (new.trigger, new.effect):
            raise ConflictError(f"{new.trigger} from {new.sender} and {step.trigger} from {step.sender} both occurred at {new.occurred}")
    merged = ordered([*steps, new])
    fold(merged)
    return merged
