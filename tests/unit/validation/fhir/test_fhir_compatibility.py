"""Is everything valid under one profile valid under another? Pairs by hand, by aspect, each in the direction asked and in the other."""

from __future__ import annotations

import pytest
from fhir_profiles_kit import CORE, OWN, Json, base, element, extension, profile, sliced

from harness.errors import UnknownNameError
from harness.model.compatibility import Compatibility
from harness.validation.fhir.compatibility import compare_fhir_profiles, prove, witnesses
from harness.validation.fhir.validator import Validator

FIVE = "http://sets.example/ValueSet/five"
COLOURS = "http://systems.example/CodeSystem/colours"
LOOSE = profile("loose", "Patient")


def value_set(name: str, *codes: str, **compose: object) -> Json:
    include: Json = {"system": COLOURS, **({"concept": [{"code": code} for code in codes]} if codes else {}), **compose}
    return {"resourceType": "ValueSet", "url": f"http://sets.example/ValueSet/{name}", "status": "active", "compose": {"include": [include]}}


def code_system() -> Json:
    concepts = [{"code": code} for code in ("red", "green", "blue")]
    return {"resourceType": "CodeSystem", "url": COLOURS, "status": "active", "content": "complete", "concept": concepts}


SETS = [
    code_system(),
    value_set("two", "red", "green"),
    value_set("three", "red", "green", "blue"),
    value_set("unlisted", filter=[{"property": "shade", "op": "=", "value": "dark"}], system="http://elsewhere.example"),
]


def compared(first: Json, second: Json, *others: Json) -> Compatibility:
    validator = base().with_resources([LOOSE, first, second, *others, *SETS])
    return compare_fhir_profiles(validator.engine, first["url"], second["url"])


def patient(name: str, *elements: Json, **more: str) -> Json:
    return profile(name, "Patient", *elements, **more)


def bound(name: str, value_set: str, strength: str = "required") -> Json:
    return patient(name, element("Patient.maritalStatus", binding={"strength": strength, "valueSet": f"http://sets.example/ValueSet/{value_set}"}))


def by_system(name: str, *slices: Json, rules: str = "open") -> Json:
    return patient(name, element("Patient.identifier", slicing=sliced(("value", "system"), rules=rules)), *slices)


def of_system(name: str, system: str, *, least: int = 0, most: str = "*", more: tuple[Json, ...] = ()) -> tuple[Json, ...]:
    at = f"Patient.identifier:{name}"
    return (element(at, min=least, max=most), element(f"{at}.system", min=1, fixedUri=f"http://a.example/{system}"), *more)


def with_invariant(name: str, expression: str) -> Json:
    made = patient(name)
    made["differential"]["element"][0]["constraint"] = [{"key": "own-1", "severity": "error", "human": "a name", "expression": expression}]
    return made


SAME, STRICTER, UNTOLD = "compatible", "incompatible", "undetermined"
BIRTH = patient("birth", element("Patient.birthDate", min=1))
NAMED = patient("named", element("Patient.name", min=1, max="1"), element("Patient.name.family", min=1))
MALE = patient("male", element("Patient.gender", min=1, fixedCode="male"))
ANY_GENDER = patient("any-gender", element("Patient.gender", min=1))
SINGLE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "S"}]}
UNMARRIED = patient("unmarried", element("Patient.maritalStatus", min=1, patternCodeableConcept=SINGLE))
A_ONCE = by_system("a-once", *of_system("a", "a", least=1, most="1"))
A_OTHERWISE_NAMED = by_system("a-otherwise-named", *of_system("alpha", "a", least=1, most="1"))
A_VALUED = by_system("a-valued", *of_system("a", "a", more=(element("Patient.identifier:a.value", min=1),)))
A_ONLY = by_system("a-only", *of_system("a", "a"), rules="closed")
A_AND_B_ONLY = by_system("a-and-b-only", *of_system("a", "a"), *of_system("b", "b"), rules="closed")
NO_A = by_system("no-a", *of_system("a", "a", most="0"))
SHORT = patient("short", element("Patient.language", maxLength=2))
SHORTER = patient("shorter", element("Patient.language", maxLength=5))
TO_PRACTICE = patient("to-practice", element("Patient.generalPractitioner", type=[{"code": "Reference", "targetProfile": [f"{CORE}Organization"]}]))
HAS_INVARIANT = with_invariant("has-invariant", "name.exists()")
INVARIANT_AGAIN = with_invariant("invariant-again", "name . exists()")
OTHER_INVARIANT = with_invariant("other-invariant", "name.family.exists()")
MULTIPLE_TRUE = patient("multiple-boolean", element("Patient.multipleBirth[x]", type=[{"code": "boolean"}]))
OWN_EXTENSION = extension("colour", element("Extension.value[x]", type=[{"code": "code"}], min=1))
WITH_EXTENSION = patient(
    "with-extension",
    element("Patient.extension", slicing=sliced(("value", "url"))),
    element("Patient.extension:colour", min=1, max="1", type=[{"code": "Extension", "profile": [OWN + "colour"]}]),
)
ALL_OF_A = patient("all-of-a", element("Patient.identifier", min=1), element("Patient.identifier.system", min=1, fixedUri="http://a.example/a"))
BY_USE_ONLY = patient(
    "by-use-only",
    element("Patient.identifier", slicing=sliced(("value", "use"), rules="closed")),
    element("Patient.identifier:official"),
    element("Patient.identifier:official.use", min=1, fixedCode="official"),
)
FEW = profile("few", "Observation", element("Observation.value[x]", type=[{"code": "integer"}], maxValueInteger=5))
FEWER = profile("fewer", "Observation", element("Observation.value[x]", type=[{"code": "integer"}], maxValueInteger=3))
STRANGER = profile("stranger", "Observation")


@pytest.mark.parametrize(
    ("first", "second", "answer", "elements"),
    [
        (LOOSE, LOOSE, SAME, ()),
        (BIRTH, LOOSE, SAME, ()),
        (LOOSE, BIRTH, STRICTER, ("Patient.birthDate",)),
        (NAMED, LOOSE, SAME, ()),
        (LOOSE, NAMED, STRICTER, ("Patient.name", "Patient.name.family")),
        (MALE, ANY_GENDER, SAME, ()),
        (ANY_GENDER, MALE, STRICTER, ("Patient.gender",)),
        (UNMARRIED, LOOSE, SAME, ()),
        (LOOSE, UNMARRIED, STRICTER, ("Patient.maritalStatus",)),
        (UNMARRIED, UNMARRIED, SAME, ()),
        (bound("b2", "two"), bound("b3", "three"), SAME, ()),
        (bound("b3", "three"), bound("b2", "two"), STRICTER, ("Patient.maritalStatus",)),
        (bound("b2", "two"), bound("b2e", "three", "extensible"), SAME, ()),
        (bound("b2e", "two", "extensible"), bound("b3", "three"), STRICTER, ("Patient.maritalStatus",)),
        (bound("bu", "unlisted"), bound("b3", "three"), UNTOLD, ()),
        (bound("bn", "nowhere"), bound("b3", "three"), UNTOLD, ()),
        (A_ONCE, LOOSE, SAME, ()),
        (LOOSE, A_ONCE, STRICTER, ("Patient.identifier:a",)),
        (A_ONCE, A_OTHERWISE_NAMED, SAME, ()),
        (A_ONCE, A_VALUED, STRICTER, ("Patient.identifier:a.value",)),
        (LOOSE, A_VALUED, STRICTER, ("Patient.identifier:a.value",)),
        (A_VALUED, LOOSE, SAME, ()),
        (A_ONLY, A_AND_B_ONLY, SAME, ()),
        (A_AND_B_ONLY, A_ONLY, STRICTER, ("Patient.identifier",)),
        (LOOSE, A_ONLY, STRICTER, ("Patient.identifier",)),
        (LOOSE, NO_A, STRICTER, ("Patient.identifier:a",)),
        (NO_A, LOOSE, SAME, ()),
        (ALL_OF_A, by_system("a-at-least", *of_system("a", "a", least=1)), UNTOLD, ()),
        (BY_USE_ONLY, A_VALUED, UNTOLD, ()),
        (A_ONLY, NO_A, STRICTER, ("Patient.identifier:a",)),
        (SHORT, SHORTER, SAME, ()),
        (SHORTER, SHORT, STRICTER, ("Patient.language",)),
        (TO_PRACTICE, LOOSE, SAME, ()),
        (LOOSE, TO_PRACTICE, STRICTER, ("Patient.generalPractitioner",)),
        (HAS_INVARIANT, INVARIANT_AGAIN, SAME, ()),
        (HAS_INVARIANT, OTHER_INVARIANT, UNTOLD, ()),
        (MULTIPLE_TRUE, LOOSE, SAME, ()),
        (LOOSE, MULTIPLE_TRUE, STRICTER, ("Patient.multipleBirth[x]",)),
        (WITH_EXTENSION, LOOSE, SAME, ()),
        (LOOSE, WITH_EXTENSION, STRICTER, ("Patient.extension:colour",)),
        (WITH_EXTENSION, WITH_EXTENSION, SAME, ()),
        (FEWER, FEW, SAME, ()),
        (FEW, FEWER, STRICTER, ("Observation.value[x]",)),
        (LOOSE, STRANGER, STRICTER, ("Observation",)),
    ],
)
def test_pairs(first: Json, second: Json, answer: str, elements: tuple[str, ...]) -> None:
    found = compared(first, second, OWN_EXTENSION)
    assert (found.answer, found.elements) == (answer, elements), found.obstacles


def test_a_profile_that_is_not_at_hand_is_said() -> None:
    with pytest.raises(UnknownNameError, match="nowhere"):
        compare_fhir_profiles(base().engine, f"{CORE}Patient", OWN + "nowhere")


def test_an_obstacle_says_what_each_side_asks() -> None:
    (found,) = compared(LOOSE, BIRTH).obstacles
    assert (found.aspect, found.first, found.second, found.proved) == ("cardinality", "0..1", "1..1", True)


def test_what_a_definition_says_wrongly_leaves_the_answer_open() -> None:
    unsound = patient("unsound", element("Patient.birthDate", max="3"))
    found = compared(unsound, LOOSE)
    assert found.answer != "compatible"


def proved(first: Json, second: Json, *others: Json) -> Compatibility:
    validator = base().with_resources([LOOSE, first, second, *others, *SETS])
    found = compare_fhir_profiles(validator.engine, first["url"], second["url"])
    return prove(found, made_of(validator, first["url"]), validator.validate)


def made_of(validator: Validator, profile: str) -> list[Json]:
    return list(witnesses(validator.engine, profile, lambda made: validator.validate(made, profile).valid is True))


def invariant(name: str, expression: str, *elements: Json) -> Json:
    made = patient(name, *elements)
    made["differential"]["element"][0]["constraint"] = [{"key": f"{name}-1", "severity": "error", "human": "x", "expression": expression}]
    return made


@pytest.mark.parametrize(
    ("first", "second", "answer", "elements"),
    [
        (LOOSE, invariant("asks-name", "name.exists()"), STRICTER, ("Patient",)),
        (NAMED, invariant("asks-family", "name.family.exists()"), UNTOLD, ()),
        (LOOSE, invariant("forbids-link", "link.empty()"), STRICTER, ("Patient",)),
        (BIRTH, invariant("asks-birth", "birthDate.exists()"), UNTOLD, ()),
        (BIRTH, invariant("asks-more", "birthDate.exists() and gender.exists()"), STRICTER, ("Patient",)),
        (LOOSE, invariant("contact", "contact.all(telecom.exists())"), STRICTER, ("Patient",)),
        (LOOSE, invariant("always", "true"), UNTOLD, ()),
    ],
)
def test_a_resource_that_only_one_lets_through_proves_it(first: Json, second: Json, answer: str, elements: tuple[str, ...]) -> None:
    found = proved(first, second)
    assert (found.answer, found.elements) == (answer, elements), found.obstacles


def test_what_is_made_of_a_profile_is_valid_under_it_and_has_what_it_asks_for() -> None:
    validator = base().with_resources([MALE, A_VALUED, A_ONCE])
    for wanted, path in ((MALE, "gender"), (A_ONCE, "identifier")):
        made = made_of(validator, wanted["url"])
        assert len(made) > 10
        assert all(path in one for one in made)


def test_where_the_least_does_not_hold_the_first_that_does_takes_its_place() -> None:
    asks = invariant("asks-name", "name.exists()")
    made = made_of(base().with_resources([asks]), asks["url"])
    assert len(made) > 10
    assert all("name" in one for one in made)


def test_what_is_answered_already_needs_no_proof() -> None:
    validator = base().with_resources([LOOSE, BIRTH])
    found = compare_fhir_profiles(validator.engine, LOOSE["url"], BIRTH["url"])
    assert prove(found, [{"resourceType": "Patient"}], validator.validate) is found
