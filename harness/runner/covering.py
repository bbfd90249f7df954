"""Counts what a profile must support over many files, reading one resource at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.runner.validating import opened

if TYPE_CHECKING:
    from harness.validation.fhir.coverage import Coverage
    from harness.validation.fhir.validator import Validator


@dataclass(slots=True)
class Covering:
    """A count of what must be supported: ``coverage``, and what of the files could not be counted: ``refused`` is (file, reason)."""

    coverage: Coverage
    refused: list[tuple[str, str]] = field(default_factory=list)


def cover(validator: Validator, profile: str, sources: Iterable[Path | bytes | IO[bytes]]) -> Covering:
    """The must-support coverage of ``profile`` over the FHIR resources of ``sources`` (JSON, XML, NDJSON; what stands in Bundles counts).

    What cannot be read, or is no FHIR, is refused and the rest counted. UnknownNameError for a profile that is not known.
    """
    from harness.validation.fhir.coverage import must_support

    refused: list[tuple[str, str]] = []
    return Covering(must_support(validator, profile, _examples(validator, sources, refused)), refused)


def _examples(validator: Validator, sources: Iterable[Path | bytes | IO[bytes]], refused: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for source in sources:
        for unit in opened(source):
            if unit.kind not in ("fhir-json", "fhir-xml"):
                refused.append((unit.file, unit.issues[0].message if unit.issues else f"it is {unit.kind}, and no FHIR"))
                continue
            try:
                yield validator.read(unit.data)
            except FormatError as error:
                refused.append((unit.file, f"resource {unit.index}: {error.what}"))
