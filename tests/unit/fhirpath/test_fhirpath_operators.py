"""Every operator, literal and variable of FHIRPath, and what elements of FHIR are to it, by cases typed by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from fhirpath_kit import OBSERVATION, run

from harness.fhirpath import EvaluationError

D = Decimal
TRUE: list[Any] = [True]
FALSE: list[Any] = [False]
NONE: list[Any] = []

LITERALS = [
    ("{}", NONE), ("true", TRUE), ("false", FALSE), ("42", [42]), ("4.20", [D("4.20")]), ("'it\\'s'", ["it's"]),
    ("'\\u0041\\n\\t\\r\\f\\\\\\/\\`\\\"'", ["A\n\t\r\f\\/`\""]),
    ("@2014", ["2014"]), ("@2014-01", ["2014-01"]), ("@2014-01-25", ["2014-01-25"]), ("@2014T", ["2014"]),
    ("@2014-01-25T14:30:14.559", ["2014-01-25T14:30:14.559"]),
    ("@2014-01-25T14:30+02:00", ["2014-01-25T14:30+02:00"]), ("@2014-01-25T14Z", ["2014-01-25T14Z"]), ("@T14", ["14"]), ("@T14:30:14.5", ["14:30:14.5"]),
    ("4.5 'mg'", ["4.5 'mg'"]), ("100 '[degF]'", ["100 '[degF]'"]), ("3 months", ["3 months"]), ("1 year", ["1 year"]),
    ("%ucum", ["http://unitsofmeasure.org"]), ("%sct", ["http://snomed.info/sct"]), ("%loinc", ["http://loinc.org"]),
    ("%`vs-administrative-gender`", ["http://hl7.org/fhir/ValueSet/administrative-gender"]),
    ("%'ext-patient-birthTime'", ["http://hl7.org/fhir/StructureDefinition/patient-birthTime"]),
    ("%vs-administrative-gender", ["http://hl7.org/fhir/ValueSet/administrative-gender"]),
    ("%resource.id", ["p1"]), ("%rootResource.id", ["p1"]), ("%context.id", ["p1"]), ("name.where(%context.active).count()", [3]), ("$this.id", ["p1"]),
    ("/* note */ 1 // two", [1]), ("`id`", ["p1"]), ("Patient.`name`.`use`.first()", ["official"]),
]  # fmt: skip
EQUALITY = [
    ("1 = 1", TRUE), ("1 = 2", FALSE), ("1 = 1.0", TRUE), ("1.10 = 1.1", TRUE), ("'a' = 'a'", TRUE), ("'a' = 'A'", FALSE), ("1 = '1'", FALSE),
    ("true = true", TRUE),
    ("1 = {}", NONE), ("{} = {}", NONE), ("(1 | 2) = (1 | 2)", TRUE), ("(1 | 2) = (2 | 1)", FALSE), ("(1 | 2) = 1", FALSE),
    ("name[0].given = name[2].given", TRUE),
    ("name[0] = name[0]", TRUE), ("name[0] = name[1]", FALSE), ("gender = 'female'", TRUE), ("gender = 'male'", FALSE), ("photo.url = 'x'", NONE),
    ("name.use = 'usual'", FALSE),
    ("birthDate = @1925-07-04", TRUE), ("birthDate = '1925-07-04'", FALSE), ("multipleBirth = 2", TRUE), ("active = true", TRUE), ("active = 'true'", FALSE),
    ("@2012 = @2012", TRUE), ("@2012 = @2013", FALSE), ("@2012-01 = @2012", NONE), ("@2012-01 = @2013", FALSE), ("@2012-01-01 = @2012-01-01T", TRUE),
    ("@2012-01-01T10:00:00Z = @2012-01-01T12:00:00+02:00", TRUE), ("@2012-01-01T10:30:00 = @2012-01-01T10:30:00.0", TRUE),
    ("@2012-01-01T10:30 = @2012-01-01T10:30:00", NONE),
    ("@2012-01-01T10:00:00Z = @2012-01-01T10:00:00", NONE), ("@2012-01-01T10:00:00Z = @2012-03-01T10:00:00", FALSE), ("@T10:30 = @T10:30", TRUE),
    ("@T10:30 = @T10:30:00", NONE), ("@T10:30 = @2012", FALSE),
    ("4 'g' = 4000 'mg'", TRUE), ("4 'g' = 4 'm'", FALSE), ("1 year = 12 months", TRUE), ("1 year = 1 'a'", NONE), ("7 days = 1 week", TRUE),
    ("7 days = 1 'wk'", TRUE),
    ("1 second = 1 's'", TRUE), ("1 = 1 '1'", TRUE), ("1 'mg' = 1 'splork'", NONE), ("1 'splork' = 1 'splork'", TRUE),
    ("1 != 2", TRUE), ("1 != {}", NONE), ("gender != 'male'", TRUE), ("gender != 'female'", FALSE), ("@2012 != @2012-01", NONE), ("name.use != 'usual'", TRUE),
    ("1 ~ 1", TRUE), ("1.234 ~ 1.2", TRUE), ("1.26 ~ 1.2", FALSE), ("'Ab  c' ~ 'aB c'", TRUE), ("{} ~ {}", TRUE), ("1 ~ {}", FALSE),
    ("(1 | 2) ~ (2 | 1)", TRUE), ("(1 | 2) ~ (1 | 3)", FALSE),
    ("@2012 ~ @2012-01", FALSE), ("@2012 ~ @2012", TRUE), ("1 year ~ 1 'a'", TRUE), ("4 'g' ~ 4040 'mg'", TRUE), ("4.0 'g' ~ 4140 'mg'", TRUE),
    ("4 'g' ~ 4640 'mg'", FALSE), ("1 ~ '1'", FALSE), ("true ~ true", TRUE),
    ("name[0].given ~ name[2].given", TRUE), ("name[0] ~ name[2]", FALSE), ("maritalStatus ~ maritalStatus", TRUE),
    ("maritalStatus.coding ~ maritalStatus.coding", TRUE),
    ("1 !~ 2", TRUE), ("'a' !~ 'A'", FALSE), ("{} !~ {}", FALSE), ("{} !~ 1", TRUE),
]  # fmt: skip
COMPARISON = [
    ("1 < 2", TRUE), ("2 < 1", FALSE), ("1 <= 1.0", TRUE), ("2 > 1.5", TRUE), ("1 >= 2", FALSE), ("'a' < 'b'", TRUE), ("'b' <= 'a'", FALSE),
    ("{} < 1", NONE), ("1 > {}", NONE),
    ("@2012 < @2013", TRUE), ("@2012-01 < @2012", NONE), ("@2012-01 > @2011", TRUE), ("@2012-01-01T10:00Z < @2012-01-01T10:00+01:00", FALSE),
    ("@T10 < @T11", TRUE), ("@T10:00 <= @T10:00:01", NONE),
    ("birthDate < @1930", TRUE), ("birthDate <= today()", TRUE), ("multipleBirth > 1", TRUE), ("1 'g' > 500 'mg'", TRUE), ("1 'g' > 1 'm'", NONE),
    ("6 days < 1 week", TRUE), ("telecom[0].rank > telecom[1].rank", TRUE),
]  # fmt: skip
TYPES = [
    ("1 is Integer", TRUE), ("1.0 is Integer", FALSE), ("$this is Patient", TRUE), ("Patient is DomainResource", TRUE), ("active is boolean", TRUE),
    ("active is System.Boolean", FALSE), ("{} is Integer", NONE),
    ("1 is System.Integer = true", TRUE), ("deceased is boolean and active", TRUE), ("(deceased as boolean).not()", TRUE), ("deceased as dateTime", NONE),
    ("(1 | 'a') as Integer", [1]), ("'a' as String", ["a"]),
    ("(1 as Integer) + 1", [2]), ("@2014 is Date", TRUE), ("@2014T is DateTime", TRUE), ("@T10 is Time", TRUE), ("1 'mg' is Quantity", TRUE),
    ("birthDate is date", TRUE),
]  # fmt: skip
COLLECTIONS = [
    ("(1 | 1 | 2)", [1, 2]), ("1 | {}", [1]), ("{} | {}", NONE), ("(name.use | name.family).count()", [5]), ("1 | 'a' | 1.0", [1, "a"]),
    ("1 in (1 | 2)", TRUE), ("3 in (1 | 2)", FALSE), ("{} in (1)", NONE), ("1 in {}", FALSE), ("gender in ('male' | 'female')", TRUE),
    ("(1 | 2) contains 2", TRUE), ("(1 | 2) contains 3", FALSE), ("{} contains 1", FALSE), ("(1) contains {}", NONE), ("name.given contains 'Meg'", TRUE),
]  # fmt: skip
_T, _F, _E = "true", "false", "{}"
_TABLES = {
    "and": {(_T, _T): _T, (_T, _F): _F, (_T, _E): _E, (_F, _T): _F, (_F, _F): _F, (_F, _E): _F, (_E, _T): _E, (_E, _F): _F, (_E, _E): _E},
    "or": {(_T, _T): _T, (_T, _F): _T, (_T, _E): _T, (_F, _T): _T, (_F, _F): _F, (_F, _E): _E, (_E, _T): _T, (_E, _F): _E, (_E, _E): _E},
    "xor": {(_T, _T): _F, (_T, _F): _T, (_T, _E): _E, (_F, _T): _T, (_F, _F): _F, (_F, _E): _E, (_E, _T): _E, (_E, _F): _E, (_E, _E): _E},
    "implies": {(_T, _T): _T, (_T, _F): _F, (_T, _E): _E, (_F, _T): _T, (_F, _F): _T, (_F, _E): _T, (_E, _T): _T, (_E, _F): _E, (_E, _E): _E},
}
_VALUES: dict[str, list[Any]] = {_T: TRUE, _F: FALSE, _E: NONE}
LOGIC = [(f"{left} {sign} {right}", _VALUES[told]) for sign, table in _TABLES.items() for (left, right), told in table.items()] + [
    ("'text' and true", TRUE), ("name[0] and active", TRUE), ("deceased or deceased", FALSE), ("(photo.exists() implies photo.url.exists()) and active", TRUE),
]  # fmt: skip
ARITHMETIC = [
    ("1 + 2", [3]), ("1 + 2.5", [D("3.5")]), ("'a' + 'b'", ["ab"]), ("'a' + {}", NONE), ("1 + {}", NONE), ("1 'g' + 500 'mg'", ["1.5 'g'"]),
    ("1 'g' + 1 'm'", NONE),
    ("3 - 5", [-2]), ("3.5 - 1", [D("2.5")]), ("1 'g' - 500 'mg'", ["0.5 'g'"]), ("3 * 4", [12]), ("1.5 * 2", [D("3.0")]),
    ("2 'cm' * 2 'm' = 0.04 'm2'", TRUE), ("2 * 3 'mg'", ["6 'mg'"]),
    ("5 / 2", [D("2.5")]), ("4 / 2", [D(2)]), ("1 / 0", NONE), ("4 'g' / 2 'm' = 2 'g/m'", TRUE), ("1 'm' / 1 'm'", ["1 '1'"]), ("1 'm' / 0 'm'", NONE),
    ("5 div 2", [2]), ("-5 div 2", [-2]), ("5.5 div 0.7", [7]), ("5 div 0", NONE), ("5 mod 2", [1]), ("-5 mod 2", [-1]), ("5.5 mod 0.7", [D("0.6")]),
    ("5 mod 0", NONE), ("{} div 1", NONE), ("{} mod 1", NONE),
    ("'a' & 'b'", ["ab"]), ("'a' & {}", ["a"]), ("{} & {}", [""]), ("name[0].family & photo.url", ["Ashworth"]), ("-1", [-1]), ("+1.5", [D("1.5")]),
    ("-(3 'mg')", ["-3 'mg'"]), ("-{}", NONE), ("1 - -1", [2]),
    ("@1973-12-25 + 7 days", ["1974-01-01"]), ("@2014-01-31 + 1 month", ["2014-02-28"]), ("@2012-02-29 + 1 year", ["2013-02-28"]),
    ("@2014 + 24 months", ["2016"]), ("@2014 + 23 months", ["2015"]),
    ("@2019-03 + 61 days", ["2019-05"]), ("@1973-12-25T00:00:00.000+10:00 + 1 second", ["1973-12-25T00:00:01.000+10:00"]),
    ("@2014-01-01T23:59:59Z + 1 'ms'", ["2014-01-01T23:59:59.001Z"]),
    ("@2014-01-01T23:30Z + 45 minutes", ["2014-01-02T00:15Z"]), ("@T23:30 + 1 hour", ["00:30"]), ("@T01:00:00 - 2 hours", ["23:00:00"]),
    ("@2016-02-29 - 4 years", ["2012-02-29"]), ("@2014-03-31 - 1 month", ["2014-02-28"]),
    ("@2014-01-08 - 1 week", ["2014-01-01"]), ("@2014-01-08 - 1 'wk'", ["2014-01-01"]), ("birthDate + 1 day", ["1925-07-05"]), ("@2014 + {}", NONE),
    ("@9999-12-31 + 1 day", NONE), ("@0001-01-01 - 1 day", NONE),
    ("@2014-01-01 + 1.9 days", ["2014-01-02"]), ("@2014-01-01T00:00:00Z + 1.5 seconds", ["2014-01-01T00:00:01.500Z"]),
    ("@2014-01-01 + 36 hours", ["2014-01-02"]),
]  # fmt: skip
PRECEDENCE = [
    ("1 + 2 * 3", [7]), ("(1 + 2) * 3", [9]), ("1 + 2 = 3", TRUE), ("1 = 1 and 2 = 2", TRUE), ("true or false and false", TRUE),
    ("true xor true or true", TRUE), ("false implies true and false", TRUE),
    ("1 | 2 = 2 | 1", FALSE), ("1 < 2 = true", TRUE), ("1 in 1 | 2", TRUE), ("-1.abs()", [-1]), ("2 - 1 - 1", [0]), ("'1' & '2' + '3'", ["123"]),
    ("1 is Integer and true", TRUE), ("4 div 2 * 3", [6]),
    ("5 - 3 mod 2", [4]), ("true implies false implies true", TRUE), ("name.use[0] = 'official'", TRUE), ("true = 1 is Integer", TRUE),
]  # fmt: skip
ELEMENTS = [
    ("Patient.id", ["p1"]), ("Observation.id", NONE), ("DomainResource.id", ["p1"]), ("FHIR.Patient.id", ["p1"]), ("name.family", ["Ashworth", "Lister"]),
    ("nothing", NONE), ("deceased", [False]), ("deceasedBoolean", NONE),
    ("multipleBirth", [2]), ("multipleBirthInteger", NONE), ("name.given", ["Margaret", "Anne", "Meg", "Margaret", "Anne"]), ("birthDate.id", ["b"]),
    ("language", ["Patient.language"]), ("resourceType", NONE),
    ("contained.name", ["Otley"]), ("extension.value", [3, "x"]), ("extension.valueInteger", NONE), ("contact.name.family", ["Lister"]),
    ("text.div.exists()", FALSE), ("name.select($this.given.count())", [2, 1, 2]),
]  # fmt: skip
OBSERVED = [
    ("value", ["Observation.valueQuantity"]), ("Observation.value.unit", ["kg"]), ("value.value", [D("83.90")]), ("valueQuantity", NONE),
    ("value.is(Quantity)", TRUE), ("value.ofType(Quantity).code", ["kg"]), ("value.as(string)", NONE),
    ("value > 80 'kg'", TRUE), ("value = 83900 'g'", TRUE), ("value + 1 'kg'", ["84.90 'kg'"]), ("component[0].value = 1 week", TRUE),
    ("component.value.ofType(string)", ["seven"]), ("component.value.count()", [2]),
    ("effective.start", ["2024-02-01"]), ("effective.start <= effective.end", TRUE), ("effective.end.hasValue()", TRUE), ("effective is Period", TRUE),
    ("value.convertsToQuantity()", TRUE), ("value.toString()", ["83.90 'kg'"]),
]  # fmt: skip
GROUPS: dict[str, Any] = {
    "literals": LITERALS, "equality": EQUALITY, "comparison": COMPARISON, "types": TYPES, "collections": COLLECTIONS, "logic": LOGIC,
    "arithmetic": ARITHMETIC, "precedence": PRECEDENCE, "elements": ELEMENTS,
}  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), [pytest.param(*case, id=f"{group}: {case[0]}") for group, cases in GROUPS.items() for case in cases])
def test_operator(expression: str, expected: list[Any]) -> None:
    found = run(expression)
    assert found == expected
    assert [type(one) is bool for one in found] == [type(one) is bool for one in expected]


@pytest.mark.parametrize(("expression", "expected"), OBSERVED)
def test_choices_and_quantities(expression: str, expected: list[Any]) -> None:
    assert run(expression, OBSERVATION) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 < 'a'", "true < false", "name[0] < name[1]", "(1 | 2) < 3", "1 + 'a'", "true + true", "'a' - 'b'", "'a' * 2", "true / 2", "'a' div 2",
        "'a' mod 2", "1 & 2", "-'a'", "(1 | 2) + 1", "(1 | 2) is Integer",
        "(true | false) and true", "name.use = name.use and name", "(1 | 2) in (1 | 2)", "(1 | 2) contains (1 | 2)", "@2014 + 1", "@2014-01-01 + 1 'a'",
        "@2014-01-01 + 1 'mg'", "@T10 < @2014", "name['a']", "name[0 | 1]",
        "%resource.name and true", "2 * @2014",
    ],
)  # fmt: skip
def test_operands_that_do_not_fit_are_an_error(expression: str) -> None:
    with pytest.raises(EvaluationError):
        run(expression)


def test_without_the_worth_of_units_only_like_units_and_those_of_the_calendar_compare() -> None:
    assert run("1 'g' = 1000 'mg'") == TRUE
    assert run("1 'g' = 1000 'mg'", worth=None) == NONE
    assert run("1 'g' < 2 'g'", worth=None) == TRUE
    assert run("1 'h' = 60 'min'", worth=None) == TRUE


def test_variables_of_the_caller() -> None:
    assert run("%given.id", variables={"given": {"resourceType": "Patient", "id": "9"}}) == ["9"]
    assert run("%n + 1", variables={"n": 2}) == [3]
    assert run("%none", variables={"none": None}) == []
