"""Every message and resource, ours and shared, survives."""

from __future__ import annotations

import re

from material import OWN_JSON, OWN_V2, Material, everywhere

from harness.errors import FormatError
from harness.formats.detect import detect
from harness.formats.fhir import encode_json, parse_json
from harness.formats.fhir.xml import parse_xml
from harness.formats.hl7v2 import parse, split_batch
from harness.formats.hl7v2.xml import from_xml, to_xml
from harness.model.remark import Remark

MESSAGES = ("linuxforhealth-v2/messages/*.hl7", "ms-fhir-converter-dev/Hl7v2/*.hl7", "itk-adt-examples/**/*[eE]xample.txt", "simhospital/messages.out")

JSON = ("fhir-test-cases-dev/validator/**/*.json", "ms-fhir-converter-dev/Expected/**/*.json", "v2-to-fhir-ig/samples/**/*.json")


@everywhere
def test_every_v2_message_is_kept_byte_for_byte(material: Material) -> None:
    count = 0
    for path in material.files(own=OWN_V2, shared=MESSAGES):
        for _, _, data in split_batch(path.read_bytes()) if path.suffix != ".txt" or not material.own else ():
            tree = parse(data)
            paths = [f"{segment.name}-{field}" for segment in tree for field in range(1, segment.last + 1) if re.fullmatch("[A-Z][A-Z0-9]{2}", segment.name)]
            for one in paths:
                tree.get(one)
                tree.set_raw(one, tree.raw(one))
            assert tree.encode() == data, path
            count += 1
    assert count >= material.least(own=75, shared=1300)


@everywhere
def test_setting_one_field_of_every_v2_message_changes_that_field_only(material: Material) -> None:
    count = 0
    for path in material.files(own=OWN_V2[1:], shared=MESSAGES[:3]):
        data = next(split_batch(path.read_bytes()))[2]
        tree = parse(data)
        if tree.segment("PID") is None or not tree.delimiters.escape:
            continue
        start = tree.locate("PID-7").offset or 0
        old = tree.raw("PID-7").encode(tree.charset, "surrogateescape")
        if not old:
            continue
        tree.set("PID-7", "19500101")
        assert tree.encode() == data[:start] + b"19500101" + data[start + len(old) :], path
        count += 1
    assert count >= 10


@everywhere
def test_every_v2_xml_example_is_read_and_written_the_same(material: Material) -> None:
    count = 0
    for path in material.files(own=["fixtures/v2-xml/*.xml"], shared=["itk-adt-examples/**/*.XML"]):
        data = path.read_bytes()
        assert detect(data, path.name) == "hl7v2-xml"
        tree = from_xml(data)
        again = from_xml(to_xml(tree))
        assert [one.text for one in again] == [one.text for one in tree], path
        count += 1
    assert count == (2 if material.own else 37)


@everywhere
def test_every_fhir_json_file_is_kept_or_refused(material: Material) -> None:
    kept = 0
    for path in material.files(own=OWN_JSON, shared=JSON):
        try:
            tree = parse_json(path.read_bytes())
        except FormatError:
            continue
        assert parse_json(encode_json(tree)) == tree
        kept += 1
    assert kept >= material.least(own=50, shared=200)


@everywhere
def test_every_xml_file_of_a_package_is_read_without_definitions(material: Material) -> None:
    count = 0
    remarks: list[Remark] = []
    for path in material.files(own=["fixtures/package/**/*.xml"], shared=["ukcore-2.0.0/**/*.xml"]):
        data = path.read_bytes()
        assert detect(data, path.name) == "fhir-xml"
        tree = parse_xml(data, lambda _: {}, remarks=remarks)
        assert parse_json(encode_json(tree)) == tree
        count += 1
    assert count >= material.least(own=3, shared=400)
