"""From a differential and the snapshot of its base to a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.apply import Maker
from harness.catalogue.fhir.snapshot.locate import entries_of
from harness.catalogue.fhir.snapshot.model import Find, Snapshot, SnapshotSource, TooMuchError, Work
from harness.catalogue.fhir.snapshot.node import SnapshotNode, build, text_of, write


def generate(definition: Mapping[str, Any], base: SnapshotSource | None, find: Find) -> Snapshot:
    """The snapshot of a StructureDefinition of R4 shape, from its differential and its base (None: it has none, or none is known).

    ``find`` gives the definition of a canonical or type name, with its snapshot, or None where it is unknown or is just being made (a cycle).
    Never raises on content: what does not fit is in ``problems``, and the stricter of base and differential stays. Unchanged elements are those of the
    base, shared: change none.
    """
    work = Work(find, text_of(definition.get("url")))
    grows = _grows(definition, base)
    try:
        root = build(base.elements, work) if base is not None else None
        entries = entries_of(definition.get("differential"), work)
        name = _root_name(definition, root, entries[0].root if entries else "", grows)
        if root is None and not grows:
            work.say("", f"its base {text_of(definition.get('baseDefinition')) or '(none named)'} is not known")
        maker = Maker(work, base, root or SnapshotNode(name, {"min": 0, "max": "*"}), name, grows or root is None, _is_old(definition))
        try:
            maker.run(entries, is_extension=text_of(definition.get("type")) == "Extension")
        except TooMuchError:
            work.say("", "it asks for more elements than a definition may have; the rest of its differential is left out")
        return Snapshot(write(maker.root, name), tuple(work.problems))
    except TooMuchError:
        work.say("", "its base has more elements than a definition may have")
        return Snapshot((), tuple(work.problems))


def _grows(definition: Mapping[str, Any], base: SnapshotSource | None) -> bool:
    """Whether the definition may add elements: a new type or logical model, no profile."""
    derivation = text_of(definition.get("derivation"))
    if derivation:
        return derivation == "specialization"
    return definition.get("kind") == "logical" or base is None or base.type != text_of(definition.get("type"))


def _root_name(definition: Mapping[str, Any], root: SnapshotNode | None, first: str, grows: bool) -> str:
    if root is not None and not grows:
        return root.name
    return first or text_of(definition.get("type")).rpartition("/")[2] or (root.name if root is not None else "") or "Element"


def _is_old(definition: Mapping[str, Any]) -> bool:
    return text_of(definition.get("fhirVersion")).startswith("3.")
