"""Rules of who the person is: the NHS number, its status, local numbers, practice, merge."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.view import DELETE, Line, View
from harness.validation.national import bare, number_in_order, number_issues, well_formed

# How an NHS number is recognised, in every spelling that has been seen (ITK segment grids): by authority or by type, never by its shape.
AUTHORITIES = frozenset({"NHS", "NH", "NHSNBR"})
TYPES = frozenset({"NH", "NHS", "HN", "NI", "NHSNMBR"})


class Identifier(NamedTuple):
    """A repetition of a CX: its place from 1, its text, CX.1, CX.4 and CX.5, and whether it says that it is an NHS number."""

    place: int
    raw: str
    value: str
    authority: str
    type: str
    nhs: bool

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two numbers of one kind: every spelling of the NHS number is the same kind."""
        return ("NHS", "") if self.nhs else (self.authority, self.type)


def identifiers(view: View, line: Line, field: int) -> list[Identifier]:
    """The repetitions of a CX field that hold something, taken apart once for every rule that asks."""
    key = (line.name, line.occurrence, field)
    found: list[Identifier] | None = view.shared.get(key)
    if found is None:
        found = view.shared[key] = []
        for place, raw in enumerate(view.repetitions(line.raw(field)), 1):
            if raw and raw != DELETE:
                parts = view.parts(raw)
                count = len(parts)
                authority, kind = parts[3] if count > 3 else "", parts[4] if count > 4 else ""
                nhs = authority in AUTHORITIES or (kind != "" and kind.partition("{")[0] in TYPES)
                found.append(Identifier(place, raw, parts[0], authority, kind, nhs))
    return found


@rule("nhs-number", needs=("PID", "MRG"))
def nhs_number(judging: Hl7v2Judging) -> None:
    """An NHS number has ten digits and a good check digit, and a person has one."""
    view, options = judging.view, judging.options
    for name, field in (("PID", 3), ("MRG", 1)):
        for line in view.of(name):
            numbers = set()
            for place, _, value, _, _, nhs in identifiers(view, line, field):
                if nhs and value and value != DELETE:
                    if number_in_order(value, options):
                        numbers.add(value)
                    else:
                        numbers.add(bare(value))
                        judging.issues += number_issues(value, partial(view.locate, view.path(line, field, place, 1)), options)
            if len(numbers) > 1 and name == "PID":
                judging.tell("hl7v2/more-than-one", at=view.path(line, 3), actual=", ".join(sorted(numbers)))


@rule("nhs-number-status", needs=("PID",))
def nhs_number_status(judging: Hl7v2Judging) -> None:
    """PID-32 holds at most one NSTS status, and holds one where PID-3 holds an NHS number."""
    view = judging.view
    for line in view.of("PID"):
        said = line.raw(32)
        statuses = [view.part(raw, 1) for raw in view.repetitions(said) if raw.startswith("NSTS")] if "NSTS" in said else []
        numbers = [one.value for one in identifiers(view, line, 3) if one.nhs]
        if len(statuses) > 1:
            judging.tell("hl7v2/status", at=view.path(line, 32), actual="~".join(statuses))
        elif numbers and not statuses and judging.creator and judging.type == "ADT":
            judging.tell("hl7v2/status-absent", at=view.path(line, 32), actual=line.raw(32) or "empty")
        elif statuses == ["NSTS01"] and not any(well_formed(bare(number)) for number in numbers):
            judging.tell("hl7v2/status-without-number", at=view.path(line, 32), actual="NSTS01")


@rule("assigning-authority", needs=("PID", "MRG"))
def assigning_authority(judging: Hl7v2Judging) -> None:
    """A local number says who gave it out: without that, numbers of two trusts collide."""
    view = judging.view
    for name, field in (("PID", 3), ("MRG", 1)):
        for line in view.of(name):
            for place, _, value, authority, _, nhs in identifiers(view, line, field):
                if not authority and not nhs and value not in ("", DELETE):
                    judging.tell("hl7v2/assigning-authority", at=view.path(line, field, place, 4), actual="empty", segment=name, number=field)


@rule("practice", needs=("PD1",))
def practice(judging: Hl7v2Judging) -> None:
    """The first repetition of PD1-3 is the practice and carries its code; a practice is not a repetition of the practitioner."""
    view = judging.view
    for line in view.of("PD1"):
        repetitions = view.repetitions(line.raw(3))
        if repetitions and repetitions[0] and repetitions[0] != DELETE and not view.part(repetitions[0], 3):
            judging.tell("hl7v2/practice", at=view.path(line, 3, 1, 3), actual="empty")
        if len(view.repetitions(line.raw(4))) > 1:
            judging.tell("hl7v2/practice-repeats", at=view.path(line, 4), actual=line.raw(4))


@rule("merge-tied", needs=("MRG",))
def merge_tied(judging: Hl7v2Judging) -> None:
    """Every number of MRG-1 has a surviving number of the same authority and type in PID-3, and is not that number itself."""
    view = judging.view
    for line in view.of("MRG"):
        survivors = [one for pid in view.of("PID")[:1] for one in identifiers(view, pid, 3)]
        kinds = {one.kind for one in survivors}
        kept = {(one.value, one.kind) for one in survivors}
        for ended in identifiers(view, line, 1):
            path = view.path(line, 1, ended.place)
            if ended.kind not in kinds:
                judging.tell("hl7v2/merge", at=path, actual=ended.raw)
            elif (ended.value, ended.kind) in kept:
                judging.tell("hl7v2/merge-survives", at=path, actual=ended.raw)


@rule("sensitive", needs=("ZU8",))
def sensitive(judging: Hl7v2Judging) -> None:
    """A person hidden nationally (ZU8-4 = 2) travels without address, telephone, next of kin and practice."""
    view = judging.view
    if view.value("ZU8", 4) != "2":
        return
    places = [("PID", 11), ("PID", 13), ("PID", 14), ("PD1", 3), ("PD1", 4), ("NK1", 2)]
    for name, field in places:
        for line in view.of(name):
            if line.raw(field) not in ("", DELETE):
                judging.tell("hl7v2/sensitive-leak", at=view.path(line, field), actual="a value", segment=name, number=field)
