"""The package cache in the user's home, shared with other FHIR tools: ``~/.fhir/packages/NAME#VERSION/package``.

The environment variable HARNESS_FHIR_PACKAGES names another folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from harness.catalogue.fhir.layer import version_key
from harness.errors import SetUpError

VARIABLE = "HARNESS_FHIR_PACKAGES"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,100}")


class Asked(NamedTuple):
    """A package by name; ``version`` is exact, in part (``1.0.x``), ``latest``, or empty for the lock's, else the highest."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name


def cache_folder() -> Path:
    """Where packages are kept."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path.home() / ".fhir" / "packages"


def asked(text: str) -> Asked:
    """``NAME``, ``NAME@VERSION`` or ``NAME#VERSION`` taken apart; SetUpError for anything else."""
    name, _, version = text.replace("#", "@", 1).partition("@")
    if not _NAME.fullmatch(name) or (version and not _VERSION.fullmatch(version)):
        raise SetUpError(f"{text[:200]!r} names no package", expected="NAME@VERSION, a .tgz file or a folder of definitions", do="correct the name or the path")
    return Asked(name, version)


def best_of(versions: Iterable[str], wanted: str) -> str:
    """The highest of ``versions`` that answers ``wanted`` (exact, ``1.0.x``, ``latest`` or empty); "" when none does.

    Pre-releases only where nothing else fits.
    """
    if wanted in ("", "latest", "x", "*"):
        fitting = list(versions)
    elif wanted.endswith((".x", ".*")):
        fitting = [one for one in versions if one.startswith(wanted[:-1])]
    else:
        return next((one for one in versions if one == wanted), "")
    released = [one for one in fitting if "-" not in one]
    return max(released or fitting, key=version_key, default="")


def installed(name: str = "") -> dict[str, list[str]]:
    """Versions in the cache by name."""
    folder = cache_folder()
    found: dict[str, list[str]] = {}
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            held, mark, version = path.name.partition("#")
            if mark and (not name or held.lower() == name.lower()) and (path / "package").is_dir():
                found.setdefault(held, []).append(version)
    return found


def locate(package: Asked) -> Path | None:
    """The folder of a package in the cache, None when it is not there."""
    for name, versions in installed(package.name).items():
        version = best_of(versions, package.version)
        if version:
            return cache_folder() / f"{name}#{version}" / "package"
    return None


def install(name: str, version: str, files: dict[str, bytes]) -> Path:
    """Put a package's files into the cache, all or nothing, in place of what was there. Returns its folder. SetUpError when that cannot be written."""
    asked(f"{name}@{version}")
    target = cache_folder() / f"{name}#{version}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".harness-", dir=target.parent))
        try:
            for path, content in files.items():
                place = aside / "new" / "package" / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            if target.exists():
                target.rename(aside / "old")
            (aside / "new").rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise SetUpError(
            f"the package cannot be stored: {error.strerror}", where=str(target), expected="a folder that can be written", do=f"set {VARIABLE}"
        ) from None
    return target / "package"


def manifest_of(data: bytes | None, where: str) -> dict[str, Any]:
    """A package's ``package.json``; empty when it has none. SetUpError when it is not readable."""
    if data is None:
        return {}
    try:
        found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SetUpError(f"package.json cannot be read: {error}", where=where, expected="a JSON object", do="mend it or take it away") from None
    if not isinstance(found, dict):
        raise SetUpError("package.json is no object", where=where, expected="a JSON object", do="mend it or take it away")
    return found


def content_hash(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over the paths and contents of a package's files, whatever their order."""
    lines = sorted(f"{hashlib.sha256(content).hexdigest()} {name}\n" for name, content in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
