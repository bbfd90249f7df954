"""The register of announced exemplars, and what a run of it may show."""

from __future__ import annotations

from harness.catalogue import catalogue


def test_it_holds_the_sixteen_acute_and_seven_mental_health_exemplars() -> None:
    kinds = [exemplar["kind"] for exemplar in catalogue().register()["exemplars"]]
    assert (kinds.count("acute"), kinds.count("mental-health")) == (16, 7)


def test_a_run_of_it_shows_numbers_roles_and_dialects_and_no_name() -> None:
    place = catalogue().place("register")
    names = [exemplar["name"] for exemplar in catalogue().register()["exemplars"]]
    codes = [exemplar["ods"] for exemplar in catalogue().register()["exemplars"] if "ods" in exemplar]
    shown = repr(place)
    assert not [text for text in (*names, *codes) if f"'{text}'" in shown or text in [system.title for system in place.systems]]
    assert [system.id for system in place.systems if system.role == "exemplar"] == [f"S{number:02}" for number in range(1, 24)]
    assert all(system.dialect in system.title for system in place.systems if system.role == "exemplar")


def test_a_dialect_decides_how_the_simulated_feed_spells_a_number() -> None:
    types = {system.dialect: system.identity["nhs_number_type"] for system in catalogue().place("register").systems if system.role == "exemplar"}
    assert types == {"itk24": "", "itk24-cx5": "NHS"}
