"""Nothing is lost in silence, and nothing makes the reader or the converter stumble: over every message there is."""

from __future__ import annotations

from collections import Counter

from mapping_convert_kit import messages_of
from material import Material, everywhere

from harness.errors import FormatError
from harness.formats.fhir import encode_json, parse_json
from harness.formats.hl7v2 import Tree
from harness.mapping import lens
from harness.mapping.carry.back import to_v2
from harness.mapping.convert import to_fhir


def leaves(tree: Tree) -> int:
    """Values counted from the bytes alone, by splitting text: another way than the account's."""
    text = tree.encode().decode(tree.charset, errors="replace").strip("\x0b\x1c\r\n")
    field, (component, repetition, _, sub) = tree.delimiters.field, (tree.delimiters.component, tree.delimiters.repetition, "", tree.delimiters.subcomponent)
    total = 0
    for line in text.replace("\n", "\r").split("\r"):
        if not line.strip():
            continue
        fields = line.split(field)[1:]
        if line.startswith(("MSH", "BHS", "FHS")):
            total += 2
            fields = fields[1:]
        for mark in (repetition, component, sub):
            fields = [part for one in fields for part in (one.split(mark) if mark else [one])]
        total += sum(1 for one in fields if one)
    return total


@everywhere
def test_every_value_of_every_message_has_one_fate(material: Material) -> None:
    counted: Counter[str] = Counter()
    messages = 0
    for name, tree in messages_of(material):
        conversion = to_fhir(tree)
        messages += 1
        assert sum(conversion.counts.values()) == len(conversion.fates) == leaves(tree), name
        assert len({fate.address for fate in conversion.fates}) == len(conversion.fates), name
        assert all(fate.reason for fate in conversion.fates if fate.state == "not carried"), name
        counted.update(conversion.counts)
    print(f"{messages} messages: {dict(counted)}")
    assert messages >= material.least(own=75, shared=1000)
    assert counted["carried"] > counted["not carried"]


@everywhere
def test_reader_and_converter_raise_nothing_on_any_message(material: Material) -> None:
    source, target = lens("hl7v2/2.4/itk"), lens("fhir/4.0.1/ukcore")
    read = back = 0
    for _, tree in messages_of(material):
        source.read(tree)
        bundle = parse_json(encode_json(to_fhir(tree).result))
        target.read_all(bundle)
        read += 1
        try:
            back += bool(to_v2(bundle).data)
        except FormatError:
            continue
    print(f"{read} messages read and converted, {back} converted back")
    assert read >= material.least(own=75, shared=1000)
    assert back >= material.least(own=70, shared=1000)


@everywhere
def test_what_an_item_row_reads_of_a_message_is_read_of_its_bundle(material: Material) -> None:
    """The critical identity of every message survives: number, birth date and sex as the v2 rows read them."""
    source, target = lens("hl7v2/2.4/itk"), lens("fhir/4.0.1/ukcore")
    asked = 0
    for name, tree in messages_of(material):
        if len(tree.all("PID")) != 1:
            continue
        before, after = source.read(tree), target.read(parse_json(encode_json(to_fhir(tree).result)))
        for item in ("person.nhs_number", "name.family", "name.given"):
            if before.text(item) and "&" not in tree.raw("PID-5"):
                assert after.text(item) == before.text(item), (name, item)
                asked += 1
    assert asked >= material.least(own=150, shared=1000)
