"""v2 XML with the groups of the message's structure."""

from __future__ import annotations

from material import Material, everywhere

from harness.catalogue.v2_shapes import v2_shape, v2_types
from harness.errors import UnknownNameError
from harness.formats.hl7v2 import Tree, parse
from harness.formats.hl7v2.xml import from_xml, to_xml

ORU = (
    b"MSH|^~\\&|LAB|X9A|R|X9B|20260105090000||ORU^R01^ORU_R01|M1|P|2.5.1\r"
    b"PID|1||9990000018^^^NHS^NH||SAMPLE^ANNE\rOBR|1|P1|F1|A^Panel^L\rOBX|1|NM|B^One^L||4.50|mmol/L\rOBX|2|NM|C^Two^L||1\r"
    b"OBR|2|P1|F2|D^Other^L\rOBX|1|ST|E^Three^L||x\r"
)


def said(tree: Tree) -> list[tuple[object, ...]]:
    """Every value that says something, with its place: XML has no empty elements at the end of a field."""
    return [(number, segment.name, *leaf) for number, segment in enumerate(tree.segments) for leaf in segment.leaves() if leaf[-1]]


def local_names(xml: bytes) -> list[str]:
    from lxml import etree

    return [str(element.tag).rpartition("}")[2] for element in etree.fromstring(xml).iter()]


def test_segments_stand_in_the_groups_of_their_structure() -> None:
    xml = to_xml(parse(ORU), v2_types("2.5.1"), v2_shape("2.5.1", "ORU_R01"))
    names = [name for name in local_names(xml) if "_" in name or len(name) == 3]
    result, order, observation = "ORU_R01.PATIENT_RESULT", "ORU_R01.ORDER_OBSERVATION", "ORU_R01.OBSERVATION"
    assert names == [
        "ORU_R01", "MSH", result, "ORU_R01.PATIENT", "PID", order, "OBR", observation, "OBX", observation, "OBX", order, "OBR", observation, "OBX",
    ]  # fmt: skip


def test_fields_hold_the_components_of_their_type() -> None:
    names = local_names(to_xml(parse(ORU), v2_types("2.5.1"), v2_shape("2.5.1", "ORU_R01")))
    assert {"CX.1", "CX.4", "HD.1", "XPN.1", "FN.1", "MSG.3", "CE.2"} <= set(names)


def test_what_is_written_with_groups_reads_back_the_same() -> None:
    assert from_xml(to_xml(parse(ORU), v2_types("2.5.1"), v2_shape("2.5.1", "ORU_R01"))).encode() == ORU


@everywhere
def test_messages_come_back_from_xml_with_groups(material: Material) -> None:
    seen = 0
    for path in material.files(
        own=["fixtures/v2/a*.hl7", "fixtures/v2/results.hl7", "golden/triples/*/message.hl7"], shared=["ms-fhir-converter-dev/Hl7v2/*.hl7"]
    ):
        tree = parse(path.read_bytes())
        try:
            shape, types = v2_shape(tree.version, tree.structure), v2_types(tree.version)
        except UnknownNameError:
            continue
        back = from_xml(to_xml(tree, types, shape))
        assert said(back) == said(tree)
        seen += 1
    assert seen >= material.least(own=40, shared=10)
