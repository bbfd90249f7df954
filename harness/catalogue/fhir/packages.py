"""Packages of definitions as layers: folders of JSON or XML, whatever is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.fhir.layer import Entry, Layer, by_url, entry_of
from harness.errors import FormatError, HarnessError, SetUpError


def layers_of(packages: Iterable[str], version: str) -> tuple[Layer, ...]:
    """The layers of packages as a user names them. Raises SetUpError for one that cannot be read."""
    return tuple(Folder(Path(one), version) for one in packages)


class Folder:
    """A folder of definitions in JSON or XML, searched through."""

    def __init__(self, path: Path, version: str) -> None:
        if not path.is_dir():
            raise SetUpError("there is no such package", where=str(path), expected="a folder of definitions", do="correct the path")
        self._version = version
        self._paths: list[Path] = []
        self.left_out: list[str] = []
        self.entries: Mapping[str, tuple[Entry, ...]] = by_url(self._scan(path))

    def _scan(self, folder: Path) -> Iterator[Entry]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".json", ".xml") and path.is_file() and path.name != "package.json":
                try:
                    resource = self._read(path)
                except HarnessError as error:
                    self.left_out.append(f"{path.name}: {error}")
                    continue
                if isinstance(resource.get("url"), str):
                    self._paths.append(path)
                    yield entry_of(resource, len(self._paths) - 1)

    def load(self, entry: Entry) -> Mapping[str, Any]:
        """The slim definition of an entry of this folder."""
        from harness.catalogue.fhir.slim import slim

        return slim(self._read(self._paths[entry.key]), self._version)

    def _read(self, path: Path) -> Mapping[str, Any]:
        import msgspec

        from harness.catalogue.fhir.facts import facts_of
        from harness.formats.fhir.xml import parse_xml

        data = path.read_bytes()
        if path.suffix == ".xml":
            return parse_xml(data, facts_of(self._version), issues=[])
        try:
            found = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        except msgspec.DecodeError as error:
            raise FormatError(str(error), where=str(path)) from None
        return found if isinstance(found, dict) else {}
