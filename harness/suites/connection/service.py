"""Whether a message was served, where an answer says so and where none is declared."""

from __future__ import annotations

from harness.case.case import Case
from harness.case.people import Person
from harness.model.message import Delivery


def served(case: Case, delivery: Delivery, person: Person) -> bool:
    """The message was acknowledged positively; where nothing is acknowledged, the person it is about became observable."""
    if case.acknowledges():
        return delivery.positive
    return not delivery.failure and case.effect(person, lambda seen: seen.found).met
