"""Rules of clinical content: observation values, coding-system labels, code forms, names of staff."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.model import Profile
from harness.validation.hl7v2.value_forms import OutOfForm, number_fault, time_fault, timestamp_fault
from harness.validation.hl7v2.view import DELETE

_OBX: dict[str, Callable[[str], OutOfForm | None]] = {"NM": number_fault, "TS": timestamp_fault, "DT": timestamp_fault, "TM": time_fault}
_OUT_OF_FORM = {
    "form": "hl7v2/observation-date-form",
    "month": "hl7v2/observation-date-month",
    "year": "hl7v2/observation-date-year",
    "day": "hl7v2/observation-date-day",
    "time": "hl7v2/observation-date-time",
    "offset": "hl7v2/observation-date-offset",
    "clock": "hl7v2/observation-time-form",
    "number": "hl7v2/observation-number",
}
_USUAL = ("^", "~", "&")
_TITLES = frozenset({"mr", "mrs", "miss", "ms", "dr", "prof", "rev", "sir", "dame", "lord", "lady", "mx"})
_OPCS = re.compile(r"[A-Z][0-9]{2}(\.?[0-9])?")
_LABELS = {"ICD10": "I10", "ICD-10": "I10", "OPCS": "OPCS4", "OPCS-4": "OPCS4", "SNM3": "SNCT", "SCT": "SNCT"}


@rule("observation-value", needs=("OBX",))
def observation_value(judging: Hl7v2Judging) -> None:
    """OBX-5 is of the type that OBX-2 names."""
    view, marks = judging.view, judging.view.delimiters
    usual = (marks.component, marks.repetition, marks.subcomponent) == _USUAL
    for line in view.of("OBX"):
        fields = line.fields
        if len(fields) < 6 or not fields[5] or fields[5] == DELETE:
            continue
        kind = fields[2]
        if not kind:
            judging.tell("hl7v2/observation-value", at=view.path(line, 2), actual="empty")
        fault = _OBX.get(kind)
        # With the usual separators a value that is good as a whole holds none of them.
        if fault is None or (usual and not fault(fields[5])):
            continue
        for place, value in enumerate(view.repetitions(fields[5]), 1):
            text = view.part(value, 1)
            if text and text != DELETE and (said := fault(text)):
                judging.tell(_OUT_OF_FORM[said.what], at=view.path(line, 5, place), actual=text, found=said.found, kind=kind)


@rule("diagnosis-label", needs=("DG1", "PR1", "AL1"))
def diagnosis_label(judging: Hl7v2Judging) -> None:
    """The coding system of a code is labelled as in table 0396; spellings in use are read and said."""
    view = judging.view
    for name in ("DG1", "PR1", "AL1"):
        for line in view.of(name):
            label = view.part(line.raw(3), 3)
            if label in _LABELS:
                judging.tell("hl7v2/coding-label", at=view.path(line, 3, 0, 3), actual=label, segment=name, label=_LABELS[label])


@rule("procedure-code", needs=("PR1",))
def procedure_code(judging: Hl7v2Judging) -> None:
    """An OPCS-4 code has the form of one: a letter, two digits, and a fourth character."""
    view = judging.view
    for line in view.of("PR1"):
        code, label = view.part(line.raw(3), 1), view.part(line.raw(3), 3)
        if label in ("OPCS4", "OPCS", "OPCS-4") and not _OPCS.fullmatch(code):
            judging.tell("hl7v2/code-form", at=view.path(line, 3, 0, 1), actual=code)


@lru_cache(maxsize=128)
def _names_of_staff(profile: Profile) -> Mapping[str, tuple[int, ...]]:
    """The fields of type XCN of each segment that has some."""
    found = {name: tuple(field.number for field in segment.fields if field.datatype == "XCN") for name, segment in profile.segments.items()}
    return {name: numbers for name, numbers in found.items() if numbers}


@rule("person-title")
def person_title(judging: Hl7v2Judging) -> None:
    """A person's title stands in XCN.6; one component earlier it is read as a suffix of the name."""
    view, staffed = judging.view, _names_of_staff(judging.profile)
    mark = view.delimiters.component or "\0"
    for line in view.lines:
        numbers = staffed.get(line.name)
        if numbers is None:
            continue
        fields, count = line.fields, len(line.fields)
        for field in numbers:
            # A fifth component is there only after four separators.
            if field >= count or not (whole := fields[field]) or whole.count(mark) < 4:
                continue
            for place, raw in enumerate(view.repetitions(whole), 1):
                said = view.part(raw, 5)
                if said and said.rstrip(".").casefold() in _TITLES:
                    judging.tell("hl7v2/person-title", at=view.path(line, field, place, 5), actual=said, segment=line.name, number=field)
