"""A stored person and visit as one ITK v2.4 ADT message (ITK trigger events and ITK segment grids)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.errors import FormatError
from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_fields, v2_lists
from harness.systems.acute.identity import of_patient
from harness.systems.acute.nulls import NULL
from harness.systems.acute.v2_times import v2_stamp
from harness.systems.core.identity import sensitivity
from harness.systems.core.view import suppressed

Resource = dict[str, Any]

STRUCTURE: Final = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A05": "ADT_A05", "A08": "ADT_A01", "A11": "ADT_A09", "A12": "ADT_A09",
    "A13": "ADT_A01", "A14": "ADT_A05", "A15": "ADT_A15", "A16": "ADT_A16", "A21": "ADT_A21", "A22": "ADT_A21", "A25": "ADT_A21", "A26": "ADT_A21",
    "A27": "ADT_A21", "A28": "ADT_A05", "A31": "ADT_A05", "A38": "ADT_A38", "A40": "ADT_A39", "A52": "ADT_A52", "A53": "ADT_A52",
}  # fmt: skip
_FULL: Final = frozenset({"A01", "A04", "A05", "A08", "A13", "A14", "A16", "A28", "A31", "A38"})
_DIAGNOSES: Final = _FULL | {"A11", "A12", "A15"}
_NO_ADMIN: Final = frozenset({"A52", "A53", "A40"})
_HIDDEN: Final = frozenset({"PD1-3.3", "PID-11", "PID-13"})


@dataclass(frozen=True, slots=True)
class Header:
    """MSH and EVN: who sends (``identity`` of the system) to whom, when it is sent and when it occurred (14 digits)."""

    identity: Mapping[str, str]
    receiver: str
    control_id: str
    sent: str
    occurred: str


@dataclass(frozen=True, slots=True)
class Content:
    """What the message says: resources now, and as they were before the event (None when new)."""

    patient: Resource
    encounter: Resource | None = None
    clinical: tuple[Resource, ...] = ()
    patient_before: Resource | None = None
    encounter_before: Resource | None = None
    removed: tuple[Resource, ...] = ()
    loser: Resource | None = None
    consents: tuple[Resource | None, Resource | None] = field(default=(None, None))

    def of(self, type: str) -> list[Resource]:
        """Clinical resources of ``type``."""
        return [each for each in self.clinical if each["resourceType"] == type]


def message(trigger: str, header: Header, content: Content) -> bytes:
    """The message, in the character set the system declares, or UTF-8 (declared) where that lacks a character."""
    tree = build(trigger, header, content)
    try:
        return tree.encode()
    except FormatError:
        tree = build(
            trigger, Header({**header.identity, "charset": "UNICODE UTF-8"}, header.receiver, header.control_id, header.sent, header.occurred), content
        )
        return tree.encode()


def build(trigger: str, header: Header, content: Content) -> Tree:
    """The message as a tree, its NHS numbers spelt as the system's dialect does (``nhs_number_type`` of its identity in CX.5)."""
    tree = _built(trigger, header, content)
    kind = header.identity.get("nhs_number_type", "")
    for field_name in ("PID-3", "MRG-1") if kind else ():
        for segment in tree.all(field_name[:3]):
            number = int(field_name[4:])
            for at in range(1, segment.repetitions(number) + 1):
                if segment.get(f"{number}[{at}].4") == "NHS":
                    segment.set(f"{number}[{at}].5", kind)
    return tree


def _built(trigger: str, header: Header, content: Content) -> Tree:
    tree = Tree.new()
    _header(tree, trigger, header)
    _pid(tree, content, trigger)
    if trigger == "A40" and content.loser is not None:
        tree.add("MRG")
        ending = of_patient(content.loser)
        _repeat(tree, "MRG-1", _coupled(v2_lists.identifiers(ending), v2_lists.identifiers(of_patient(content.patient))))
        return tree
    contacts = [v2_lists.contact(each, number) for number, each in enumerate(suppressed(content.patient).get("contact") or (), 1)]
    if trigger in _FULL:
        gone = not contacts and (content.patient_before or {}).get("contact") and not _flagged(content.patient)
        _segments(tree, "NK1", [{"1": "1", "2": NULL, "3": NULL}] if gone else contacts)
    if content.encounter is not None or trigger not in ("A28", "A31"):
        _visit(tree, content)
    _clinical(tree, content, trigger)
    _ending(tree, content, trigger)
    return tree


def _header(tree: Tree, trigger: str, header: Header) -> None:
    own = header.identity
    fields = {
        "3": own.get("application", ""),
        "4": own.get("facility", ""),
        "5": "ROUTE",
        "6": header.receiver or "ROUTE",
        "7": header.sent,
        "9.1": "ADT",
        "9.2": trigger,
        "9.3": STRUCTURE[trigger],
        "10": header.control_id,
        "11": own.get("processing_id", "P"),
        "12": own.get("version", "2.4"),
        "17": "GBR",
        "18": own.get("charset", "UNICODE UTF-8"),
        "19": "EN",
        "21": own.get("profile", "ITKv1.0"),
    }
    # The character set comes first: what follows is written in it.
    tree.set("MSH-18", fields["18"])
    for path, text in fields.items():
        tree.set(f"MSH-{path}", text)
    tree.add("EVN")
    tree.set("EVN-2", header.sent)
    tree.set("EVN-6", header.occurred)


def _flagged(patient: Resource) -> bool:
    return suppressed(patient) is not patient


def _pid(tree: Tree, content: Content, trigger: str) -> None:
    patient, before = suppressed(content.patient), suppressed(content.patient_before or {})
    tree.add("PID")
    _repeat(tree, "PID-3", v2_lists.identifiers(of_patient(patient)))
    _repeat(tree, "PID-5", v2_lists.names(patient))
    if trigger == "A40":
        return
    fields = v2_fields.person(content.patient, content.consents[0])
    held = v2_fields.person(content.patient_before, content.consents[1]) if content.patient_before else {}
    if "none" in (sensitivity(content.patient), "") and held.get("ZU8-4", "0") == "0":
        fields.pop("ZU8-4", None)
    for path, lister in (("PID-11", v2_lists.addresses), ("PID-13", v2_lists.telecoms)):
        now = lister(patient)
        _repeat(tree, path, now)
        if not now and before.get({"PID-11": "address", "PID-13": "telecom"}[path]) and not _flagged(content.patient):
            tree.set(path, NULL)
    for path, text in _with_deletions(fields, held, hidden=_flagged(content.patient)).items():
        name = path[:3]
        if name == "PID":
            tree.set(path, text)
        elif name == "PD1":
            if tree.segment("PD1") is None:
                tree.add("PD1", after=tree.segment("PID"))
            tree.set(path, text)


def _with_deletions(now: v2_fields.Fields, held: v2_fields.Fields, *, hidden: bool = False) -> v2_fields.Fields:
    gone = {path: NULL for path in held if path not in now and not (hidden and path in _HIDDEN) and not path.startswith("PV1-6")}
    return now | gone


def _visit(tree: Tree, content: Content) -> None:
    tree.add("PV1")
    encounter = content.encounter or {}
    fields = v2_fields.visit(encounter, content.encounter_before)
    held = v2_fields.visit(content.encounter_before, None) if content.encounter_before else {}
    for path, text in _with_deletions(fields, held).items():
        if path.startswith("ZU1"):
            continue
        if path.startswith("PV2") and tree.segment("PV2") is None:
            tree.add("PV2")
        tree.set(path, text)


def _clinical(tree: Tree, content: Content, trigger: str) -> None:
    numbered: Callable[[Any, Iterable[Resource]], list[v2_lists.Segment]] = lambda make, entries: [make(each, n) for n, each in enumerate(entries, 1)]  # noqa: E731
    _segments(tree, "OBX", numbered(v2_lists.observation, content.of("Observation")))
    if trigger in _FULL:
        allergies = numbered(v2_lists.allergy, content.of("AllergyIntolerance"))
        if any(each["resourceType"] == "AllergyIntolerance" for each in content.removed):
            # AL1 has no way to delete one: delete them all first, then list what is left.
            allergies = [{"1": "1", "2": NULL, "3": NULL}, *({**each, "1": str(n)} for n, each in enumerate(allergies, 2))]
        _segments(tree, "AL1", allergies)
    if trigger in _DIAGNOSES:
        _segments(tree, "DG1", numbered(v2_lists.diagnosis, content.of("Condition")))
    if trigger in _FULL:
        _segments(tree, "PR1", numbered(v2_lists.procedure, content.of("Procedure")))


def _ending(tree: Tree, content: Content, trigger: str) -> None:
    if trigger in _NO_ADMIN:
        return
    now = v2_fields.visit(content.encounter, None) if content.encounter else {}
    held = v2_fields.visit(content.encounter_before, None) if content.encounter_before else {}
    person = v2_fields.person(content.patient, content.consents[0])
    was = v2_fields.person(content.patient_before, content.consents[1]) if content.patient_before else {}
    if person.get("ZU8-4") == "0" and was.get("ZU8-4", "0") == "0":
        person.pop("ZU8-4")
        was.pop("ZU8-4", None)
    for name, fields in (("ZU1", _with_deletions(now, held)), ("ZU8", _with_deletions(person, was))):
        for path, text in fields.items():
            if path.startswith(name):
                if tree.segment(name) is None:
                    tree.add(name)
                tree.set(path, text)


def _segments(tree: Tree, name: str, wanted: list[v2_lists.Segment]) -> None:
    for fields in wanted:
        segment = tree.add(name)
        for path, text in fields.items():
            if text:
                segment.set(path, text)


def _repeat(tree: Tree, path: str, repetitions: list[v2_lists.Parts]) -> None:
    for number, parts in enumerate(repetitions, 1):
        for component, text in parts.items():
            if text:
                tree.set(f"{path}[{number}].{component}", text)


def _coupled(ending: list[v2_lists.Parts], surviving: list[v2_lists.Parts]) -> list[v2_lists.Parts]:
    """MRG-1 in the order of the types and authorities of PID-3, then the rest."""
    order = [parts.get(4, "") for parts in surviving]
    return sorted(ending, key=lambda parts: order.index(parts.get(4, "")) if parts.get(4, "") in order else len(order))


def stamp(local: str) -> str:
    """A local wall clock ``YYYY-MM-DDTHH:MM[:SS]`` as 14 digits."""
    return v2_stamp(local)
