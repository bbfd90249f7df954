"""How far the FHIR validator agrees with the recorded outcomes of HL7's validator test cases.

    python -m tests.benchmarks.fhir_test_cases ../shared/data/fhir-test-cases-dev --out predictions.jsonl

FOLDER holds ``units.jsonl`` (a unit a line: id, file, kind, tier, module, format, supporting files, source_profile, options, errors, issues) and
``validator/`` (the files). Each unit is judged in this process; an exception in one is a crash of that one. FILE gets a prediction a line:
``{"id", "errors", "issues": [{"severity", "expression"}], "crashed"}``. What is printed counts a crash as disagreement. Known disagreements have their
reason in ``fhir_test_cases.yaml`` beside this file; one without a reason is shown as unexplained.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Unit = Mapping[str, Any]
REASONS = Path(__file__).with_name("fhir_test_cases.yaml")
SCORED = ("A", "B", "P")
_ERRORS = ("error", "fatal")
_EXAMPLE = re.compile(r"https?://([a-z0-9.-]+\.)?(example\.(org|com)|acme\.(org|com))([/:]|$)")
_VERSIONS = {"3": "3.0.2", "4": "4.0.1"}


@dataclass
class Prediction:
    """What we say of a unit; ``issues`` are (severity, expression, message, opinion)."""

    id: str
    issues: list[tuple[str, str, str, bool]] = field(default_factory=list)
    crashed: str = ""
    seconds: float = 0.0

    def errors(self, opinions: bool = True) -> int:
        """Errors found, with what is tagged an opinion or without."""
        return sum(severity in _ERRORS and (opinions or not opinion) for severity, _, _, opinion in self.issues)

    def line(self) -> dict[str, Any]:
        """The prediction as it is written."""
        issues = [{"severity": severity, "expression": expression} for severity, expression, _, _ in self.issues]
        return {"id": self.id, "errors": self.errors(), "issues": issues, "crashed": bool(self.crashed)}


class Judge:
    """Judges units of one folder; validators and supporting files are kept."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "validator"
        self.validator: Callable[[str, tuple[str, ...]], Any] = cache(self._validator)
        self.read: Callable[[str, str], list[Mapping[str, Any]]] = cache(self._read)

    def _validator(self, version: str, packages: tuple[str, ...]) -> Any:
        from harness.validation.fhir.validator import Validator
        from harness.validation.options import Options

        return Validator(packages=packages, fhir_version=version, options=Options(rules=("hl7-validator",)))

    def _read(self, name: str, version: str) -> list[Mapping[str, Any]]:
        """The resources of a supporting file; of a Bundle, its entries."""
        from harness.catalogue.fhir.facts import facts_of
        from harness.formats.fhir import parse_json
        from harness.formats.fhir.xml import parse_xml

        path = self.files / name
        if not path.is_file():
            return []
        data = path.read_bytes()
        found = parse_xml(data, facts_of(version), remarks=[]) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else parse_json(data)
        return [entry["resource"] for entry in found.get("entry", ()) if "resource" in entry] if found.get("resourceType") == "Bundle" else [found]

    def _resources(self, unit: Unit, version: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for name in unit["supporting"]:
            if not name.endswith((".tgz", ".map")):
                try:
                    found += self.read(name, version)
                except Exception as error:  # a supporting file that cannot be read is left out; the unit is judged all the same
                    print(f"{unit['id']}: {name} left out: {error}", file=sys.stderr)
        return found

    def _profile(self, unit: Unit, version: str) -> str | None:
        named = unit.get("source_profile")
        if unit["kind"] != "profile" or not named:
            return None
        if not (self.files / named).is_file():
            return str(named)
        own = [one["url"] for one in self.read(named, version) if one.get("resourceType") == "StructureDefinition" and "url" in one]
        return own[0] if own else str(named)

    def judge(self, unit: Unit) -> Prediction:
        """The prediction for a unit; never raises."""
        found = Prediction(unit["id"])
        start = time.perf_counter()
        try:
            version = _VERSIONS.get(str(unit["fhir"])[:1], "4.0.1")
            packages = tuple(str(self.files / name) for name in unit["supporting"] if name.endswith(".tgz") and (self.files / name).is_file())
            validator = self.validator(version, packages)
            resources = self._resources(unit, version)
            if resources:
                validator = validator.with_resources(resources)
            validation = validator.validate((self.files / unit["file"]).read_bytes(), profile=self._profile(unit, version))
            options = unit.get("options") or {}
            for issue in validation.issues:
                severity, opinion = str(issue.severity), issue.opinion
                if issue.issue_type == "extension" and _under(issue.actual, options.get("allowed-extension-domain")):
                    continue  # the unit says that extensions of this domain are allowed
                if options.get("examples") is False and issue.code == "fhir/unknown-extension" and _EXAMPLE.match(issue.actual):
                    severity, opinion = "error", True  # the unit says that example URLs are not
                found.issues.append((severity, issue.location.path, issue.message, opinion))
        except Exception:
            found.crashed = traceback.format_exc(limit=-3)
        found.seconds = time.perf_counter() - start
        return found


def _under(url: str, domain: str | None) -> bool:
    return bool(domain) and url.startswith(str(domain))


def place(expression: str) -> str:
    """A location without indexes, casts and the type and id of resources in Bundles, as locations are compared."""
    return re.sub(r"\[\d+\]", "", re.sub(r"\.(resolve|ofType|extension)\([^)]*\)", "", re.sub(r"/\*.*?\*/", "", expression or ""))).strip()


@dataclass
class Score:
    """Agreement over some units: valid and invalid said of valid and invalid ones, exact counts, locations of errors."""

    said: Counter[tuple[bool, bool | None]] = field(default_factory=Counter)
    exact: int = 0
    places_found: int = 0
    places_wanted: int = 0
    places_said: int = 0

    def add(self, unit: Unit, prediction: Prediction, opinions: bool = True) -> bool:
        """Count a unit; whether we agree."""
        wanted, errors = bool(unit["errors"]), prediction.errors(opinions)
        said = None if prediction.crashed else errors > 0
        self.said[wanted, said] += 1
        self.exact += not prediction.crashed and errors == unit["errors"]
        theirs = Counter(place(issue["expression"]) for issue in unit["issues"] if issue["severity"] in _ERRORS)
        ours = Counter(place(where) for severity, where, _, opinion in prediction.issues if severity in _ERRORS and (opinions or not opinion))
        self.places_found += sum((theirs & ours).values())
        self.places_wanted += sum(theirs.values())
        self.places_said += sum(ours.values())
        return said == wanted

    def _rate(self, wanted: bool) -> float | None:
        total = sum(number for (one, _), number in self.said.items() if one == wanted)
        return self.said[wanted, wanted] / total if total else None

    def __str__(self) -> str:
        sensitivity, specificity, total = self._rate(True), self._rate(False), sum(self.said.values())
        rates = [rate for rate in (sensitivity, specificity) if rate is not None]
        agreed = self.said[True, True] + self.said[False, False]
        shown = [f"{'-' if rate is None else format(rate, '.3f'):>7}" for rate in (sum(rates) / len(rates) if rates else None, sensitivity, specificity)]
        places = [f"{self.places_found / whole:>7.3f}" if whole else f"{'-':>7}" for whole in (self.places_wanted, self.places_said)]
        return f"{total:>6}{agreed:>8}{''.join(shown)}{self.exact / max(total, 1):>7.3f}{''.join(places)}"


HEADING = f"{'':<30}{'units':>6}{'agreed':>8}{'bal.acc':>7}{'sens.':>7}{'spec.':>7}{'exact':>7}{'places':>7}{'prec.':>7}"


def table(units: Sequence[Unit], predictions: Mapping[str, Prediction]) -> Iterable[str]:
    """The lines of the table."""

    def row(name: str, chosen: Iterable[Unit], opinions: bool = True) -> str:
        score = Score()
        for unit in chosen:
            score.add(unit, predictions[unit["id"]], opinions)
        return f"{name:<30}{score}"

    scored = [unit for unit in units if unit["tier"] in SCORED]
    yield HEADING
    yield row("tiers A, B and P", scored)
    yield row("  without opinions", scored, opinions=False)
    for form in ("json", "xml"):
        chosen = [unit for unit in scored if unit["format"] == form]
        yield row(f"  {form.upper()}", chosen)
        yield row(f"  {form.upper()} without opinions", chosen, opinions=False)
    for tier in sorted({unit["tier"] for unit in units}):
        yield row(f"  tier {tier}", [unit for unit in units if unit["tier"] == tier])
    for module in sorted({unit["module"] for unit in scored}):
        yield row(f"  module {module}", [unit for unit in scored if unit["module"] == module])


def peer(units: Sequence[Unit]) -> str:
    """The row of the other mature validator whose counts the units carry."""
    score = Score()
    for unit in units:
        if unit["tier"] in SCORED and unit.get("firely_errors") is not None:
            score.add(unit, Prediction(unit["id"], [("error", "", "", False)] * unit["firely_errors"]))
    return f"{'another mature validator':<30}{str(score)[:35]}"


def disagreements(units: Sequence[Unit], predictions: Mapping[str, Prediction], reasons: Mapping[str, str], *, full: bool = False) -> Iterable[str]:
    """Every disagreement, with its reason where one is known; ``full``: with the errors of both sides."""
    by_kind: dict[str, int] = defaultdict(int)
    for unit in units:
        prediction = predictions[unit["id"]]
        if Score().add(unit, prediction):
            continue
        known = reasons.get(unit["id"], "")
        by_kind["explained" if known else "unexplained"] += 1
        ours = "crashed" if prediction.crashed else str(prediction.errors())
        yield f"{unit['id']} (tier {unit['tier']}, {unit['module']}): reference {unit['errors']}, ours {ours}: {known or 'UNEXPLAINED'}"
        if full:
            for issue in unit["issues"]:
                if issue["severity"] in _ERRORS:
                    yield f"    reference: {issue['expression']} | {issue['text']}"
            for severity, where, message, opinion in prediction.issues:
                if severity in _ERRORS:
                    yield f"    ours:      {where} | {message}{' (opinion)' if opinion else ''}"
            if prediction.crashed:
                yield "    " + prediction.crashed.strip().replace("\n", "\n    ")
    yield f"{by_kind['explained']} disagreements explained, {by_kind['unexplained']} unexplained"


def main() -> int:
    """Judge, write, print."""
    options = argparse.ArgumentParser(prog="fhir_test_cases", description="Agreement with HL7's validator test cases.")
    options.add_argument("folder", type=Path, help="holds units.jsonl and validator/")
    options.add_argument("--out", type=Path, default=None, help="write a prediction a line here")
    options.add_argument("--tiers", default="", help="only these tiers (ABP are scored; all are judged)")
    options.add_argument("--full", action="store_true", help="with each disagreement, the errors of both sides")
    chosen = options.parse_args()
    if not (chosen.folder / "units.jsonl").is_file():
        options.error(f"{chosen.folder} holds no units.jsonl")
    units = [json.loads(line) for line in (chosen.folder / "units.jsonl").read_text("utf-8").splitlines() if line.strip()]
    units = [unit for unit in units if not chosen.tiers or unit["tier"] in chosen.tiers]
    judge, start = Judge(chosen.folder), time.perf_counter()
    predictions = {unit["id"]: judge.judge(unit) for unit in units}
    seconds = time.perf_counter() - start
    if chosen.out:
        chosen.out.write_text("".join(json.dumps(predictions[unit["id"]].line(), ensure_ascii=True) + "\n" for unit in units), "utf-8")
    import yaml

    reasons = (yaml.safe_load(REASONS.read_text("utf-8")) or {}) if REASONS.is_file() else {}
    print(*table(units, predictions), sep="\n")
    print(peer(units))
    slow = max(predictions.values(), key=lambda one: one.seconds, default=Prediction(""))
    print(f"{len(units)} units in {seconds:.1f} s; {sum(bool(one.crashed) for one in predictions.values())} crashed; slowest {slow.id} {slow.seconds:.2f} s\n")
    print(*disagreements([unit for unit in units if unit["tier"] in SCORED], predictions, reasons, full=chosen.full), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
