"""``python -m tests.fuzz.one TARGET [libFuzzer options]``: one target, in this process, until its time is up or it fails."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["harness"]):
    from .fuzz_command_targets import TARGETS
    from .fuzz_seeds import TYPED

    target = TARGETS[sys.argv.pop(1)]
    # Everything that is loaded on first use is loaded now, and instrumented.
    for seed in TYPED:
        target(seed)

if __name__ == "__main__":
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
