"""fidelity/text: LEVELS L4f; recommended lengths of the ITK specification (names and address lines 35 characters)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_LENGTH = 35


def _filled(start: str) -> str:
    return (start + "abcdefghijklmnopqrstuvwxyz abcdefghij")[:_LENGTH]


@check("fidelity/text-1")
def full_length_text_arrives(case: Case) -> Iterator[Finding]:
    """Names and address lines at their recommended lengths SHALL arrive character for character.

    Registers A with 35 characters in each.
    """
    base = case.person("A")
    texts = {"name.family": _filled(f"{base.token}-"), "name.given": _filled("Gwen"), "address.line1": _filled(base.token), "address.line2": _filled("Long")}
    person = case.become(base.with_(dict(texts)))
    case.stimulate("register", person)
    seen = case.effect(person, lambda found: found.found)
    for item, text in texts.items():
        held = [value for record in seen.observation.records for value in record.all(item)]
        right = text in held
        longest = max((len(value) for value in held), default=0)
        yield case.expect(
            right,
            expected=f"{item}: {len(text)} characters as sent",
            actual="as sent" if right else f"at most {longest} characters",
            attribution=left_out_by(case, person, item, text),
            signals=() if right or item.startswith("address") else ("critical-loss",),
            person=person,
        )
