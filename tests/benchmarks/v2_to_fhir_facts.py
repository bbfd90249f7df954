"""The share of message values that conversion carries into FHIR, by resource type, with the reasons for what it does not.

    python -m tests.benchmarks.v2_to_fhir_facts ../shared/data/ms-fhir-converter-dev

FOLDER holds ``pairs.jsonl`` (message, bundle that another converter made of it). Two counts are printed. Of every value of the messages: carried,
structural or not carried, by the type of resource it went to, and why not. Beside the other bundle, for triage and never as truth: of its values
that the message holds (resource type, path without indexes, value), how many our bundle has at the same path.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.formats.fhir import encode_json
from harness.formats.hl7v2 import Tree, parse
from harness.mapping.convert import to_fhir

Fact = tuple[str, str, str]
_UNSAID = {"id", "fullUrl", "reference", "div", "versionId", "lastUpdated", "resourceType"}
_DATE = re.compile(r"(\d{4})-?(\d{2})?-?(\d{2})?(?:t?\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?")


def plain(value: Any) -> str:
    """A value made comparable: dates to the day, numbers without leading noughts, text by its letters and digits."""
    text = str(value).strip().lower()
    match = _DATE.fullmatch(text)
    if match and len(text) > 4:
        return "d" + "".join(part or "" for part in match.groups())
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return "n" + (text.rstrip("0").rstrip(".") if "." in text else text.lstrip("0") or "0")
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"^(urn:oid:|urn:uuid:|tel:|mailto:)", "", text)).strip()


def facts(bundle: Any) -> Counter[Fact]:
    """Every (resource type, path without indexes, value) of a Bundle, counted."""
    found: Counter[Fact] = Counter()

    def walk(kind: str, path: tuple[str, ...], node: Any) -> None:
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "contained" and isinstance(value, list):
                    for one in value:
                        walk(one.get("resourceType", ""), (), one)
                elif name not in _UNSAID:
                    walk(kind, (*path, name), value)
        elif isinstance(node, list):
            for value in node:
                walk(kind, path, value)
        else:
            found[kind, ".".join(path), plain(node)] += 1

    for entry in bundle.get("entry", ()):
        if isinstance(entry.get("resource"), dict):
            walk(entry["resource"].get("resourceType", ""), (), entry["resource"])
    return found


def held(tree: Tree, facts_: Counter[Fact]) -> Counter[Fact]:
    """The facts whose value the message holds, at any depth."""
    values = {plain(fate.value) for fate in to_fhir(tree).fates}
    text = "\r".join(segment.text for segment in tree.segments)
    for part in re.split(r"[|~\r]", text):
        values.add(plain(part))
        values.update(plain(one) for one in part.split("^"))
    return Counter({fact: number for fact, number in facts_.items() if len(fact[2]) > 1 and fact[2] in values})


def pairs(folder: Path) -> Iterator[tuple[str, Tree, Any]]:
    """(name, message, the other bundle) of every pair."""
    for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        yield pair["id"], parse((folder / pair["v2"]).read_bytes()), json.loads((folder / pair["fhir"]).read_text(encoding="utf-8-sig"))


def measure(folder: Path) -> dict[str, Any]:
    """The two counts over a folder of pairs."""
    states: Counter[str] = Counter()
    to: Counter[str] = Counter()
    why: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    both: Counter[str] = Counter()
    messages = 0
    for _, tree, other in pairs(folder):
        messages += 1
        conversion = to_fhir(tree)
        states.update(conversion.counts)
        for fate in conversion.fates:
            if fate.state == "carried":
                to[fate.to.partition(".")[0] or "Bundle"] += 1
            elif fate.state == "not carried":
                why[f"{fate.address[:3]}: {fate.reason}"] += 1
        ours = facts(json.loads(encode_json(conversion.result)))
        wanted = held(tree, facts(other))
        for fact, number in wanted.items():
            theirs[fact[0]] += number
        for fact, number in (wanted & ours).items():
            both[fact[0]] += number
    return {"messages": messages, "states": states, "to": to, "why": why, "theirs": theirs, "both": both}


def main(folder: Path) -> None:
    """Print the counts of a folder."""
    found = measure(folder)
    states = found["states"]
    content = states["carried"] + states["not carried"]
    print(f"{found['messages']} messages, {sum(states.values())} values: {states['structural']} structural; of {content} others carried {states['carried']}")
    print(f"share carried: {states['carried'] / max(1, content):.3f}\n\nvalues carried, by the type they went to")
    for kind, number in found["to"].most_common():
        print(f"  {kind:24}{number:7}")
    print("\nvalues not carried, by segment and reason")
    for reason, number in found["why"].most_common(40):
        print(f"  {number:6}  {reason}")
    print("\nbeside another converter's bundles (its opinion): values of the message that it has, and we have at the same path")
    for kind, number in found["theirs"].most_common():
        print(f"  {kind:24}{found['both'][kind]:7} of {number}")
    print(f"  {'all':24}{sum(found['both'].values()):7} of {sum(found['theirs'].values())}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "pairs.jsonl").is_file():
        sys.exit("usage: python -m tests.benchmarks.v2_to_fhir_facts FOLDER   (a folder that holds pairs.jsonl)")
    main(Path(sys.argv[1]))
