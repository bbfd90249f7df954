import pytest
from fake_rooms import CLAUSES, applies, pairing, small_place, system

from harness.errors import SetUpError, UnknownNameError
from harness.model.place import Place
from harness.model.run import Selection
from harness.runner.plan import Plan, make_plan


def planned(place: Place | None = None, **more: object) -> Plan:
    return make_plan(place or small_place(), CLAUSES, set(CLAUSES), applies, **more)  # type: ignore[arg-type]


def test_low_levels_once_per_interface_and_high_levels_once_per_family_and_interface() -> None:
    assert [spec.id for spec in planned().cases] == [
        "wire/open-1[a:b/hl7v2]",
        "identity/merge-1[a:b/hl7v2]",
        "wire/open-1[a:b/fhir]",
        "identity/merge-1[a:b/fhir]",
        "fidelity/kept-1[a:b/hl7v2/adt]",
        "fidelity/kept-1[a:b/fhir/adt]",
        "fidelity/kept-2[a:b/hl7v2/identity]",
        "wire/open-1[a:c/hl7v2]",
        "identity/merge-1[a:c/hl7v2]",
        "fidelity/kept-2[a:c/hl7v2/identity]",
    ]


def test_ordinals_are_those_of_the_complete_plan_whatever_is_selected() -> None:
    whole = {spec.id: spec.ordinal for spec in planned().cases}
    part = planned(selection=Selection(suites=("fidelity",), pairings=("a:b",)))
    assert {spec.id: spec.ordinal for spec in part.cases} == {name: whole[name] for name in whole if name.startswith("fidelity") and "a:b" in name}
    assert part.partial
    assert len(part.cases) + len(part.left_out) == len(whole)


def test_a_clause_without_check_is_not_planned() -> None:
    assert {spec.check for spec in make_plan(small_place(), CLAUSES, {"wire/open-1"}, applies).cases} == {"wire/open-1"}


def test_repeat_makes_attempts_that_share_ordinals() -> None:
    cases = planned(repeat=2).cases
    assert [spec.ordinal for spec in cases[:10]] == [spec.ordinal for spec in cases[10:]]
    assert {spec.attempt for spec in cases} == {0, 1}


def test_one_group_per_target_with_the_systems_it_needs() -> None:
    assert [(group.id, group.systems) for group in planned().groups] == [("b", ("a", "b")), ("c", ("a", "c"))]


@pytest.mark.parametrize(("concurrency", "groups"), [(1, 1), (4, 2)])
def test_groups_that_share_a_real_system_become_one_unless_it_takes_more(concurrency: int, groups: int) -> None:
    systems = (system("a", simulated=False, concurrency=concurrency), system("b"), system("c"))
    place = Place("p", "P", systems, (pairing("a", "b"), pairing("a", "c")))
    assert len(planned(place).groups) == groups


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(UnknownNameError, match="identity"):
        planned(selection=Selection(suites=("identty",)))


def test_nothing_to_examine_is_refused() -> None:
    with pytest.raises(SetUpError, match="nothing would be examined"):
        planned(Place("p", "P", (), ()))
