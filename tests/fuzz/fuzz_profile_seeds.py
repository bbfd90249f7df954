"""A small conformance profile of HL7 v2 in NIST's XML form with its constraints, and a message of it."""

from __future__ import annotations

NIST_PROFILE = b"""<ConformanceProfile ID="P" HL7Version="2.5.1" Type="Constrainable">
<MetaData Name="small" OrgName="ours" Version="1" Date="2026"/>
<Messages><Message ID="M" Type="ORU" Event="R01" StructID="ORU_R01" Name="ORU">
<Segment Ref="MSH" Usage="R" Min="1" Max="1"/><Segment Ref="PID" Usage="R" Min="1" Max="1"/>
<Group ID="G" Name="OBSERVATION" Usage="RE" Min="0" Max="*"><Segment Ref="OBX" Usage="R" Min="1" Max="1"/><Segment Ref="NTE" Usage="X" Min="0" Max="0"/></Group>
</Message></Messages>
<Segments>
<Segment ID="MSH" Name="MSH" Label="MSH" Description="h"><Field Name="1" Usage="R" Datatype="ST" Min="1" Max="1"/></Segment>
<Segment ID="PID" Name="PID" Label="PID" Description="p"><Field Name="1" Usage="R" Datatype="ST" Min="1" Max="1" MinLength="1" MaxLength="4"/>
<Field Name="2" Usage="X" Datatype="CX" Min="0" Max="0"/><Field Name="3" Usage="R" Datatype="CX" Min="1" Max="2"/></Segment>
<Segment ID="OBX" Name="OBX" Label="OBX" Description="o"><Field Name="1" Usage="R" Datatype="ST" Min="1" Max="1"/>
<Field Name="2" Usage="C" Datatype="ST" Min="0" Max="1"/></Segment>
<Segment ID="NTE" Name="NTE" Label="NTE" Description="n"><Field Name="1" Usage="O" Datatype="ST" Min="0" Max="1"/></Segment>
</Segments>
<Datatypes><Datatype ID="ST" Name="ST" Label="ST" Description="s"/>
<Datatype ID="CX" Name="CX" Label="CX" Description="c"><Component Name="id" Usage="R" Datatype="ST" MinLength="1" MaxLength="10"/></Datatype></Datatypes>
</ConformanceProfile>"""
CONSTRAINTS = b"""<ConformanceContext UUID="c"><MetaData Name="c" OrgName="ours" Version="1" Date="2026"/>
<Predicates><Datatype/><Segment><ByID ID="OBX"><Predicate Target="2[1]" TrueUsage="R" FalseUsage="O"><Description>d</Description>
<Condition><Presence Path="5[1]"/></Condition></Predicate></ByID></Segment><Group/><Message/></Predicates>
<Constraints><Datatype><ByID ID="ST"><Constraint ID="A"><Description>short</Description>
<Assertion><Format Path="." Regex="^.{1,20}$"/></Assertion></Constraint></ByID></Datatype>
<Segment><ByID ID="PID"><Constraint ID="B"><Description>both</Description><Assertion><AND><PlainText Path="1[1]" Text="1" IgnoreCase="false"/>
<IMPLY><Presence Path="3[1].4[1]"/><NOT><PathValue Path1="3[1].1[1]" Operator="EQ" Path2="1[1]"/></NOT></IMPLY></AND></Assertion></Constraint></ByID></Segment>
<Group><ByID ID="G"><Constraint ID="C"><Description>set</Description>
<Assertion><SetID Path="1[1].1[1]"/></Assertion></Constraint></ByID></Group><Message/></Constraints>
</ConformanceContext>"""
NIST_MESSAGE = b"\r".join(
    (
        b"MSH|^~\\&|LAB|X9A|TIE|X9B|20260105090000||ORU^R01^ORU_R01|C2|P|2.5.1",
        b"PID|1||9990000018^^^NHS~L1",
        b"OBX|1|NM|718-7^Hb^LN||13.50|g/dL",
        b"OBX|2|ST|a||b",
        b"NTE|1",
        b"",
    )
)
