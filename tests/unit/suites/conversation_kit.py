"""A hospital and a council on a link without sockets, both ways: each tells the other what happens to it, and answers what it is told.

They hold resources by person and name, and know of the conversation only what flows S3 and S4 say. What makes one wrong is, as with Follower, one method:
``stored`` (what it makes of a resource before it keeps it), ``tells`` (what of it the other is told), ``name`` (what it knows a resource by).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from scripted_follower_kit import EXPIRED, TOKEN, Answer, Follower
from scripted_link_kit import KEYS, LIMITS, STATUS, ScriptedFhir, ScriptedObserver, Watch, Wiring
from served_kit import renamed

from harness.case.link import SOURCE, TARGET, Link, Side
from harness.case.spec import Namespace
from harness.catalogue import catalogue
from harness.formats.fhir import encode_json, parse_json
from harness.mapping import lens
from harness.model.deployment import Deployment
from harness.model.message import Message, Origin
from harness.model.place import Endpoint, Interface, Pairing, Place, System
from harness.model.record import Record

Resource = dict[str, Any]
KINDS = {"assessment-notice": "975701000000106", "discharge-notice": "975731000000100", "withdraw-notice": "975841000000102"}
ASSESSMENT, DISCHARGE, WITHDRAWAL = KINDS.values()
LEFT_OUT = {**dict.fromkeys(KINDS, ("Encounter",)), "package-start": ("Encounter",)}  # a notice says nothing of how a stay stands
FHIR = KEYS["fhir"]


class Party(Follower):
    """Either of the two. ``people`` of Follower stay empty: what is held is ``held``, by NHS number and name."""

    identity: ClassVar[str]
    events: ClassVar[frozenset[str]] = frozenset({"register"})

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.held: dict[str, dict[str, Resource]] = {}
        self.said: deque[Message] = deque()
        self.count = 0

    def repeats(self, message: Message) -> bool:
        """Whether it sends again what was not acknowledged."""
        return True

    # --- what it makes of a resource -----------------------------------------------------------------------------------------

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """What it keeps of ``resource``; None leaves what was there."""
        return resource

    def tells(self, resources: Sequence[Resource]) -> Sequence[Resource]:
        """What of all that changed the other is told."""
        return resources

    def name(self, resource: Resource) -> str:
        """What a person's resource is known by: its identifier, else its code."""
        kind = resource["resourceType"]
        if kind == "Patient":
            return "Patient"
        codes = [resource.get("code"), *(resource.get("type") or ())] if kind != "Encounter" else []
        named = [str(one["value"]) for one in resource.get("identifier") or ()]
        return f"{kind}-{next(iter(named), '') or '-'.join(str(coding.get('code')) for code in codes if code for coding in code.get('coding') or ())}"

    # --- what is done to it, and what it does ----------------------------------------------------------------------------------

    def does(self, event: str, record: Record, reason: str) -> list[Resource]:
        """Lets ``event`` happen; what changed by it."""
        if event in STATUS:
            record = record.replaced({"encounter.status": STATUS[event]})
        entries = [one for one in self.lens.write(record, codes=self.codes)["entry"] if one["resource"]["resourceType"] not in LEFT_OUT.get(event, ())]
        for entry in entries:
            if entry["resource"]["resourceType"] == "ServiceRequest":
                entry["resource"]["identifier"] = [{"value": f"{record.text('person.nhs_number')}-{event}"}]
        return self.files(entries)

    def reacts(self, number: str, resource: Resource) -> list[Resource]:
        """What changes because of a resource that has just come."""
        return []

    def takes(self, message: Message) -> None:
        taken = self.files(parse_json(message.content)["entry"])
        number = number_of(taken[0])
        changed = [one for resource in taken for one in self.reacts(number, resource)]
        self.says(number, changed, "")

    def files(self, entries: Iterable[Mapping[str, Any]]) -> list[Resource]:
        """Keeps one person's resources, the Patient first, under ids of its own."""
        found = [(str(entry["fullUrl"]), entry["resource"]) for entry in entries]
        number = number_of(found[0][1])
        names = {full: f"{one['resourceType']}/{self.id_of(number, one)}" for full, one in found}
        return [self.puts(number, renamed(one, names)) for _, one in found]

    def puts(self, number: str, resource: Resource) -> Resource:
        """Keeps one resource, and gives it as it was to be kept."""
        name = self.name(resource)
        resource = {**resource, "id": self.id_of(number, resource)}
        kept = self.stored(resource, self.held.get(number, {}).get(name))
        if kept is not None:
            self.held.setdefault(number, {})[name] = kept
        return kept or resource

    def id_of(self, number: str, resource: Resource) -> str:
        return f"{self.identity}-{number}-{self.name(resource)}".lower()

    def says(self, number: str, resources: Sequence[Resource], control_id: str) -> int:
        """Makes a message of what changed; how many it made."""
        told = [one for one in self.tells(resources) if one["resourceType"] != "Patient"]
        if resources and (told or len(resources) == len(self.tells(resources))):
            self.count += 1
            entries = [{"fullUrl": f"{one['resourceType']}/{one['id']}", "resource": one} for one in (self.held[number]["Patient"], *told)]
            identifier = control_id or f"{self.identity}-{self.count}"
            tree = {"resourceType": "Bundle", "type": "transaction", "identifier": {"value": identifier}, "entry": entries}
            self.said.append(Message(encode_json(tree), FHIR, "application/fhir+json", Origin.SOURCE, identifier, "", "POST", ""))
            return 1
        return 0

    def shows(self, kind: str, value: str) -> list[Resource]:
        return list(self.held.get(value, {}).values())

    def all_of(self, number: str, kind: str) -> list[Resource]:
        """A person's resources of one type."""
        return [one for one in self.held.get(number, {}).values() if one["resourceType"] == kind]


class Hospital(Party):
    """Tells of stays and sends notices; takes answers, packages and alerts."""

    identity = "hospital"
    events = frozenset({"register", "admit", "discharge", *KINDS})

    def does(self, event: str, record: Record, reason: str) -> list[Resource]:
        changed = super().does(event, record, reason)
        if event == "withdraw-notice":
            number = record.text("person.nhs_number")
            for notice in self.all_of(number, "ServiceRequest"):
                if code_of(notice) != WITHDRAWAL:
                    self.puts(number, {**notice, "status": "revoked"})
        return changed


class Council(Party):
    """Answers notices, runs packages, raises alerts."""

    identity = "council"
    events = frozenset({"register", "accept-notice", "refuse-notice", "package-start", "package-end", "alert-raise", "alert-clear"})

    def does(self, event: str, record: Record, reason: str) -> list[Resource]:
        if event == "alert-clear":  # clears every alert that it is told of
            record = record.with_group("alert", *({**one.values, "alert.status": "inactive"} for one in record.entries("alert")))
        if event not in ("accept-notice", "refuse-notice"):
            return super().does(event, record, reason)
        number = record.text("person.nhs_number")
        [task] = self.all_of(number, "Task")
        decided = {"status": "accepted"} if event == "accept-notice" else {"status": "rejected", "statusReason": {"text": reason}}
        return [self.puts(number, {**task, **decided})]

    def refuses(self, message: Message) -> Answer | None:
        resources = [entry["resource"] for entry in parse_json(message.content)["entry"]]
        number = number_of(resources[0])
        agreed = any(task["status"] == "accepted" for task in self.all_of(number, "Task"))
        if not agreed and any(code_of(one) == DISCHARGE for one in resources):
            return Answer("422", "business-rule")
        return super().refuses(message)

    def withdrawn(self, number: str) -> bool:
        """A withdrawal has come."""
        return any(code_of(one) == WITHDRAWAL for one in self.all_of(number, "ServiceRequest"))

    def reacts(self, number: str, resource: Resource) -> list[Resource]:
        if resource["resourceType"] == "Encounter":
            moves = {"in-progress": {"active": "onhold"}, "finished": {"onhold": "active", "planned": "active"}}.get(str(resource.get("status")), {})
            return self.moves(number, "EpisodeOfCare", moves)
        if code_of(resource) == WITHDRAWAL:
            self.moves(number, "ServiceRequest", {"active": "revoked"})
            return self.moves(number, "Task", dict.fromkeys(("received", "accepted"), "cancelled")) + self.moves(
                number, "EpisodeOfCare", {"planned": "cancelled"}
            )
        if code_of(resource) == ASSESSMENT:
            if self.withdrawn(number):
                self.puts(number, {**resource, "status": "revoked"})
            focus = {"reference": f"ServiceRequest/{resource['id']}", "identifier": resource["identifier"][0]}
            status = "cancelled" if self.withdrawn(number) else "received"
            return [
                self.puts(
                    number, {"resourceType": "Task", "identifier": [{"value": f"{resource['identifier'][0]['value']}-task"}], "status": status, "focus": focus}
                )
            ]
        return []

    def moves(self, number: str, kind: str, statuses: Mapping[str, str]) -> list[Resource]:
        """What of a person's resources goes from one status to another; but for a withdrawal, which stands."""
        found = [one for one in self.all_of(number, kind) if one.get("status") in statuses and code_of(one) != WITHDRAWAL]
        return [self.puts(number, {**one, "status": statuses[one["status"]]}) for one in found]


class PartyFhir(ScriptedFhir):
    """What leads to one party and catches what the other says."""

    def __init__(self, endpoint: Endpoint, wiring: Wiring) -> None:
        super().__init__(endpoint, "http://127.0.0.1:9", token=TOKEN)
        self.wiring = wiring


@dataclass
class PartyControl:
    """The control interface of one party."""

    party: Party
    available: bool = True

    def event(self, name: str, record: Record, *, control_id: str, details: Mapping[str, Any], **_: Any) -> tuple[int, str]:
        if name not in self.party.events:
            return 0, f"the scripted {self.party.identity} does not do the event {name!r}"
        changed = self.party.does(name, record, str(details.get("reason", "")))
        return self.party.says(record.text("person.nhs_number"), changed, control_id), ""

    def pending(self) -> int:
        return len(self.party.said)

    def route(self, partner: str, route: Mapping[str, Any]) -> None:
        """Nothing to be told: messages go where they are caught."""

    def close(self) -> None:
        """Nothing to release."""


def number_of(patient: Resource) -> str:
    """The NHS number of a Patient."""
    return next(str(one["value"]) for one in patient["identifier"] if "nhs-number" in one.get("system", ""))


def code_of(resource: Resource) -> str:
    """The first code of a notice; empty for what is none."""
    return str(resource["code"]["coding"][0]["code"]) if resource["resourceType"] == "ServiceRequest" else ""


def conversation_link(source: type[Party], target: type[Party]) -> tuple[Link, Watch]:
    """A link both ways from one party to the other, and its watch."""
    c, spoken, watch = catalogue(), lens(FHIR), Watch()
    systems: dict[str, System] = {"hospital": c.system("acute-exemplar"), "council": c.system("social-care")}
    ends = systems[source.identity], systems[target.identity]
    one, other = source(spoken, spoken, ends[1].codes, ends[0].codes), target(spoken, spoken, ends[0].codes, ends[1].codes)
    one.now = other.now = watch
    endpoint = Endpoint("in", FHIR, "http", "in", acknowledgement="application", auth="bearer", limits=LIMITS)
    onwards: Any = PartyFhir(endpoint, Wiring(other, one, watch, one.said))
    back: Any = PartyFhir(replace(endpoint, id="back"), Wiring(one, other, watch, other.said))
    deployments = [Deployment(end, tokens={"in": TOKEN}, expired={"in": EXPIRED}) for end in ends]
    controls: list[Any] = [PartyControl(one), PartyControl(other)]
    observers: list[Any] = [ScriptedObserver(one.shows), ScriptedObserver(other.shows)]
    near, far = (Side(*facts, FHIR) for facts in zip((SOURCE, TARGET), deployments, controls, observers, strict=True))
    interface = Interface("fhir", "out", "in")
    pairing = Pairing(ends[0].id, ends[1].id, (interface,), {"social-care": ("fhir",)})
    place = Place("scripted", "Scripted", ends, (pairing,))
    spec = Namespace(1, "scripted", "2026-01-05")
    return Link(place, pairing, interface, spec, near, far, onwards, onwards, back, endpoint, spoken, {FHIR: spoken}), watch
