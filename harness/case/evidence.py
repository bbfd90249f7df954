"""Where a case puts the bytes its findings rest on."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

from harness.model.finding import Evidence


class EvidenceStore(Protocol):
    """Stores bytes once, by content."""

    def store(self, content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        """Keep ``content`` and say under which hash."""
        ...


class EvidenceHashes:
    """A store that keeps nothing but names what it was given: for dry runs and tests."""

    def store(self, content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        """The evidence that a keeping store would give."""
        return Evidence(sha256(content).hexdigest(), media_type, title, origin)
