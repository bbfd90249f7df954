"""The grammar of the HL7 versions: as hl7apy has it, small, and judged to the last component; what is not known is inconclusive."""

from __future__ import annotations

import pytest

from harness.catalogue.load import data_root
from harness.catalogue.v2_grammar import v2_grammar, v2_versions
from harness.errors import UnknownNameError
from harness.model.issue import Issue
from harness.validation.hl7v2 import examine, validate
from harness.validation.hl7v2.compile import VERSIONS, compile_grammar, pack
from harness.validation.hl7v2.grammar import grammar_of
from harness.validation.hl7v2.structure import compare, read_structure
from harness.validation.options import Options

FOLDER = data_root() / "profiles" / "hl7v2" / "grammar"


def result(*lines: str, version: str = "2.5.1", kind: str = "ORU^R01^ORU_R01") -> bytes:
    return "\r".join([rf"MSH|^~\&|LAB|X9A|ROUTE|X9B|20260105090000||{kind}|R1|P|{version}", *lines]).encode()


PID, OBR, OBX = "PID|1||633^^^X9A^MR||Sample^Ann", "OBR|1|||26604007^Count^SCT", "OBX|1|NM|718-7^Haemoglobin^LN||135|g/L|||||F"


def said(data: bytes, options: Options = Options()) -> list[tuple[str, str, str]]:  # noqa: B008
    return [(issue.severity.value, issue.code, issue.location.path) for issue in validate(data, options)]


@pytest.mark.parametrize("version", ["2.1", "2.4", "2.5.1"])
def test_facts_are_those_of_the_tables(version: str) -> None:
    pytest.importorskip("hl7apy")
    assert pack(compile_grammar(version)) == (FOLDER / f"{version}.json.z").read_bytes()


def test_twelve_versions_are_small() -> None:
    assert set(v2_versions()) == set(VERSIONS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 300_000
    with pytest.raises(UnknownNameError):
        v2_grammar("3.0")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_structure_and_segment_can_be_read(version: str) -> None:
    grammar = grammar_of(version, False)
    assert grammar is not None
    for name, text in v2_grammar(version)["messages"].items():
        structure = read_structure(text, (name,), (), name)
        assert structure.slots
    for name in grammar.known:
        segment = grammar.segment(name)
        assert segment is not None
        assert [rule.number for rule in segment.fields] == sorted({rule.number for rule in segment.fields})


def test_facts_typed_again_from_the_standard() -> None:
    facts = v2_grammar("2.4")
    assert facts["segments"]["PID"][2] == [3, "CX", 1, 0, ""]
    assert facts["segments"]["OBX"][10] == [11, "ID", 1, 1, "0085"]
    assert facts["messages"]["ADT_A39"] == "MSH EVN (PID PD1:O MRG PV1:O)*"
    assert facts["tables"]["0136"] == ["N", "Y"]
    assert facts["types"]["TS"][0][0] == "DTM"


@pytest.mark.parametrize(
    ("names", "departures"),
    [
        ("MSH PID OBR OBX OBX OBR OBX NTE", []),
        ("MSH PID PV1 ORC OBR OBX ORC OBR SPM", []),
        ("MSH PID OBR OBX PID OBR OBX", []),
        ("MSH OBR OBX", []),
        ("MSH PID OBX", ["missing OBR"]),
        ("MSH PID OBR ORC OBX", ["missing OBR"]),
        ("MSH PID NK1 PD1 OBR", ["order PD1"]),
        ("MSH PID OBR MRG OBX", ["not-allowed MRG"]),
        ("MSH", ["missing OBR"]),
    ],
)
def test_nested_groups(names: str, departures: list[str]) -> None:
    structure = read_structure(v2_grammar("2.5.1")["messages"]["ORU_R01"], ("ORU_R01",), (), "ORU_R01")
    known = frozenset(v2_grammar("2.5.1")["segments"])
    assert [f"{one.kind} {one.name}" for one in compare(structure, names.split(), known)] == departures


@pytest.mark.parametrize("names", ["MSH ORC OBR", "MSH ORC RXO", "MSH PID ORC RXO OBX ORC OBR"])
def test_a_choice_takes_one(names: str) -> None:
    structure = read_structure(v2_grammar("2.4")["messages"]["ORM_O01"], ("ORM_O01",), (), "ORM_O01")
    assert list(compare(structure, names.split(), frozenset(v2_grammar("2.4")["segments"]))) == []


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([PID, OBR, OBX], []),
        ([PID, OBX], [("error", "hl7v2/missing-segment", "OBX")]),
        ([PID, "OBR|1", OBX], [("error", "hl7v2/required-field", "OBR-4")]),
        ([PID, "OBR|x|||1^Count", OBX], [("error", "hl7v2/number", "OBR-1")]),
        ([PID, "OBR|1|||1^Count|||20261301", OBX], [("error", "hl7v2/date", "OBR-7.1")]),
        ([PID, "OBR|1|||1^Count^L^^^^^^^9", OBX], [("warning", "hl7v2/extra-component", "OBR-4")]),
        (["PID|1||633^1^XXX^X9A^MR||Sample", OBR, OBX], [("error", "hl7v2/table-value", "PID-3.3")]),
        (["PID|1||633^^^X9A^MR^^20261301||Sample", OBR, OBX], [("error", "hl7v2/date", "PID-3.7")]),
        (["PID|1||633^^^X9A^MR||Sample|||||||||||||||||||||||||||N" + "|" * 12 + "x", OBR, OBX], [("warning", "hl7v2/extra-field", "PID-44")]),
        ([PID, OBR, "OBX|1|NM|718-7^Hb^LN||135|g/L|||||?"], [("error", "hl7v2/table-value", "OBX-11")]),
        ([PID, OBR, OBX, "ZZZ|1"], []),
        ([PID, OBR, OBX, "QQQ|1"], [("information", "hl7v2/unknown-segment", "QQQ")]),
    ],
)
def test_a_result_by_its_grammar(lines: list[str], wanted: list[tuple[str, str, str]]) -> None:
    assert said(result(*lines)) == wanted


def test_a_long_value_only_warns() -> None:
    issues = said(result(PID, OBR, f"OBX|1|ST|718-7^{'x' * 200}^LN||135||||||F"))
    assert issues == [("warning", "hl7v2/length", "OBX-3.2")]


def doubts(data: bytes) -> list[Issue]:
    return list(examine(data).inconclusive)


def test_a_table_that_is_not_here_is_inconclusive_and_no_pass() -> None:
    data = result("PID|1||633^^^X9A^MR||Sample^Ann", OBR + "|" * 23 + "1", OBX, version="2.3", kind="ORU^R01")
    found = doubts(data)
    assert any("0203" in issue.message and issue.location.path == "PID-3.5" for issue in found)
    assert validate(data) == []
    told = validate(data, Options(inconclusive=True))
    assert {issue.code for issue in told} == {"hl7v2/inconclusive"}
    assert {issue.severity.value for issue in told} == {"information"}


def test_another_code_of_a_user_defined_table_is_inconclusive() -> None:
    data = result("PID|1||633^^^X9A^MR||Sample^Ann|||2", OBR, OBX)
    assert validate(data) == []
    assert [issue.location.path for issue in doubts(data) if "0001" in issue.message] == ["PID-8"]


def test_no_structure_and_no_grammar_are_inconclusive() -> None:
    assert any("no structure of ZZZ^Z99" in issue.message for issue in doubts(result(PID, kind="ZZZ^Z99")))
    assert any("no grammar of version 2.7.1" in issue.message for issue in doubts(result(PID, version="2.7.1")))


def test_three_answers_are_counted() -> None:
    clean, wrong = examine(result(PID, OBR, OBX)), examine(result(PID, OBR, OBX.replace("135", "high")))
    assert clean.passed > 50
    assert clean.failed == 0
    assert wrong.failed == 1
    assert list(wrong.issues) == validate(result(PID, OBR, OBX.replace("135", "high")))
