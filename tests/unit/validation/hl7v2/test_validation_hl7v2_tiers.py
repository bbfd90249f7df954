"""The quick tier and the walk that explains say the same of every message: clean, shared and mutated."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import OWN_V2, Material, everywhere
from test_validation_hl7v2 import CLEAN

from harness.errors import FormatError
from harness.formats.hl7v2 import parse, split_batch
from harness.validation.hl7v2.accept import HOT, accepts
from harness.validation.hl7v2.examination import examine_tree, judge_tree
from harness.validation.hl7v2.profile import load_profile
from harness.validation.options import Options

# Pieces that sit at the edges of what a rule lets through.
PIECES = [
    "", '""', "^", "&", "~", "|", "\\", "\\F\\", "0", "9", "A", "x", " ", "\t", "é", "²", "٣", "20260230", "20240229", "196513121515", "20260329013000",
    "2026", "202601", "20260105090000.1234+0100", "12.50", "-3", "1e3", "NHS", "NSTS01", "AB", "X" * 40, "X" * 200, "^^^NHS", "~~", "^" * 28,
]  # fmt: skip
RESULTS = "\r".join(
    [
        r"MSH|^~\&|LAB|X9A|ROUTE|X9B|20260105090000||ORU^R01^ORU_R01|R1|P|2.5.1",
        "PID|1||633^^^X9A^MR||Sample^Ann^^^^^L||19620314|F",
        "OBR|1|1^X9A|2^X9A|26604007^Full blood count^SCT|||20260105080000",
        "OBX|1|NM|718-7^Haemoglobin^LN||135|g/L|115-165|N|||F",
        "OBX|2|ST|x^Comment^L||Sample clotted||||||F",
        "OBX|3|TS|y^Taken^L||20260105080000||||||F",
    ]
)
OPTIONS = [Options(), Options(strict=True), Options(side="consumer"), Options(profile="base")]


def alike(data: bytes, options: Options) -> None:
    """Warm the quick tier until every expression is in use, then compare."""
    try:
        tree = parse(data)
    except FormatError:
        return
    slow = list(examine_tree(tree, options).issues)
    assert judge_tree(tree, options) == slow


@pytest.fixture(scope="module", autouse=True)
def _hot() -> None:
    for options in OPTIONS:
        for message in (CLEAN, RESULTS):
            for _ in range(HOT + 1):
                judge_tree(parse(message.encode()), options)


def test_clean_messages_are_accepted_without_a_walk() -> None:
    profile = load_profile("itk-2.4", "creator", "2.4")
    tree = parse(CLEAN.encode())
    quick = accepts(profile, tree.delimiters, False)
    assert quick is not None
    refused = [line.text[:3] for line in tree.segments if not quick.accept(profile.segments[line.name], line.text)]
    assert refused == []


@pytest.mark.parametrize("pairs", [250, pytest.param(5000, marks=pytest.mark.slow)])
def test_seeded_mutants_are_judged_alike(pairs: int) -> None:
    chance = random.Random(20260105)  # noqa: S311
    for _ in range(pairs):
        base = chance.choice((CLEAN, RESULTS))
        text = base
        for _ in range(chance.choice((1, 1, 2))):
            at = chance.randrange(8, len(text))
            cut = chance.choice((0, 1, 1, 4, 12))
            text = text[:at] + chance.choice(PIECES) + text[at + cut :]
        alike(text.encode(), chance.choice(OPTIONS))
        lines = base.split("\r")
        place, other = chance.randrange(1, len(lines)), chance.randrange(1, len(lines))
        fields = lines[place].split("|")
        number = chance.randrange(len(fields))
        fields[number] = chance.choice(PIECES) if number else chance.choice((fields[0], "ZZZ", "OBX", "PV1"))
        lines[place] = "|".join(fields)
        if chance.random() < 0.2:
            lines[place], lines[other] = lines[other], lines[place]
        alike("\r".join(lines).encode(), chance.choice(OPTIONS))


@settings(max_examples=300, deadline=None)
@given(
    place=st.integers(1, 12),
    number=st.integers(1, 50),
    pieces=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=4),
    which=st.integers(0, 3),
)
def test_any_text_in_any_field_is_judged_alike(place: int, number: int, pieces: list[str], which: int) -> None:
    lines = CLEAN.split("\r")
    fields = lines[place].split("|")
    fields += [""] * (number + 1 - len(fields))
    fields[number] = "".join(pieces)
    lines[place] = "|".join(fields)
    alike("\r".join(lines).encode("utf-8", "surrogatepass"), OPTIONS[which])


@everywhere
def test_messages_are_judged_alike(material: Material) -> None:
    compared = 0
    for path in material.files(own=[*OWN_V2, "fixtures/itk/*/*"], shared=["**/*"]):
        if path.suffix.lower() not in (".hl7", ".txt"):
            continue
        data = path.read_bytes()
        if b"MSH|" not in data:
            continue
        for _, _, part in split_batch(data):
            for options in OPTIONS:
                alike(part, options)
            compared += 1
    assert compared >= material.least(own=80, shared=300)


def test_a_line_that_is_refused_at_its_end_costs_no_more_than_its_length() -> None:
    from time import perf_counter

    profile = load_profile("itk-2.4", "creator", "2.4")
    quick = accepts(profile, parse(CLEAN.encode()).delimiters, False)
    assert quick is not None
    text = "PV1|1|I|" + "^^^X9A|" + "|" * 40 + "x" * 20_000 + "^" * 20_000 + "\x00|bad|bad|bad|bad"
    began = perf_counter()
    for _ in range(HOT + 2):
        quick.accept(profile.segments["PV1"], text)
    assert perf_counter() - began < 2
