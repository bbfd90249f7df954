"""Wrong answers to what social-care/package asks: councils that do not tell, hospitals that do not show."""

from __future__ import annotations

from typing import Any

from conversation_kit import Council, Hospital
from wrong_party_kit import doubling, dropping, never_repeating, showing_late, silent, staying, storing, wrong_party

Resource = dict[str, Any]


def no_contacts(resource: Resource, _: Resource | None) -> Resource:
    """A person without next of kin and carers."""
    return {name: value for name, value in resource.items() if name != "contact"}


DROPS = dropping(Hospital, "DropsPackage", "EpisodeOfCare")
TWICE = doubling(Hospital, "EpisodeOfCare")

wrong_party("social-care/package-1", DROPS, silent(Council, "KeepsPackagesToItself", "EpisodeOfCare", "active"))
wrong_party("social-care/package-2", dropping(Hospital, "DropsAlert", "Flag"), staying(Hospital, "ShowsClearedAlert", "Flag", "inactive"))
wrong_party("social-care/package-3", storing(Hospital, "DropsCarers", no_contacts))
wrong_party("social-care/package-4", staying(Council, "NeverSuspends", "EpisodeOfCare", "onhold"), staying(Hospital, "Blind", "EpisodeOfCare", "onhold"))
wrong_party("social-care/package-4", silent(Council, "SuspendsInSilence", "EpisodeOfCare", "onhold"))
wrong_party("social-care/package-5", staying(Council, "NeverResumes", "EpisodeOfCare", "active", "onhold"))
wrong_party("social-care/package-5", staying(Hospital, "ShowsSuspended", "EpisodeOfCare", "active", "onhold"))
wrong_party("social-care/package-6", staying(Hospital, "ShowsFinished", "EpisodeOfCare", "finished"))
wrong_party("social-care/package-7", TWICE, DROPS)
wrong_party("social-care/package-8", never_repeating(Council), DROPS)
wrong_party("social-care/package-9", never_repeating(Council), TWICE)
wrong_party("social-care/package-10", DROPS, showing_late(Hospital, "EpisodeOfCare", 600.0))
wrong_party("social-care/package-2", silent(Council, "KeepsAlertToItself", "Flag", "active"), silent(Council, "ClearsInSilence", "Flag", "inactive"))
wrong_party("social-care/package-4", silent(Hospital, "AdmitsInSilence", "Encounter", "in-progress"))
wrong_party("social-care/package-6", silent(Council, "EndsInSilence", "EpisodeOfCare", "finished"))
