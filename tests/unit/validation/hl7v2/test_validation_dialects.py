"""Each dialect: what its feed writes, what it becomes, what is said to have been forgiven; and what no dialect forgives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.catalogue import Catalogue, catalogue
from harness.catalogue.load import data_root
from harness.errors import CatalogueError, UnknownNameError
from harness.formats.hl7v2 import parse
from harness.model.issue import Severity
from harness.validation.dispatch import validate
from harness.validation.hl7v2.dialects import normalise
from harness.validation.options import Options

DIALECTS = sorted(path.stem for path in (data_root() / "profiles" / "dialects").glob("*.yaml"))


def feed(event: str, version: str, *lines: str) -> bytes:
    head = rf"MSH|^~\&|PIMS|X9A|R|R|20260105090000||{event}|M1|P|{version}"
    return "\r".join([head, *lines, ""]).encode()


# (dialect, message, {path: what stands there afterwards}, habits forgiven)
FEEDS = [
    ("itk24", feed("ADT^A28^ADT_A05", "2.4", "PID|||9990000018^^^NHS||Y^X"), {"PID-3": "9990000018^^^NHS"}, []),
    (
        "itk24-cx5",
        feed("ADT^A28^ADT_A05", "2.4", "PID|||9990000018^^^NHS^NHS||Y^X"),
        {"PID-3.1": "9990000018", "PID-3.4": "NHS", "PID-3.5": None},
        ["nhs-number-spelling"],
    ),
    ("itk24-cx5", feed("ADT^A28^ADT_A05", "2.4", "PID|||9990000018^^^NH||Y^X"), {"PID-3.4": "NHS"}, ["nhs-number-spelling"]),
    ("regional-251", feed("ADT^A28^ADT_A05", "2.5.1", "PID|||9990000018^^^NHS^NH~633^^^X9A^MR||Y^X"), {"PID-3[1].5": "NH", "PID-3[2].5": "MR"}, []),
    ("regional-251", feed("ADT^A28^ADT_A05", "2.5.1", "PID|||9990000018^^^NHS^NH" + "|" * 29 + "01"), {"PID-32": "NSTS01"}, ["status-spelling"]),
    ("visit-heavy-25", feed("ADT^A06^ADT_A06", "2.5", "PID|||9990000018^^^NHS^HN~1^^^X9A^MR||Y^X"), {"PID-3[1].5": "NH"}, ["event", "nhs-number-spelling"]),
    (
        "status-in-cx2-231",
        feed("ADT^A08", "2.3.1", "PID|||9990000018^03^^^NI||Y^X", "PD1||||G7000001~W90001"),
        {"MSH-9.3": "ADT_A01", "PID-3": "9990000018^^^NHS^", "PID-32": "NSTS03", "PD1-3.3": "W90001", "PD1-4": "G7000001"},
        ["message-structure", "nhs-number-spelling", "practice-place", "status-place"],
    ),
    (
        "status-in-cx2-231",
        feed("ADT^A31^ADT_A05", "2.3.1", "PID|||9990000018^^^^NI||Y^X||||||||||||||||||||||||RESURREC|Y"),
        {"PID-29": '""', "PID-30": "N"},
        ["nhs-number-spelling", "undone-death"],
    ),
    (
        "status-in-cx2-231",
        feed("ADT^A40^ADT_A40", "2.3.1", "PID|||1233^^^X9W^PI||Y^X", "MRG|1234"),
        {"MSH-9.3": "ADT_A39", "MRG-1": "1234^^^X9W^PI"},
        ["assigning-authority", "message-structure"],
    ),
    (
        "status-in-cx2-231",
        feed("ADT^A40^ADT_A39", "2.3.1", "PID|||1233||Y^X", "MRG|1234"),
        {"PID-3.4": "X9A", "MRG-1": "1234^^^X9A"},
        ["assigning-authority", "assigning-authority"],
    ),
    (
        "number-in-pid19-23",
        feed("ADT^A01", "2.3", "PID||||A55|Y^X||||||||||||||999 000 0018"),
        {"PID-3": "9990000018^^^NHS", "PID-19": None, "PID-4": "A55"},
        ["nhs-number-place"],
    ),
    (
        "number-in-pid19-23",
        feed("ADT^A01^ADT_A01", "2.3", "PID||999-000-0018|633||Y^X"),
        {"PID-3[1]": "633^^^X9A", "PID-3[2].1": "9990000018", "PID-2": None},
        ["assigning-authority", "nhs-number-place"],
    ),
    (
        "number-outside-pid3",
        feed("ADT^A01^ADT_A01", "2.4", "PID|||633^^^X9A|9990000018|Y^X"),
        {"PID-3[1]": "633^^^X9A", "PID-3[2].1": "9990000018", "PID-4": None},
        ["nhs-number-place"],
    ),
    (
        "number-as-nhsnbr-23",
        feed("ADT^A01^ADT_A01", "2.3", "PID|||1^^^SIM^MRN~9990000018^^^NHSNBR^NHSNMBR||Y^X"),
        {"PID-3[1].4": "SIM", "PID-3[2].4": "NHS", "PID-3[2].5": None},
        ["nhs-number-spelling"],
    ),
    (
        "status-in-cx5",
        feed("ADT^A28^ADT_A05", "2.4", "PID|||9990000018^^^NHS^NH{status:01}||Y^X"),
        {"PID-3.4": "NHS", "PID-3.5": None, "PID-32": "NSTS01"},
        ["nhs-number-spelling", "status-place"],
    ),
]


@pytest.mark.parametrize(("dialect", "message", "wanted", "habits"), FEEDS, ids=[f"{row[0]} {index}" for index, row in enumerate(FEEDS)])
def test_a_feed_becomes_readable(dialect: str, message: bytes, wanted: dict[str, str | None], habits: list[str]) -> None:
    tree = parse(message)
    normal, forgiven = normalise(tree, dialect)
    assert {path: normal.get(path) for path in wanted} == wanted
    assert sorted(issue.code for issue in forgiven) == [f"dialect/{habit}" for habit in habits]
    assert tree.encode() == message, "the message as received is left as it was"
    assert all(
        issue.severity is Severity.INFORMATION and issue.location.line and dialect in issue.clause and issue.expected and issue.actual for issue in forgiven
    )


def test_every_dialect_is_shown() -> None:
    assert {row[0] for row in FEEDS} == set(DIALECTS)


def examples(kind: str) -> list[tuple[str, bytes]]:
    return [(name, text.replace("\n", "\r").encode()) for name, dialect in catalogue().dialects.items() for text in dialect["examples"][kind]]


@pytest.mark.parametrize(("dialect", "message"), examples("forgives"))
def test_a_dialect_forgives_its_example_and_nothing_is_worse_for_it(dialect: str, message: bytes) -> None:
    normal, forgiven = normalise(parse(message), dialect)
    assert forgiven
    assert "9990000018^^^NHS" in (normal.get("PID-3") or "") or any(normal.get(f"PID-3[{place}].4") == "NHS" for place in (1, 2))
    with_it = {(issue.code, issue.message) for issue in validate(message, Options(profile="base", dialect=dialect)) if issue.is_error}
    assert with_it <= {(issue.code, issue.message) for issue in validate(message, Options(profile="base")) if issue.is_error}


@pytest.mark.parametrize(("dialect", "message"), examples("leaves"))
def test_a_dialect_leaves_what_only_looks_like_its_habit(dialect: str, message: bytes) -> None:
    tree = parse(message)
    assert normalise(tree, dialect) == (tree, [])


@pytest.mark.parametrize("lacking", ["forgives", "leaves", "examples"])
def test_a_dialect_without_an_example_of_each_kind_is_refused(tmp_path: Path, lacking: str) -> None:
    text = (data_root() / "profiles" / "dialects" / "itk24.yaml").read_text()
    planted = tmp_path / "profiles" / "dialects" / "itk24.yaml"
    planted.parent.mkdir(parents=True)
    parts = {"examples": text.partition("examples:")[0], "forgives": re.sub(r"  forgives:\n(    .*\n)+", "", text), "leaves": text.partition("  leaves:")[0]}
    planted.write_text(parts[lacking])
    with pytest.raises(CatalogueError, match=f'"{lacking}" is a required property'):
        _ = Catalogue(tmp_path).dialects


@pytest.mark.parametrize(("dialect", "message"), [row[:2] for row in FEEDS])
def test_what_was_normalised_has_nothing_left_to_forgive(dialect: str, message: bytes) -> None:
    again, forgiven = normalise(normalise(parse(message), dialect)[0], dialect)
    assert [issue.code for issue in forgiven if issue.code != "dialect/event"] == []
    assert again.encode() == normalise(parse(message), dialect)[0].encode()


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        ("itk24", feed("ADT^A28^ADT_A05", "2.4", "PID|||9990000018^^^NHSNBR||Y^X")),
        ("regional-251", feed("ADT^A28^ADT_A05", "2.5.1", "PID|||999 000 0018^^^NHS^NH||Y^X")),
        ("number-in-pid19-23", feed("ADT^A01^ADT_A01", "2.3", "PID|||633^^^X9A||Y^X||||||||||||||SSN123")),
        ("number-in-pid19-23", feed("ADT^A01^ADT_A01", "2.3", "PID|||633^^^X9A||Y^X||||||||||||||9990000019")),
        ("number-in-pid19-23", feed("ADT^A01^ADT_A01", "2.3", "PID|||9990000018^^^NHS||Y^X||||||||||||||9990000026")),
        ("status-in-cx2-231", feed("ADT^A40^ADT_A39", "2.3.1", "PID|||1^^^X9A~2^^^X9B||Y^X", "MRG|1234")),
        ("status-in-cx2-231", feed("ADT^A40^ADT_A01", "2.3.1", "PID|||1^^^X9A||Y^X", "MRG|1234^^^X9A")),
    ],
)
def test_what_a_dialect_does_not_name_is_left(dialect: str, message: bytes) -> None:
    tree = parse(message)
    normal, forgiven = normalise(tree, dialect)
    assert (normal, forgiven) == (tree, [])


LEGACY = feed(
    "ADT^A28",
    "2.3.1",
    "EVN||20260105090000||||20260105085500",
    "PID|1||9990000019^01^^^NI~633||Y^X^^^^^L||19620314|M",
)


def test_a_legacy_feed_is_judged_by_the_profile_asked_for() -> None:
    issues = validate(LEGACY, Options(profile="itk-2.4", dialect="status-in-cx2-231"))
    errors = [(issue.code, issue.location.path) for issue in issues if issue.is_error]
    assert errors == [("hl7v2/required-field", "MSH-21"), ("nhs-number/check-digit", "PID-3[1].1")]
    assert {issue.code for issue in issues} >= {"dialect/version", "dialect/status-place", "dialect/sex-letter", "dialect/message-structure"}
    without = {issue.code for issue in validate(LEGACY, Options(profile="itk-2.4")) if issue.is_error}
    assert without >= {"hl7v2/table-value", "hl7v2/required-field"}


def test_places_are_those_of_the_message_as_received() -> None:
    (issue,) = [issue for issue in validate(LEGACY, Options(dialect="status-in-cx2-231")) if issue.code == "nhs-number/check-digit"]
    assert issue.location.offset == LEGACY.index(b"9990000019")


def test_a_structure_is_named_where_the_version_names_one() -> None:
    message = feed("ADT^A40", "2.3", "PID|||1233^^^X9A||Y^X", "MRG|1234^^^X9A")
    assert normalise(parse(message), "number-in-pid19-23")[1] == []
    normal, forgiven = normalise(parse(message), "number-in-pid19-23", version="2.4")
    assert (normal.get("MSH-9.3"), normal.get("MSH-12")) == ("ADT_A39", "2.4")
    assert [issue.code for issue in forgiven] == ["dialect/version", "dialect/message-structure"]


def test_an_event_of_the_dialect_is_no_error_of_the_profile() -> None:
    message = feed("ADT^A06^ADT_A06", "2.5", "EVN||20260105090000||||20260105085500", "PID|||633^^^X9A||Y^X", "PV1|1|I")
    assert "hl7v2/event" in {issue.code for issue in validate(message, Options(profile="itk-2.4"))}
    assert "hl7v2/event" not in {issue.code for issue in validate(message, Options(profile="itk-2.4", dialect="visit-heavy-25"))}


def test_an_unknown_dialect_is_the_callers_error() -> None:
    with pytest.raises(UnknownNameError, match="dialect"):
        validate(LEGACY, Options(dialect="nonsense"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FEEDS), st.data())
def test_any_damage_is_survived(row: tuple[str, bytes, object, object], data: st.DataObject) -> None:
    whole = row[1]
    start = data.draw(st.integers(20, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=6)) + whole[start + data.draw(st.integers(0, 12)) :]
    validate(damaged, Options(profile="itk-2.4", dialect=row[0]))


@pytest.mark.parametrize(("dialect", "message"), [row[:2] for row in FEEDS if row[0] not in ("itk24", "regional-251")])
def test_the_person_of_a_feed_is_found(dialect: str, message: bytes) -> None:
    from harness.api import read

    (reading,) = read(message, dialect=dialect)
    assert ("9990000018" in reading.record.all("person.nhs_number")) is (b"999" in message)
