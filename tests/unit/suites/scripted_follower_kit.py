"""A target without sockets, store or threads: right in everything a check can ask, and made wrong by overriding one method.

    class Forgetful(Follower):
        def takes(self, message):          # says yes and keeps nothing
            pass

It reads and writes by the lens, which no simulated system may do: what is examined with it are the checks, not the lens. Its time is the link's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from served_kit import served

from harness.errors import FormatError
from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import parse
from harness.mapping import Lens
from harness.model.message import Message
from harness.model.record import DELETED, UNSAID, Entry, Record

TOKEN, EXPIRED = "token-of-the-endpoint", "token-of-yesterday"
_ONE = ("person", "encounter")  # groups of which a message says some items and leaves the others
_END = ("encounter.end", "encounter.discharge_destination", "encounter.discharge_method")
_HIDDEN = ("address", "telecom", "contact")  # of a person who is protected, as is the practice
_MOVES_WITH_A_MERGE = ("allergy", "encounter", "diagnosis", "procedure", "observation")
_PROCESSING = "P"


@dataclass(frozen=True)
class Answer:
    """What a target says: ``code`` AA, AE, AR … or an HTTP status; ``to`` the message it names (None: the one it was sent); ``content`` other bytes
    altogether. ``seconds`` pass before it comes."""

    code: str = ""
    error_code: str = ""
    to: str | None = None
    content: bytes | None = None
    seconds: float = 0.0


class Follower:
    """What a target does, method by method. ``now`` tells the link's own time in seconds; ``sessions`` were opened so far, and ``speaking`` is the number of
    the one that is heard."""

    def __init__(self, lens: Lens, shown: Lens, partner_codes: Mapping[str, Mapping[str, str]], codes: Mapping[str, Mapping[str, str]]) -> None:
        self.lens, self.shown, self.partner_codes, self.codes = lens, shown, partner_codes, codes
        self.now: Callable[[], float] = lambda: 0.0
        self.people: dict[str, Record] = {}
        self.replaced: dict[str, str] = {}
        self.seen: set[bytes] = set()
        self.issuers: dict[str, str] = {}
        self.happened: dict[str, str] = {}
        self.sessions = 0
        self.speaking = 0

    # --- on the wire ---------------------------------------------------------------------------------------------------------

    def opens(self, token: str) -> None:
        """A session is opened. Raise TransportError to refuse it."""

    def lets_in(self, token: str) -> bool:
        """A request with this credential is served; asked where the endpoint declares ``auth: bearer``."""
        return token == TOKEN

    def hears(self, message: Message) -> Answer | None:
        """One whole message, and what is said to it (None: nothing)."""
        refusal = self.refuses(message)
        if refusal is not None:
            return refusal
        if message.content not in self.seen:
            self.seen.add(message.content)
            self.takes(message)
        return self.accepts(message)

    def hears_in_pieces(self, message: Message, piece: int) -> Answer | None:
        """One message that came ``piece`` bytes at a time."""
        return self.hears(message)

    def hears_many(self, messages: Sequence[Message]) -> list[Answer | None]:
        """Several messages that came in one go, and the answers in the order they are given."""
        return [self.hears(message) for message in messages]

    def hears_raw(self, data: bytes) -> None:
        """Bytes that are no message."""

    def accepts(self, message: Message) -> Answer:
        """A positive answer."""
        if self.lens.is_hl7v2:
            return Answer("AA")
        count = len(parse_json(message.content).get("entry") or [])
        entries = b",".join([b'{"response":{"status":"200"}}'] * count)
        return Answer("200", content=b'{"resourceType":"Bundle","type":"transaction-response","entry":[%s]}' % entries)

    def refuses(self, message: Message) -> Answer | None:
        """Why the message is not taken; None when it is."""
        reasons = self.wrong_v2(message) if self.lens.is_hl7v2 else self.wrong_fhir(message)
        return next(iter(reasons), None)

    def wrong_v2(self, message: Message) -> Iterable[Answer]:
        """AR for what is not for this system, AE for what cannot be used (ITK acknowledgement rules; table 0357)."""
        try:
            tree = parse(message.content)
        except FormatError:
            yield Answer("AR", "100", to="")
            return
        if (tree.trigger or "") not in _TRIGGERS:
            yield Answer("AR", "201")
        if tree.get("MSH-12") != "2.4":
            yield Answer("AR", "203")
        if tree.get("MSH-11") != _PROCESSING:
            yield Answer("AR", "202")
        if not tree.all("PID") or (tree.trigger == "A40" and not tree.all("MRG")):
            yield Answer("AE", "100")
        elif not tree.get("PID-3.1") or (tree.trigger == "A40" and not tree.get("MRG-1.1")):
            yield Answer("AE", "101")
        elif not _is_date(tree.get("PID-7") or "") or not all(map(_is_number, _numbers(self.lens.read(tree)))):
            yield Answer("AE", "102")

    def wrong_fhir(self, message: Message) -> Iterable[Answer]:
        """4xx for what cannot be used."""
        try:
            entries = [entry["resource"] for entry in parse_json(message.content).get("entry") or []]
        except FormatError:
            yield Answer("400")
            return
        for resource in entries:
            kind = resource["resourceType"]
            identifiers = resource.get("identifier") or []
            if not kind.isalpha() or kind == "PatientRecord" or (kind == "Encounter" and "class" not in resource):
                yield Answer("422", "structure")
            if kind == "Patient" and (
                not identifiers or not all(_is_number(str(one["value"])) for one in identifiers if "nhs-number" in one.get("system", "") and "value" in one)
            ):
                yield Answer("422", "invalid")

    # --- what is held --------------------------------------------------------------------------------------------------------

    def takes(self, message: Message) -> None:
        """Keep what the message says."""
        if self.lens.is_hl7v2:
            tree = parse(message.content)
            record = self.lens.read(tree, codes=self.partner_codes)
            self.keeps(self.timely(record, tree.get("EVN-6") or ""), tree.trigger or "")
            if tree.trigger == "A40":
                self.merges(tree.get("PID-3[2].1") or tree.get("PID-3[1].1") or "", tree.get("MRG-1[2].1") or tree.get("MRG-1[1].1") or "")
            return
        bundle = parse_json(message.content)
        patients = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"]
        for patient, record in zip(patients, self.lens.read_all(bundle, codes=self.partner_codes), strict=False):
            self.keeps(record, message.trigger)
            if patient.get("active") is False:
                self.merges(str(patient["link"][0]["other"]["identifier"]["value"]), record.text("identifier.value"))

    def timely(self, record: Record, occurred: str) -> Record:
        """``record`` without its stay where something is held that happened to the stay later (EVN-6)."""
        local = self.whose(record)
        if not record.entries("encounter") or occurred >= self.happened.get(local, ""):
            self.happened[local] = occurred
            return record
        return record.with_group("encounter")

    def whose(self, record: Record) -> str:
        """Under what the person of ``record`` is held: the local number, made another where a second authority issues the same one."""
        number, authority = record.text("identifier.value"), record.text("identifier.authority")
        return number if self.issuers.setdefault(number, authority) == authority else f"{number}.{authority}"

    def keeps(self, record: Record, trigger: str) -> None:
        """Lay ``record`` over what is held of the person: item by item where they come in a message, whole resources over FHIR."""
        local = self.whose(record)
        held = self.people.get(local, Record())
        groups = dict(held.groups)
        for name, entries in record.groups.items():
            if name in _ONE and groups.get(name) and self.lens.is_hl7v2:
                values = {**groups[name][0].values, **entries[0].values}
                groups[name] = (Entry(name, {item: value for item, value in values.items() if value is not DELETED}),)
            else:
                groups[name] = tuple(Entry(name, {item: value for item, value in one.values.items() if value is not DELETED}) for one in entries)
        if trigger == "A13" and groups.get("encounter"):
            first = groups["encounter"][0]
            groups["encounter"] = (replace(first, values={item: value for item, value in first.values.items() if item not in _END}),)
        self.people[local] = Record(groups)

    def merges(self, survivor: str, loser: str) -> None:
        """The local number ``loser`` is superseded; what hangs on it goes to ``survivor``."""
        self.replaced[loser] = survivor
        groups = dict(self.people[survivor].groups)
        for name in _MOVES_WITH_A_MERGE:
            groups[name] = (*groups.get(name, ()), *(one for one in self.people[loser].entries(name) if one not in groups.get(name, ())))
        self.people[survivor] = Record({name: entries for name, entries in groups.items() if entries})

    # --- what is shown -------------------------------------------------------------------------------------------------------

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        """The resources of everybody under one business identifier: ``kind`` is ``nhs`` or an assigning authority."""
        return [resource for local, record in self.people.items() if _bears(record, kind, value) for resource in self.writes(local, record)]

    def writes(self, local: str, record: Record) -> list[dict[str, Any]]:
        """One person's resources."""
        resources = served(self.shown.write(self.visible(record), codes=self.codes)["entry"], local)
        if local in self.replaced:
            survivor = f"{self.replaced[local]}-0".lower()
            resources = [{**resources[0], "active": False, "link": [{"type": "replaced-by", "other": {"reference": f"Patient/{survivor}"}}]}]
        return resources

    def visible(self, record: Record) -> Record:
        """What may be shown of a record: of a person who is protected, nothing that tells where they are."""
        if record.text("person.sensitive") in ("", "none"):
            return record
        open_to_all = Record({name: entries for name, entries in record.groups.items() if name not in _HIDDEN})
        return open_to_all.replaced({"person.practice": UNSAID})


_TRIGGERS = frozenset({"A01", "A02", "A03", "A08", "A11", "A12", "A13", "A21", "A22", "A28", "A31", "A40"})


def _numbers(record: Record) -> tuple[str, ...]:
    return record.all("person.nhs_number")


def _bears(record: Record, kind: str, value: str) -> bool:
    if kind == "nhs":
        return value in _numbers(record)
    return any(one.text("identifier.authority") == kind and one.text("identifier.value") == value for one in record.entries("identifier"))


def _is_number(number: str) -> bool:
    """Ten digits, the last of which fits (modulus 11)."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True)) % 11
    return len(number) == 10 and int(number[9]) == left % 11


def _is_date(text: str) -> bool:
    return not text or (text[4:6] in ("", *(f"{month:02d}" for month in range(1, 13))))
