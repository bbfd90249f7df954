"""Packages as npm makes them: gzipped tar files, read with bounds and without trust."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from harness.errors import SetUpError

# Bounds on what a hostile archive may unpack to, well above the packages of national guides.
MAX_ARCHIVE = 300_000_000  # bytes as packed
MAX_TOTAL = 1_000_000_000  # bytes of all files
MAX_FILE = 200_000_000  # bytes of one file
MAX_FILES = 100_000


def read_archive(path: Path) -> dict[str, bytes]:
    """The JSON and XML files of a package by their path in it, ``package/`` taken off. SetUpError for what is no such file or too large."""
    try:
        if path.stat().st_size > MAX_ARCHIVE:
            raise SetUpError("the package is too large", where=str(path), expected=f"at most {MAX_ARCHIVE} bytes", do="extract it and name the folder")
        data = path.read_bytes()
    except OSError as error:
        raise SetUpError(f"the package cannot be read: {error.strerror}", where=str(path), expected="a .tgz file", do="correct the path") from None
    return dict(files_of(data, str(path)))


def files_of(data: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """(path in the package, content) of each JSON and XML file of a gzipped tar file.

    Links, devices and paths that lead outside are refused; so is more than MAX_TOTAL bytes or MAX_FILES files. Raises SetUpError.
    """
    total = count = 0
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r|gz") as archive:
            for member in archive:
                count += 1
                total += max(member.size, 0)
                if count > MAX_FILES or total > MAX_TOTAL or member.size > MAX_FILE:
                    raise SetUpError(
                        "the package unpacks to too much", where=where, expected=f"at most {MAX_FILES} files and {MAX_TOTAL} bytes", do="do not use it"
                    )
                name = _name(member.name, where)
                if member.isdir() or not name:
                    continue
                if not member.isfile():
                    raise SetUpError(f"the package holds {member.name[:200]!r}, which is no plain file", where=where, expected="files", do="do not use it")
                held = archive.extractfile(member)
                if held is not None and name.lower().endswith((".json", ".xml")):
                    yield name, held.read()
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        raise SetUpError(f"the package cannot be unpacked: {error}", where=where, expected="a gzipped tar file", do="fetch it again") from None


def _name(name: str, where: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in name or any(":" in part for part in path.parts[:1]):
        raise SetUpError(f"the package holds the path {name[:200]!r}, which leads outside it", where=where, expected="paths in it", do="do not use it")
    parts = path.parts[1:] if path.parts[:1] == ("package",) else path.parts
    return "/".join(parts)
