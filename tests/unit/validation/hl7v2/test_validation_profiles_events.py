"""Rules of the event against the rest of its message, and what the ITK profile says of queries and Z-segments."""

from __future__ import annotations

import pytest

from harness.model.issue import Severity
from harness.validation.hl7v2 import validate
from harness.validation.national import number_issues
from harness.validation.options import Options

HEAD = r"MSH|^~\&|PAS|X9A|ROUTE|ROUTE|20260105090000||{type}|M1|P|2.4|||||GBR|UNICODE|EN||ITKv1.0"


def message(type: str, *lines: str) -> bytes:
    return "\r".join([HEAD.format(type=type), *lines]).encode()


def said(data: bytes) -> list[tuple[str, str, str]]:
    return [(issue.severity.value, issue.code, issue.location.path) for issue in validate(data, Options(profile="itk-2.4", allow_real_numbers=True))]


def person(birth: str = "19620314", death: str = "") -> str:
    return f"PID|1||9990000018^^^NHS~633^^^X9A||Sample^Ann^^^^^L||{birth}|2" + "|" * 21 + f"{death}|||NSTS01"


EVENT = "EVN||20260105090000||||20260105085500"


@pytest.mark.parametrize(
    ("birth", "death", "wanted"),
    [
        ("19620314", "", []),
        ("20260105", "", []),
        ("202601050900", "", [("error", "national/after-event", "PID-7")]),
        ("20260106", "", [("error", "national/after-event", "PID-7")]),
        ("19620314", "20260105", []),
        ("19620314", "20260301", [("error", "national/after-event", "PID-29")]),
        ("19620314", '""', []),
    ],
)
def test_a_life_spans_the_event(birth: str, death: str, wanted: list[tuple[str, str, str]]) -> None:
    assert said(message("ADT^A28^ADT_A05", EVENT, person(birth, death))) == wanted


@pytest.mark.parametrize(
    ("left", "wanted"),
    [("20260105085500", []), ("20260105", []), ("20260105091000", [("warning", "hl7v2/discharge-after-event", "PV1-45")])],
)
def test_a_discharge_has_happened(left: str, wanted: list[tuple[str, str, str]]) -> None:
    visit = "PV1|1|I|POC^MED1^B1^X9A01" + "|" * 41 + f"20260104|{left}"
    assert said(message("ADT^A03^ADT_A03", EVENT, person(), visit)) == wanted


@pytest.mark.parametrize(
    ("merged", "codes"),
    [
        ("9990000026^^^NHS~634^^^X9A", []),
        ("634^^^X9A~9990000026^^^NHS", ["hl7v2/merge-order"]),
        ("634^^^X9A", []),
        ("634^^^X9A~635^^^X9A", []),
    ],
)
def test_a_merge_keeps_the_order_of_the_survivors(merged: str, codes: list[str]) -> None:
    assert [code for _, code, _ in said(message("ADT^A40^ADT_A39", EVENT, person(), f"MRG|{merged}"))] == codes


QUERIES = {
    "QBP^Q21^QBP_Q21": ["QPD|Q21^Get Person Demographics|Q1|633^^^X9A", "RCP|I|20^RD"],
    "QBP^Q22^QBP_Q21": ["QPD|Q22^Find Candidates|Q1|@PID.3.1^633", "RCP|I|20^RD"],
    "QBP^ZV1^QBP_Q21": ["QPD|ZV1^Query Patient Demographics and Encounter|Q1|@PID.3.1^633", "RCP|I|20^RD", "DSC|1"],
    "QCN^J01^QCN_J01": ["QID|Q1|Q22^Find Candidates"],
    "RSP^K21^RSP_K21": ["MSA|AA|M0", "QAK|Q1|OK|Q21||1", "QPD|Q21|Q1|633^^^X9A", person()],
    "RSP^K22^RSP_K22": ["MSA|AA|M0", "QAK|Q1|NF|Q22||0", "QPD|Q22|Q1|@PID.3.1^633"],
    "RSP^K22^RSP_K21": ["MSA|AA|M0", "QAK|Q1|OK|Q22||2", "QPD|Q22|Q1|@PID.3.1^633", person(), "PD1", person()],
    "RSP^ZV2^RSP_ZV2": ["MSA|AA|M0", "QAK|Q1|OK|ZV1||1", "QPD|ZV1|Q1|@PID.3.1^633", EVENT, person(), "PV1|1|O|POC^MED1^B1^X9A01"],
    "ACK^A02^ACK": ["MSA|AE|M0||||101", "ERR|PID^1^3^101"],
}


@pytest.mark.parametrize("type", QUERIES)
def test_queries_replies_and_acknowledgements(type: str) -> None:
    assert said(message(type, *QUERIES[type])) == []


@pytest.mark.parametrize(
    ("type", "old", "new", "wanted"),
    [
        ("QBP^Q21^QBP_Q21", "RCP|I|20^RD", "", ("error", "hl7v2/missing-segment", "RCP")),
        ("QBP^Q21^QBP_Q21", "RCP|I", "RCP|X", ("error", "hl7v2/table-value", "RCP-1")),
        ("QCN^J01^QCN_J01", "QID|Q1", "QID|", ("error", "hl7v2/required-field", "QID-1")),
        ("RSP^K21^RSP_K21", "|OK|", "|WELL|", ("error", "hl7v2/table-value", "QAK-2")),
        ("RSP^K21^RSP_K21", "MSA|AA|M0", "MSA|AA|", ("error", "hl7v2/required-field", "MSA-2")),
        ("ACK^A02^ACK", "||||101", "||||999", ("error", "hl7v2/table-value", "MSA-6")),
    ],
)
def test_a_query_that_departs(type: str, old: str, new: str, wanted: tuple[str, str, str]) -> None:
    lines = [line.replace(old, new) for line in QUERIES[type]]
    assert said(message(type, *(line for line in lines if line))) == [wanted]


@pytest.mark.parametrize(
    ("segment", "wanted"),
    [
        ("ZU1|20260101|1||20260105|20260109|300|||1|1|||2|||||||||Y||20260109|||", []),
        ("ZU1|20261301", [("error", "hl7v2/date", "ZU1-1")]),
        ("ZU1||||||||||7", [("error", "hl7v2/table-value", "ZU1-10")]),
        ("ZU3|||5|1|A", []),
        ("ZU3|||9", [("warning", "hl7v2/table-value", "ZU3-3")]),
        ("ZU4|1", []),
        ("ZU5|1", []),
        ("ZU6|1", []),
        ("ZU7|1", []),
        ("ZU8||3|Yes|1", []),
        ("ZU8||3|Maybe", [("error", "hl7v2/table-value", "ZU8-3")]),
        ("ZU2|1", [("error", "hl7v2/segment-not-allowed", "ZU2")]),
    ],
)
def test_the_national_segments(segment: str, wanted: list[tuple[str, str, str]]) -> None:
    assert said(message("ADT^A08^ADT_A01", EVENT, person(), "PV1|1|I|POC^MED1^B1^X9A01", segment)) == wanted


@pytest.mark.parametrize(
    ("segment", "wanted"),
    [
        ("ZZZ|1", []),
        ("XQ1|1", [("error", "hl7v2/segment-name", "XQ1")]),
        ("IN1|1|PLAN", [("warning", "hl7v2/segment-out-of-profile", "IN1")]),
    ],
)
def test_segments_of_a_site_begin_with_z(segment: str, wanted: list[tuple[str, str, str]]) -> None:
    found = said(message("ADT^A08^ADT_A01", EVENT, person(), "PV1|1|I|POC^MED1^B1^X9A01", segment))
    assert [one for one in found if one[0] != "information"] == wanted


@pytest.mark.parametrize(
    ("separators", "wanted"),
    [
        ("^~\\&", []),
        ("^~\\&#", [("warning", "hl7v2/delimiters", "MSH-2")]),
        ("^~", [("error", "hl7v2/delimiters", "MSH-2")]),
    ],
)
def test_msh_2_holds_the_usual_characters(separators: str, wanted: list[tuple[str, str, str]]) -> None:
    data = message("QCN^J01^QCN_J01", "QID|Q1|Q22^Find Candidates").replace(b"^~\\&", separators.encode(), 1)
    assert said(data) == wanted


def test_the_synthetic_range_is_an_option() -> None:
    from harness.model.location import Location

    (issue,) = number_issues("3333333333", Location, Options(synthetic_only=True))
    assert (issue.code, issue.severity) == ("nhs-number/not-synthetic", Severity.ERROR)
    assert number_issues("9990000018", Location, Options(synthetic_only=True)) == []
