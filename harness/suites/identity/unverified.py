"""identity/unverified: LEVELS L3b; ITK table 0445 (NSTS02: number present, not traced)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("identity/unverified-1", given=[known("A")])
def unverified_number_does_not_link(case: Case) -> Iterator[Finding]:
    """A number present but not verified SHALL NOT link a message to a person by itself.

    Registers another person, with another local number and date of birth, whose unverified number is A's. A must stay as A was.
    """
    first, before = case.person("A"), case.before["A"]
    other = case.person("B").with_({"person.nhs_number": first.nhs_number, "person.nhs_number_status": "02"})
    case.people.share(first, other)
    exchange = case.stimulate("register", other)
    case.look.barrier()
    after = case.observe(first)
    own = [record for record in after.records if first.local[1] in record.all("identifier.value")]
    births = {record.text("person.birth_date") for record in own}
    apart = len(own) == 1 and other.local[1] not in own[0].all("identifier.value") and births == {before.records[0].text("person.birth_date")}
    said = "accepted" if exchange.positive else "refused"
    yield case.expect(
        apart,
        expected="the verified person unchanged and apart",
        actual="apart" if apart else f"the message ({said}) was linked to the verified person",
        signals=() if apart else ("wrong-patient",),
        person=first,
    )
