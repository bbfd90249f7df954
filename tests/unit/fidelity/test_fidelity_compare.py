"""Fates, F, ceiling and attribution over small records."""

from __future__ import annotations

from typing import Any

import pytest

from harness.fidelity import compare
from harness.model.difference import Fate, Ledger
from harness.model.finding import Attribution
from harness.model.item import CodeMap, CodeMapEntry, Group, Item
from harness.model.record import DELETED, Coded, Record, Value

SCALE = {
    "fidelity": {
        "weights": {"critical": 5, "important": 2, "context": 1},
        "fates": {"kept": 1, "equivalent": 1, "narrowed": 0.5, "broadened": 0.5, "lost": 0, "wrong": 0, "invented": 0},
    }
}
ITEMS = {
    item.id: item
    for item in (
        Item("person.nhs_number", "", "", "critical", "nhs-number"),
        Item("person.birth_date", "", "", "critical", "date"),
        Item("person.death_date", "", "", "critical", "date-time"),
        Item("person.language", "", "", "important", "text", families=("identity",)),
        Item("person.religion", "", "", "context", "text"),
        Item("identifier.authority", "", "", "critical", "text"),
        Item("identifier.value", "", "", "critical", "nhs-number"),
        Item("name.use", "", "", "important", "text"),
        Item("name.family", "", "", "critical", "name"),
        Item("allergy.code", "", "", "critical", "coded"),
        Item("allergy.severity", "", "", "critical", "text"),
        Item("encounter.number", "", "", "important", "text"),
        Item("encounter.admission_method", "", "", "important", "coded"),
        Item("observation.code", "", "", "important", "coded"),
        Item("observation.value", "", "", "important", "decimal"),
        Item("alert.code", "", "", "critical", "coded"),
    )
}
GROUPS = {
    group.name: group
    for group in (
        Group("person", (), repeats=False),
        Group("identifier", ("identifier.authority", "identifier.value")),
        Group("name", ("name.use",)),
        Group("allergy", ("allergy.code",)),
        Group("encounter", ("encounter.number",)),
        Group("observation", ("observation.code",)),
        Group("alert", ("alert.code",)),
    )
}
CARRIED = frozenset(ITEMS) - {"alert.code"}
LOSSES = {"alert.code": "no place in ADT", "encounter.admission_method": "25 and 2A fold to 28"}
METHODS = CodeMap("methods", "typed", (CodeMapEntry("28", "28"), CodeMapEntry("2A", "28", "wider", "write"), CodeMapEntry("11", "11")))


def person(**values: Value) -> Record:
    return Record().with_group("person", {f"person.{name}": value for name, value in values.items()})


def ledger(a: Record | None, b: Record | None, c: Record | None, **options: Any) -> Ledger:
    return compare(a, b, c, **{"items": ITEMS, "groups": GROUPS, "carried": CARRIED, "losses": LOSSES, "scale": SCALE, **options})


def fates(result: Ledger) -> dict[str, Fate]:
    return {d.item: d.fate for d in result.differences}


def test_the_same_record_is_kept_whole() -> None:
    record = person(nhs_number="9990000018", birth_date="1965-03-12", religion="C")
    result = ledger(record, record, record)
    assert (result.fidelity, result.critical, result.ceiling) == (1.0, 1.0, 1.0)
    assert set(fates(result).values()) == {Fate.KEPT}
    assert {d.attribution for d in result.differences} == {Attribution.NONE}
    assert result.faults == ()


@pytest.mark.parametrize(
    ("item", "sent", "received", "fate"),
    [
        ("nhs_number", "9990000018", "999 000 0018", Fate.EQUIVALENT),
        ("birth_date", "1965-03-12", "1965-03-11", Fate.WRONG),
        ("birth_date", "1965-03-12", None, Fate.LOST),
        ("birth_date", None, "1965-03-12", Fate.INVENTED),
        ("birth_date", DELETED, "1965-03-12", Fate.INVENTED),
        ("birth_date", "1965-03-12", DELETED, Fate.LOST),
        ("death_date", "2026-01-05T09:30", "2026-01-05", Fate.NARROWED),
        ("death_date", "2026-01-05", "2026-01-05T00:00", Fate.WRONG),
        ("religion", "Church of Wales", "Church of", Fate.WRONG),
        ("language", "cy", "en", Fate.WRONG),
    ],
)
def test_fates(item: str, sent: Value | None, received: Value | None, fate: Fate) -> None:
    a, c = (person(**({} if value is None else {item: value})) for value in (sent, received))
    assert fates(ledger(a, a, c)) == {f"person.{item}": fate}


def test_a_deletion_that_took_effect_is_no_difference() -> None:
    a = person(nhs_number="9990000018", religion=DELETED)
    assert fates(ledger(a, a, person(nhs_number="9990000018"))) == {"person.nhs_number": Fate.KEPT}


def test_weights_are_5_2_1() -> None:
    a = person(nhs_number="9990000018", language="cy", religion="C")
    assert ledger(a, a, person(nhs_number="9990000018", language="cy")).fidelity == pytest.approx(7 / 8)
    assert ledger(a, a, person(nhs_number="9990000018", religion="C")).fidelity == pytest.approx(6 / 8)
    result = ledger(a, a, person(language="cy", religion="C"))
    assert result.fidelity == pytest.approx(3 / 8)
    assert result.critical == 0.0


def test_an_invention_adds_its_weight_with_nothing() -> None:
    a = person(religion="C")
    result = ledger(a, a, person(religion="C", birth_date="1965-03-12"))
    assert result.fidelity == pytest.approx(1 / 6)
    assert result.critical == 0.0
    assert result.ceiling == 1.0


def test_half_for_narrowed() -> None:
    a = person(death_date="2026-01-05T09:30")
    assert ledger(a, a, person(death_date="2026-01-05")).fidelity == 0.5


def test_nothing_that_could_travel_gives_no_fidelity() -> None:
    assert ledger(Record(), Record(), Record()).fidelity is None
    alert = Record().with_group("alert", {"alert.code": Coded("1")})
    result = ledger(alert, Record(), Record())
    assert (result.fidelity, result.critical, result.ceiling) == (None, None, 0.0)


def test_a_stated_loss_is_the_standards_and_lowers_only_the_ceiling() -> None:
    a = person(nhs_number="9990000018").with_group("alert", {"alert.code": Coded("1")})
    result = ledger(a, person(nhs_number="9990000018"), person(nhs_number="9990000018"))
    assert (result.fidelity, result.critical, result.ceiling) == (1.0, 1.0, 0.5)
    (lost,) = [d for d in result.differences if d.item == "alert.code"]
    assert (lost.fate, lost.attribution, lost.excused, lost.reason) == (Fate.LOST, Attribution.STANDARD, True, "no place in ADT")
    assert result.faults == ()


def test_a_loss_nobody_stated_is_a_fault() -> None:
    a = person(language="cy")
    assert [d.excused for d in ledger(a, Record(), Record()).differences] == [False]


def encounter(method: Value) -> Record:
    return Record().with_group("encounter", {"encounter.number": "V1", "encounter.admission_method": method})


@pytest.mark.parametrize(
    ("sent", "wire", "received", "losses", "fate", "excused", "share"),
    [
        ("2A", "28", "28", LOSSES, Fate.BROADENED, True, 1.0),
        ("2A", "28", "28", {}, Fate.WRONG, False, 0.5),
        ("2A", "28", Coded("28", original="2A"), {}, Fate.BROADENED, False, 0.75),
        ("2A", "2A", "28", LOSSES, Fate.WRONG, False, 0.5),
        ("11", "28", "28", LOSSES, Fate.WRONG, False, 0.5),
        ("11", None, None, LOSSES, Fate.LOST, False, 0.5),
        ("2B", None, None, LOSSES, Fate.LOST, True, 1.0),
        ("2B", None, None, {}, Fate.LOST, False, 0.5),
    ],
)
def test_a_code_map_says_which_change_is_declared(
    sent: str, wire: Value | None, received: Value | None, losses: dict[str, str], fate: Fate, excused: bool, share: float
) -> None:
    number = Record().with_group("encounter", {"encounter.number": "V1"})
    b, c = (number if value is None else encounter(value) for value in (wire, received))
    result = ledger(encounter(sent), b, c, losses=losses, maps={"encounter.admission_method": METHODS})
    (method,) = [d for d in result.differences if d.item == "encounter.admission_method"]
    assert (method.fate, method.excused, result.fidelity) == (fate, excused, share)


@pytest.mark.parametrize(
    ("wire", "received", "attribution"),
    [
        ("28", "28", Attribution.STANDARD),
        ("28", None, Attribution.TARGET),
        ("28", "11", Attribution.TARGET),
        ("2A", "28", Attribution.TARGET),
        ("11", "11", Attribution.SOURCE),
        (None, None, Attribution.SOURCE),
    ],
)
def test_what_a_code_map_folds_is_no_fault_of_who_wrote_it(wire: str | None, received: str | None, attribution: Attribution) -> None:
    number = Record().with_group("encounter", {"encounter.number": "V1"})
    b, c = (number if value is None else encounter(value) for value in (wire, received))
    result = ledger(encounter("2A"), b, c, maps={"encounter.admission_method": METHODS})
    assert [d.attribution for d in result.differences if d.item == "encounter.admission_method"] == [attribution]


def test_a_row_that_states_a_partial_loss_does_not_excuse_losing_the_item() -> None:
    a = person(birth_date="1965-03-12")
    result = ledger(a, Record(), Record(), losses={"person.birth_date": "no time zone"})
    assert [(d.fate, d.excused) for d in result.differences] == [(Fate.LOST, False)]


KEPT, CHANGED, GONE = person(birth_date="1965-03-12"), person(birth_date="1965-03-11"), Record()


@pytest.mark.parametrize(
    ("a", "b", "c", "attribution"),
    [
        (KEPT, KEPT, CHANGED, Attribution.TARGET),
        (KEPT, KEPT, GONE, Attribution.TARGET),
        (KEPT, CHANGED, CHANGED, Attribution.SOURCE),
        (KEPT, GONE, GONE, Attribution.SOURCE),
        (KEPT, None, CHANGED, Attribution.UNKNOWN),
        (None, KEPT, CHANGED, Attribution.UNKNOWN),
        (GONE, KEPT, KEPT, Attribution.SOURCE),
        (GONE, GONE, KEPT, Attribution.TARGET),
        (GONE, None, KEPT, Attribution.UNKNOWN),
        (KEPT, GONE, KEPT, Attribution.NONE),
    ],
)
def test_attribution_needs_three_records(a: Record | None, b: Record | None, c: Record, attribution: Attribution) -> None:
    assert [d.attribution for d in ledger(a, b, c).differences] == [attribution]


def test_an_unknown_target_or_no_reference_gives_no_ledger() -> None:
    for records in ((KEPT, KEPT, None), (None, None, KEPT)):
        result = ledger(*records)
        assert (result.differences, result.fidelity, result.ceiling) == ((), None, None)


def allergies(*entries: tuple[Value | None, str]) -> Record:
    return Record().with_group("allergy", *({**({} if code is None else {"allergy.code": code}), "allergy.severity": severity} for code, severity in entries))


def test_repeats_align_by_key_whatever_their_order() -> None:
    a = allergies((Coded("1", "SNCT"), "5"), (Coded("2", "SNCT"), "1"))
    c = allergies((Coded("2", "http://snomed.info/sct"), "1"), (Coded("1", "SNCT"), "5"))
    assert ledger(a, a, c).fidelity == 1.0


def test_a_dropped_entry_is_lost_and_a_foreign_one_invented() -> None:
    a, c = allergies((Coded("1"), "5"), (Coded("2"), "1")), allergies((Coded("1"), "5"), (Coded("3"), "9"))
    result = ledger(a, a, c)
    assert sorted((d.entry, d.fate.value) for d in result.differences) == [
        ("1", "kept"), ("1", "kept"), ("2", "lost"), ("2", "lost"), ("3", "invented"), ("3", "invented"),
    ]  # fmt: skip
    assert result.critical == pytest.approx(2 / 6)


def test_swapped_severities_are_wrong_not_reordered() -> None:
    a, c = allergies((Coded("1"), "5"), (Coded("2"), "1")), allergies((Coded("1"), "1"), (Coded("2"), "5"))
    assert [d.fate for d in ledger(a, a, c).differences if d.item == "allergy.severity"] == [Fate.WRONG, Fate.WRONG]


def test_a_wrong_key_over_an_equal_rest_is_one_wrong_entry() -> None:
    a, c = allergies((Coded("1"), "5")), allergies((Coded("9"), "5"))
    assert fates(ledger(a, a, c)) == {"allergy.code": Fate.WRONG, "allergy.severity": Fate.KEPT}


def test_a_missing_key_is_lost_alone() -> None:
    a, c = allergies((Coded("1"), "5")), allergies((None, "5"))
    assert fates(ledger(a, a, c)) == {"allergy.code": Fate.LOST, "allergy.severity": Fate.KEPT}


def test_two_entries_under_one_key_pair_with_their_likes() -> None:
    a = Record().with_group("name", {"name.use": "usual", "name.family": "Evans"}, {"name.use": "usual", "name.family": "Llŷr"})
    c = Record().with_group("name", {"name.use": "usual", "name.family": "Llŷr"}, {"name.use": "usual", "name.family": "Evans"})
    assert ledger(a, a, c).fidelity == 1.0


def test_a_duplicated_entry_is_an_invention() -> None:
    a, c = allergies((Coded("1"), "5")), allergies((Coded("1"), "5"), (Coded("1"), "5"))
    assert [d.fate for d in ledger(a, a, c).differences].count(Fate.INVENTED) == 2


def numbers(*entries: tuple[str, str]) -> Record:
    return Record().with_group("identifier", *({"identifier.authority": authority, "identifier.value": value} for authority, value in entries))


def test_the_targets_own_local_number_is_no_invention_but_a_misfiled_one_is_a_loss() -> None:
    a = numbers(("X9A", "123"))
    assert ledger(a, a, numbers(("X9A", "123"), ("X9B", "777"))).fidelity == 1.0
    assert ledger(a, a, numbers(("X9B", "123"))).fidelity == 0.0
    assert Fate.INVENTED in fates(ledger(a, a, numbers(("X9A", "123"), ("X9A", "124")))).values()


def test_decimal_digits_changed_are_narrowed_not_kept() -> None:
    a, c = (Record().with_group("observation", {"observation.code": Coded("1"), "observation.value": value}) for value in ("1.50", "1.5"))
    assert fates(ledger(a, a, c))["observation.value"] is Fate.NARROWED


def test_an_item_the_interface_cannot_carry_was_not_invented_by_it() -> None:
    c = person(religion="C").with_group("alert", {"alert.code": Coded("1")})
    assert fates(ledger(person(religion="C"), person(religion="C"), c)) == {"person.religion": Fate.KEPT}


def test_a_family_looks_only_at_its_own_items() -> None:
    a = person(language="cy", religion="C")
    assert "person.language" not in fates(ledger(a, a, a, family="adt"))
    assert set(fates(ledger(a, a, a, family="identity"))) == {"person.language", "person.religion"}


def test_an_item_outside_the_catalogue_is_left_alone() -> None:
    a = person(unheard_of="x", religion="C")
    assert set(fates(ledger(a, a, a))) == {"person.religion"}


def test_a_difference_says_what_where_and_why() -> None:
    a = person(religion="Church of Wales")
    c = Record.from_json({"person": [{"person.religion": "Church"}]})
    (difference,) = ledger(a, a, c).differences
    assert (difference.sent, difference.received, difference.weight, difference.reason) == ("Church of Wales", "Church", 1, "truncated without a sign")


def test_a_key_that_is_not_asked_about_still_tells_entries_apart() -> None:
    a, c = allergies((Coded("1"), "5")), allergies((Coded("2"), "9"))
    asked = {name: item for name, item in ITEMS.items() if name != "allergy.code"}
    assert [d.fate for d in ledger(a, a, c, items=asked).differences] == [Fate.LOST, Fate.INVENTED]


def test_the_shipped_scale_is_the_default() -> None:
    a = person(nhs_number="9990000018", religion="C")
    assert ledger(a, a, person(nhs_number="9990000018"), scale=None).fidelity == pytest.approx(5 / 6)


def test_a_key_changed_by_a_declared_map_still_pairs_its_entry() -> None:
    a, c = allergies((Coded("28A"), "5")), allergies((Coded("28"), "9"))
    narrower = CodeMap("allergies", "typed", (CodeMapEntry("28A", "28", "wider", "write"), CodeMapEntry("28", "28")))
    result = ledger(a, c, c, maps={"allergy.code": narrower}, losses={"allergy.code": "28A folds to 28"})
    assert [(d.item, d.fate, d.excused) for d in result.differences] == [("allergy.code", Fate.BROADENED, True), ("allergy.severity", Fate.WRONG, False)]


def test_an_invention_does_not_touch_the_ceiling() -> None:
    a = person(religion="C").with_group("alert", {"alert.code": Coded("1")})
    assert ledger(a, a, person(religion="C", birth_date="1965-03-12")).ceiling == pytest.approx(1 / 6)
