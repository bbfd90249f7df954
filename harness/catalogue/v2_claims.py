"""Which HL7 v2 profile a message claims for itself: MSH-21 by the profile ids of ``profiles/hl7v2``. What claims nothing is judged and read by the standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

BASE = "base"


def claimed_profile(identifiers: Iterable[str]) -> str:
    """The name of the profile that one of ``identifiers`` (MSH-21, a repetition's first component each) names, letter case apart; empty where none does."""
    return next((name for one in identifiers if (name := _by_id().get(one.casefold()))), "")


@lru_cache(maxsize=1)
def _by_id() -> Mapping[str, str]:
    from harness.catalogue.access import catalogue

    return {one.casefold(): name for name, data in catalogue().profiles.items() for one in data["profile_ids"]}
