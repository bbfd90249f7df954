"""identity/authority: LEVELS L3d. The assigning authority is what keeps local numbers of two organisations apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_OTHER = "X9Z"


@check("identity/authority-1", given=[known("A")])
def one_number_of_two_authorities(case: Case) -> Iterator[Finding]:
    """One local number issued by two authorities SHALL stay two people.

    Registers another person without NHS number, whose local number is A's but of another authority.
    """
    first = case.person("A")
    authority, number = first.local
    before = {p.get("id") for p in case.observe(first).current}
    other = case.become(case.person("G").with_group("identifier", {"identifier.authority": _OTHER, "identifier.value": number}))
    case.people.share(first, other)
    case.stimulate("register", other)
    seen = case.look.until(lambda: case.look.under((_OTHER, number)), lambda found: bool(found.current))
    theirs = {p.get("id") for p in seen.observation.current}
    ours = {p.get("id") for p in case.observe(first).current}
    # One person for both: A's record is found under the other's number, or it was until the other took it over.
    mixed = bool(theirs & (ours | before))
    apart = seen.met and len(ours) == 1 and not mixed
    yield case.expect(
        apart,
        expected="two people, one under each authority",
        actual="two people" if apart else "one person for both" if mixed else f"{len(theirs)} under {_OTHER}, {len(ours)} under {authority}",
        signals=("wrong-patient",) if mixed else (),
    )
