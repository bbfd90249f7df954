"""The lock file: which packages a project validates with, by the hash of what they hold.

``harness-packages.lock`` in the working directory, written by ``harness packages add``. Where there is one it is obeyed: a package of the cache is used
only when it is listed there and holds what it held when it was added; a name without a version means the version listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from harness.catalogue.fhir.cache import Asked, best_of, content_hash
from harness.errors import SetUpError

LOCK = "harness-packages.lock"


class Locked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One package: ``content`` is the hash over its files, ``archive`` the SHA-256 of the .tgz it came in ("" for a folder), ``source`` where from."""

    name: str
    version: str
    content: str
    archive: str = ""
    source: str = ""


class _Lock(msgspec.Struct, forbid_unknown_fields=True):
    packages: list[Locked] = []


def read_lock(folder: Path | None = None) -> list[Locked] | None:
    """What the lock file of a folder (the working directory) lists; None where there is none. SetUpError when it is not readable."""
    path = (folder or Path()) / LOCK
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Lock).packages
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SetUpError(
            f"the lock file cannot be read: {error}", where=str(path), expected="what `harness packages add` writes", do="add the packages anew"
        ) from None


def write_lock(added: Iterable[Locked], folder: Path | None = None) -> Path:
    """Add packages to the lock file of a folder, in place of others of the same name and version. Returns its path."""
    path = (folder or Path()) / LOCK
    held = {(one.name, one.version): one for one in read_lock(folder) or []}
    held |= {(one.name, one.version): one for one in added}
    data = msgspec.json.format(msgspec.json.encode(_Lock([held[key] for key in sorted(held)])), indent=2)
    try:
        path.write_bytes(data + b"\n")
    except OSError as error:
        raise SetUpError(
            f"the lock file cannot be written: {error.strerror}", where=str(path), expected="a folder that can be written", do="go to another"
        ) from None
    return path


def locked_version(package: Asked, lock: list[Locked]) -> Locked:
    """The entry that a package asked for means; SetUpError when the lock lists none."""
    listed = {one.version: one for one in lock if one.name.lower() == package.name.lower()}
    version = best_of(listed, package.version)
    if not version:
        raise SetUpError(
            f"the package {package} is not in {LOCK}",
            expected=", ".join(sorted(f"{one.name}@{one.version}" for one in lock)) or "a listed package",
            do=f"run `harness packages add {package}`",
        )
    return listed[version]


def prove(entry: Locked, files: Iterable[tuple[str, bytes]], where: str) -> None:
    """SetUpError unless the files are those that were locked."""
    if content_hash(files) != entry.content:
        raise SetUpError(
            f"{entry.name}@{entry.version} is not what {LOCK} says it was",
            where=where,
            expected=f"content {entry.content[:16]}…",
            do=f"find out why, then run `harness packages add {entry.name}@{entry.version}`",
        )
