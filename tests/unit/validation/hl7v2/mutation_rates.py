"""How many broken messages are found, by kind of mutation, and how many whole ones are called broken.

    python tests/unit/validation/hl7v2/mutation_rates.py [--rounds 20] [--seed 1]

Found means: an issue of at least the weight the table asks for, which the unbroken message does not have.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from validation_mutations_kit import Message, messages
from validation_mutations_table import HARMLESS, MUTATIONS

from harness.model.issue import Issue, Severity
from harness.validation.hl7v2 import validate
from harness.validation.options import Options

_WEIGHT = {Severity.INFORMATION: 0, Severity.WARNING: 1, Severity.ERROR: 2, Severity.FATAL: 2}
_LEAST = {"warning": 1, "error": 2}


@dataclass
class Rates:
    """Per kind: [found, tried]; ``missed`` and ``alarms`` name what went wrong, with the message."""

    kinds: dict[str, list[int]] = field(default_factory=dict)
    missed: list[tuple[str, str, bytes]] = field(default_factory=list)
    whole: int = 0
    alarms: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The share of broken messages found."""
        return sum(found for found, _ in self.kinds.values()) / sum(tried for _, tried in self.kinds.values())

    def table(self) -> str:
        """One line a kind, the total, and the false alarms."""
        rows = [f"{found:6} of {tried:6}  {found / tried:7.1%}  {kind}" for kind, (found, tried) in sorted(self.kinds.items())]
        found, tried = (sum(pair[place] for pair in self.kinds.values()) for place in (0, 1))
        rows.append(f"{found:6} of {tried:6}  {self.rate:7.2%}  all {len(self.kinds)} kinds")
        rows.append(f"{len(self.alarms):6} of {self.whole:6}  whole messages called broken")
        return "\n".join(rows)


def measure(rounds: int, seed: int) -> Rates:
    """Judge every message, whole and under every mutation that suits it."""
    rng, rates = random.Random(seed), Rates()  # noqa: S311  # nothing secret
    for message in messages(seed, rounds):
        _alarm(rates, message, "as it is", message.data)
        before = {(issue.code, issue.location.path) for issue in _judged(message, message.data)}
        for row in HARMLESS:
            if row.suits(message.kind) and (changed := row.operation(message.data, rng)) is not None:
                _alarm(rates, message, row.kind, changed)
        for row in MUTATIONS:
            if not row.suits(message.kind) or (broken := row.operation(message.data, rng)) is None:
                continue
            said = [issue for issue in _judged(message, broken) if (issue.code, issue.location.path) not in before]
            pair = rates.kinds.setdefault(row.kind, [0, 0])
            pair[1] += 1
            if any(_WEIGHT[issue.severity] >= _LEAST[row.least] for issue in said):
                pair[0] += 1
            else:
                rates.missed.append((row.kind, message.kind, broken))
    return rates


def _alarm(rates: Rates, message: Message, what: str, data: bytes) -> None:
    rates.whole += 1
    for issue in _judged(message, data):
        if _WEIGHT[issue.severity]:
            rates.alarms.append((f"{what}: {issue.code} {issue.location.path}", message.kind, data))
            return


def _judged(message: Message, data: bytes) -> Sequence[Issue]:
    return validate(data, Options(profile=message.profile))


def main() -> None:
    """Print the rates, then what was missed and what was called broken, once each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rates = measure(asked.rounds, asked.seed)
    sys.stdout.write(rates.table() + "\n")
    for title, rows in (("missed", rates.missed), ("false alarm", rates.alarms)):
        seen = set()
        for what, kind, data in rows:
            if (what, kind) not in seen:
                seen.add((what, kind))
                sys.stdout.write(f"{title}: {what} in {kind}: {data[:400]!r}\n")


if __name__ == "__main__":
    main()
