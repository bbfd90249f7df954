"""Core invariants over the official examples: how often each holds, how long one takes, and where other engines of FHIRPath answer otherwise.

    python -m tests.benchmarks.fhirpath_agreement FOLDER [--version 4.0.1] [--peers 150] [--only obs-6] [--files 0]

FOLDER holds the examples as JSON (``hl7.fhir.r4.examples``). ``--peers`` is how many elements an invariant are also given to fhirpathpy and fhirpathrs
(0: none). An invariant is evaluated as published, and, where ours differs from what is published, as corrected too.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from harness.catalogue.fhir import definitions
from harness.errors import HarnessError
from harness.fhirpath import ElementNode, Environment, Expression, Types, compile, node  # noqa: A004
from harness.fhirpath.nodes import members
from harness.formats.fhir import parse_json
from harness.terminology.ucum import canonical
from harness.validation.fhir.invariants.corrections import CORRECTIONS, corrected
from harness.validation.fhir.invariants.native import NATIVE
from harness.validation.fhir.narrative.xhtml import html_checks

_DEFINING = ("StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter", "ConceptMap", "OperationDefinition", "CompartmentDefinition")
_EXPLAINED = {
    "fhirpathpy": "without hasValue, resolve and htmlChecks; <= of quantities fails; as() of a collection is refused",
    "fhirpathrs": "no model of types: value[x] (ext-1, obs-7 …) and is are beyond it; without resolve and htmlChecks",
}


@dataclass
class Counts:
    """Of one invariant."""

    expression: str
    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    native: Counter[str] = field(default_factory=Counter)
    peers: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    samples: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class Constraints:
    """Constraints by the type of a value and by the element that holds it."""

    def __init__(self, version: str) -> None:
        self._definitions = definitions(version)
        self._types: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def of(self, one: ElementNode) -> list[tuple[str, str]]:
        """(key, expression) of what is asked of an element, each once."""
        found = dict.fromkeys(self._at(one.type, one.type))
        if one.parent is not None:
            parent = one.parent.type
            for path in (f"{parent}.{one.key}", f"{parent}.{_stem(one, parent)}[x]"):
                found |= dict.fromkeys(self._at(parent, path))
        return list(found)

    def _at(self, type_name: str, path: str) -> list[tuple[str, str]]:
        root = type_name.partition(".")[0]
        if root not in self._types:
            structure = self._definitions.type(root)
            self._types[root] = {
                str(element["path"]): [(one["key"], one["expression"]) for one in element.get("constraint", ()) if one.get("expression")]
                for element in (structure.elements if structure is not None else ())
            }
        return self._types[root].get(path, [])


def _stem(one: ElementNode, parent: str) -> str:
    kind = one.type
    return one.key[: -len(kind)] if one.key.lower().endswith(kind.lower()) and one.types.child(parent, one.key) == kind else ""


def walk(top: ElementNode) -> Iterator[tuple[ElementNode, ElementNode, ElementNode]]:
    """Every element with its resource and the resource that contains that."""
    waiting = [(top, top, top)]
    while waiting:
        one, resource, root = waiting.pop()
        yield one, resource, root
        for child in members(one):
            if type(child.value) is dict and child.type in ("", child.value.get("resourceType")) and "resourceType" in child.value:
                waiting.append((child, child, root if child.key == "contained" else child))
            else:
                waiting.append((child, resource, root))


def answer_of(expression: Expression, one: ElementNode, environment: Environment) -> str:
    """true, false, empty, or error."""
    try:
        truth = expression.truth(one, environment)
    except HarnessError as error:
        return f"error: {error}"
    return {True: "true", False: "false", None: "empty"}[truth]


def peers(version: str) -> dict[str, Callable[[str, ElementNode, dict[str, Any]], str]]:
    """The engines at hand: (expression, element, variables) → answer."""
    found: dict[str, Callable[[str, ElementNode, dict[str, Any]], str]] = {}
    try:
        python = import_module("fhirpathpy")
        model = import_module("fhirpathpy.models").models["r4" if version.startswith("4") else "stu3"]

        def by_python(expression: str, one: ElementNode, known: dict[str, Any]) -> str:
            typed = {"base": one.type, "expression": expression}
            return _told(python.evaluate(_plain(one.value), expression if "resourceType" in one.value else typed, known, model))

        found["fhirpathpy"] = by_python
    except ImportError:
        pass
    try:
        rust = import_module("fhirpathrs")
        found["fhirpathrs"] = lambda expression, one, known: _told(rust.evaluate(expression, _plain(one.value), known))
    except ImportError:
        pass
    return found


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))


def _told(result: Any) -> str:
    items = result if isinstance(result, list) else [result]
    if not items:
        return "empty"
    return ("true" if items[0] is True else "false" if items[0] is False else "true") if len(items) == 1 else "error: several"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--version", default="4.0.1")
    parser.add_argument("--peers", type=int, default=150)
    parser.add_argument("--only", default="")
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    types, constraints, others = Types(definitions(chosen.version), chosen.version), Constraints(chosen.version), peers(chosen.version)
    table: dict[tuple[str, str], Counts] = {}
    files = sorted(path for path in chosen.folder.glob("*.json") if not path.name.startswith(("package", ".")))
    for path in [one for one in files if not one.name.startswith(_DEFINING)][: chosen.files or None]:
        try:
            tree = parse_json(path.read_bytes())
        except HarnessError:
            continue
        for one, resource, root in walk(node(tree, "", types)):
            asked = constraints.of(one)
            environment = Environment(types, resource, root, one, html_checks=html_checks, now="2026-01-01T00:00:00Z", worth=canonical)
            for key, expression in asked:
                if chosen.only and key != chosen.only:
                    continue
                counts = table.setdefault((key, expression), Counts(expression))
                _judge(counts, one, root, environment, path.name)
                if sum(counts.answers.values()) <= chosen.peers and type(one.value) in (dict, str):
                    _compare(counts, others, one, environment, answer_of(compile(expression), one, environment))
    lines = list(_report(table))
    print("\n".join(lines))
    if chosen.out:
        chosen.out.write_text("\n".join(lines) + "\n")


def _judge(counts: Counts, one: ElementNode, root: ElementNode, environment: Environment, name: str) -> None:
    expression = compile(corrected(counts.expression))
    begun = perf_counter()
    answer = answer_of(expression, one, environment)
    counts.seconds += perf_counter() - begun
    counts.answers[answer.partition(":")[0]] += 1
    if answer != "true" and len(counts.broken) < 5:
        counts.broken.append(f"{name} {one.path}: {answer}")
    native = NATIVE.get(counts.expression)
    if native is not None:
        told = native(one.value, one.shadow, root.value)
        counts.native["left to the engine" if told is None else "equal" if told is (answer == "true") else "DIFFERENT"] += 1


def _compare(
    counts: Counts, others: dict[str, Callable[[str, ElementNode, dict[str, Any]], str]], one: ElementNode, environment: Environment, ours: str
) -> None:
    held = {"resource": environment.resource, "rootResource": environment.root, "context": one}
    known = {name: _plain(of.value) for name, of in held.items() if of is not None} if others else {}
    for name, ask in others.items():
        try:
            answer = ask(counts.expression, one, known)
        except BaseException as error:  # what is written in Rust panics with one of these
            answer = f"error: {type(error).__name__} {str(error)[:80]}"
        same = answer.partition(":")[0] == ours.partition(":")[0]
        counts.peers[name]["same" if same else "cannot" if answer.startswith("error") else "other"] += 1
        if not same:
            counts.samples.setdefault(name, f"{one.path}: ours {ours[:60]}, theirs {answer[:100]}")


def _report(table: dict[tuple[str, str], Counts]) -> Iterator[str]:
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    yield f"{'invariant':10}{'elements':>9}{'true':>9}{'false':>7}{'empty':>7}{'error':>7}{'µs':>8}  peers (same/other/cannot); native"
    for (key, expression), counts in sorted(table.items(), key=lambda entry: (entry[0][0], entry[0][1])):
        total = sum(counts.answers.values())
        told = " ".join(f"{name} {found['same']}/{found['other']}/{found['cannot']}" for name, found in counts.peers.items())
        native = f"; native {dict(counts.native)}" if counts.native else ""
        spread = "".join(f"{counts.answers[answer]:>{width}}" for answer, width in (("true", 9), ("false", 7), ("empty", 7), ("error", 7)))
        yield f"{key:10}{total:>9}{spread}{counts.seconds / total * 1e6:>8.1f}  {told}{native}{'; corrected' if expression in CORRECTIONS else ''}"
        yield from (f"    not met: {line}" for line in counts.broken)
        for name, found in counts.peers.items():
            totals[name].update(found)
            if name in counts.samples:
                yield f"    {name}: {counts.samples[name]}"
    seconds, evaluated = sum(counts.seconds for counts in table.values()), sum(sum(counts.answers.values()) for counts in table.values())
    yield f"\n{len(table)} invariants, {evaluated:,} evaluations, {seconds / max(evaluated, 1) * 1e6:.2f} µs each on average"
    for name, found in totals.items():
        asked = sum(found.values())
        share = f"{found['same']:,} of {asked:,} answers the same ({found['same'] / asked:.1%}), {found['other']:,} other, {found['cannot']:,} it cannot give"
        yield f"{name}: {share}; {_EXPLAINED[name]}"


if __name__ == "__main__":
    main()
