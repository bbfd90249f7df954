"""Wrong answers to what social-care/notice asks: councils that take a notice and do something else, hospitals that do not hear of it."""

from __future__ import annotations

from typing import Any

from conversation_kit import ASSESSMENT, DISCHARGE, Council, Hospital, code_of
from scripted_follower_kit import Answer
from wrong_party_kit import doubling, dropping, never_repeating, showing_late, silent, staying, storing, wrong_party

from harness.model.message import Message

Resource = dict[str, Any]


class AcceptsUnagreed(Council):
    """Takes a discharge notice that nobody agreed to."""

    def refuses(self, message: Message) -> Answer | None:
        return None


class KeepsWhatItRefuses(Council):
    """Refuses a discharge notice that nobody agreed to, and keeps it."""

    def refuses(self, message: Message) -> Answer | None:
        refusal = super().refuses(message)
        if refusal is not None:
            self.takes(message)
        return refusal


class FailsOnUnagreed(Council):
    """Breaks down over a discharge notice that nobody agreed to."""

    def refuses(self, message: Message) -> Answer | None:
        return super().refuses(message) and Answer("500")


class ForgetsEarlyWithdrawal(Council):
    """Takes a notice that was withdrawn before it came as if nothing had been said."""

    def withdrawn(self, number: str) -> bool:
        return False


class DatesBeside(Council):
    """Keeps a discharge notice for each date that was named."""

    def name(self, resource: Resource) -> str:
        return f"{super().name(resource)}{resource.get('occurrenceDateTime', '') if code_of(resource) == DISCHARGE else ''}"


def always_accepts(resource: Resource, _: Resource | None) -> Resource:
    """A refusal is kept, and told, as an acceptance."""
    return {**resource, "status": "accepted"} if resource["resourceType"] == "Task" and resource["status"] == "rejected" else resource


def no_reason(resource: Resource, _: Resource | None) -> Resource:
    """A refusal without its reason."""
    return {name: value for name, value in resource.items() if name != "statusReason"}


def no_date(resource: Resource, _: Resource | None) -> Resource:
    """A notice without the date it asks for."""
    return {name: value for name, value in resource.items() if name != "occurrenceDateTime"}


def first_date(resource: Resource, before: Resource | None) -> Resource:
    """A changed date changes nothing."""
    return {**resource, "occurrenceDateTime": (before or resource)["occurrenceDateTime"]} if code_of(resource) == DISCHARGE else resource


def no_withdrawal(resource: Resource, before: Resource | None) -> Resource | None:
    """Nothing is revoked or cancelled."""
    return None if before is not None and resource.get("status") in ("revoked", "cancelled") else resource


def no_discharge_notice(resource: Resource, _: Resource | None) -> Resource | None:
    """Says yes to a discharge notice, and that is all."""
    return None if code_of(resource) == DISCHARGE else resource


def second_answer(resource: Resource, before: Resource | None) -> Resource | None:
    """The answer that came first stands."""
    return None if resource["resourceType"] == "Task" and before is not None else resource


def no_notice(resource: Resource, _: Resource | None) -> Resource | None:
    """Answers notices and keeps none."""
    return None if code_of(resource) == ASSESSMENT else resource


NO_ANSWER = silent(Council, "NoBusinessAcknowledgement", "Task", "received")
DEAF = dropping(Hospital, "KeepsNoAnswer", "Task")
FIRST_ANSWER = storing(Hospital, "KeepsTheFirstAnswer", second_answer)
GOES_ON = storing(Council, "IgnoresWithdrawal", no_withdrawal)

wrong_party("social-care/notice-1", NO_ANSWER, DEAF)
wrong_party("social-care/notice-2", silent(Council, "KeepsAcceptanceToItself", "Task", "accepted"), FIRST_ANSWER)
wrong_party("social-care/notice-3", storing(Council, "AlwaysAccepts", always_accepts), storing(Council, "DropsReason", no_reason))
wrong_party("social-care/notice-4", storing(Council, "DropsDate", no_date), storing(Council, "DropsDischargeNotice", no_discharge_notice))
wrong_party("social-care/notice-5", AcceptsUnagreed, KeepsWhatItRefuses, FailsOnUnagreed)
wrong_party("social-care/notice-6", storing(Council, "KeepsFirstDate", first_date), DatesBeside)
wrong_party("social-care/notice-7", GOES_ON, staying(Council, "LeavesTheAnswerOpen", "Task", "cancelled"))
wrong_party("social-care/notice-8", GOES_ON, staying(Council, "KeepsPlannedPackage", "EpisodeOfCare", "cancelled"))
wrong_party("social-care/notice-8", silent(Council, "CancelsInSilence", "Task", "cancelled"))
wrong_party("social-care/notice-9", doubling(Council, "ServiceRequest"), doubling(Council, "Task"))
wrong_party("social-care/notice-10", never_repeating(Hospital), NO_ANSWER, DEAF)
wrong_party("social-care/notice-11", never_repeating(Hospital), doubling(Council, "ServiceRequest"))
wrong_party("social-care/notice-12", ForgetsEarlyWithdrawal)
wrong_party("social-care/notice-13", staying(Council, "NeverStartsWhatWasPlanned", "EpisodeOfCare", "active", "planned"))
wrong_party("social-care/notice-14", storing(Council, "DropsNotice", no_notice), showing_late(Council, "ServiceRequest", 600.0))
wrong_party("social-care/notice-3", storing(Hospital, "DropsReasonTold", no_reason))
