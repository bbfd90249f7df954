"""The words that several files share: ``profiles/vocabulary.yaml``, each list under its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.load import load_yaml, own_or_shipped
from harness.catalogue.refer import must_differ


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it ``means``, and the file that gives it life (``lives``, a path from the root of the project)."""

    name: str
    means: str
    lives: str


@dataclass(frozen=True, slots=True)
class WordList:
    """Words that answer one question: ``name`` in the plural (``families``), ``word`` in the singular, ``words`` by name in file order."""

    name: str
    word: str
    title: str
    words: Mapping[str, Word]


def load_vocabulary(root: Path) -> Mapping[str, WordList]:
    """Every list by name: those of ``root``, or those that ship where it has none. Raises CatalogueError."""
    path = own_or_shipped(root, "vocabulary.yaml")
    lists: dict[str, WordList] = {}
    for name, raw in load_yaml(path, "vocabulary", root=root).items():
        must_differ(raw["word"], (word["name"] for word in raw["words"]), f"{path} {name}")
        lists[name] = WordList(name, raw["word"], raw["title"], {word["name"]: Word(**word) for word in raw["words"]})
    return lists
