"""fidelity/null: LEVELS L4f; ITK null rule: two quote marks delete, empty leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("fidelity/null-1", given=[known("A")])
def explicit_deletion_removes(case: Case) -> Iterator[Finding]:
    """An explicit deletion SHALL remove the stored value.

    An update of A, taken off the wire, whose religion and marital status are two quote marks.
    """
    person = case.person("A")
    message = case.altered(case.capture("update-person", person), ("PID-17", '""'), ("PID-16", '""'))
    case.send(message)
    seen = case.effect(person, lambda found: found.found and not any(r.text("person.religion") or r.text("person.marital_status") for r in found.records))
    held = sorted({value for r in seen.observation.records for item in ("person.religion", "person.marital_status") for value in r.all(item)})
    yield case.expect(seen.met, expected="both values gone", actual="gone" if seen.met else f"held: {', '.join(held)}", person=person)


@check("fidelity/null-2", given=[known("A")])
def absent_value_leaves(case: Case) -> Iterator[Finding]:
    """An absent value SHALL leave what is stored.

    An update of A, taken off the wire, whose religion, telephone and marital status are empty.
    """
    person = case.person("A")
    before = case.before["A"].records[0]
    message = case.altered(case.capture("update-person", person), ("PID-17", None), ("PID-16", None), ("PID-13", None))
    case.send(message)
    case.look.barrier()
    after = case.observe(person).records
    kept = bool(after) and all(after[0].all(item) == before.all(item) for item in ("person.religion", "person.marital_status", "telecom.value"))
    yield case.expect(kept, expected="the stored values", actual="as stored" if kept else "changed by what was not said", person=person)
