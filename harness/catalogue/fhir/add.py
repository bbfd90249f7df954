"""Puts packages into the package cache, and into the lock file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.fhir.archive import files_of
from harness.catalogue.fhir.cache import Asked, asked, cache_folder, content_hash, install, locate, manifest_of
from harness.catalogue.fhir.fetch import REGISTRY, PackageRegistry
from harness.catalogue.fhir.files import MANIFEST
from harness.catalogue.fhir.lock import LOCK, Locked, read_lock, write_lock
from harness.catalogue.fhir.packages import Package, open_folder, open_package
from harness.errors import SetUpError

_MAX_PACKAGES = 200  # fetched in one go: dependencies that never end are a mistake


@dataclass(frozen=True, slots=True)
class Added:
    """One package that was added: its name, version, folder in the cache, where it came from, and what is to be said of it."""

    name: str
    version: str
    folder: str
    source: str
    notes: tuple[str, ...] = ()


def add(packages: Sequence[str], *, registry: str = REGISTRY, dependencies: bool = True, lock_folder: Path | None = None) -> list[Added]:
    """Add packages to the cache, and list them in the lock file of a folder (the working directory).

    A package is a folder or ``.tgz`` file with a ``package.json``, or a name and version: one that is in the cache as it was locked is used as it is,
    any other comes from the registry, and with it what it depends on. What a folder or file depends on is said, not fetched.
    Nothing is listed when one fails. Raises HarnessError.
    """
    source = _Source(registry, read_lock(lock_folder) or [])
    locked: list[Locked] = []
    added: list[Added] = []
    seen: set[str] = set()
    waiting = list(packages)
    try:
        while waiting:
            text = waiting.pop(0)
            if text in seen:
                continue
            seen.add(text)
            if len(seen) > _MAX_PACKAGES:
                raise SetUpError("the packages depend on too many others", where=text, expected=f"at most {_MAX_PACKAGES}", do="add fewer packages")
            package, entry, notes = _from_disk(text) if _local(text) else source.take(asked(text))
            if any((one.name, one.version) == (entry.name, entry.version) for one in locked):
                continue
            held = cache_folder() / f"{entry.name}#{entry.version}" / "package"
            if package.where != str(held):
                install(entry.name, entry.version, dict(package.files()))
            locked.append(entry)
            needed = [f"{name}@{version}" for name, version in sorted(package.dependencies.items())]
            if not _local(text) and dependencies:
                waiting += needed
            else:
                notes += tuple(f"it depends on {one}, which is not in the cache" for one in needed if locate(asked(one)) is None)
            added.append(Added(entry.name, entry.version, str(held), entry.source, notes))
    finally:
        source.close()
    write_lock(locked, lock_folder)
    return added


def _local(text: str) -> bool:
    return Path(text).is_dir() or text.lower().endswith((".tgz", ".tar.gz")) or "/" in text or "\\" in text


def _from_disk(text: str) -> tuple[Package, Locked, tuple[str, ...]]:
    package = open_package(text)
    if not package.name or not package.version:
        raise SetUpError("the package has no name and version", where=text, expected="a package.json with both", do="use the folder as it is with --package")
    asked(f"{package.name}@{package.version}")
    path = Path(text)
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return package, Locked(package.name, package.version, content_hash(package.files()), digest, path.name), ()


class _Source:
    """Where packages by name come from: the cache, else the registry, which is not spoken to before it is needed."""

    def __init__(self, registry: str, lock: list[Locked]) -> None:
        self._url, self._lock = registry, {(one.name, one.version): one for one in lock}
        self._registry: PackageRegistry | None = None

    def take(self, wanted: Asked) -> tuple[Package, Locked, tuple[str, ...]]:
        """The package asked for, how it is to be listed, and what is to be said of it."""
        return self._held(wanted) or self._fetched(wanted)

    def close(self) -> None:
        """Close the connections."""
        if self._registry is not None:
            self._registry.close()

    def _held(self, wanted: Asked) -> tuple[Package, Locked, tuple[str, ...]] | None:
        folder = cache_folder() / f"{wanted.name}#{wanted.version}" / "package"
        if not wanted.version or not folder.is_dir():
            return None
        package = open_folder(folder)
        content = content_hash(package.files())
        listed = self._lock.get((wanted.name, wanted.version))
        if listed is not None and listed.content != content:
            return None
        archive, source = (listed.archive, listed.source) if listed is not None else ("", "")
        return package, Locked(wanted.name, wanted.version, content, archive, source), ("it was in the cache already",)

    def _fetched(self, wanted: Asked) -> tuple[Package, Locked, tuple[str, ...]]:
        self._registry = self._registry or PackageRegistry(self._url)
        fetched = self._registry.fetch(wanted)
        files = dict(files_of(fetched.data, fetched.source))
        said = manifest_of(files.get(MANIFEST), fetched.source)
        if (said.get("name"), said.get("version")) != (fetched.name, fetched.version):
            raise SetUpError(
                f"the archive is of {str(said.get('name'))[:80]!r} {str(said.get('version'))[:40]!r}",
                where=fetched.source,
                expected=f"{fetched.name} {fetched.version}",
                do="tell the registry",
            )
        digest = hashlib.sha256(fetched.data).hexdigest()
        listed = self._lock.get((fetched.name, fetched.version))
        if listed is not None and listed.archive and listed.archive != digest:
            raise SetUpError(
                f"the registry's {fetched.name}@{fetched.version} is not the one in {LOCK}",
                where=fetched.source,
                expected=f"SHA-256 {listed.archive[:16]}…",
                do=f"find out why; to take it all the same, take it out of {LOCK}",
            )
        package = Package(fetched.source, tuple(sorted(files)), files.__getitem__)
        entry = Locked(fetched.name, fetched.version, content_hash(files.items()), digest, fetched.source)
        return package, entry, () if fetched.proven else ("the registry gave no hash to prove it by",)
