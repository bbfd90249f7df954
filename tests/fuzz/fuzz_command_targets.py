"""What any bytes must do to comparing, conformance profiles and the commands: an answer, or one sentence that says what. Nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from harness.errors import HarnessError

from .fuzz_fhir_seeds import PROFILE
from .fuzz_fhir_targets import TARGETS, changed
from .fuzz_profile_seeds import CONSTRAINTS, NIST_MESSAGE, NIST_PROFILE
from .fuzz_targets import target

__all__ = ["TARGETS"]
_COMMANDS = (
    ("read", "{}", "--format", "json"),
    ("compare", "{}", "{}", "--format", "json"),
    ("convert", "{}"),
    ("validate", "{}", "--format", "json", "--strict"),
    ("validate", "{}"),
)


@target
def compare(data: bytes) -> None:
    """Anything beside itself, and beside itself without its last third: ledgers whose shares are shares, or an error that says what."""
    from harness import api

    for received in (data, data[: len(data) * 2 // 3]):
        with suppress(HarnessError):
            for _, ledger in api.compare(data, received):
                assert ledger.fidelity is None or 0 <= ledger.fidelity <= 1


@target
def nist(data: bytes) -> None:
    """A conformance profile, or its constraints, damaged as the bytes say, and the bytes as one: a profile whose flaws are said, or an error."""
    from harness.validation.hl7v2.nist.bundles import load_bundle

    chance = random.Random(bytes(data[:64]))  # noqa: S311 - repeatable, and no secret
    with tempfile.TemporaryDirectory() as folder:
        for number, (profile, constraints) in enumerate(
            ((_torn(NIST_PROFILE, chance, data), CONSTRAINTS), (NIST_PROFILE, _torn(CONSTRAINTS, chance, data)), (data, CONSTRAINTS))
        ):
            held = Path(folder, str(number))
            held.mkdir()
            (held / "PROFILE.xml").write_bytes(profile)
            (held / "CONSTRAINTS.xml").write_bytes(constraints)
            load_bundle.cache_clear()
            with suppress(HarnessError):
                _judged(NIST_MESSAGE, str(held))


def _judged(message: bytes, profile: str) -> None:
    from harness.api import validate

    for issue in validate(message, profile=profile):
        assert issue.code
        assert issue.message


@target
def compare_profiles(data: bytes) -> None:
    """A profile beside a copy changed as the bytes say, each way round: an answer, and the same twice."""
    from harness import api

    other = changed(PROFILE, data)
    other["url"] = f"{PROFILE['url']}-changed"
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for made, stem in ((PROFILE, "one"), (other, "other")):
            path = Path(folder, f"{stem}.json")
            path.write_text(json.dumps(made))
            names.append(str(path))
        for first, second in (names, names[::-1]):
            with suppress(HarnessError):
                assert api.compare_profiles(first, second) == api.compare_profiles(first, second)


@target
def commands(data: bytes) -> None:
    """A file of any bytes under the commands: exit code 0, 1 or 2, what is printed is UTF-8, and no exception comes out."""
    from harness.cli.main import main

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "given")
        file.write_bytes(data)
        for command in _COMMANDS:
            code = _run([word.format(file) for word in command], main)
            assert code in (0, 1, 2), f"exit code {code}"


def _run(words: list[str], main: object) -> int:
    kept, sys.argv = sys.argv, ["harness", *words]
    printed, said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            assert callable(main)
            main()
            printed.flush()
            return 0
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    finally:
        sys.argv = kept


def _torn(text: bytes, chance: random.Random, data: bytes) -> bytes:
    """``text`` with a piece cut, doubled, moved or replaced by some of ``data``, at quotes and brackets where there are any."""
    places = [at for at, byte in enumerate(text) if byte in b'"<>/= '] or [0]
    made = bytearray(text)
    for _ in range(1 + len(data) % 3):
        at, to = sorted((chance.choice(places), chance.choice(places)))
        to = min(to, at + 60)
        match chance.randrange(4):
            case 0:
                del made[at:to]
            case 1:
                made[to:to] = made[at:to]
            case 2:
                made[at + 1 : to] = data[:40]
            case _:
                made[at + 1 : at + 2] = bytes([chance.randrange(32, 127)])
    return bytes(made)
