"""Original and enhanced acknowledgement mode, the codes of each fault, and the clause register's literal codes beside them."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from formats_samples import ADMISSION
from material import OWN_V2, Material, everywhere

from harness.catalogue import catalogue
from harness.formats.hl7v2 import parse, split_batch
from harness.formats.hl7v2.acknowledge import CONDITIONS, acknowledge
from harness.formats.hl7v2.answering import FAULTS, Answering, Refusal, Wanted

OWN = {"application": "TIE", "facility": "X9B", "version": "2.4", "charset": "UNICODE UTF-8", "profile": "ITKv1.0"}
AT = "20260105090001"

# Typed again from the acknowledgement rules of the ITK reference tables (0008, 0357), HL7 UK A.3 (syntax AR, content AE) and HL7 v2.4 2.9.2.2.
EXPECTED = {
    "unreadable": "AR/100",
    "segment-missing": "AE/100",
    "segment-order": "AE/100",
    "required": "AE/101",
    "datatype": "AE/102",
    "table": "AE/103",
    "message-type": "AR/200",
    "event": "AR/201",
    "processing-id": "AR/202",
    "version": "AR/203",
    "unknown-key": "AE/204",
    "duplicate-key": "AE/205",
    "locked": "AE/206",
    "internal": "AE/207",
}
# Clause of the register → what its remediation must tell a receiver to answer.
REGISTER = {
    "acknowledgement/must-reject-1": "AR",
    "acknowledgement/must-reject-2": EXPECTED["event"],
    "acknowledgement/must-reject-3": EXPECTED["version"],
    "acknowledgement/must-reject-4": EXPECTED["processing-id"],
    "acknowledgement/must-reject-5": EXPECTED["segment-missing"],
    "acknowledgement/must-reject-6": EXPECTED["required"],
    "acknowledgement/must-reject-7": EXPECTED["required"],
    "acknowledgement/must-reject-10": EXPECTED["datatype"],
    "acknowledgement/must-reject-11": EXPECTED["datatype"],
    "acknowledgement/may-accept-1": EXPECTED["table"],
}


def answering(refusal: Refusal | None = None) -> Answering:
    return Answering(OWN, lambda: AT, lambda _: refusal)


def asking(accept: str = "", application: str = "") -> bytes:
    tree = parse(ADMISSION)
    tree.set("MSH-15", accept or None)
    tree.set("MSH-16", application or None)
    return tree.encode()


def codes(answer: bytes | None) -> str:
    if answer is None:
        return ""
    said = parse(answer)
    code = said.get("MSA-6.1") or ""
    return f"{said.get('MSA-1')}{f'/{code}' if code else ''}"


def test_each_fault_has_its_codes() -> None:
    assert {fault: f"{code}/{condition}" for fault, (code, condition) in FAULTS.items()} == EXPECTED
    assert {condition for _, condition in FAULTS.values()} | {"0"} == set(CONDITIONS)
    for fault in FAULTS:
        assert codes(answering(Refusal(fault))(ADMISSION)) == EXPECTED[fault]


@pytest.mark.parametrize(("clause", "expected"), REGISTER.items(), ids=REGISTER)
def test_the_register_tells_a_receiver_the_same_codes(clause: str, expected: str) -> None:
    told = catalogue().clauses[clause].remediation
    code = re.search(r"\bA[ER]\b", told)
    condition = re.search(r"\bcode (\d{3})\b", told)
    assert code is not None
    assert f"{code[0]}/{condition[1]}" == expected if condition else code[0] == expected


@pytest.mark.parametrize(
    ("accept", "application", "fault", "now", "later"),
    [
        ("", "", "", "AA", ""),
        ("", "", "required", "AE/101", ""),
        ("AL", "NE", "", "CA", ""),
        ("AL", "AL", "", "CA", "AA"),
        ("NE", "AL", "", "", "AA"),
        ("", "AL", "", "", "AA"),
        ("AL", "", "", "CA", ""),
        ("NE", "NE", "required", "", ""),
        ("ER", "ER", "", "", ""),
        ("SU", "SU", "", "CA", "AA"),
        # A fault of content is no reason not to take custody: it is said by the application.
        ("AL", "AL", "required", "CA", "AE/101"),
        ("ER", "ER", "required", "", "AE/101"),
        ("SU", "SU", "required", "CA", ""),
        # What the receiver does not serve is not taken, and then no application sees it.
        ("AL", "AL", "version", "CR/203", ""),
        ("ER", "ER", "event", "CR/201", ""),
        ("SU", "AL", "processing-id", "", ""),
        ("XX", "NE", "", "CA", ""),
    ],
)
def test_the_mode_decides_what_is_said_at_once_and_what_later(accept: str, application: str, fault: str, now: str, later: str) -> None:
    receiver = answering(Refusal(fault) if fault else None)
    assert codes(receiver(asking(accept, application))) == now
    assert [codes(answer) for answer in receiver.later] == ([later] if later else [])


def test_the_application_acknowledgement_is_a_message_of_its_own() -> None:
    receiver = answering()
    at_once = parse(receiver(asking("AL", "AL")) or b"")
    later = parse(receiver.later[0])
    assert (at_once.get("MSA-2"), later.get("MSA-2")) == ("C1", "C1")
    assert at_once.control_id != later.control_id
    assert (later.get("MSH-3"), later.get("MSH-5")) == ("TIE", "PAS")


@pytest.mark.parametrize("version", ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2"])
def test_msa_and_err_hold_what_the_version_has(version: str) -> None:
    """By hl7apy's tables, a second opinion: nothing where the version has no field or has withdrawn it, everything where it is required."""
    tables = import_module(f"hl7apy.v{version.replace('.', '_')}.segments").SEGMENTS
    made = acknowledge(parse(ADMISSION), "AE", text="No", error_code="101", error_location="PID-3", sender={"version": version}, at=AT, control_id="A1")
    said = parse(made)
    assert said.version == version
    for name in ("MSA", "ERR"):
        usage = {int(row[0].partition("_")[2]): row[2] for row in tables[name][1]}
        held = {number for number in range(1, 20) if said.raw(f"{name}-{number}")}
        assert held <= {number for number, (_, most) in usage.items() if most}
        assert held >= {number for number, (least, _) in usage.items() if least}
    # The text and the condition are said once at least, whatever the version.
    assert "No" in (said.get("MSA-3"), said.get("ERR-8"))
    assert "101" in (said.get("MSA-6.1"), said.get("ERR-1.4.1"), said.get("ERR-3.1"))


def test_an_acknowledgement_is_not_acknowledged_by_an_application() -> None:
    said = acknowledge(parse(ADMISSION), sender=OWN, at=AT, control_id="A1")
    assert answering()(said) is None
    tree = parse(said)
    tree.set("MSH-15", "AL")
    tree.set("MSH-16", "AL")
    receiver = answering()
    assert codes(receiver(tree.encode())) == "CA"
    assert not receiver.later


def test_bytes_that_are_no_message_are_rejected() -> None:
    assert codes(answering()(b"\x00neither this nor that")) == "AR/100"


def test_wanted_reads_msh_15_and_16() -> None:
    assert Wanted.of(parse(ADMISSION)) == Wanted("", "")
    assert Wanted.of(parse(asking("AL", "SU"))) == Wanted("AL", "SU")
    assert not Wanted.of(parse(ADMISSION)).enhanced


def slowly(payload: bytes) -> bytes:
    received = parse(payload)
    return acknowledge(received, "AA", sender=OWN, at=AT, control_id=f"A{received.control_id}"[:20])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"|C1|", b"|C2|"),
        (b"|C1|", b"||"),
        (b"|C1|", b"|@ID@|"),
        (b"|C1|", b"|" + b"9" * 30 + b"|"),
        (b"|C1|", b"|a\\F\\b|"),
        (b"|PAS|", b"|PAS^1.2&3^ISO^|"),
        (b"|PAS|", b"|PAS~TWO|"),
        (b"|PAS|", b"|@AT@|"),
        (b"|PAS|", "|PÂS|".encode()),
        (b"|PAS|", b"|P\\T\\S|"),
        (b"ADT^A01", b"ADT"),
        (b"|2.4|", b"|2.3|"),
        (b"|2.4|", b"|2.4^GBR|"),
        (b"\r", b"\n"),
        (b"\r", b"\r\n"),
        (b"|^~\\&|", b"|^~\\&#|"),
    ],
    ids=str,
)
def test_the_quick_answer_is_the_slow_one(old: bytes, new: bytes) -> None:
    payload = ADMISSION.replace(old, new) if old == b"\r" else ADMISSION.replace(old, new, 1)
    receiver = answering()
    for changed in (payload, payload.replace(b"|C1|", b"|C9|")):
        assert receiver(changed) == slowly(changed)


@everywhere
def test_the_quick_answer_is_the_slow_one_for_every_message(material: Material) -> None:
    receiver, count = answering(), 0
    for path in material.files(own=OWN_V2, shared=["**/*"]):
        if path.suffix.lower() not in (".hl7", ".txt") or not (data := path.read_bytes()).lstrip().startswith(b"MSH"):
            continue
        for _, _, message in split_batch(data):
            tree = parse(message)
            if Wanted.of(tree).enhanced or tree.all("MSA") or tree.type == "ACK":
                continue
            assert receiver(message) == slowly(message), path
            count += 1
    assert count >= material.least(own=60, shared=30)
