"""Conformance profiles in XML, small ones written here: what they require, what their statements say, and what is wrong with themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import CatalogueError, HarnessError
from harness.model.issue import Issue, Severity
from harness.validation.hl7v2 import validate
from harness.validation.hl7v2.nist.assertions import read_assertion
from harness.validation.hl7v2.nist.bundles import is_bundle, load_bundle
from harness.validation.hl7v2.profile import load_profile
from harness.validation.options import Options

PROFILE = """<?xml version="1.0"?>
<ConformanceProfile ID="small" Type="Constrainable" HL7Version="2.5.1" SchemaVersion="2.5">
  <MetaData Name="Small results" OrgName="Exemplar" Version="1"/>
  <Messages>
    <Message ID="m1" Type="ORU" Event="R01" StructID="ORU_R01">
      <Segment Ref="MSH" Usage="R" Min="1" Max="1"/>
      <Segment Ref="PID" Usage="R" Min="1" Max="1"/>
      <Segment Ref="PV2" Usage="X" Min="0" Max="0"/>
      <Group ID="m1.G" Name="ORDER" Usage="R" Min="1" Max="*">
        <Segment Ref="OBR" Usage="R" Min="1" Max="1"/>
        <Group ID="m1.G.O" Name="OBSERVATION" Usage="RE" Min="0" Max="3">
          <Segment Ref="OBX" Usage="R" Min="1" Max="1"/>
          <Segment Ref="NTE" Usage="O" Min="0" Max="*"/>
        </Group>
      </Group>
    </Message>
  </Messages>
  <Segments>
    <Segment ID="MSH" Name="MSH">
      <Field Name="Separator" Datatype="ST" Usage="R" Min="1" Max="1"/><Field Name="Encoding" Datatype="ST" Usage="R" Min="1" Max="1"/>
      <Field Name="Application" Datatype="HD" Usage="R" Min="1" Max="1"/><Field Name="Facility" Datatype="HD" Usage="O" Min="0" Max="1"/>
      <Field Name="To" Datatype="HD" Usage="O" Min="0" Max="1"/><Field Name="ToFacility" Datatype="HD" Usage="O" Min="0" Max="1"/>
      <Field Name="Time" Datatype="TS" Usage="R" Min="1" Max="1"/><Field Name="Security" Datatype="ST" Usage="X" Min="0" Max="0"/>
      <Field Name="Type" Datatype="MSG" Usage="R" Min="1" Max="1"/><Field Name="Id" Datatype="ST" Usage="R" Min="1" Max="1" MinLength="1" MaxLength="8"/>
      <Field Name="Processing" Datatype="ST" Usage="R" Min="1" Max="1"/><Field Name="Version" Datatype="ST" Usage="R" Min="1" Max="1" ConstantValue="2.5.1"/>
    </Segment>
    <Segment ID="PID" Name="PID">
      <Field Name="Set" Datatype="SI" Usage="O" Min="0" Max="1"/><Field Name="Old" Datatype="ST" Usage="X" Min="0" Max="0"/>
      <Field Name="Ids" Datatype="CX" Usage="R" Min="1" Max="2"/><Field Name="Alt" Datatype="ST" Usage="O" Min="0" Max="*"/>
      <Field Name="Name" Datatype="ST" Usage="R" Min="1" Max="*"/><Field Name="Maiden" Datatype="ST" Usage="O" Min="0" Max="1"/>
      <Field Name="Birth" Datatype="TS" Usage="RE" Min="0" Max="1"/>
      <Field Name="Sex" Datatype="IS" Usage="R" Min="1" Max="1" Binding="SEX" BindingStrength="R"/>
    </Segment>
    <Segment ID="PV2" Name="PV2"/>
    <Segment ID="OBR" Name="OBR">
      <Field Name="Set" Datatype="SI" Usage="R" Min="1" Max="1"/><Field Name="Placer" Datatype="ST" Usage="C(R/X)" Min="0" Max="1"/>
      <Field Name="Filler" Datatype="ST" Usage="O" Min="0" Max="1"/><Field Name="Service" Datatype="CE" Usage="R" Min="1" Max="1"/>
    </Segment>
    <Segment ID="OBX" Name="OBX">
      <Field Name="Set" Datatype="SI" Usage="R" Min="1" Max="1"/><Field Name="Type" Datatype="ID" Usage="O" Min="0" Max="1"/>
      <Field Name="Code" Datatype="CE" Usage="R" Min="1" Max="1" Binding="CODES" BindingStrength="S"/>
      <Field Name="Sub" Datatype="ST" Usage="O" Min="0" Max="1"/><Field Name="Value" Datatype="varies" Usage="O" Min="0" Max="*"/>
    </Segment>
    <Segment ID="NTE" Name="NTE"><Field Name="Set" Datatype="SI" Usage="O" Min="0" Max="1"/></Segment>
  </Segments>
  <Datatypes>
    <Datatype ID="ST" Name="ST"/><Datatype ID="SI" Name="SI"/><Datatype ID="ID" Name="ID"/><Datatype ID="IS" Name="IS"/><Datatype ID="DTM" Name="DTM"/>
    <Datatype ID="TS" Name="TS"><Component Name="Time" Datatype="DTM" Usage="R"/></Datatype>
    <Datatype ID="HD" Name="HD"><Component Name="Name" Datatype="IS" Usage="R"/><Component Name="Id" Datatype="ST" Usage="O"/></Datatype>
    <Datatype ID="MSG" Name="MSG">
      <Component Name="Code" Datatype="ID" Usage="R"/><Component Name="Event" Datatype="ID" Usage="R"/><Component Name="Structure" Datatype="ID" Usage="R"/>
    </Datatype>
    <Datatype ID="CE" Name="CE"><Component Name="Code" Datatype="ST" Usage="R"/><Component Name="Text" Datatype="ST" Usage="O"/></Datatype>
    <Datatype ID="CX" Name="CX">
      <Component Name="Id" Datatype="ST" Usage="R"/><Component Name="Check" Datatype="ST" Usage="O"/><Component Name="Scheme" Datatype="ST" Usage="O"/>
      <Component Name="Authority" Datatype="HD" Usage="R"/><Component Name="Type" Datatype="ID" Usage="R"/>
    </Datatype>
  </Datatypes>
</ConformanceProfile>"""

CONSTRAINTS = """<ConformanceContext UUID="c">
  <Predicates>
    <Segment><ByID ID="OBR"><Predicate Target="2[1]" TrueUsage="R" FalseUsage="X">
      <Description>OBR-3 is not valued</Description><Condition><NOT><Presence Path="3[1]"/></NOT></Condition></Predicate></ByID></Segment>
  </Predicates>
  <Constraints>
    <Datatype><ByName Name="CX"><Constraint ID="CX-1" Target="5[1]"><Description>a number of NHS is of type NH</Description>
      <Assertion><IMPLY><PlainText Path="4[1].1[1]" Text="NHS" IgnoreCase="false" NotPresentBehavior="FAIL"/>
        <PlainText Path="5[1]" Text="NH" IgnoreCase="false"/></IMPLY></Assertion>
    </Constraint></ByName></Datatype>
    <Segment><ByName Name="PID">
      <Constraint ID="PID-1" Target="3"><Reference Source="guide" Section="4.2"/><Description>PID-3.1 is digits</Description>
        <Assertion><Format Path="3[*].1[1]" Regex="[0-9]+"/></Assertion></Constraint>
      <Constraint ID="PID-2" Target="7" Strength="SHOULD"><Description>PID-7 is valued</Description><Assertion><Presence Path="7[1]"/></Assertion></Constraint>
    </ByName></Segment>
    <Group><ByID ID="m1.G"><Constraint ID="G-1" Target="."><Description>OBX-1 counts from one</Description>
      <Assertion><SetID Path="2[*].1[1].1[1]"/></Assertion></Constraint></ByID></Group>
    <Message><ByID ID="m1"><Constraint ID="M-1" Target="."><Description>an order has an observation</Description>
      <Assertion><Presence Path="4[1].2[1].1[1]"/></Assertion></Constraint></ByID></Message>
  </Constraints>
</ConformanceContext>"""

VALUES = """<ValueSetLibrary><ValueSetDefinitions>
  <ValueSetDefinition BindingIdentifier="SEX" Name="sex">
    <ValueElement Value="F"/><ValueElement Value="M"/><ValueElement Value="Q" Usage="E"/></ValueSetDefinition>
  <ValueSetDefinition BindingIdentifier="CODES" Name="codes"><ValueElement Value="718-7"/></ValueSetDefinition>
</ValueSetDefinitions></ValueSetLibrary>"""

CLEAN = "\r".join(
    [
        r"MSH|^~\&|LAB||||20260105||ORU^R01^ORU_R01|M1|P|2.5.1",
        "PID|1||9990000018^^^NHS^NH~633^^^X9A^MR||Sample^Ann||19620314|F",
        "OBR|1|P1||1^Test",
        "OBX|1|NM|718-7^Hb||132",
        "NTE|1",
        "OBX|2|NM|718-7^Hb||133",
        "OBR|2||F2|1^Test",
    ]
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path, profile: str = PROFILE, constraints: str = CONSTRAINTS, values: str = VALUES) -> Path:
    for name, text in (("Profile.xml", profile), ("Constraints.xml", constraints), ("ValueSets.xml", values)):
        (folder / name).write_text(text)
    return folder


def judged(bundle: Path, message: str = CLEAN, **options: object) -> list[Issue]:
    return validate(message.encode(), Options(profile=str(bundle), **options))  # type: ignore[arg-type]


def test_a_message_that_conforms_has_no_issues(bundle: Path) -> None:
    assert judged(bundle) == []
    assert judged(bundle, side="consumer") == []


# (old, new, severity, code, path)
DEPARTURES = [
    ("PID|1", "PIX|1", "error", "hl7v2/missing-segment", "PID"),
    ("OBR|2", "PV2|1\rOBR|2", "error", "hl7v2/segment-not-allowed", "PV2"),
    ("OBR|1|P1||1^Test\r", "", "error", "hl7v2/missing-segment", "OBX[1]"),
    ("|LAB|", "||", "error", "hl7v2/required-field", "MSH-3"),
    ("||ORU", "|secret|ORU", "warning", "hl7v2/not-used", "MSH-8"),
    ("|M1|", "|M12345678|", "warning", "hl7v2/length", "MSH-10"),
    ("2.5.1", "2.5", "error", "hl7v2/fixed-value", "MSH-12"),
    ("ORU^R01^ORU_R01", "ORU^R01", "error", "hl7v2/required-field", "MSH-9.3"),
    ("ORU^R01^ORU_R01", "ORU^R99^ORU_R01", "error", "hl7v2/event", "MSH-9.2"),
    ("~633^^^X9A^MR", "~633^^^X9A^MR~634^^^X9A^MR", "error", "hl7v2/repetitions", "PID-3"),
    ("633^^^X9A^MR", "633^^^^MR", "error", "hl7v2/required-field", "PID-3[2].4"),
    ("633^^^X9A^MR", "633^^^&9^MR", "error", "hl7v2/required-field", "PID-3[2].4.1"),
    ("19620314", "19621314", "error", "hl7v2/date", "PID-7.1"),
    ("|F\r", "|X\r", "error", "hl7v2/table-value", "PID-8"),
    ("|F\r", "|Q\r", "error", "hl7v2/table-value", "PID-8"),
    ("OBX|1|NM|718-7", "OBX|1|NM|1-8", "warning", "hl7v2/table-value", "OBX[1]-3"),
    ("OBX|2|", "OBX|two|", "error", "hl7v2/number", "OBX[2]-1"),
    ("OBR|1|P1|", "OBR|1||", "error", "hl7v2/conditional-field", "OBR[1]-2"),
    ("OBR|2||", "OBR|2|P2|", "error", "hl7v2/conditional-field", "OBR[2]-2"),
    ("NHS^NH", "NHS^MR", "error", "hl7v2/conformance-statement", "PID-3[1]"),
    ("|9990000018", "|999x", "error", "hl7v2/conformance-statement", "PID"),
    ("|19620314|", "||", "warning", "hl7v2/conformance-statement", "PID"),
    ("OBX|2|", "OBX|3|", "error", "hl7v2/conformance-statement", "OBR[1]"),
    ("OBX|2|NM", "OBX|2|NM|718-7\rOBX|3|NM|718-7\rOBX|4|NM", "error", "hl7v2/segment-repeated", "OBX[4]"),
]


@pytest.mark.parametrize(("old", "new", "severity", "code", "path"), DEPARTURES, ids=[f"{row[3]} {row[4]} {index}" for index, row in enumerate(DEPARTURES)])
def test_a_departure_is_found(bundle: Path, old: str, new: str, severity: str, code: str, path: str) -> None:
    assert old in CLEAN
    issues = [(issue.severity.value, issue.code, issue.location.path) for issue in judged(bundle, CLEAN.replace(old, new, 1))]
    assert (severity, code, path) in issues


def test_a_statement_says_its_words_and_source(bundle: Path) -> None:
    (issue,) = [issue for issue in judged(bundle, CLEAN.replace("|9990000018", "|999x")) if issue.code == "hl7v2/conformance-statement"]
    assert issue.expected == "PID-3.1 is digits"
    assert issue.actual == "PID-3[1].1 999x; PID-3[2].1 633"
    assert issue.clause == "conformance statement PID-1 guide 4.2"
    assert issue.location.line == 2


def test_a_message_without_an_observation(bundle: Path) -> None:
    lines = [line for line in CLEAN.split("\r") if line[:3] not in ("OBX", "NTE")]
    assert [issue.expected for issue in judged(bundle, "\r".join(lines))] == ["an order has an observation"]


def test_one_file_may_hold_all(tmp_path: Path) -> None:
    path = tmp_path / "all.xml"
    path.write_text("<Bundle>" + PROFILE.partition("?>")[2] + CONSTRAINTS + VALUES + "</Bundle>")
    assert judged(path) == []
    assert judged(path, CLEAN.replace("|F\r", "|X\r"))


# (what is changed, to what, the fault said)
FAULTS = [
    ('<Segment Ref="NTE"', '<Segment Ref="NTX"', "profile/structure"),
    ('Name="Alt" Datatype="ST"', 'Name="Alt" Datatype="ZZ"', "profile/structure"),
    ('Binding="SEX"', 'Binding="NOSUCH"', "profile/unknown-table"),
    ('Regex="[0-9]+"', 'Regex="[0-9"', "profile/predicate"),
    ('Path="7[1]"', 'Path="seven"', "profile/predicate"),
    ("<Presence", "<Wish", "profile/predicate"),
    ('<Assertion><Presence Path="7[1]"/></Assertion>', "", "profile/predicate"),
    ('<NOT><Presence Path="3[1]"/></NOT>', "<NOT/>", "profile/predicate"),
]


@pytest.mark.parametrize(("old", "new", "code"), FAULTS, ids=[row[0][:24] for row in FAULTS])
def test_a_fault_of_the_profile_is_no_fault_of_the_message(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in PROFILE + CONSTRAINTS
    path = written(tmp_path, PROFILE.replace(old, new), CONSTRAINTS.replace(old, new))
    message = "\r".join(line for line in CLEAN.split("\r") if not line.startswith("NTE"))
    issues = judged(path, message)
    assert {issue.code for issue in issues} == {code}
    assert not [issue for issue in issues if issue.is_error]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<ConformanceProfile", "malformed"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "document type"),
        ("<ValueSetLibrary/>", "0 conformance profiles"),
        ("<ConformanceProfile/>", "no message"),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "wrong.xml"
    path.write_text(text)
    with pytest.raises(CatalogueError, match=said):
        judged(path)


def test_a_path_to_nothing_is_the_callers_error(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="cannot be read"):
        judged(tmp_path / "none.xml")


def test_a_shipped_profile_is_not_taken_for_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base").mkdir()
    (tmp_path / "mine").mkdir()
    assert not is_bundle("base")
    assert not is_bundle("itk-2.4")
    assert not is_bundle("")
    assert is_bundle("mine")
    assert is_bundle("x.XML")


def test_flavours_of_a_segment_share_what_all_say(tmp_path: Path) -> None:
    other = '<Segment ID="OBX_2" Name="OBX"><Field Name="Set" Datatype="SI" Usage="O" Min="0" Max="1"/></Segment><Segment ID="NTE"'
    profile = PROFILE.replace('<Segment ID="NTE"', other).replace('<Segment Ref="NTE"', '<Segment Ref="OBX_2" Usage="O" Min="0" Max="1"/><Segment Ref="NTE"')
    bundle = written(tmp_path, profile, CONSTRAINTS)
    fields = {rule.number: rule for rule in load_profile(str(bundle)).segments["OBX"].fields}
    assert (fields[1].use, fields[1].type) == ("O", "SI")
    assert fields[3].use == "O"


def test_statements_in_three_values() -> None:
    from lxml import etree

    from harness.formats.hl7v2 import parse
    from harness.validation.hl7v2.nist.assertions import Evaluator
    from harness.validation.hl7v2.nist.contexts import StatementContext
    from harness.validation.hl7v2.view import View

    view = View(parse(b'MSH|^~\\&|A\rPID|1||9^^^NHS^NH~8^^^X9A&1&ISO^MR|5|a^b|""|10|9\r'))
    context = StatementContext(view, line=view.of("PID")[0])
    evaluator = Evaluator({"T": frozenset({"5"})})
    for text, wanted in [
        ('<Presence Path="3[2]"/>', True),
        ('<Presence Path="3[3]"/>', False),
        ('<PlainText Path="5[1]" Text="a"/>', None),
        ('<PlainText Path="5[1].2" Text="B" IgnoreCase="true"/>', True),
        ('<PlainText Path="5[1].2" Text="B"/>', False),
        ('<PlainText Path="9" Text="x"/>', True),
        ('<PlainText Path="9" Text="x" NotPresentBehavior="FAIL"/>', False),
        ('<PlainText Path="9" Text="x" NotPresentBehavior="INCONCLUSIVE"/>', None),
        ('<PlainText Path="3[*].4.1" Text="NHS"/>', False),
        ('<PlainText Path="3[*].4.1" Text="NHS" AtLeastOnce="true"/>', True),
        ('<PlainText Path="3[2].4.2" Text="1"/>', True),
        ('<StringList Path="3[1].5" CSV="NH, MR"/>', True),
        ('<NumberList Path="4" CSV="4,5.0"/>', True),
        ('<SimpleValue Path="7" Operator="GT" Value="9"/>', True),
        ('<SimpleValue Path="7" Operator="LE" Value="9"/>', False),
        ('<PathValue Path1="7" Operator="GE" Path2="8"/>', True),
        ('<PathValue Path1="7" Operator="EQ" Path2="20"/>', False),
        ('<isNULL Path="6"/>', True),
        ('<ValueSet Path="4" ValueSetID="T"/>', True),
        ('<ValueSet Path="4" ValueSetID="U"/>', None),
        ('<AND><Presence Path="1"/><PlainText Path="5" Text="a"/></AND>', None),
        ('<AND><Presence Path="9"/><PlainText Path="5" Text="a"/></AND>', False),
        ('<OR><Presence Path="1"/><PlainText Path="5" Text="a"/></OR>', True),
        ('<OR><Presence Path="9"/><PlainText Path="5" Text="a"/></OR>', None),
        ('<XOR><Presence Path="1"/><Presence Path="9"/></XOR>', True),
        ('<NOT><PlainText Path="5" Text="a"/></NOT>', None),
        ('<IMPLY><Presence Path="9"/><Presence Path="10"/></IMPLY>', True),
        ('<IMPLY><Presence Path="1"/><Presence Path="10"/></IMPLY>', False),
        ('<FORALL><Presence Path="1"/><Presence Path="3"/></FORALL>', True),
        ('<EXIST><Presence Path="9"/><Presence Path="3"/></EXIST>', True),
    ]:
        assert evaluator.holds(read_assertion(etree.fromstring(text)), context) is wanted, text


def test_what_cannot_be_told_is_said_when_asked_for(tmp_path: Path) -> None:
    constraints = CONSTRAINTS.replace('<Presence Path="7[1]"/>', '<PlainText Path="5[1]" Text="Sample"/>')
    bundle = written(tmp_path, PROFILE, constraints)
    assert judged(bundle) == []
    said = [issue for issue in judged(bundle, inconclusive=True) if "PID-7 is valued" in issue.message]
    assert [(issue.severity, issue.code) for issue in said] == [(Severity.INFORMATION, "hl7v2/inconclusive")]


def test_profiles_are_read_once(bundle: Path) -> None:
    assert load_bundle(str(bundle)) is load_bundle(str(bundle))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_profile_is_refused_or_used(tmp_path: Path, data: st.DataObject) -> None:
    whole = "<Bundle>" + PROFILE.partition("?>")[2] + CONSTRAINTS + VALUES + "</Bundle>"
    words = sorted(set(re.findall(r'"[^"]*"', whole)))
    old, new = data.draw(st.sampled_from(words)), data.draw(st.sampled_from([*words, '""', '"99999999999999999999"', '"-1"', '"²"', '"*"', '"("']))
    path = tmp_path / f"{data.draw(st.integers(0, 10**9))}.xml"
    path.write_text(whole.replace(old, new, data.draw(st.integers(1, 3))))
    try:
        issues = judged(path)
    except CatalogueError:
        return
    assert all(isinstance(issue, Issue) for issue in issues)
