"""Official examples judged: how many get an error that they do not deserve, and what each remaining error is.

    python -m tests.benchmarks.fhir_examples FOLDER [--fhir-version 3.0.2]

FOLDER is an extracted package of examples (every resource in it is judged by the base definitions of its type), or a package of profiles with an
``examples`` folder and a CapabilityStatement, whose examples are judged by the profile that the statement names for their type. What is wrong with
an example itself is written in ``fhir_examples.yaml`` beside this file, with the reason; an error not explained there counts as a false positive.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|“[^”]*”|[0-9]+""")
REASONS = Path(__file__).with_name("fhir_examples.yaml")
DEFINITIONS = (
    "StructureDefinition",
    "ValueSet",
    "CodeSystem",
    "SearchParameter",
    "ConceptMap",
    "OperationDefinition",
    "CompartmentDefinition",
    "DataElement",
    "NamingSystem",
)


@dataclass(frozen=True)
class Reason:
    """Why ``files`` get errors of ``code`` at ``places`` (indexes left out)."""

    reason: str
    code: str
    places: frozenset[str]
    files: frozenset[str]

    def fits(self, name: str, error: Mapping[str, str]) -> bool:
        """True for an error of a file that this explains."""
        return error["code"] == self.code and name in self.files and _plain(error["place"]) in self.places


def _plain(place: str) -> str:
    return re.sub(r"\[\d+\]|/\*.*?\*/", "", place)


@dataclass(frozen=True)
class Example:
    """A file and the profile to judge it by (empty: what it claims and its type)."""

    path: str
    profile: str = ""


@lru_cache(maxsize=4)
def _validator(version: str, packages: tuple[str, ...], rules: str) -> Any:
    from harness.validation.fhir.validator import Validator
    from harness.validation.options import Options

    return Validator(packages=packages, fhir_version=version, options=Options(rules=(rules,)))


def judge(asked: tuple[Example, str, tuple[str, ...], str]) -> tuple[str, str, list[dict[str, str]]]:
    """(file name, resource type, errors) of an example."""
    example, version, packages, rules = asked
    path = Path(example.path)
    try:
        validation = _validator(version, packages, rules).validate(path.read_bytes(), profile=example.profile or None)
        found = [
            {"place": issue.location.path, "code": issue.code, "clause": issue.clause, "message": issue.message, "actual": issue.actual}
            for issue in validation.issues
            if issue.is_error
        ]
    except Exception as error:  # a crash is a fault of ours, and counted as one
        return path.name, "?", [{"place": "", "code": "crash", "clause": "", "message": repr(error), "actual": traceback.format_exc(limit=-3)}]
    return path.name, validation.resource_type, found


def examples(folder: Path) -> tuple[list[Example], tuple[str, ...]]:
    """The examples of a folder, and the packages to judge them with."""
    if (folder / "examples").is_dir():
        profiles = _profiles(folder)
        return [Example(str(path), profiles.get(_type(path), "")) for path in _files(folder / "examples")], (str(folder),)
    inner = folder / "package" if (folder / "package").is_dir() else folder
    return [Example(str(path)) for path in _files(inner) if path.name != "package.json" and not path.name.startswith(".")], ()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".xml") and path.is_file())


def _type(path: Path) -> str:
    data = path.read_text("utf-8-sig", errors="replace")
    match = re.search(r'"resourceType"\s*:\s*"(\w+)"', data) if path.suffix == ".json" else re.search(r"<(\w+)[^>]*xmlns=\"http://hl7.org/fhir\"", data)
    return match.group(1) if match else ""


def _profiles(folder: Path) -> dict[str, str]:
    """Type → profile, as the CapabilityStatement of a package says."""
    found: dict[str, str] = {}
    for path in folder.rglob("CapabilityStatement*"):
        if path.suffix == ".xml":
            from lxml import etree

            space = {"f": "http://hl7.org/fhir"}
            for resource in etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).iterfind(".//f:rest/f:resource", space):
                kind, profile = resource.find("f:type", space), resource.find("f:profile", space)
                if kind is not None and profile is not None:
                    found.setdefault(kind.get("value", ""), profile.get("value", ""))
        elif path.suffix == ".json":
            for rest in json.loads(path.read_text("utf-8-sig")).get("rest", ()):
                for resource in rest.get("resource", ()):
                    if "profile" in resource:
                        found.setdefault(resource["type"], resource["profile"])
    return found


def cause(error: Mapping[str, str]) -> str:
    """What errors of one cause have in common: code, clause, place without indexes and entries, message without what is quoted."""
    place = re.sub(r"^Bundle\.entry\.resource", "(entry)", _plain(error["place"]))
    message = _QUOTED.sub("…", error["message"])
    return f"{error['code']} {error['clause']} {place}: {message}"


def reasons(which: str) -> list[Reason]:
    """The reasons written for a set of examples."""
    import yaml

    found = (yaml.safe_load(REASONS.read_text("utf-8")) or {}) if REASONS.is_file() else {}
    return [Reason(one["reason"], one["code"], frozenset(one["places"]), frozenset(one["files"])) for one in found.get(which) or ()]


def report(answers: Iterable[tuple[str, str, list[dict[str, str]]]], known: list[Reason], seconds: float) -> Iterator[str]:
    """The lines to print."""
    total: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    false: dict[str, int] = defaultdict(int)
    causes: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    explained: dict[str, set[str]] = defaultdict(set)
    for name, kind, errors in answers:
        group = "definitions" if kind in DEFINITIONS else "examples"
        total[group] += 1
        left = []
        for error in errors:
            reason = next((one for one in known if one.fits(name, error)), None)
            if reason:
                explained[reason.reason].add(name)
            else:
                left.append(error)
                causes[cause(error)].append((name, error))
        wrong[group] += bool(errors)
        false[group] += bool(left)
    for group in ("examples", "definitions", "all"):
        judged, bad, left_over = (sum(count.values()) if group == "all" else count[group] for count in (total, wrong, false))
        if judged:
            yield f"{group:<12}{judged:>6} judged, {bad:>4} with errors, {left_over:>4} of them not explained: false-positive rate {left_over / judged:.2%}"
    yield f"{seconds:.1f} s"
    if explained:
        yield "\nwhere the example is wrong"
        for why, files in sorted(explained.items(), key=lambda pair: -len(pair[1])):
            yield f"{len(files):>5}  {why} ({', '.join(sorted(files)[:3])}{' …' if len(files) > 3 else ''})"
    if causes:
        yield "\nnot explained, by cause"
        for said, instances in sorted(causes.items(), key=lambda pair: -len({name for name, _ in pair[1]})):
            names = sorted({name for name, _ in instances})
            yield f"{len(names):>5}  {said}"
            first = instances[0][1]
            yield f"       {', '.join(names[:3])}{' …' if len(names) > 3 else ''} | {first['place']} | {first['message']} | {first['actual']}"


def main() -> int:
    """Judge and print."""
    options = argparse.ArgumentParser(prog="fhir_examples", description="False-positive rate over official examples.")
    options.add_argument("folder", type=Path)
    options.add_argument("--fhir-version", default="4.0.1", choices=("4.0.1", "3.0.2"))
    options.add_argument("--rules", default="none", choices=("none", "national", "hl7-validator"))
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--json", type=Path, default=None, help="write the errors of every file here, a line each")
    chosen = options.parse_args()
    if not chosen.folder.is_dir():
        options.error(f"there is no folder {chosen.folder}")
    found, packages = examples(chosen.folder)
    asked = [(example, chosen.fhir_version, packages, chosen.rules) for example in found]
    start = time.perf_counter()
    if chosen.jobs > 1:
        with multiprocessing.get_context("fork").Pool(chosen.jobs) as pool:
            answers = pool.map(judge, asked, chunksize=50)
    else:
        answers = [judge(one) for one in asked]
    which = "profiles" if packages else f"base-{chosen.fhir_version}"
    print(*report(answers, reasons(which), time.perf_counter() - start), sep="\n")
    if chosen.json:
        chosen.json.write_text("".join(json.dumps({"file": name, "type": kind, "errors": errors}) + "\n" for name, kind, errors in answers), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
