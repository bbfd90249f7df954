"""The NHS number as a receiver sees it: which identifier it is, and whether its check digit holds (ITK segment grids)."""

from __future__ import annotations

from typing import Final

AUTHORITIES: Final = frozenset({"NHS", "NH", "NHSNBR"})
TYPES: Final = frozenset({"NH", "NHS", "HN", "NI", "NHSNMBR"})


def is_nhs(authority: str, type: str) -> bool:
    """True for a CX whose assigning authority (CX.4) or identifier type (CX.5) says NHS number."""
    return authority in AUTHORITIES or type in TYPES


def squeeze(text: str) -> str:
    """Digits as sent, spaces and hyphens off."""
    return text.replace(" ", "").replace("-", "")
