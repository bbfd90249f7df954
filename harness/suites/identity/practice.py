"""identity/practice: LEVELS L3g; ITK PD1-3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_NEW = "X9G77"


@check("identity/practice-1", given=[known("A")])
def practice_is_replaced(case: Case) -> Iterator[Finding]:
    """A change of registered practice SHALL replace the practice held.

    Updates A with another practice; the old one must be gone, for letters go there.
    """
    person = case.person("A").with_({"person.practice": _NEW})
    case.stimulate("update-person", person)
    seen = case.effect(person, lambda found: any(record.all("person.practice") == (_NEW,) for record in found.records))
    held = sorted({value for record in seen.observation.records for value in record.all("person.practice")})
    links = [len(p.get("generalPractitioner") or []) for p in seen.observation.current]
    yield case.expect(seen.met and links == [1], expected="the new practice alone", actual=", ".join(held) or "none", person=person)
