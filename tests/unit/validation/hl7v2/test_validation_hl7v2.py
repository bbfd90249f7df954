"""Every v2 rule is triggered by one change of a clean message, and the clean message has nothing to say."""

from __future__ import annotations

import pytest

from harness.errors import HarnessError, UnknownNameError
from harness.model.issue import Issue, Severity
from harness.validation.hl7v2 import validate
from harness.validation.options import Options

CLEAN = "\r".join(
    [
        r"MSH|^~\&|PAS|X9A|ROUTE|ROUTE|20260105090000||ADT^A01^ADT_A01|M1|P|2.4|1||||GBR|UNICODE|EN||ITKv1.0",
        "EVN||20260105090000|||111^Clark^Ann^^^Miss|20260105085500",
        "PID|1||9990000018^^^NHS~633^^^X9A||Sample^Siân^J^^Mrs^^L~Sampel^^^^^^A||19620314|2|||1 High Street^^Anytown^^ZZ99 3AA^GBR^H||01632 960001|"
        "07700 900001|EN|M|C22|||||A||N|||||||N|NSTS01~US",
        "PD1|||Anytown Surgery^^X9P01|G9999992^Green^Sam^^^Dr",
        "NK1|1|Sample^Alan|1|1 High Street^^Anytown^^ZZ99 3AA^GBR^H|01632 960002",
        "PV1|1|I|POC^MED1^B1^X9A01|21|||||C9999998^Grey^Lou^^^Dr|300||||19||N|||V1^^^X9A|||||||||||||||||||||||||20260105085000",
        "PV2|||Chest pain||||||20260110|||||||||||||||||||||||||||||A",
        "OBX|1|NM|29463-7^Weight^L||71.5|kg|||||F",
        "AL1|1|DA|91936005^Penicillin^SNCT|7|Rash|20200101",
        "DG1|1||J18.9^Pneumonia^I10||20260105|A",
        "PR1|1||X29.2^Infusion^OPCS4||20260105093000",
        "ZU1||||||||||||||||||||||N||20260109",
        "ZU8||1|Yes|0",
    ]
)
STRICT = Options(strict=True, profile="itk-2.4")


def judged(message: str, options: Options = STRICT, *, codec: str = "utf-8") -> list[Issue]:
    return validate(message.encode(codec), options)


def found(message: str, code: str, options: Options = STRICT) -> list[Issue]:
    return [issue for issue in judged(message, options) if issue.code == code]


def changed(old: str, new: str) -> str:
    assert CLEAN.count(old) == 1, f"{old!r} stands {CLEAN.count(old)} times"
    return CLEAN.replace(old, new)


@pytest.mark.parametrize("options", [Options(), STRICT, Options(side="consumer"), Options(now="2026-01-05", held=frozenset({"AL1", "PID-8"}))])
def test_a_clean_message_has_no_issues(options: Options) -> None:
    assert judged(CLEAN, options) == []


# (text of the clean message, what it becomes, issue code, path, severity, table 0357 code)
CHANGES = [
    ("|M1|P|", "||P|", "hl7v2/required-field", "MSH-10", "error", "101"),
    ("ADT^A01^ADT_A01", "ADT^A01", "hl7v2/required-field", "MSH-9.3", "error", "101"),
    ("ADT^A01^ADT_A01", "ADT^A01^ADT_A02", "hl7v2/message-structure", "MSH-9.3", "error", "103"),
    ("ADT^A01^ADT_A01", "ADT^A99^ADT_A99", "hl7v2/event", "MSH-9.2", "error", "201"),
    ("ADT^A01^ADT_A01", "ORU^R01^ORU_R01", "hl7v2/message-type", "MSH-9.1", "error", "200"),
    ("|P|2.4|", "|Q|2.4|", "hl7v2/table-value", "MSH-11", "error", "202"),
    ("|P|2.4|", "|P|9.9|", "hl7v2/table-value", "MSH-12", "error", "203"),
    ("ITKv1.0", "iTKv1.0", "hl7v2/profile-case", "MSH-21", "warning", ""),
    ("ITKv1.0", "OTHERv2", "hl7v2/profile-id", "MSH-21", "warning", ""),
    ("||ITKv1.0", "", "hl7v2/required-field", "MSH-21", "error", "101"),
    ("|UNICODE|", "|KLINGON|", "hl7v2/table-value", "MSH-18", "error", "103"),
    ("|UNICODE|", "||", "hl7v2/charset", "MSH-18", "error", "102"),
    ("20260105090000||ADT", "20260105090000|secret|ADT", "hl7v2/not-used", "MSH-8", "warning", "102"),
    ("EVN||", "EVN|A01|", "hl7v2/not-used", "EVN-1", "warning", "102"),
    ("|20260105085500", "|20260105091500", "hl7v2/event-time", "EVN-6", "warning", ""),
    ("|20260105085500", "|20260501", "hl7v2/day-month", "EVN-6", "warning", ""),
    ("|20260105085500", "|20251231", "hl7v2/admit-time", "PV1-44", "warning", ""),
    ("|20260105085500", "|", "hl7v2/required-field", "EVN-6", "error", "101"),
    ("Ann^^^Miss", "Ann^^Miss", "hl7v2/person-title", "EVN-5.5", "warning", ""),
    ("9990000018", "9990000019", "nhs-number/check-digit", "PID-3[1].1", "error", "102"),
    ("9990000018", "999000001", "nhs-number/format", "PID-3[1].1", "error", "102"),
    ("9990000018", "999 000 0018", "nhs-number/format", "PID-3[1].1", "warning", "102"),
    ("9990000018", "3333333333", "nhs-number/not-synthetic", "PID-3[1].1", "information", ""),
    ("633^^^X9A", "9990000026^^^NHS^NH", "nhs-number/more-than-one", "PID-3", "error", "102"),
    ("633^^^X9A", "633", "hl7v2/assigning-authority", "PID-3[2].4", "warning", "101"),
    ("|NSTS01~US", "|NSTS01~NSTS02", "nhs-number/status", "PID-32", "error", "102"),
    ("|NSTS01~US", "|US", "nhs-number/status-absent", "PID-32", "warning", ""),
    ("|NSTS01~US", "|NSTS99", "hl7v2/table-value", "PID-32", "error", "103"),
    ("9990000018^^^NHS~", "", "nhs-number/status", "PID-32", "warning", "101"),
    ("19620314", "19621314", "hl7v2/date", "PID-7", "error", "102"),
    ("19620314", "19620230", "hl7v2/date", "PID-7", "error", "102"),
    ("19620314", "14/03/1962", "hl7v2/date", "PID-7", "error", "102"),
    ("19620314", "196203142560", "hl7v2/date", "PID-7", "error", "102"),
    ("19620314", "202603290130", "hl7v2/local-time", "PID-7", "warning", "102"),
    ("|19620314|2|", "|19620314|F|", "hl7v2/table-value", "PID-8", "error", "103"),
    ("|19620314|2|||", "|19620314|2|Sam^Smith||", "hl7v2/not-used", "PID-9", "error", "102"),
    ("|19620314|2|", "|19620314|2~1|", "hl7v2/repetitions", "PID-8", "error", "102"),
    ("Sampel^^^^^^A", "Sampel^^^^^^NICK", "hl7v2/table-value", "PID-5[2].7", "error", "103"),
    ("Sample^Siân^J", "^Siân^J", "hl7v2/required-field", "PID-5[1].1", "error", "101"),
    ("Sample^Siân^J", "S" * 36 + "^Siân^J", "hl7v2/length", "PID-5[1].1", "warning", ""),
    ("07700 900001|EN", "07700 900001|Welsh", "hl7v2/table-value", "PID-15", "warning", "103"),
    ("|EN|M|C22", "|EN|A|C22", "hl7v2/table-value", "PID-16", "error", "103"),
    ("|||||A||N|||||||N|", "|||||I||N|||||||N|", "hl7v2/table-value", "PID-22", "error", "103"),
    ("||N|||||||N|NSTS01~US", "||N|||||20260101|N|N|NSTS01~US", "national/death", "PID-30", "warning", "102"),
    ("||N|||||||N|NSTS01~US", "||N|||||19500101|Y|N|NSTS01~US", "national/death-before-birth", "PID-29", "error", "102"),
    ("||N|||||||N|NSTS01~US", "||N|||||RESURREC|Y|N|NSTS01~US", "hl7v2/date", "PID-29", "error", "102"),
    ("Anytown Surgery^^X9P01", "Anytown Surgery", "hl7v2/practice", "PD1-3.3", "error", "101"),
    ("G9999992^Green^Sam^^^Dr", "G9999992~X9P01", "hl7v2/practice", "PD1-4", "warning", ""),
    ("Sample^Alan|1|", "Sample^Alan|SPO|", "hl7v2/table-value", "NK1-3", "error", "103"),
    ("PV1|1|I|", "PV1|1|Z|", "hl7v2/table-value", "PV1-2", "error", "103"),
    ("PV1|1|I|", "PV1|1||", "hl7v2/required-field", "PV1-2", "error", "101"),
    ("POC^MED1^B1^X9A01", "POC^MED1^B1", "hl7v2/required-field", "PV1-3.4", "error", "101"),
    ("X9A01|21|", "X9A01|2A|", "hl7v2/table-value", "PV1-4", "error", "103"),
    ("Dr|300||||19||N", "Dr|cardio||||19||N", "hl7v2/table-value", "PV1-10", "warning", "103"),
    ("Dr|300||||19||N", "Dr|300||||DNA||N", "hl7v2/table-value", "PV1-14", "error", "103"),
    ("|20260105085000", "|20260105085000|20260101", "hl7v2/discharge-time", "PV1-45", "error", "102"),
    ("OBX|1|NM|", "OBX|1||", "hl7v2/observation-value", "OBX-2", "error", "101"),
    ("|71.5|", "|>71|", "hl7v2/observation-value", "OBX-5", "error", "102"),
    ("|kg|||||F", "|kg|||||Confirmed", "hl7v2/table-value", "OBX-11", "error", "103"),
    ("AL1|1|DA|", "AL1|1|XX|", "hl7v2/table-value", "AL1-2", "error", "103"),
    ("AL1|1|DA|", "AL1|one|DA|", "hl7v2/number", "AL1-1", "error", "102"),
    ("SNCT|7|Rash", "SNCT|SV|Rash", "hl7v2/table-value", "AL1-4", "error", "103"),
    ("Pneumonia^I10", "Pneumonia^ICD10", "hl7v2/coding-label", "DG1-3.3", "warning", ""),
    ("Pneumonia^I10", "Pneumonia^XYZ", "hl7v2/table-value", "DG1-3.3", "error", "103"),
    ("||20260105|A", "||20263005|A", "hl7v2/date", "DG1-5", "error", "102"),
    ("||20260105|A", "||20260105|", "hl7v2/required-field", "DG1-6", "error", "101"),
    ("X29.2^Infusion", "ZZS4^Infusion", "hl7v2/code-form", "PR1-3.1", "warning", ""),
    ("ZU8||1|Yes|0", "ZU8||7|Yes|0", "hl7v2/table-value", "ZU8-2", "error", "103"),
    ("ZU8||1|Yes|0", "ZU8||1|Yes|2", "national/sensitive-leak", "PID-11", "warning", "102"),
    ("|N||20260109", "|Q||20260109", "hl7v2/table-value", "ZU1-22", "error", "103"),
    ("Chest pain", "Chest\tpain", "hl7v2/control-character", "PV2-3", "warning", "102"),
    ("Chest pain", "Chest\x01pain", "hl7v2/control-character", "PV2-3", "error", "102"),
    ("Chest pain", "Chest \\Q\\ pain", "hl7v2/escape", "PV2-3", "warning", "102"),
    ("Chest pain", "Chest \\ pain", "hl7v2/escape", "PV2-3", "warning", "102"),
    ("20260110|||||||||||||||||||||||||||||A", "20260110|||||||||||||||||||||||||||||B", "hl7v2/table-value", "PV2-38", "error", "103"),
    ("|20260110|", "|20260132|", "hl7v2/date", "PV2-9", "error", "102"),
    ("|GBR|UNICODE|EN", "|UK|UNICODE|EN", "hl7v2/table-value", "MSH-17", "warning", "103"),
    ("|N||20260109", "|N||20260199", "hl7v2/date", "ZU1-24", "error", "102"),
    ("|X9A|ROUTE", "|HOSP|ROUTE", "hl7v2/table-value", "MSH-4", "warning", "103"),
]


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "severity", "error_code"), CHANGES, ids=[f"{row[2]} {row[3]} {index}" for index, row in enumerate(CHANGES)]
)
def test_a_change_triggers_its_rule(old: str, new: str, code: str, path: str, severity: str, error_code: str) -> None:
    issues = [issue for issue in found(changed(old, new), code) if issue.location.path == path]
    assert [(issue.severity.value, issue.error_code) for issue in issues] == [(severity, error_code)]
    issue = issues[0]
    assert issue.message
    assert issue.expected
    assert issue.actual
    assert issue.remedy
    assert issue.clause or code.startswith("national/")


@pytest.mark.parametrize("code", ["\\.br\\", "\\F\\", "\\T\\", "\\X0D\\", "\\H\\bold\\N\\", "\\.sp+2\\"])
def test_known_escape_sequences_are_fine(code: str) -> None:
    assert judged(changed("Chest pain", f"Chest {code} pain")) == []


@pytest.mark.parametrize(("old", "new"), [("|19620314|2|", '|""|2|'), ("Chest pain", '""'), ("|C22|", '|""|')])
def test_an_explicit_delete_is_a_value(old: str, new: str) -> None:
    assert judged(changed(old, new)) == []


def test_an_explicit_delete_of_a_required_field_is_not() -> None:
    (issue,) = found(changed("PV1|1|I|", 'PV1|1|""|'), "hl7v2/required-field")
    assert issue.actual == "an explicit delete"


def test_habits_are_judged_only_when_strict() -> None:
    message = changed("Dr|300||||19||N", "Dr|cardio||||19||N")
    assert judged(message, Options()) == []
    assert [issue.code for issue in judged(message)] == ["hl7v2/table-value"]


def test_a_consumer_is_warned_where_a_creator_errs() -> None:
    message = changed("|19620314|2|", "|19620314|F|")
    assert [issue.severity for issue in judged(message)] == [Severity.ERROR]
    assert [issue.severity for issue in judged(message, Options(side="consumer"))] == [Severity.WARNING]


@pytest.mark.parametrize("held", ["AL1", "PID-8", "PV1-14"])
def test_what_is_held_must_be_sent(held: str) -> None:
    segment, _, field = held.partition("-")
    lines = [line for line in CLEAN.split("\r") if field or not line.startswith(segment)]
    if field:
        lines = [
            "|".join("" if index == int(field) else part for index, part in enumerate(line.split("|"))) if line.startswith(segment) else line for line in lines
        ]
    message = "\r".join(lines)
    assert judged(message) == []
    (issue,) = found(message, "hl7v2/held-not-sent", Options(held=frozenset({held, "MRG"})))
    assert (issue.location.path, issue.severity, issue.error_code) == (held, Severity.ERROR, "101")
    assert judged(message, Options(held=frozenset({held}), side="consumer")) == []


def test_a_birth_after_today() -> None:
    (issue,) = judged(CLEAN, Options(now="1960-01-01"))
    assert issue.code == "national/birth-in-future"


def test_real_numbers_can_be_allowed() -> None:
    assert judged(changed("9990000018", "3333333333"), Options(allow_real_numbers=True)) == []


def test_locations_carry_line_and_offset() -> None:
    (issue,) = judged(changed("19620314", "19621314"))
    assert issue.location.path == "PID-7"
    assert issue.location.line == 3
    assert issue.location.offset == changed("19620314", "19621314").encode().index(b"19621314")


@pytest.mark.parametrize(
    ("declared", "codec", "code"),
    [("8859/1", "latin-1", None), ("UNICODE", "utf-8", None), ("ASCII", "latin-1", "hl7v2/charset"), ("UNICODE", "latin-1", "hl7v2/charset")],
)
def test_bytes_are_of_the_declared_character_set(declared: str, codec: str, code: str | None) -> None:
    issues = judged(changed("|UNICODE|", f"|{declared}|"), codec=codec)
    assert [issue.code for issue in issues] == ([code] if code else [])
    assert all(issue.is_error for issue in issues)


def test_other_versions_are_judged_by_the_base_profile() -> None:
    message = changed("|P|2.4|", "|P|2.5.1|")
    assert judged(message.replace("ITKv1.0", ""), Options()) == []
    assert [issue.error_code for issue in judged(message, Options())] == ["203"]


def test_an_unknown_profile_or_side_is_the_callers_error() -> None:
    with pytest.raises(UnknownNameError):
        judged(CLEAN, Options(profile="nonsense"))
    with pytest.raises(HarnessError):
        Options(side="left")


MERGE = "\r".join(
    [
        r"MSH|^~\&|PAS|X9A|ROUTE|ROUTE|20260105090000||ADT^A40^ADT_A39|M2|P|2.4|||||GBR|UNICODE|EN||ITKv1.0",
        "EVN||20260105090000||||20260105085500",
        "PID|1||9990000018^^^NHS~633^^^X9A||Sample^Ann^^^^^L|||||||||||||||||||||||||||NSTS01",
        "MRG|9990000026^^^NHS~634^^^X9A",
    ]
)


@pytest.mark.parametrize(
    ("merged", "codes"),
    [
        ("9990000026^^^NHS~634^^^X9A", []),
        ("634^^^X9A", []),
        ("634^^^LOCAL", ["hl7v2/merge"]),
        ("634", ["hl7v2/assigning-authority", "hl7v2/merge"]),
        ("633^^^X9A", ["hl7v2/merge"]),
        ("9990000026^^^NHS^NH", []),
        ("9990000027^^^NHS", ["nhs-number/check-digit"]),
        ("634^^^X9A||||V1", ["hl7v2/not-used"]),
    ],
)
def test_a_merge_is_tied_to_its_survivor(merged: str, codes: list[str]) -> None:
    assert [issue.code for issue in judged(MERGE.replace("9990000026^^^NHS~634^^^X9A", merged))] == codes


@pytest.mark.parametrize("spelling", ["^^^NHS", "^^^NHS^NH", "^^^NHS^NHS", "^^^NHS^HN", "^03^^^NI", "^^^NH", "^^^NHSNBR^NHSNMBR", "^^^^NH{status:01}"])
def test_every_spelling_of_an_nhs_number_is_recognised(spelling: str) -> None:
    assert found(changed("9990000018^^^NHS", f"9990000019{spelling}"), "nhs-number/check-digit")


def test_a_number_of_another_authority_is_no_nhs_number() -> None:
    assert judged(changed("633^^^X9A", "3333333334^^^X9A")) == []


@pytest.mark.parametrize(("event", "structure", "path"), [("A03", "ADT_A03", "PV1-45"), ("A05", "ADT_A05", "PV2-8")])
def test_events_carry_the_date_they_exist_for(event: str, structure: str, path: str) -> None:
    kept = [line for line in CLEAN.split("\r") if event == "A05" or line[:3] not in ("NK1", "AL1", "DG1", "PR1")]
    message = "\r".join(kept).replace("ADT^A01^ADT_A01", f"ADT^{event}^{structure}")
    assert [(issue.code, issue.location.path) for issue in judged(message)] == [("hl7v2/conditional-field", path)]
