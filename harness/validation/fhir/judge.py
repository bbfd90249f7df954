"""One walk over one document, then line and column for what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.formats.fhir.json import duplicate_keys
from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.validation.fhir.judging import Judging
from harness.validation.fhir.source import has_duplicates, places
from harness.validation.fhir.structure import walk_resource
from harness.validation.options import Options


def judge(tree: dict[str, Any], options: Options, data: bytes = b"") -> list[Issue]:
    """Issues of a parsed resource. ``data`` is the JSON it was read from (empty for XML): it gives places and keys that stand twice."""
    name = tree.get("resourceType")
    root = name if isinstance(name, str) and name.isalnum() else "Resource"
    judging = Judging(tree, options, tree, root)
    if data and has_duplicates(data):
        for path in duplicate_keys(data):
            judging.say(
                Severity.ERROR,
                "fhir/duplicate-key",
                f"the key {path.rpartition('.')[2]} stands twice",
                path,
                expected="every key once",
                actual="twice",
                clause="FHIR R4 JSON",
                remedy="keep one: receivers differ in which they take",
            )
    walk_resource(judging, tree, root)
    if not data or not judging.issues:
        return judging.issues
    found = places(data, root, [issue.location.path for issue in judging.issues])
    return [replace(issue, location=_placed(issue.location, found)) for issue in judging.issues]


def _placed(location: Location, found: dict[str, tuple[int, int, int]]) -> Location:
    if location.path not in found:
        return location
    line, column, offset = found[location.path]
    return Location(location.path, line, column, offset)
