"""Packages as a user names them, and what they depend on, as layers of definitions. Never touches the network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.catalogue.fhir.archive import MAX_FILES, read_archive
from harness.catalogue.fhir.cache import Asked, asked, installed, locate, manifest_of
from harness.catalogue.fhir.files import INDEX, MANIFEST, Files
from harness.catalogue.fhir.lock import Locked, locked_version, prove, read_lock
from harness.errors import SetUpError

_SHIPPED = re.compile(r"hl7\.fhir\.r[0-9][a-z]?\.[a-z]+|hl7\.fhir\.core", re.IGNORECASE)
_SKIPPED = frozenset({"example", "examples", "openapi", "node_modules"})
_MAX_PACKAGES = 200  # read together: dependencies that never end are a mistake


@dataclass(frozen=True)
class Package:
    """One package: its manifest, the paths of its JSON and XML files, and how to read one."""

    where: str
    names: tuple[str, ...]
    read: Callable[[str], bytes]

    @cached_property
    def manifest(self) -> Mapping[str, object]:
        """``package.json``; empty when there is none. SetUpError when it cannot be read."""
        return manifest_of(self.read(MANIFEST) if MANIFEST in self.names else None, self.where)

    @property
    def name(self) -> str:
        """The package's name, "" when it has none."""
        return _text(self.manifest.get("name"))

    @property
    def version(self) -> str:
        """The package's version, "" when it has none."""
        return _text(self.manifest.get("version"))

    @property
    def fhir_versions(self) -> tuple[str, ...]:
        """The FHIR versions that it says it is for."""
        held = self.manifest.get("fhirVersions") or self.manifest.get("fhir-version-list") or ()
        return tuple(one for one in held if isinstance(one, str)) if isinstance(held, (list, tuple)) else ()

    @property
    def dependencies(self) -> dict[str, str]:
        """What it needs besides the core: version by name."""
        held = self.manifest.get("dependencies")
        pairs = held.items() if isinstance(held, Mapping) else ()
        return {name: version for name, version in pairs if isinstance(name, str) and isinstance(version, str) and not shipped(name)}

    def files(self) -> Iterable[tuple[str, bytes]]:
        """(path, content) of every file."""
        return ((name, self.read(name)) for name in self.names)

    def layer(self, version: str) -> Files:
        """Its definitions, as of a FHIR version."""
        data = [name for name in self.names if name.rpartition("/")[2] not in (MANIFEST, INDEX)]
        return Files(self.where, data, self.read, version, self.read(INDEX) if INDEX in self.names else None)


def shipped(name: str) -> bool:
    """Whether a package is one of the standard itself, whose definitions ship or are not wanted."""
    return _SHIPPED.fullmatch(name) is not None


def open_package(text: str) -> Package:
    """A package by folder, ``.tgz`` file, or name and version of the cache. SetUpError when it is not there, not readable, or not what the lock file says."""
    path = Path(text)
    if path.is_dir():
        return open_folder(path / "package" if (path / "package" / MANIFEST).is_file() else path)
    if text.lower().endswith((".tgz", ".tar.gz")):
        held = read_archive(path)
        return Package(text, tuple(sorted(held)), held.__getitem__)
    if "/" in text or "\\" in text:
        raise SetUpError("there is no such package", where=text[:300], expected="a folder of definitions, a .tgz file or NAME@VERSION", do="correct the path")
    return _cached(asked(text), read_lock())


def open_folder(path: Path) -> Package:
    """The JSON and XML files of a folder and the folders in it, those of examples left out. SetUpError for too many or none."""
    names: list[str] = []
    for found in sorted(path.rglob("*")):
        inner = found.relative_to(path)
        hidden = any(part.startswith(".") or part in _SKIPPED for part in inner.parts[:-1]) or (found.name.startswith(".") and found.name != INDEX)
        if found.suffix.lower() in (".json", ".xml") and not hidden and found.is_file():
            names.append(inner.as_posix())
        if len(names) > MAX_FILES:
            raise SetUpError("the folder holds too many files", where=str(path), expected=f"at most {MAX_FILES}", do="name a folder of definitions")
    if not names:
        raise SetUpError("the folder holds no definition", where=str(path), expected="JSON or XML files", do="correct the path")
    return Package(str(path), tuple(names), lambda name: (path / name).read_bytes())


def layers_of(packages: Iterable[str], version: str) -> tuple[tuple[Files, ...], tuple[str, ...]]:
    """The layers of packages and of all they depend on, and what is to be said of them. Raises SetUpError for a package named that cannot be used."""
    layers: list[Files] = []
    notes: list[str] = []
    seen: set[str] = set()
    waiting: list[tuple[Package, bool]] = [(open_package(one), True) for one in packages if not shipped(re.split("[@#]", one)[0])]
    while waiting:
        package, named = waiting.pop(0)
        mark = f"{package.name}@{package.version}" if package.name else package.where
        if mark in seen:
            continue
        seen.add(mark)
        if len(seen) > _MAX_PACKAGES:
            raise SetUpError("the packages depend on too many others", where=mark, expected=f"at most {_MAX_PACKAGES}", do="name fewer packages")
        unfit = _unfit(package, version)
        if unfit and named:
            raise SetUpError(unfit, where=mark, expected=f"a package for FHIR {version}", do="give another package, or the --fhir-version that it is for")
        if unfit:
            notes.append(f"{mark} is left out: {unfit}")
            continue
        layer = package.layer(version)
        layers.append(layer)
        notes += layer.notes
        for name, wanted in package.dependencies.items():
            try:
                waiting.append((_cached(asked(f"{name}@{wanted}"), read_lock()), False))
            except SetUpError as error:
                notes.append(f"{mark} depends on {name}@{wanted}, which is not used: {error}")
    return tuple(layers), tuple(notes)


def _cached(package: Asked, lock: list[Locked] | None) -> Package:
    entry = locked_version(package, lock) if lock is not None else None
    folder = locate(Asked(entry.name, entry.version) if entry else package)
    if folder is None:
        known = [f"{name}@{version}" for name, versions in installed().items() for version in versions]
        raise SetUpError(
            f"there is no package {package} in the package cache",
            expected=(", ".join(known[:12]) + (" …" if len(known) > 12 else "")) or "a package that was added",
            do=f"run `harness packages add {package}`",
        )
    found = open_folder(folder)
    if entry is not None:
        prove(entry, found.files(), str(folder))
    return found


def _unfit(package: Package, version: str) -> str:
    families = {".".join(one.split(".")[:2]) for one in package.fhir_versions}
    # R4B changed no data type and hardly a resource that profiles are made on: its packages are used with R4.
    wanted = {"4.0", "4.3"} if version.startswith("4") else {"3.0"}
    return f"it is for FHIR {', '.join(package.fhir_versions)}" if families and not families & wanted else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
