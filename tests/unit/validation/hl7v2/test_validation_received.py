"""What is said of bytes: where undecodable ones stand, line feeds inside values, line ends, messages of a file each by itself."""

from __future__ import annotations

from harness.model.issue import Issue, Severity
from harness.validation.dispatch import validate
from harness.validation.options import Options

HEAD = "MSH|^~\\&|A|X9A|B|X9B|20260105090000||ADT^A31^ADT_A05|{}|P|2.5.1||||||UNICODE UTF-8\rEVN||20260105090000\r"
REST = "PID|1||111^^^X9A^MR||ONE^ANNE||19630102|F\rPV1|1|N\r"
BASE = Options(profile="base")


def found(data: bytes, code: str) -> list[Issue]:
    return [issue for issue in validate(data, BASE) if issue.code == code]


def test_each_damaged_field_is_one_issue_with_the_byte_it_begins_at() -> None:
    data = (HEAD.format(1) + REST).encode().replace(b"ONE^ANNE", b"ON\xca^AN\xd1E").replace(b"|F\r", b"|F|||1 R\xfbE\r")
    issues = found(data, "hl7v2/undecodable")
    assert [(one.location.path, one.location.offset, one.severity) for one in issues] == [
        ("PID-5", data.index(b"\xca"), Severity.ERROR),
        ("PID-11", data.index(b"\xfb"), Severity.ERROR),
    ]
    assert "windows-1252" in issues[0].message
    assert issues[0].actual == "ONÊ^ANÑE"
    assert not found(data, "hl7v2/charset")


def test_a_message_of_nothing_but_damage_is_told_in_a_bounded_number_of_issues() -> None:
    data = (HEAD.format(1) + REST).encode() + b"ZZ1" + b"|\xff" * 5000
    issues = found(data, "hl7v2/undecodable")
    assert len(issues) == 101
    assert "4900" in issues[-1].message


def test_one_unreadable_message_of_a_file_hides_no_other() -> None:
    good = (HEAD.format(1) + REST.replace("|F", "|Q")).encode()
    bad = [(HEAD.format(2) + REST).encode().replace(b"ANNE", damage) for damage in (b"AN\0E", b"AN\xc3E")] + [b"MSH|^^\\&|A\rPID|1\r"]
    for one in bad:
        issues = validate(good + one + good, BASE)
        told = {issue.location.path.partition(":")[0] for issue in issues if issue.is_error}
        assert "message 2" in told or any("message 2" in issue.location.path for issue in issues)
        assert [issue.code for issue in issues if issue.location.path.startswith("message 3")] == [
            issue.code for issue in issues if issue.location.path.startswith("message 1")
        ]


def test_a_line_feed_inside_a_value_is_said_where_it_stands() -> None:
    data = (HEAD.format(1) + REST.replace("ANNE", "AN\nNE")).encode()
    assert [(one.location.path, one.severity) for one in found(data, "hl7v2/line-break")] == [("PID-5", Severity.WARNING)]
    assert not found(data, "hl7v2/control-character")
    assert not found(data, "hl7v2/line-ends")


def test_other_line_ends_than_cr_are_said_and_read() -> None:
    text = HEAD.format(1) + REST
    for ends, said in (("\n", "LF"), ("\r\n", "CRLF")):
        issues = validate(text.replace("\r", ends).encode(), BASE)
        assert [one.actual for one in issues if one.code == "hl7v2/line-ends"] == [said]
        assert [one.code for one in issues if one.code != "hl7v2/line-ends"] == [one.code for one in validate(text.encode(), BASE)]
