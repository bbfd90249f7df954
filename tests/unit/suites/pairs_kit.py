"""Pairs of right and wrong answers, by check: a file ``pairs_<suite>.py`` beside this one holds those of a suite.

    pair("connection/answer-2", Muddled)                        passes on Follower, fails on Muddled, over every format that the clause is about
    pair("connection/session-3", TakesYesterdays, over="fhir")
    pair("acknowledgement/validity-3", source=TellsNoAllergies) the target is right; what is wrong is the source
A wrong answer differs from the right one in one thing, the one that the check is about: a method overridden, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from scripted_follower_kit import Follower
from scripted_link_kit import KEYS, Source, findings

from harness.catalogue import catalogue
from harness.model.finding import Attribution, Finding


@dataclass(frozen=True)
class Pair:
    """One wrong answer to one check over one format. ``wrong`` and ``source`` are what differs from the right one."""

    check: str
    over: str
    acknowledged: bool
    wrong: type[Follower]
    source: type[Source]

    @property
    def way(self) -> dict[str, Any]:
        """How the link is scripted, for both answers."""
        return {"over": self.over, "acknowledged": self.acknowledged}

    @property
    def whose(self) -> Attribution:
        """Who is to blame for the wrong answer."""
        return Attribution.TARGET if self.source is Source else Attribution.SOURCE

    def right_said(self) -> tuple[Finding, ...]:
        """What the check says where everybody is right."""
        return findings(self.check, Follower, **self.way)

    def wrong_said(self) -> tuple[Finding, ...]:
        """What the check says of the wrong one."""
        return findings(self.check, self.wrong, source=self.source, **self.way)

    def __str__(self) -> str:
        silent = "" if self.acknowledged else "-unacknowledged"
        return f"{self.check}-{self.over}{silent}-{self.wrong.__name__ if self.source is Source else self.source.__name__}"


PAIRS: list[Pair] = []


@cache
def said_of_wrong(pair: Pair) -> tuple[Finding, ...]:
    """What the check says of the wrong one, asked once however many want to know."""
    return pair.wrong_said()


def pair(check: str, *wrong: type[Follower], over: str = "", source: type[Source] = Source, acknowledged: bool | None = None) -> None:
    """One pair for each wrong target (or for the wrong source) over each format that the clause is about, or the one named."""
    applies = catalogue().clauses[check].applies
    formats = applies.get("format", tuple(KEYS)) if applies.get("transport") != ("mllp",) else ("hl7v2",)
    answers = applies.get("acknowledgement") != ("none",) if acknowledged is None else acknowledged
    if source is not Source:
        wrong = (Follower,)
    PAIRS.extend(Pair(check, spoken, answers, one, source) for one in wrong for spoken in ((over,) if over else formats))


def gather() -> list[Pair]:
    """Every pair of every suite, the files in order of their names."""
    for path in sorted(Path(__file__).parent.glob("pairs_*.py")):
        if path.stem != "pairs_kit":
            import_module(path.stem)
    return PAIRS
