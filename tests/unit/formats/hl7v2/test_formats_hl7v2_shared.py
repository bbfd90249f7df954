"""Every HL7 v2 message of ours and of the shared material: kept byte for byte, changed one component at a time, read by everything without a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

import pytest
from material import OWN_V2, Material, everywhere

from harness.errors import FormatError
from harness.formats.detect import detect
from harness.formats.hl7v2 import STANDARD, Delimiters, Tree, parse, split_batch
from harness.formats.hl7v2.segment import HEADERS
from harness.formats.hl7v2.xml import from_xml, to_xml

FOLDERS = ("itk-adt-examples", "simhospital", "linuxforhealth-v2", "ms-fhir-converter-dev")


def files(material: Material) -> list[Path]:
    return material.files(own=OWN_V2, shared=[f"{folder}/**/*" for folder in FOLDERS])


def messages(material: Material) -> Iterator[tuple[str, bytes]]:
    """(folder, bytes) of every ER7 message, whatever its file is called."""
    for path in files(material):
        data = path.read_bytes()
        try:
            if not detect(data, path.name).startswith("hl7v2") or data.lstrip()[:1] == b"<":
                continue
        except FormatError:
            continue
        for _, _, one in split_batch(data):
            yield path.relative_to(material.root).parts[0], one


def built_from_leaves(tree: Tree) -> bytes:
    """The bytes put together from leaves, delimiters and line ends alone."""
    marks, text = tree.delimiters, ""
    for segment in tree:
        fields = [segment.name]
        if segment.name in HEADERS:
            fields = [f"{segment.name}{marks.field}{segment.raw('2')}"]
        for _, in_field in groupby(segment.leaves(), key=lambda leaf: leaf[0]):
            repetitions = []
            for _, in_repetition in groupby(in_field, key=lambda leaf: leaf[1]):
                components = [marks.subcomponent.join([leaf[4] for leaf in of]) for _, of in groupby(in_repetition, key=lambda leaf: leaf[2])]
                repetitions.append(marks.component.join(components))
            fields.append(marks.repetition.join(repetitions))
        text += marks.field.join(fields) + segment.terminator
    return tree.prefix + text.encode(tree.charset, "surrogateescape") + tree.suffix


@everywhere
def test_every_message_survives_parse_every_leaf_and_encode(material: Material, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    leaves = 0
    for folder, data in messages(material):
        expected = bytearray(data)
        tree = parse(data)
        # Nothing of the tree may lean on what was read.
        del data
        for segment, field, repetition, component, sub, _ in tree.leaves():
            segment.get(f"{field}[{repetition}].{component}.{sub}")
            leaves += 1
        assert tree.encode() == expected
        assert built_from_leaves(tree) == expected
        counts[folder] += 1
    with capsys.disabled():
        print(f"\nround trip: {counts.total()} of {counts.total()} messages ({', '.join(f'{n} {k}' for k, n in sorted(counts.items()))}), {leaves} leaves")
    assert set(counts) == ({"fixtures", "golden"} if material.own else set(FOLDERS))
    assert counts.total() >= material.least(own=75, shared=1300)


@everywhere
def test_changing_one_component_changes_only_its_bytes_at_every_address(material: Material, capsys: pytest.CaptureFixture[str]) -> None:
    addresses = 0
    for _, data in messages(material):
        tree = parse(data)
        for name, same in groupby(sorted(tree, key=lambda one: one.name), key=lambda one: one.name):
            for number, segment in enumerate(same, 1):
                for field, repetition, component, sub, raw in list(segment.leaves()):
                    inside = f"{field}[{repetition}].{component}.{sub}"
                    place = tree.locate(f"{name}[{number}]-{inside}") if len(name) == 3 and name.isalnum() and name.isupper() else None
                    before = segment.text
                    segment.set_raw(inside, "!")
                    column = place.column - 1 if place and place.column else before.find(raw)
                    if place:
                        assert segment.text == before[:column] + "!" + before[column + len(raw) :], inside
                    segment.set_raw(inside, raw)
                    assert segment.text == before
                    addresses += 1
        assert tree.encode() == data
    with capsys.disabled():
        print(f"\n{addresses} addresses changed one at a time")
    assert addresses >= material.least(own=3_000, shared=100_000)


@everywhere
def test_changing_one_component_of_a_message_changes_only_its_bytes_in_the_whole(material: Material) -> None:
    """The same through the whole message, byte offsets included: every fifth message, every third leaf."""
    for number, (_, data) in enumerate(messages(material)):
        if number % 5:
            continue
        tree = parse(data)
        names = Counter[str]()
        for segment in tree:
            names[segment.name] += 1
            if not (len(segment.name) == 3 and segment.name.isalnum() and segment.name.isupper()):
                continue
            for field, repetition, component, sub, raw in list(segment.leaves())[::3]:
                path = f"{segment.name}[{names[segment.name]}]-{field}[{repetition}].{component}.{sub}"
                start = tree.locate(path).offset or 0
                old = raw.encode(tree.charset, "surrogateescape")
                tree.set(path, "Z")
                assert tree.encode() == data[:start] + b"Z" + data[start + len(old) :], path
                tree.set_raw(path, raw)


@everywhere
def test_every_message_goes_to_xml_and_back_with_every_value(material: Material) -> None:
    done = 0
    for _, data in messages(material):
        tree = parse(data)
        try:
            again = from_xml(to_xml(tree))
        except FormatError:
            # Names and control characters that XML cannot hold; nothing else may stop it.
            assert any(len(one.name) != 3 for one in tree) or any(ord(c) < 32 and c != "\t" for one in tree for c in one.text), data[:80]
            continue
        for old, new in zip(tree, again, strict=True):
            for field, repetition, component, sub, raw in old.leaves():
                path = f"{field}[{repetition}].{component}.{sub}"
                assert (new.get(path) or "").strip() == (old.get(path) or "").strip(), (path, raw)
        done += 1
    assert done >= material.least(own=70, shared=1300)


@pytest.mark.parametrize("marks", [STANDARD, Delimiters("|", "^", "~", "\\", "&", "#"), Delimiters("#", "*", "%", "!", "@")])
def test_a_value_of_delimiters_written_here_is_the_same_value_to_python_hl7(marks: Delimiters) -> None:
    hl7 = pytest.importorskip("hl7")
    letters = [marks.field, marks.component, marks.repetition, marks.escape, marks.subcomponent]
    for value in [*letters, *(f"a{letter}b" for letter in letters), "".join(letters), f"{marks.escape}F{marks.escape}", "x" + marks.escape]:
        tree = Tree.new(marks)
        tree.set("MSH-12", "2.4")
        tree.add("PID")
        tree.set("PID-5.1", "before")
        tree.set("PID-5.2", value)
        tree.set("PID-5.3", "after")
        assert parse(tree.encode()).get("PID-5.2") == value
        foreign = hl7.parse(tree.encode().decode())
        raw = str(foreign.segment("PID")[5][0][1])
        assert foreign.unescape(raw) == value, (marks, value)
        assert str(foreign.segment("PID")[5][0][2]) == "after"


@everywhere
def test_nothing_but_a_format_error_comes_of_any_file(material: Material, capsys: pytest.CaptureFixture[str]) -> None:
    """Parser, validator and reader over every file, messages or not."""
    from harness.api import read, validate_each

    paths = files(material)
    judged = refused = people = 0
    for judgement in validate_each(paths):
        assert not [issue for issue in judgement.issues if not issue.message]
        judged += judgement.judged
    for path in paths:
        with suppress(FormatError):
            for _, _, data in split_batch(path.read_bytes()):
                parse(data)
        try:
            people += len(read(path))
        except FormatError:
            refused += 1
    with capsys.disabled():
        print(f"\n{len(paths)} files: {judged} messages and resources judged, {people} people read, {refused} files refused, no other exception")
    assert judged >= material.least(own=75, shared=1400)
    assert people >= material.least(own=70, shared=1000)
