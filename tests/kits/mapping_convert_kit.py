"""Messages to convert, and every HL7 v2 message there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from material import OWN_V2, Material

from harness.errors import FormatError
from harness.formats.detect import detect
from harness.formats.hl7v2 import Tree, parse, split_batch
from harness.formats.hl7v2.xml import from_xml
from harness.mapping.conversion import Conversion
from harness.mapping.convert import to_fhir

FOLDERS = ("itk-adt-examples", "simhospital", "linuxforhealth-v2", "ms-fhir-converter-dev/Hl7v2")
HEAD = "MSH|^~\\&|EPR|X9A|ROUTE|ROUTE|20260105090000||{0}|C1|P|2.5.1\r"
PATIENT = "PID|1||9990007004^^^NHS^NH~A0000001^^^X9A^MR||Ashworth^Margaret^Ann^^Mrs^^L||19250704|2|||1 High Street^^Town^^ZZ1 1ZZ^GBR^H||01632960001^PRN^PH\r"


def message(*segments: str, event: str = "ADT^A01^ADT_A01") -> Tree:
    return parse((HEAD.format(event) + PATIENT + "\r".join(segments) + "\r").encode())


def converted(*segments: str, event: str = "ADT^A01^ADT_A01") -> Conversion:
    return to_fhir(message(*segments, event=event))


def resources(conversion: Conversion, kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in conversion.result["entry"] if entry["resource"]["resourceType"] == kind]


def messages_of(material: Material) -> Iterator[tuple[str, Tree]]:
    """Every v2 message of a material that parses, by file."""
    for path in material.files(own=[*OWN_V2, "fixtures/v2-xml/*", "fixtures/itk/*/*"], shared=[f"{folder}/**/*" for folder in FOLDERS]):
        for tree in trees(path.read_bytes(), path.name):
            yield str(path.relative_to(material.root)), tree


def trees(data: bytes, name: str) -> Iterator[Tree]:
    try:
        kind = detect(data, name)
        if kind == "hl7v2-xml":
            yield from_xml(data)
    except FormatError:
        return
    if kind in ("hl7v2", "hl7v2-batch"):
        for _, _, content in split_batch(data):
            try:
                yield parse(content)
            except FormatError:
                continue
