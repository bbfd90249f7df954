"""``python -m tests.fuzz [--seconds N] [TARGET...]``: each target for its share of the time, in a process of its own; inputs tried and findings printed.

Exit code 0: no finding; 1: some; inputs that made them are kept under the folder given by ``--out``.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from .fuzz_command_targets import TARGETS
from .fuzz_seeds import dictionary, seeds

_DONE = re.compile(r"Done (\d+) runs in (\d+) second|stat::number_of_executed_units: (\d+)")
_COVER = re.compile(r"cov: (\d+)")


def _run(name: str, seconds: int, folder: Path) -> tuple[int, int, str]:
    """(inputs tried, places covered, the finding or empty)."""
    corpus = folder / "corpus"
    command = [sys.executable, "-m", "tests.fuzz.one", name, f"-max_total_time={seconds}", "-seed=1", f"-dict={folder / 'words'}", "-max_len=6000"]
    command += ["-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=1", f"-artifact_prefix={folder}/{name}-", str(corpus)]
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    (folder / f"{name}.log").write_text(done.stdout + done.stderr)
    tried = [int(one or other) for one, _, other in _DONE.findall(done.stderr)]
    covered = [int(number) for number in _COVER.findall(done.stderr)]
    finding = ""
    if done.returncode:
        lines = [
            line
            for line in (done.stdout + done.stderr).splitlines()
            if re.match(r"\w*(Error|Exception)|AssertionError|==\d+== ?ERROR|\w+\.\w+.*(Error|Exception):", line)
        ]
        finding = (lines or (done.stdout + done.stderr).splitlines()[-1:] or ["it ended without a word"])[0]
    return max(tried, default=0), max(covered, default=0), finding


def main() -> int:
    """Fuzz the targets asked for, or all."""
    options = argparse.ArgumentParser(prog="tests.fuzz")
    options.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options.add_argument("--seconds", type=int, default=330, help="for all targets together")
    options.add_argument("--out", type=Path, default=None)
    chosen = options.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("skipped: atheris is not installed here; it has wheels for Linux on x86-64 and needs LLVM elsewhere")
        return 0
    unknown = set(chosen.targets) - set(TARGETS)
    if unknown:
        options.error(f"there is no target {', '.join(sorted(unknown))}")
    names = list(chosen.targets or TARGETS)
    folder = chosen.out or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "words").write_text(dictionary())
    share, total, findings = max(chosen.seconds // len(names), 1), 0, 0
    print(f"{'target':<12} {'seconds':>7} {'inputs':>10} {'covered':>8}  finding")
    for name in names:
        tried, covered, finding = _run(name, share, folder)
        print(f"{name:<12} {share:>7} {tried:>10} {covered:>8}  {finding or 'none'}", flush=True)
        total += tried
        findings += bool(finding)
    print(f"{total} inputs tried, {findings} findings, logs and inputs under {folder}")
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
