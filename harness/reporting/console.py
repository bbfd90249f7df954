"""The matrix on a terminal, and as plain text where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from harness.model.run import Run
from harness.reporting.registry import report
from harness.reporting.view import GIVEN, CellView, RootCause, arrow, cells, counts, printable, roots, statement

HEADINGS = ("pairing", "family", "level", "next level", "F", "ceiling", "cap, or what blocks", "attributed to")
WIDTH = 150  # characters: a wide terminal
_MOST = 3  # blockers named in a cell; report.html names all
_MOST_TOLD = 10  # lines about records; report.html shows all


@report("console")
def render(run: Run) -> str:
    """Plain text, without control characters."""
    rows = [HEADINGS, *(_row(cell) for cell in cells(run))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    table = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    parts = [_title(run), "", *table[:1], "-" * min(WIDTH, len(table[0]) + 20), *table[1:], "", *_lifts(run), *_tail(run)]
    return printable("\n".join(parts)) + "\n"


def show(run: Run) -> None:
    """The same on a terminal, in colour."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(printable(_title(run)), style="bold"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for cell in cells(run):
        row = [Text(printable(text)) for text in _row(cell)]
        row[2].stylize(_colour(cell))
        table.add_row(*row)
    console.print(table)
    for line in [*_lifts(run), *_tail(run)]:
        console.print(Text(printable(line)))


def _title(run: Run) -> str:
    records = run.records
    title = f"{run.place.title}: {len(run.findings)} findings of {run.planned} cases, seed {run.seed}, {run.seconds:.1f} s"
    if run.defects:
        title += f"\n{GIVEN}{', '.join(run.defects)}"
    if records:
        title += (
            f"\n{records.path}: {records.messages} messages in {records.files} files, {records.people} people, {len(records.contradictions)} contradictions, "
            f"{len(records.defective)} defective, {records.renumbered} numbers replaced, {len(records.strangers)} files in no known format"
        )
        told = [*records.contradictions, *records.defective, *records.strangers]
        title += "".join(f"\n  {_short(line)}" for line in told[:_MOST_TOLD])
        title += f"\n  and {len(told) - _MOST_TOLD} more, all of them in report.html" if len(told) > _MOST_TOLD else ""
    return title


def _row(cell: CellView) -> tuple[str, ...]:
    verdict = cell.verdict
    ceiling = "" if verdict.ceiling is None else f"{verdict.ceiling:.3f}"
    return (arrow(verdict.pairing), verdict.family, cell.level, cell.progress, cell.fidelity, ceiling, _short(_stop(cell), 72), cell.fault)


def _stop(cell: CellView) -> str:
    verdict = cell.verdict
    caps = "; ".join(dict.fromkeys(f"cap L{cap.level}: {cap.reason}" for cap in verdict.caps))
    if cell.binding:
        return caps
    named = ", ".join(verdict.blocked_by[:_MOST]) + (f" and {len(verdict.blocked_by) - _MOST} more" if len(verdict.blocked_by) > _MOST else "")
    return "; ".join(part for part in (verdict.stopped or named, caps) if part)


def _lifts(run: Run) -> Iterator[str]:
    found = roots(run)
    if not found:
        return
    yield f"{len(found)} cause{'s' if len(found) > 1 else ''}; what would lift the levels:"
    for root in found:
        clause = run.clauses.get(root.check)
        yield f"  {arrow(root.pairing)} {root.interface} {root.check} ({root.attribution}): {_short(root.message)}"
        yield from _context(root)
        if root.also:
            yield f"      the same in {', '.join(root.also)}"
        if root.blocks:
            yield f"      blocks {', '.join(root.blocks)}"
        if clause and clause.remediation:
            yield f"      lift: {clause.remediation}"
    yield ""


def _context(root: RootCause) -> Iterator[str]:
    """The first fault where it stands: place, what belongs there, what stands there, and the lines around it."""
    if root.place:
        yield f"      at {_short(root.place)}: expected {_short(root.expected, 60)}; found {_short(root.actual, 60)}"
        yield from (f"        {line}" for line in root.excerpt)


def _short(text: str, width: int = WIDTH) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _tail(run: Run) -> Iterator[str]:
    verdict = run.verdict
    yield "outcomes: " + ", ".join(f"{count} {outcome}" for outcome, count in counts(run.findings).items())
    if verdict.headline is None:
        yield f"the place: not scored (partial), {run.not_selected} cases not selected"
    else:
        social = f"social care {verdict.social_care_run} of {verdict.social_care_required}"
        yield f"the place: L{verdict.headline}, the lowest of {verdict.required} required pairings ({verdict.run} run; {social})"
    for note in verdict.notes:
        yield f"not checked by a machine: {note}"
    yield from wrap(statement(run), WIDTH)


def _colour(cell: CellView) -> str:
    if cell.verdict.aim_met is False or cell.verdict.level == 0:
        return "bold red"
    return "bold yellow" if cell.verdict.caps or cell.verdict.blocked_by else "bold green"
