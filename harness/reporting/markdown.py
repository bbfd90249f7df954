"""A summary in Markdown, for a merge request or a job summary."""

from __future__ import annotations

import re

from harness.model.run import Run
from harness.reporting.registry import report
from harness.reporting.view import GIVEN, RootCause, arrow, cells, printable, roots, statement

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&])")


@report("markdown", "report.md")
def render(run: Run) -> str:
    """Matrix, what would lift each cell, causes."""
    lines = [
        f"# {_text(run.place.title)}",
        "",
        _headline(run),
        *(["", _text(GIVEN + ", ".join(run.defects))] if run.defects else []),
        "",
        "| pairing | family | level | next | F | cap or blocker | attributed to |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in cells(run):
        stop = cell.verdict.caps[0].reason if cell.binding else cell.verdict.stopped or ", ".join(cell.verdict.blocked_by[:3])
        row = (arrow(cell.verdict.pairing), cell.verdict.family, cell.level, cell.progress, cell.fidelity, stop, cell.fault)
        lines.append("| " + " | ".join(_text(part) for part in row) + " |")
    found = roots(run)
    if found:
        lines += ["", "## Causes", ""]
    for root in found:
        blocks = f" — blocks {len(root.blocks)}: {', '.join(root.blocks)}" if root.blocks else ""
        blocks += f" (the same in {', '.join(root.also)})" if root.also else ""
        lines.append(
            f"- **{_text(root.check)}** {_text(arrow(root.pairing))} ({_text(root.interface)}), {_text(root.attribution)}: {_text(root.message)}{_text(blocks)}"
        )
        lines += _context(root)
    return "\n".join([*lines, "", f"_{statement(run)}_", ""])


def _context(root: RootCause) -> list[str]:
    """Where the fault stands, and the lines around it as a block that no content can end: four blanks of indentation more than the list."""
    if not root.place:
        return []
    said = f"  at {_text(root.place)}: expected {_text(root.expected)}; found {_text(root.actual)}"
    return [said, *(["", *(f"      {line}" for line in root.excerpt), ""] if root.excerpt else [])]


def _headline(run: Run) -> str:
    if run.verdict.headline is None:
        return "Not scored (partial run)."
    return f"**L{run.verdict.headline}** is the lowest level of {run.verdict.required} required pairings ({run.verdict.run} run)."


def _text(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(value).replace("\n", " "))
