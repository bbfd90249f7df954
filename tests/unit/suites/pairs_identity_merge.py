"""Wrong answers to what identity asks of merges."""

from __future__ import annotations

from pairs_acknowledgement import NeverMerges
from pairs_kit import pair
from scripted_follower_kit import Follower

from harness.model.record import UNSAID, Record


class TheWrongWayRound(Follower):
    """Ends the survivor and keeps the loser."""

    def merges(self, survivor: str, loser: str) -> None:
        super().merges(loser, survivor)


class LoserLives(NeverMerges):
    """Moves what the loser had, and ends nobody."""

    def merges(self, survivor: str, loser: str) -> None:
        Follower.merges(self, survivor, loser)
        self.replaced.clear()


class TakesTheLosersName(Follower):
    def merges(self, survivor: str, loser: str) -> None:
        super().merges(survivor, loser)
        self.people[survivor] = Record({**self.people[survivor].groups, "name": self.people[loser].entries("name")})


class EndsBoth(Follower):
    def merges(self, survivor: str, loser: str) -> None:
        super().merges(survivor, loser)
        super().merges(loser, survivor)


class EndsTheNumberAlone(Follower):
    """The NHS number of the loser leads nowhere any more; the local number leads to the loser still."""

    def merges(self, survivor: str, loser: str) -> None:
        self.people[loser] = self.people[loser].replaced({"person.nhs_number": UNSAID})


class LeavesBehind(Follower):
    """Ends the loser, and leaves with the loser what hangs on it."""

    groups: tuple[str, ...] = ("encounter", "allergy")

    def merges(self, survivor: str, loser: str) -> None:
        held = self.people[survivor]
        super().merges(survivor, loser)
        kept = {name: held.entries(name) for name in self.groups}
        self.people[survivor] = Record({**self.people[survivor].groups, **kept})


class LeavesAllergies(LeavesBehind):
    groups = ("allergy",)


class LeavesEncounters(LeavesBehind):
    groups = ("encounter",)


class Revives(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        if trigger != "A40":
            self.replaced.pop(self.whose(record), None)
        super().keeps(record, trigger)


pair("identity/merge-1", NeverMerges, TheWrongWayRound, LoserLives, TakesTheLosersName, EndsBoth)
pair("identity/merge-2", NeverMerges, TheWrongWayRound, LoserLives, EndsTheNumberAlone)
pair("identity/merge-3", NeverMerges, LeavesBehind, LeavesAllergies, LeavesEncounters)
pair("identity/merge-4", Revives)
