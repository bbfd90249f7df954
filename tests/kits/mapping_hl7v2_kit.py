"""Short ways to read and write HL7 v2.4 ITK messages."""

from __future__ import annotations

from harness.formats.hl7v2 import Tree, parse
from harness.mapping import lens
from harness.model.record import Record, Value

KEY = "hl7v2/2.4/itk"
MSH = "MSH|^~\\&|EPR|X9A|ROUTE|ROUTE|20260105090000||ADT^{0}^ADT_A01|1|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
PID = "PID|||9990007004^^^NHS~A0000001^^^X9A||Ashworth^Margaret^^^^^L||19250704|2\r"


def read(*segments: str, trigger: str = "A01", codes: dict[str, dict[str, str]] | None = None) -> Record:
    return lens(KEY).read(parse((MSH.format(trigger) + "\r".join(segments)).encode()), codes=codes or {})


def written(values: dict[str, Value], group: str = "person", trigger: str = "A28") -> Tree:
    tree = lens(KEY).write(Record().with_group(group, values), trigger=trigger)
    assert isinstance(tree, Tree)
    return tree


def pid(field: int, text: str) -> str:
    return "PID" + "|" * field + text
