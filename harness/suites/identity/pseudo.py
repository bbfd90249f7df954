"""identity/pseudo: LEVELS L3e; ITK PID-31."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.model.record import UNSAID

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("identity/pseudo-1", given=[known("A")])
def pseudo_person_is_not_matched(case: Case) -> Iterator[Finding]:
    """A pseudo-person SHALL NOT be matched by anything but an exact identifier.

    Registers a pseudo-person with A's name, date of birth, sex and post code but a local number of its own.
    """
    first = case.person("A")
    alike = {
        item: next((entry.values[item] for entry in first.record.entries(item.partition(".")[0]) if item in entry.values), UNSAID)
        for item in ("name.family", "name.given", "person.birth_date", "person.sex", "address.postcode", "address.line1")
    }
    pseudo = case.become(case.person("G").with_({**alike, "person.pseudo": "Y", "person.nhs_number": UNSAID, "person.nhs_number_status": UNSAID}))
    case.people.share(first, pseudo)
    case.stimulate("register", pseudo)
    seen = case.effect(pseudo, lambda found: found.found, local=True)
    theirs = {p.get("id") for p in seen.observation.current}
    ours = {p.get("id") for p in case.observe(first).current}
    # A person who is not found under her number any more is not one who was left alone: the pseudo-person may stand in her place.
    apart = seen.met and len(ours) == 1 and not ours & theirs
    matched = "matched to the person alike" if ours & theirs else "the person alike is not found any more" if not ours else "not found at all"
    yield case.expect(
        apart,
        expected="the pseudo-person apart from everybody",
        actual="apart" if apart else matched,
        signals=("wrong-patient",) if ours & theirs else (),
    )
