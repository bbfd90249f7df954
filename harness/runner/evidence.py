"""Evidence on disk: each content once, under its hash."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from harness.model.finding import Evidence, Finding
from harness.model.outcome import Outcome

MODES = ("all", "failures", "none")
_LOOPBACK_PORT = re.compile(rb"(//(?:127\.0\.0\.1|localhost|\[::1\])):\d+")
_QUIET = (Outcome.PASS, Outcome.NOT_APPLICABLE)


class FolderEvidence:
    """Stores under ``folder/<sha256>``. In mode ``failures`` the contents of a case are held back until ``settle`` says what it found.

    ``mask`` is applied to contents before they are hashed and written; so that equal runs have equal evidence, URLs of loopback lose
    the port that the operating system happened to choose (``:0`` stands in its place).
    """

    def __init__(self, folder: Path, mode: str = "failures", *, mask: Callable[[bytes], bytes] | None = None) -> None:
        self.folder, self.mode, self._mask = folder, mode, mask
        self._held: dict[str, bytes] = {}
        self._written: set[str] = set()

    def store(self, content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        """Keep ``content``; the evidence names it by the hash of what is (or would be) on disk."""
        kept = _LOOPBACK_PORT.sub(rb"\1:0", self._mask(content) if self._mask else content)
        digest = sha256(kept).hexdigest()
        if self.mode == "all":
            self._write(digest, kept)
        elif self.mode == "failures":
            self._held[digest] = kept
        return Evidence(digest, media_type, title, origin)

    def content(self, digest: str) -> bytes:
        """What is held or was written under a hash, masked as it is on disk; nothing where no contents are kept."""
        if digest in self._held:
            return self._held[digest]
        return (self.folder / digest).read_bytes() if digest in self._written else b""

    def settle(self, findings: Iterable[Finding]) -> None:
        """End of a case: write what findings that did not pass rest on, forget the rest."""
        for finding in findings:
            if finding.outcome in _QUIET:
                continue
            for evidence in finding.evidence:
                if evidence.sha256 in self._held:
                    self._write(evidence.sha256, self._held[evidence.sha256])
        self._held.clear()

    def _write(self, digest: str, content: bytes) -> None:
        if digest in self._written:
            return
        path = self.folder / digest
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = self.folder / f".{digest}.{os.getpid()}"
            partial.write_bytes(content)
            partial.replace(path)
        self._written.add(digest)
