"""What citations point to: ``profiles/citations.yaml``, one row a document. A citation is the document's id (or another name of it) and a section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.load import load_yaml, own_or_shipped
from harness.catalogue.refer import must_differ
from harness.errors import CatalogueError

_BOUNDARY = re.compile(r"$|[ ,;:()]")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is cited, by ``address`` (https) or, where it is this project's own, by ``file`` (from the root of the project).

    ``also`` are other names of it; ``sections`` is a regular expression for the form of its sections, empty where it has none to name.
    """

    id: str
    title: str
    publisher: str
    address: str = ""
    file: str = ""
    also: tuple[str, ...] = ()
    sections: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A document and the section of it that is meant, empty for the whole."""

    document: Document
    section: str

    def __str__(self) -> str:
        """One line: document and section, title, publisher, and where it is found."""
        where = self.document.address or self.document.file
        return f"{f'{self.document.id} {self.section}'.strip()}: {self.document.title} ({self.document.publisher}; {where})"


def load_documents(root: Path) -> Mapping[str, Document]:
    """Every document by every name it has: those of ``root``, or those that ship where it has none. Raises CatalogueError."""
    path = own_or_shipped(root, "citations.yaml")
    documents = [Document(**{**raw, "also": tuple(raw.get("also", ()))}) for raw in load_yaml(path, "citations", root=root)["documents"]]
    names = [(name, one) for one in documents for name in (one.id, *one.also)]
    must_differ("document", (name for name, _ in names), str(path))
    return dict(names)


def citation(text: str, documents: Mapping[str, Document], where: str) -> Citation:
    """What ``text`` (``ITK-M PID-32``) cites. An unknown document, or a section of a form that it does not have, raises CatalogueError at ``where``."""
    document, section = named(text, documents)
    if document is None:
        raise CatalogueError(
            f"{text!r} cites no known document", where=where, expected="a document of profiles/citations.yaml and a section", do="add a row for it"
        )
    if section and not re.fullmatch(document.sections, section):
        expected = document.sections or "none"
        raise CatalogueError(f"{document.id} has no section of the form {section!r}", where=where, expected=expected, do="mend the citation")
    return Citation(document, section)


def named(text: str, documents: Mapping[str, Document]) -> tuple[Document | None, str]:
    """The document whose name ``text`` begins with (the longest that fits), and what stands behind it."""
    fits = [name for name in documents if text.startswith(name) and _BOUNDARY.match(text, len(name))]
    if not fits:
        return None, text
    name = max(fits, key=len)
    return documents[name], text[len(name) :].strip(" ,;:")
