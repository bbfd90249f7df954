"""Rules of who the person is: the NHS number, its status, local numbers, practice, merge."""

from __future__ import annotations

from functools import partial

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Judging, rule
from harness.validation.hl7v2.view import DELETE, Line, View
from harness.validation.national import bare, number_issues, well_formed

# How an NHS number is recognised, in every spelling that has been seen (ITK segment grids): by authority or by type, never by its shape.
AUTHORITIES = frozenset({"NHS", "NH", "NHSNBR"})
TYPES = frozenset({"NH", "NHS", "HN", "NI", "NHSNMBR"})


def is_nhs(view: View, repetition: str) -> bool:
    """True when a raw CX says that it is an NHS number."""
    return view.part(repetition, 4) in AUTHORITIES or view.part(repetition, 5).partition("{")[0] in TYPES


def _identifiers(view: View, line: Line, field: int) -> list[tuple[int, str]]:
    return [(number, raw) for number, raw in enumerate(view.repetitions(line.raw(field)), 1) if raw and raw != DELETE]


@rule("nhs-number")
def nhs_number(judging: Judging) -> None:
    """An NHS number has ten digits and a good check digit, and a person has one."""
    view = judging.view
    for name, field in (("PID", 3), ("MRG", 1)):
        for line in view.of(name):
            numbers = set()
            for place, raw in _identifiers(view, line, field):
                value = view.part(raw, 1)
                if value and value != DELETE and is_nhs(view, raw):
                    numbers.add(bare(value))
                    judging.issues += number_issues(value, partial(view.locate, view.path(line, field, place, 1)), judging.options)
            if len(numbers) > 1 and name == "PID":
                judging.tell("more-than-one", view.path(line, 3), actual=", ".join(sorted(numbers)))


@rule("nhs-number-status")
def nhs_number_status(judging: Judging) -> None:
    """PID-32 holds at most one NSTS status, and holds one where PID-3 holds an NHS number."""
    view = judging.view
    for line in view.of("PID"):
        statuses = [view.part(raw, 1) for raw in view.repetitions(line.raw(32)) if raw.startswith("NSTS")]
        numbers = [view.part(raw, 1) for _, raw in _identifiers(view, line, 3) if is_nhs(view, raw)]
        if len(statuses) > 1:
            judging.tell("status", view.path(line, 32), actual="~".join(statuses))
        elif numbers and not statuses and judging.creator and judging.type == "ADT":
            judging.tell("status-absent", view.path(line, 32), severity=Severity.WARNING, actual=line.raw(32) or "empty")
        elif statuses == ["NSTS01"] and not any(well_formed(bare(number)) for number in numbers):
            judging.tell("status-without-number", view.path(line, 32), severity=Severity.WARNING, actual="NSTS01")


@rule("assigning-authority")
def assigning_authority(judging: Judging) -> None:
    """A local number says who gave it out: without that, numbers of two trusts collide."""
    view = judging.view
    for name, field in (("PID", 3), ("MRG", 1)):
        for line in view.of(name):
            for place, raw in _identifiers(view, line, field):
                if view.part(raw, 1) not in ("", DELETE) and not view.part(raw, 4) and not is_nhs(view, raw):
                    judging.tell("assigning-authority", view.path(line, field, place, 4), actual="empty", segment=name, number=field)


@rule("practice")
def practice(judging: Judging) -> None:
    """The first repetition of PD1-3 is the practice and carries its code; a practice is not a repetition of the practitioner."""
    view = judging.view
    for line in view.of("PD1"):
        repetitions = view.repetitions(line.raw(3))
        if repetitions and repetitions[0] and repetitions[0] != DELETE and not view.part(repetitions[0], 3):
            judging.tell("practice", view.path(line, 3, 1, 3), actual="empty")
        if len(view.repetitions(line.raw(4))) > 1:
            judging.tell("practice-repeats", view.path(line, 4), severity=Severity.WARNING, actual=line.raw(4))


@rule("merge-tied")
def merge_tied(judging: Judging) -> None:
    """Every number of MRG-1 has a surviving number of the same authority and type in PID-3, and is not that number itself."""
    view = judging.view
    for line in view.of("MRG"):
        survivors = [raw for pid in view.of("PID")[:1] for _, raw in _identifiers(view, pid, 3)]
        kinds = {_kind(view, raw) for raw in survivors}
        kept = {(view.part(raw, 1), _kind(view, raw)) for raw in survivors}
        for place, raw in _identifiers(view, line, 1):
            kind = _kind(view, raw)
            path = view.path(line, 1, place)
            if kind not in kinds:
                judging.tell("merge", path, actual=raw)
            elif (view.part(raw, 1), kind) in kept:
                judging.tell("merge-survives", path, actual=raw)


def _kind(view: View, raw: str) -> tuple[str, str]:
    return ("NHS", "") if is_nhs(view, raw) else (view.part(raw, 4), view.part(raw, 5))


@rule("sensitive")
def sensitive(judging: Judging) -> None:
    """A person hidden nationally (ZU8-4 = 2) travels without address, telephone, next of kin and practice."""
    view = judging.view
    if view.value("ZU8", 4) != "2":
        return
    places = [("PID", 11), ("PID", 13), ("PID", 14), ("PD1", 3), ("PD1", 4), ("NK1", 2)]
    for name, field in places:
        for line in view.of(name):
            if line.raw(field) not in ("", DELETE):
                judging.tell("sensitive-leak", view.path(line, field), actual="a value", segment=name, number=field)
