"""Words that several files share stand once, in ``profiles/vocabulary.yaml``, and something answers each of them."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.base import ADAPTERS
from harness.catalogue import Catalogue, catalogue
from harness.catalogue.load import load_yaml
from harness.catalogue.vocabulary import Word, WordList
from harness.errors import CatalogueError
from harness.model.clause import Strength
from harness.model.difference import Fate
from harness.systems.core.role import ROLES
from harness.transports.faults import faults

ROOT = Path(__file__).resolve().parents[2]
Vocabulary = Mapping[str, WordList]

# What the code registers or declares under a list's words: neither may know a word that the other does not.
DECLARED: dict[str, set[str]] = {
    "roles": set(ROLES),
    "faults": set(faults),
    "transports": {name.partition("+")[2] for name in ADAPTERS},
    "formats": {name.partition("+")[0] for name in ADAPTERS},
    "fates": set(Fate),
    "strengths": set(Strength),
}
# A list that readers outside take as it is, without the vocabulary beside it.
PUBLISHED = {"run.schema.json"}


def unanswered(lists: Vocabulary, declared: Mapping[str, set[str]], root: Path = ROOT) -> Iterator[str]:
    """Words whose file under ``lives`` is not there or does not say them, and words that only one of vocabulary and code knows."""
    for listed in lists.values():
        for word in listed.words.values():
            if not (root / word.lives).is_file():
                yield f"{listed.name} {word.name}: there is no {word.lives}"
            elif word.name not in said(root / word.lives):
                yield f"{listed.name} {word.name}: {word.lives} does not say it"
        if listed.name in declared:
            yield from (f"{listed.name} {name}: the vocabulary alone knows it" for name in sorted(set(listed.words) - declared[listed.name]))
            yield from (f"{listed.name} {name}: the code alone knows it" for name in sorted(declared[listed.name] - set(listed.words)))


def said(path: Path) -> set[str]:
    """The texts that a module holds as constants (its docstrings are not among them), or a YAML file as keys and values."""
    if path.suffix == ".py":
        tree = ast.parse(path.read_text())
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose}
    return set(texts(load(path)))


def load(path: Path) -> Any:
    from harness.catalogue.load import parse_yaml

    return parse_yaml(path.read_text(), str(path))


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def typed_again(lists: Vocabulary, schemas: Mapping[str, Any]) -> Iterator[str]:
    """Schemas that type most of a list's words in one list of their own, instead of asking for them."""
    for name, schema in schemas.items():
        for node in nodes(schema):
            yield from (f"{name}: enum repeats {listed}" for listed in repeated(lists, node.get("enum", ())))


def typed_in_code(lists: Vocabulary, modules: Iterable[Path], root: Path = ROOT) -> Iterator[str]:
    """Collections of at least three texts in Python that are most of a list's words."""
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                own = [part.value for part in node.elts if isinstance(part, ast.Constant)]
                if len(own) == len(node.elts) > 2:
                    yield from (f"{path.relative_to(root)}:{node.lineno} repeats {listed}" for listed in repeated(lists, own))


def repeated(lists: Vocabulary, own: Iterable[Any]) -> list[str]:
    """Lists of which ``own`` is more than half."""
    words = set(own)
    return [listed.name for listed in lists.values() if words <= set(listed.words) and len(words) > max(1, len(listed.words) / 2)]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def schemas() -> dict[str, Any]:
    paths = sorted((ROOT / "profiles" / "schemas").glob("*.schema.json"))
    return {path.name: json.loads(path.read_text()) for path in paths if path.name not in PUBLISHED}


def changed(listed: str, *words: Word) -> Vocabulary:
    lists = dict(catalogue().vocabulary)
    lists[listed] = replace(lists[listed], words={**lists[listed].words, **{word.name: word for word in words}})
    return lists


def test_something_answers_every_word() -> None:
    assert list(unanswered(catalogue().vocabulary, DECLARED)) == []


@pytest.mark.parametrize(
    ("listed", "word", "fault"),
    [
        ("roles", Word("ambulance", "A planted role.", "harness/systems/roles/ambulance.py"), "there is no"),
        ("roles", Word("ambulance", "A planted role.", "harness/systems/roles/acute.py"), "does not say it"),
        ("transports", Word("carrier-pigeon", "A planted transport.", "harness/adapters/hl7v2_mllp.py"), "does not say it"),
        ("transports", Word("mailbox", "A transport without an adapter is the vocabulary's alone.", "profiles/vocabulary.yaml"), "vocabulary alone"),
        ("families", Word("medicines", "A planted family without a flow.", "profiles/flows/adt.yaml"), "does not say it"),
    ],
)
def test_a_word_that_nothing_answers_is_found(listed: str, word: Word, fault: str) -> None:
    declared = {**DECLARED, "transports": DECLARED["transports"] - {word.name}}
    assert any(word.name in line and fault in line for line in unanswered(changed(listed, word), declared))


def test_a_word_of_the_code_that_no_row_explains_is_found() -> None:
    assert list(unanswered(catalogue().vocabulary, {**DECLARED, "faults": {*DECLARED["faults"], "melt"}})) == ["faults melt: the code alone knows it"]


def test_no_schema_types_the_words_again() -> None:
    assert list(typed_again(catalogue().vocabulary, schemas())) == []


def test_a_schema_that_types_them_again_is_found() -> None:
    planted = {"planted": {"properties": {"family": {"enum": list(catalogue().vocabulary["families"].words)}, "role": {"enum": ["exemplar", "follower"]}}}}
    assert list(typed_again(catalogue().vocabulary, planted)) == ["planted: enum repeats families", "planted: enum repeats roles"]


def test_no_module_types_the_words_again() -> None:
    modules = sorted(path for folder in ("harness", "tests") for path in (ROOT / folder).rglob("*.py"))
    assert list(typed_in_code(catalogue().vocabulary, modules)) == []


def test_a_module_that_types_them_again_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('SOME = ("identity", "adt", "identity")\nALL = ["adt", "identity", "social-care"]\n')
    assert list(typed_in_code(catalogue().vocabulary, [planted], tmp_path)) == ["planted.py:1 repeats families", "planted.py:2 repeats families"]


def test_what_is_published_as_it_is_says_what_the_code_says() -> None:
    from harness.model.finding import Attribution
    from harness.model.outcome import Outcome

    schema = json.loads((ROOT / "profiles" / "schemas" / "run.schema.json").read_text())
    finding = schema["properties"]["findings"]["items"]["properties"]
    assert (finding["outcome"]["enum"], finding["attribution"]["enum"]) == (list(Outcome), list(Attribution))


FLOW = """
id: outpatients
title: "Outpatients"
family: outpatients
cites: [LEVELS L5a]
events: [{name: book, title: "Book"}]
"""
CLAUSES = """
suite: outpatients
title: Outpatients
sections:
  - id: booking
    title: Booking
    clauses:
      - {id: outpatients/booking-1, text: "It SHALL.", strength: SHALL, level: 5, letter: a, family: outpatients, cites: [LEVELS L5a], remediation: "Do it."}
"""


def copied(tmp_path: Path, row: str) -> Path:
    """A copy of the profiles with a flow and a clause register of a family of their own, and ``row`` behind the shipped families."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles", ignore=shutil.ignore_patterns("fhir", "grammar"))
    (tmp_path / "profiles" / "flows" / "outpatients.yaml").write_text(FLOW)
    (tmp_path / "profiles" / "clauses" / "outpatients.yaml").write_text(CLAUSES)
    path = tmp_path / "profiles" / "vocabulary.yaml"
    path.write_text(path.read_text().replace("\nroles:\n", f"{row}\nroles:\n"))
    return tmp_path


def test_a_family_is_added_by_one_row(tmp_path: Path) -> None:
    without = Catalogue(copied(tmp_path / "without", ""))
    with pytest.raises(CatalogueError, match="outpatients"):
        _ = without.flows
    with pytest.raises(CatalogueError, match="outpatients"):
        _ = without.clauses
    row = '    - {name: outpatients, means: "Clinics.", lives: profiles/flows/outpatients.yaml}\n'
    kept = Catalogue(copied(tmp_path / "with", row))
    assert kept.flows["outpatients"].family == kept.clauses["outpatients/booking-1"].family == "outpatients"
    manifest = tmp_path / "own.place.yaml"
    shipped = (ROOT / "profiles" / "places" / "demonstration.place.yaml").read_text()
    manifest.write_text(
        shipped.replace("families: {identity: [hl7v2], adt: [hl7v2]}", "families: {outpatients: [hl7v2]}").replace(
            "aim: {identity: L1, adt: L1}\n    expect_caps: {identity: [acknowledged-without-effect], adt: [acknowledged-without-effect]}",
            "aim: {outpatients: L1}",
        )
    )
    assert kept.place(manifest).pairings[1].families == {"outpatients": ("hl7v2",)}
    assert list(unanswered(kept.vocabulary, DECLARED, ROOT)) == ["families outpatients: there is no profiles/flows/outpatients.yaml"]


def test_a_schema_that_asks_for_a_list_nobody_wrote_is_refused(tmp_path: Path) -> None:
    root = copied(tmp_path, "")
    schema = root / "profiles" / "schemas" / "flow.schema.json"
    schema.write_text(schema.read_text().replace('"$vocabulary": "families"', '"$vocabulary": "famlies"'))
    with pytest.raises(CatalogueError, match="no list of words 'famlies'; did you mean families"):
        load_yaml(root / "profiles" / "flows" / "adt.yaml", "flow", root=root)
