"""Every citation leads somewhere: to a document of ``profiles/citations.yaml``, and where it is the project's own, to the section that is meant."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue import catalogue
from harness.catalogue.citations import Document, citation, named
from harness.catalogue.load import parse_yaml
from harness.errors import CatalogueError

ROOT = Path(__file__).resolve().parents[2]
READ = {".py", ".yaml", ".md", ".toml", ".ini", ".j2"}
# A name in capitals that was a document of somebody's, or a file of notes: nobody who has only this repository can follow it.
ELSEWHERE = re.compile(r"\b(DESIGN|ANCHORS|LIBRARIES|PEERS)\b(?! =)|\bnhs/[\w-]+\.md|\.\./shared/[\w-]+\.md")
OWN = re.compile(r"\bLEVELS\b(?! =|\[|:)(?:,? ((?:L[0-6][a-i]?)(?:(?:,| and| to|, and) L[0-6][a-i]?)*|[A-Z][a-z]+(?: [a-z]+)*(?: is scored)?))?")
FLOWS = re.compile(r"\b[Ff]lows? (S\d+)(?: and (S\d+))?")
ITK = re.compile(r"\bITK-[A-Z]+\b")
PATHS = re.compile(r"(?<![\w./-])(?:profiles|harness|tests|fixtures|docker)/[\w./-]*\w(?![\w/]*[*<{])|(?<![\w./-])[A-Z]{4,}\.md\b")
# What is written by a run or by packaging, and what a reader makes: no file of the repository.
MADE = ("harness/_data",)
# Tests that speak of trees they make up.
INVENTED = "tests/unit/mutants/"


def unresolved(data: Mapping[str, Any], documents: Mapping[str, Document], own: Mapping[str, set[str]]) -> Iterator[str]:
    """``cites`` and ``source`` of parsed files (by name) that lead nowhere; ``own`` holds the sections of the project's documents."""
    for name, content in data.items():
        for key, text in cited(content):
            # In a source, what begins in small letters behind a semicolon is a remark on the document before.
            for part in (text,) if key == "cites" else re.split(r"; *(?=[^a-z0-9 ])", text):
                found, section = named(part, documents)
                if found is None:
                    yield f"{name}: {key}: {part!r} cites no known document"
                elif key == "cites":
                    try:
                        citation(part, documents, name)
                    except CatalogueError as error:
                        yield str(error)
                if found is not None and found.id in own and section not in own[found.id]:
                    yield f"{name}: {key}: there is no {part!r}"


def cited(node: Any) -> Iterator[tuple[str, str]]:
    """(key, text) of every ``cites`` and ``source`` that is text."""
    if isinstance(node, dict):
        for key, value in node.items() if "target" not in node else ():  # a pairing has a source that is a system
            if key == "cites":
                yield from ((key, text) for text in value)
            elif key == "source" and isinstance(value, str):
                yield key, value
            yield from cited(value)
    elif isinstance(node, list):
        for value in node:
            yield from cited(value)


def dangling(texts: Mapping[str, str], documents: Mapping[str, Document], own: Mapping[str, set[str]], files: Iterable[str]) -> Iterator[str]:
    """Mentions, in texts by file name, of sections and documents that are not there, and of files that are not among ``files``."""
    known = {path for file in files for path in (file, *(str(parent) for parent in Path(file).parents))}
    for name, text in texts.items():
        for match in ELSEWHERE.finditer(text):
            yield f"{name}: {match[0]} is no document of this repository"
        for match in OWN.finditer(text):
            sections = re.split(r", and |, | and | to ", match[1] or "")
            yield from (f"{name}: there is no LEVELS {section}" for section in sections if section not in own["LEVELS"])
        for match in FLOWS.finditer(text):
            yield from (f"{name}: there is no flow {section}" for section in match.groups() if section and section not in own["FLOW"])
        yield from (f"{name}: {found} is no known document" for found in ITK.findall(text) if found not in documents)
        for found in PATHS.findall(text):
            if found not in known and not found.startswith(MADE) and not any(path.startswith(found) for path in known):
                yield f"{name}: there is no file {found}"


def prose(path: Path) -> str:
    """The comments and docstrings of a module (a docstring begins a line); the whole of any other file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Worked examples add files; a test of their own holds them to what they say.
        return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL) if path.name == "CONTRIBUTING.md" else text
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    beginning = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.COMMENT}
    before = [tokenize.ENCODING, *(token.type for token in tokens)]
    return "\n".join(
        token.string
        for token, last in zip(tokens, before, strict=False)
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and last in beginning)
    )


def sections() -> dict[str, set[str]]:
    """The sections that the project's own documents have."""
    text = catalogue().scale_text
    levels = {*text, *(level + letter for level, section in text.items() for letter in section.letters)} - {""}
    return {"LEVELS": levels, "FLOW": {scenario for flow in catalogue().flows.values() for scenario in flow.scenarios}}


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_citation_of_the_profiles_is_resolved() -> None:
    paths = [path for folder in ("profiles", "fixtures") for path in sorted((ROOT / folder).rglob("*.yaml"))]
    data = {str(path.relative_to(ROOT)): parse_yaml(path.read_text(), str(path)) for path in paths}
    assert sum(1 for content in data.values() for _ in cited(content)) > 300
    assert list(unresolved(data, catalogue().documents, sections())) == []


def test_every_mention_in_code_and_documents_is_resolved() -> None:
    files = tracked()
    mine = str(Path(__file__).relative_to(ROOT))
    texts = {
        name: prose(ROOT / name)
        for name in files
        if Path(name).suffix in READ and name not in (mine, "CHANGELOG.md", "profiles/citations.yaml") and not name.startswith(INVENTED)
    }
    assert list(dangling(texts, catalogue().documents, sections(), files)) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ({"cites": ["ITK-X PID-3"]}, "cites no known document"),
        ({"cites": ["ITK-M figure 3"]}, "no section of the form"),
        ({"cites": ["RFC MLLP"]}, "no section of the form"),
        ({"cites": ["LEVELS L1i"]}, "there is no 'LEVELS L1i'"),
        ({"cites": ["LEVELS Weather"]}, "there is no 'LEVELS Weather'"),
        ({"cites": ["FLOW S99"]}, "there is no 'FLOW S99'"),
        ({"rows": [{"source": "ITK-M PID-3; Hearsay"}]}, "'Hearsay' cites no known document"),
    ],
)
def test_a_planted_citation_that_leads_nowhere_is_found(planted: dict[str, Any], fault: str) -> None:
    found = list(unresolved({"planted.yaml": planted}, catalogue().documents, sections()))
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("See DESIGN, decision 12.", "DESIGN is no document"),
        ("See nhs/hl7v2.md.", "nhs/hl7v2.md is no document"),
        ("LEVELS L1i asks it", "no LEVELS L1i"),
        ("LEVELS L1a and L1h", "no LEVELS L1h"),
        ("as LEVELS has it", "no LEVELS "),
        ("flow S1 and S99", "no flow S99"),
        ("as ITK-Q says", "no known document"),
        ("see profiles/no/such.yaml", "no file profiles/no/such.yaml"),
        ("see NOTES.md", "no file NOTES.md"),
    ],
)
def test_a_planted_mention_that_leads_nowhere_is_found(planted: str, fault: str) -> None:
    found = list(dangling({"planted.md": planted}, catalogue().documents, sections(), tracked()))
    assert [line for line in found if fault in line], found


def test_an_own_document_has_a_file_and_another_an_address() -> None:
    for one in {document.id: document for document in catalogue().documents.values()}.values():
        assert (ROOT / one.file).exists() if one.file else one.address.startswith("https://"), one.id


def test_a_docstring_and_a_comment_are_read_and_a_text_is_not(tmp_path: Path) -> None:
    module = tmp_path / "planted.py"
    module.write_text('"""A docstring."""\n\nNAME = "A text"  # A comment\n\n\ndef f():\n    """Another."""\n    return "a text"\n')
    assert prose(module).split("\n") == ['"""A docstring."""', "# A comment", '"""Another."""']
