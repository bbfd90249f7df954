"""What any bytes must do to FHIR validation, FHIRPath, snapshots, terminology and packages: issues, or an error that says what. Nothing else."""

from __future__ import annotations

import copy
import io
import json
import random
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from harness.errors import FormatError, HarnessError
from harness.formats.fhir import encode_json

from .fuzz_fhir_seeds import PATIENT, PIECES, PROFILE, VALUE_SET
from .fuzz_targets import TARGETS, target

__all__ = ["TARGETS"]
_RULES = ("national", "hl7-validator")


@cache
def _validator(version: str) -> Any:
    from harness.validation.fhir.validator import Validator
    from harness.validation.options import Options

    return Validator(fhir_version=version, options=Options(rules=_RULES, fhir_version=version))


def _judged(validation: Any, data: bytes) -> None:
    assert (validation.valid is False) is any(issue.is_error for issue in validation.issues)
    for issue in validation.issues:
        assert issue.code
        assert issue.message
        assert issue.location.offset is None or 0 <= issue.location.offset <= len(data)
        assert issue.location.line is None or issue.location.line >= 1


@target
def fhir_r4(data: bytes) -> None:
    """R4, JSON or XML by its first byte: issues, and the same twice."""
    first = _validator("4.0.1").validate(data)
    _judged(first, data)
    again = _validator("4.0.1").validate(data)
    assert Counter(again.issues) == Counter(first.issues)
    assert (again.valid, again.undetermined) == (first.valid, first.undetermined)


@target
def fhir_stu3(data: bytes) -> None:
    """STU3: issues."""
    _judged(_validator("3.0.2").validate(data), data)


@target
def fhir_forms(data: bytes) -> None:
    """XML as JSON and JSON as XML: said to be unreadable, or judged."""
    for kind in ("fhir-json", "fhir-xml"):
        _judged(_validator("4.0.1").validate(data, kind=kind), data)


@target
def fhirpath(data: bytes) -> None:
    """An expression of any text: refused, not to be evaluated, or items."""
    from harness import fhirpath as paths

    types = _validator("4.0.1").engine.types
    try:
        expression = paths.compile(data.decode("utf-8", "replace"))
    except FormatError:
        return
    patient = paths.node(PATIENT, "Patient", types)
    with suppress(HarnessError):
        expression.evaluate(patient, paths.Environment(types, resource=patient, root=patient, now="2026-01-05T09:00:00+00:00", steps=20_000))


@target
def snapshot(data: bytes) -> None:
    """A profile changed as the bytes say, or the one that they hold: a snapshot with or without problems, and resources judged by it."""
    for profile in (changed(PROFILE, data), _held(data, "StructureDefinition")):
        if profile is not None:
            validator = _validator("4.0.1").with_resources([profile])
            url = profile.get("url")
            if isinstance(url, str) and url:
                _judged(validator.validate(encode_json(PATIENT), profile=url), b"{}" * 5000)
            _judged(validator.validate(encode_json(profile)), b"{}" * 500000)


@target
def terminology(data: bytes) -> None:
    """A value set or code system changed as the bytes say, or the one that they hold: an answer, and an expansion or a reason."""
    from harness.terminology import Terminology

    text = data[:40].decode("utf-8", "replace")
    for made in (changed(VALUE_SET, data), _held(data, "ValueSet"), _held(data, "CodeSystem")):
        if made is None:
            continue
        known = Terminology(_validator("4.0.1").definitions.with_resources([made]))
        url = made.get("url")
        if isinstance(url, str) and url:
            assert known.member(url, text, "http://hl7.org/fhir/administrative-gender").status in ("yes", "no", "unknown")
            assert known.member(url, "male").status in ("yes", "no", "unknown")
            known.expand(url)
            known.code(url, text)
    for system in ("http://unitsofmeasure.org", "urn:ietf:bcp:47", "urn:ietf:bcp:13", "http://snomed.info/sct", "http://loinc.org", "urn:iso:std:iso:3166"):
        assert known.code(system, text).status in ("yes", "no", "unknown")


@target
def packages(data: bytes) -> None:
    """An archive of any bytes, and one that holds them: files with paths inside, or an error."""
    from harness.catalogue.fhir.archive import files_of

    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name in ("package/package.json", "package/" + data[:30].decode("latin-1").replace("\0", "0") + ".json"):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    for made in (data, held.getvalue()):
        with suppress(HarnessError):
            for name, content in files_of(made, "fuzz"):
                assert ".." not in name.split("/")
                assert not name.startswith("/")
                assert len(content) <= len(made) * 2000


def _held(data: bytes, kind: str) -> dict[str, Any] | None:
    from harness.formats.fhir import parse_json

    with suppress(FormatError):
        found = parse_json(data)
        if found.get("resourceType") == kind:
            return dict(found)
    return None


def changed(resource: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """A copy of a resource in which places, chosen by the bytes, hold pieces chosen by the bytes."""
    made: dict[str, Any] = json.loads(json.dumps(resource))
    chance = random.Random(bytes(data[:64]))  # noqa: S311 - repeatable, and no secret
    for _ in range(1 + len(data) % 4):
        places = list(_places(made))
        holder, key = chance.choice(places)
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = json.loads(json.dumps(chance.choice(places)[0]))
            case _:
                holder[key] = copy.deepcopy(chance.choice(PIECES))
    return made


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, below in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(below, dict | list) and below:
            yield from _places(below)
