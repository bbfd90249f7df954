"""XML of a conformance profile into a ``Bundle``: profile, constraints, value sets and their bindings, from one file or a folder of files.

What the profile gets wrong (a reference to nothing, a pattern or path that cannot be read) is kept as a flaw of the profile; the rest is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.catalogue.load import data_root
from harness.errors import CatalogueError, FormatError
from harness.formats.safe_xml import name_of, read_root
from harness.validation.hl7v2.model import ProfileFlaw
from harness.validation.hl7v2.nist.assertions import is_path, read_assertion
from harness.validation.hl7v2.nist.model import Bundle, Defined, Element, MessageOf, MessagePart, Statement
from harness.validation.hl7v2.nist.rules import plain_data

_MAX_FILES = 40
_LEVELS = {"Message": "message", "Group": "group", "Segment": "segment", "Datatype": "datatype"}
_BY = {"ByID": "id", "ByName": "name", "ByNameOrByID": "either"}
_UNREAD = ("CoConstraintContext", "SlicingContext", "ProfileSlicing")


def is_bundle(name: str) -> bool:
    """Whether ``--profile`` names a conformance profile in XML rather than one of ours: a file ``….xml``, a path, or a folder of no profile's name."""
    if name.lower().endswith(".xml") or "/" in name or os.sep in name:
        return True
    return bool(name) and Path(name).is_dir() and not (data_root() / "profiles" / "hl7v2" / f"{name}.yaml").is_file()


@lru_cache(maxsize=16)
def load_bundle(name: str) -> Bundle:
    """The conformance profile of a file or folder. Raises CatalogueError for what cannot be read or holds no ConformanceProfile."""
    path = Path(name)
    files = sorted(one for one in path.iterdir() if one.suffix.lower() == ".xml") if path.is_dir() else [path]
    if len(files) > _MAX_FILES:
        raise CatalogueError(f"the folder has {len(files)} XML files", where=name, expected=f"at most {_MAX_FILES}", do="name the folder of one profile")
    roots = []
    for file in files:
        try:
            roots.append((file.name, read_root(file.read_bytes())))
        except FormatError as error:
            raise CatalogueError(
                error.what, where=f"{file}: {error.where}" if error.where else str(file), expected=error.expected, do="mend the file"
            ) from None
        except OSError as error:
            raise CatalogueError(f"the file cannot be read: {error.strerror}", where=str(file), do="correct the path") from None
    return _Reading(str(path)).bundle(roots)


class _Reading:
    """One bundle being read."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.flaws: list[ProfileFlaw] = []
        self.segments: dict[str, Defined] = {}
        self.datatypes: dict[str, Defined] = {}
        self.statements: list[Statement] = []
        self.valuesets: dict[str, frozenset[str]] = {}
        self.open: set[str] = set()
        self.bindings: dict[tuple[str, str, str], tuple[str, str, int]] = {}

    def flaw(self, key: str, where: str, said: str) -> None:
        self.flaws.append(ProfileFlaw(key, where, said))

    def bundle(self, roots: list[tuple[str, Any]]) -> Bundle:
        found: dict[str, list[Any]] = {"ConformanceProfile": [], "ConformanceContext": [], "ValueSetLibrary": [], "ValueSetBindingsContext": []}
        unread = []
        for file, root in roots:
            for element in (root, *root):
                kind = name_of(element)[1]
                if kind in found:
                    found[kind].append(element)
                elif kind in _UNREAD:
                    unread.append(f"{kind} of {file}")
        if len(found["ConformanceProfile"]) != 1:
            count = len(found["ConformanceProfile"])
            raise CatalogueError(f"{count} conformance profiles are there", where=self.id, expected="one ConformanceProfile", do="name its file or folder")
        for library in found["ValueSetLibrary"]:
            self._values(library)
        for bound in found["ValueSetBindingsContext"]:
            self._bindings(bound)
        profile = found["ConformanceProfile"][0]
        for element in _below(profile, "Datatypes", "Datatype"):
            self._defined(element, self.datatypes, "Component")
        for element in _below(profile, "Segments", "Segment"):
            self._defined(element, self.segments, "Field")
        messages = tuple(self._message(element) for element in _below(profile, "Messages", "Message"))
        if not messages:
            raise CatalogueError("the conformance profile has no message", where=self.id, expected="a Message", do="export it again")
        for context in found["ConformanceContext"]:
            self._statements(context)
        title = next((one.get("Name", "") for one in profile if name_of(one)[1] == "MetaData"), "") or Path(self.id).stem
        bundle = Bundle(self.id, {}, messages, self.segments, self.datatypes, self.valuesets, tuple(self.statements), tuple(self.flaws), tuple(unread))
        return plain_data(bundle, title, profile.get("HL7Version", ""), frozenset(self.open))

    def _values(self, library: Any) -> None:
        for element in library.iter():
            if name_of(element)[1] != "ValueSetDefinition":
                continue
            key = element.get("BindingIdentifier") or element.get("Id") or ""
            codes = [one for one in element.iter() if name_of(one)[1] == "ValueElement" and one.get("Usage", "R") != "E"]
            self.valuesets[key] = frozenset(one.get("Value", "") for one in codes) - {""}
            if element.get("Extensibility", "").lower() == "open":
                self.open.add(key)

    def _bindings(self, context: Any) -> None:
        for level, by, key, group in _contexts(context):
            for element in group.iter():
                if name_of(element)[1] != "ValueSetBinding" or level not in ("segment", "datatype"):
                    continue
                sets = [one.get("BindingIdentifier", "") for one in element.iter() if name_of(one)[1] == "Binding"]
                place = next((one.get("CodeLocation") for one in element.iter() if one.get("CodeLocation")), "1")
                number = element.get("Target", "").partition("[")[0]
                if sets and number.isdigit():
                    self.bindings[(by, key, number)] = (sets[0], element.get("BindingStrength", "R"), _number(place) or 1)

    def _defined(self, element: Any, into: dict[str, Defined], child: str) -> None:
        key, name = element.get("ID", ""), element.get("Name", "") or element.get("ID", "")
        fields = [one for one in element if name_of(one)[1] == child]
        into[key] = Defined(key, name, tuple(self._element(one, number, key, name) for number, one in enumerate(fields, 1)))

    def _element(self, element: Any, number: int, id: str, name: str) -> Element:
        table, strength, bound = element.get("Binding") or element.get("Table") or "", element.get("BindingStrength", "R"), element.get("BindingLocation", "1")
        place = _number(bound.partition(":")[0]) or 1
        for by, key in (("id", id), ("name", name), ("either", id), ("either", name)):
            table, strength, place = self.bindings.get((by, key, str(number)), (table, strength, place))
        length = element.get("MaxLength", "")
        return Element(
            _number(element.get("Position", "")) or number,
            element.get("Name", ""),
            element.get("Datatype", ""),
            element.get("Usage", "O"),
            _number(element.get("Min", "0")),
            self._most(element, f"{id}-{number}"),
            _number(length),
            table,
            strength,
            place,
            element.get("ConstantValue", ""),
        )

    def _most(self, element: Any, where: str) -> str:
        """Max as digits or ``*``; anything else is a flaw of the profile, and any number then."""
        most = str(element.get("Max", "1"))
        if most in ("*", "0") or _number(most):
            return most
        self.flaw("hl7v2/profile-structure", where, f"at most {most!r}")
        return "*"

    def _message(self, element: Any) -> MessageOf:
        key, structure = element.get("ID", ""), element.get("StructID", "") or element.get("ID", "")
        kind, event = element.get("Type", "") or structure.partition("_")[0], element.get("Event", "") or "*"
        return MessageOf(key, kind, event, structure, MessagePart(key, "", structure, "R", 1, "1", tuple(self._parts(element))))

    def _parts(self, element: Any) -> Iterator[MessagePart]:
        for child in element:
            kind = name_of(child)[1]
            use, least, most = child.get("Usage", "O"), _number(child.get("Min", "0")), self._most(child, element.get("ID", ""))
            if kind == "Group":
                yield MessagePart(child.get("ID", ""), "", child.get("Name", ""), use, least, most, tuple(self._parts(child)))
            elif kind == "Segment":
                ref = child.get("Ref", "")
                if ref not in self.segments:
                    self.flaw("hl7v2/profile-structure", element.get("ID", ""), f"there is no segment {ref}")
                    continue
                yield MessagePart(ref, ref, self.segments[ref].name, use, least, most)

    def _statements(self, context: Any) -> None:
        for level, by, key, group in _contexts(context):
            for element in group:
                kind = name_of(element)[1]
                if kind not in ("Constraint", "Predicate"):
                    continue
                inner = next((one for one in element if name_of(one)[1] in ("Assertion", "Condition")), None)
                text = " ".join("".join(one.itertext()) for one in element if name_of(one)[1] == "Description").strip()
                number = element.get("ID", "") or f"{key} {element.get('Target', '')}".strip()
                source = next((" ".join(filter(None, (one.get("Source"), one.get("Section")))) for one in element if name_of(one)[1] == "Reference"), "")
                try:
                    if inner is None or len(inner) != 1:
                        raise ValueError("no assertion to judge by")
                    assertion = read_assertion(inner[0])
                    if kind == "Predicate" and not is_path(element.get("Target", "")):
                        raise ValueError(f"the target {element.get('Target', '')!r}")
                except ValueError as error:
                    self.flaw("hl7v2/profile-predicate", number, str(error))
                    continue
                then, otherwise = element.get("TrueUsage", ""), element.get("FalseUsage", "")
                strong = element.get("Strength", element.get("Classification", "SHALL")).upper() not in ("SHOULD", "W")
                target = element.get("Target", "")
                self.statements.append(Statement(number, level, by, key, target, text or number, source, strong, assertion, then, otherwise))


def _contexts(context: Any) -> Iterator[tuple[str, str, str, Any]]:
    """(level, by, key, element) of every ByID and ByName below ``context``."""
    for element in context.iter():
        level = _LEVELS.get(name_of(element)[1], "")
        for group in element if level else ():
            by = _BY.get(name_of(group)[1], "")
            if by:
                yield level, by, group.get("ID") or group.get("Name") or group.get("NameOrID") or "", group


def _below(profile: Any, outer: str, inner: str) -> Iterator[Any]:
    for group in profile:
        if name_of(group)[1] == outer:
            yield from (element for element in group if name_of(element)[1] == inner)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
