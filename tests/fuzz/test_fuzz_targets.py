"""The targets hold for their seeds and for seeded damage to them, with or without atheris here."""

from __future__ import annotations

import random

import pytest

from .fuzz_command_targets import TARGETS
from .fuzz_seeds import TYPED, WORDS, dictionary, seeds

DAMAGED = 40


def damage(data: bytes, chance: random.Random) -> bytes:
    """``data`` with a few bytes changed, cut, doubled or put in."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + chance.randint(1, 30)]
            case 2:
                made[at:at] = made[at : at + chance.randint(1, 60)]
            case _:
                made[at:at] = chance.choice(WORDS).encode()
    return bytes(made)


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_seeds_and_for_damage_to_them(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - repeatable, and no secret
    for seed in TYPED:
        TARGETS[name](seed)
        for _ in range(DAMAGED):
            TARGETS[name](damage(seed, chance))


def test_the_dictionary_is_one_word_a_line() -> None:
    assert dictionary().count("\n") == len(WORDS)
    assert all(line.startswith('"') and line.endswith('"') for line in dictionary().splitlines())
    assert seeds()[: len(TYPED)] == list(TYPED)
