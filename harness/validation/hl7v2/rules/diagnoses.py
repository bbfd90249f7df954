"""The form of diagnosis codes."""

from __future__ import annotations

import re

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.view import DELETE

# A letter and two digits, up to two more characters (X fills), a dagger or asterisk as D, A, + or *.
_ICD = re.compile(r"[A-Z][0-9]{2}(\.?[0-9X][0-9X]?)?[DA+*-]?")
_LABELS = frozenset({"I10", "ICD10", "ICD-10"})


@rule("diagnosis-code", needs=("DG1",))
def diagnosis_code(judging: Hl7v2Judging) -> None:
    """A code labelled ICD-10 has the form of one: a letter, two digits, and up to two more."""
    view = judging.view
    for line in view.of("DG1"):
        for place, raw in enumerate(view.repetitions(line.raw(3)), 1):
            code = view.part(raw, 1)
            if view.part(raw, 3) in _LABELS and code not in ("", DELETE) and not _ICD.fullmatch(code):
                judging.tell("hl7v2/code-form-icd", at=view.path(line, 3, place, 1), actual=code)
