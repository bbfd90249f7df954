"""What the package cache holds, for people to see."""

from __future__ import annotations

from dataclasses import dataclass

from harness.catalogue.fhir.cache import cache_folder, content_hash, installed
from harness.catalogue.fhir.lock import read_lock
from harness.catalogue.fhir.packages import open_folder
from harness.errors import SetUpError


@dataclass(frozen=True, slots=True)
class Cached:
    """One package of the cache. ``lock`` is "locked", "differs" (it is not what the lock file says), "not listed", or "" where there is no lock file."""

    name: str
    version: str
    fhir_versions: tuple[str, ...]
    lock: str


def cached_packages() -> list[Cached]:
    """The packages of the cache by name and version, and how each stands to the lock file of the working directory. SetUpError for a bad lock file."""
    lock = read_lock()
    listed = {(one.name, one.version): one.content for one in lock or []}
    found: list[Cached] = []
    for name, versions in installed().items():
        for version in versions:
            try:
                package = open_folder(cache_folder() / f"{name}#{version}" / "package")
                fhir_versions = package.fhir_versions
                content = content_hash(package.files()) if (name, version) in listed else ""
            except SetUpError:
                fhir_versions, content = (), ""
            wanted = listed.get((name, version))
            state = "" if lock is None else "not listed" if wanted is None else "locked" if wanted == content else "differs"
            found.append(Cached(name, version, fhir_versions, state))
    return found
