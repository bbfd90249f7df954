"""Every mapping row and code-map entry, deleted or altered one at a time, is noticed by a golden triple. Run with ``-s`` for the counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kill_world import spread
from mapping_mutants import KEYS, Mutant, entry_mutants, killer, notices, pair_told, row_mutants, triples

from harness.catalogue import catalogue
from harness.mapping import lens

# Changes that change nothing that can be read or written, each with its reason.
WHOLE: Final = "the transform knows the element it stands in; the row's place is what a reader is shown"
EQUIVALENT: Final[dict[str, str]] = {
    "fhir person.deceased: moved": WHOLE,
    "fhir person.death_date: moved": WHOLE,
    "fhir person.sensitive: moved": WHOLE,
    "fhir person.pseudo: moved": WHOLE,
    "fhir identifier.authority: moved": WHOLE,
    "fhir address.use: moved": WHOLE,
    "fhir telecom.kind: moved": WHOLE,
    "fhir observation.value: moved": WHOLE,
    "fhir observation.unit: moved": "only a unit without a number stands in the row's place; with one it stands in valueQuantity",
    "fhir person.birth_date: text instead of date": "a FHIR date is the record's date, letter by letter",
}


def survivors(kind: str, mutants: Iterable[Mutant]) -> list[str]:
    listed = list(mutants)
    killers = spread(killer, listed)
    alive = [mutant.name for mutant, found in zip(listed, killers, strict=True) if not found]
    unexplained = [name for name in alive if name not in EQUIVALENT]
    print(f"\n{kind}: {len(listed)} mutants, {len(listed) - len(alive)} killed, {len(alive)} survive, {len(unexplained)} unexplained")
    for name in alive:
        print(f"  survives: {name} ({EQUIVALENT.get(name, 'unexplained')})")
    return unexplained


def test_the_unchanged_tables_are_as_typed() -> None:
    told = [f"{side} {triple.name}" for side, key in KEYS.items() for triple in triples(side) if notices(triple, lens(key))]
    assert told == []
    assert {side: pair_told(side, lens(key)) for side, key in KEYS.items()} == {"v2": "", "fhir": ""}


def test_every_row_changed_is_noticed() -> None:
    mutants = list(row_mutants())
    assert {mutant.where for mutant in mutants} >= {f"{side} {row.item}" for side, key in KEYS.items() for row in catalogue().table(key).rows}
    assert survivors("mapping rows", mutants) == []


def test_every_code_map_entry_changed_is_noticed() -> None:
    assert survivors("code-map entries", entry_mutants()) == []


def test_what_is_explained_still_exists() -> None:
    assert set(EQUIVALENT) <= {mutant.name for mutant in [*row_mutants(), *entry_mutants()]}
