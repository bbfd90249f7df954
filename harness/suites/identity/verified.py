"""identity/verified: LEVELS L3a."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.model.record import UNSAID

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("identity/verified-1")
def verified_number_finds_one_person(case: Case) -> Iterator[Finding]:
    """A person with a verified NHS number SHALL be created once and found by it.

    Registers A and looks under the NHS number and under the local number.
    """
    person = case.person("A")
    case.stimulate("register", person)
    seen = case.effect(person, lambda found: len(found.current) == 1)
    yield case.expect(seen.met, expected="one current record under the NHS number", actual=f"{len(seen.observation.current)} current records", person=person)
    local = case.observe(person, local=True)
    ids = {p.get("id") for p in local.current} == {p.get("id") for p in seen.observation.current}
    yield case.expect(
        bool(local.current) and ids, expected="the same record under the local number", actual=f"{len(local.current)} records there", person=person
    )


@check("identity/verified-2", given=[known("A")])
def update_changes_that_person(case: Case) -> Iterator[Finding]:
    """An update under a verified NHS number SHALL change that person and create no other.

    Updates A's post code and counts the records under the NHS number and the local number.
    """
    person = case.person("A").with_({"address.postcode": "ZZ99 4CD"})
    case.stimulate("update-person", person)
    seen = case.effect(person, lambda found: any("ZZ99 4CD" in record.all("address.postcode") for record in found.records))
    yield case.expect(seen.met, expected="the new post code", actual="the new post code" if seen.met else "the old content", person=person)
    count = max(len(seen.observation.patients), len(case.observe(person, local=True).patients))
    yield case.expect(count == 1, expected="one record", actual=f"{count} records", person=person)


@check("identity/verified-3", given=[known("B")])
def twins_stay_two_people(case: Case) -> Iterator[Finding]:
    """Two people alike in name, date of birth and address SHALL stay two people.

    Registers a twin of B under an NHS number of its own.
    """
    first = case.person("B")
    second = case.person("C").with_(
        {
            item: first.record.entries(item.partition(".")[0])[0].values.get(item, UNSAID)
            for item in ("name.family", "name.given", "person.birth_date", "address.line1", "address.postcode")
        }
    )
    case.people.share(first, second)
    case.stimulate("register", second)
    seen = case.effect(second, lambda found: len(found.current) == 1)
    before = case.observe(first)
    ids = {p.get("id") for p in seen.observation.current} | {p.get("id") for p in before.current}
    yield case.expect(len(ids) == 2, expected="two people", actual=f"{len(ids)} people", signals=() if len(ids) == 2 else ("wrong-patient",))
