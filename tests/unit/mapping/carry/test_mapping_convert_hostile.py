"""Bytes nobody meant: messages and bundles with parts knocked out of shape convert, or are refused in one way."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from mapping_convert_kit import converted, message

from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.mapping.carry.back import to_v2
from harness.mapping.convert import to_fhir

SEGMENTS = (
    "NK1|1|Smith^Ann^^^Mrs|1|2 Road^^Town^^ZZ1 1ZZ||01632960002",
    "PV1|1|I|W1^R2^B3^X9A01||||C1234567^Grey^Anna|||300|||||||||V123^^^X9A",
    "ORC|RE|P1^X9A|F1^X9B",
    "OBR|1|P1^X9A|F1^X9B|26464-8^White cells^LN|||20260105080000|||||||||||||||20260105093000||HM|F",
    "OBX|1|NM|6690-2^Leukocytes^LN||4.50|10*9/L^^UCUM|4-11|N|||F",
    "OBX|2|ED|1^Letter^L||^application^pdf^Base64^JVBERi0=",
)


def knocked(node: Any, rng: random.Random) -> Any:
    if isinstance(node, dict):
        return {name: rng.choice([None, 1, "x", [], {}, [1], True]) if rng.random() < 0.02 else knocked(value, rng) for name, value in node.items()}
    return [knocked(one, rng) for one in node] if isinstance(node, list) else node


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_message_converts_with_every_value_accounted_for(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - damage, not secrets
    data = bytearray(message(*SEGMENTS, event="ORU^R01^ORU_R01").encode())
    for _ in range(rng.randint(1, 30)):
        data[rng.randrange(len(data))] = rng.choice(b'|^&~\\\r"0Z9 \x00\xff')
    try:
        tree = parse(bytes(data))
    except FormatError:
        return
    made = to_fhir(tree)
    assert sum(made.counts.values()) == len(made.fates)
    assert json.loads(made.data)["resourceType"] == "Bundle"


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_bundle_converts_or_is_refused(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - damage, not secrets
    bundle = knocked(converted(*SEGMENTS, event="ORU^R01^ORU_R01").result, rng)
    try:
        made = to_v2(bundle)
    except FormatError:
        return
    assert made.data.startswith(b"MSH|")
    assert sum(made.counts.values()) == len(made.fates)
