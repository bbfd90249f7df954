"""identity/unnumbered: LEVELS L3i."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("identity/unnumbered-1")
def person_without_number_is_received(case: Case) -> Iterator[Finding]:
    """A person without an NHS number SHALL be received under the local number.

    Registers G, who has none.
    """
    person = case.person("G")
    exchange = case.stimulate("register", person)
    seen = case.effect(person, lambda found: len(found.current) == 1, local=True)
    said = "accepted" if exchange.positive else "refused"
    yield case.expect(
        seen.met, expected="one record under the local number", actual=f"{len(seen.observation.current)} records; the message was {said}", person=person
    )
