"""One small probe per defect of a hospital that is told: what a stranger with a socket sees under the defect, and not without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from foreign import END, LOCAL, NHS, SILENCE, VT, Resource, Site, codes, field, hear, numbers

Probe = Callable[[Site], object]


def adt(event: str, *segments: str, at: str = "20260105090001", id: str = "M1", version: str = "2.4", processing: str = "P", sender: str = "X9A") -> str:
    structure = {"A28": "ADT_A05", "A31": "ADT_A05", "A40": "ADT_A39", "A11": "ADT_A09", "A12": "ADT_A09", "A02": "ADT_A02", "A03": "ADT_A03"}.get(
        event, "ADT_A01"
    )
    structure = "ADT_A21" if event in ("A21", "A22") else structure
    msh = f"MSH|^~\\&|EPRA|{sender}|ROUTE|X9B|{at}||ADT^{event}^{structure}|{id}|{processing}|{version}|||||GBR|UNICODE UTF-8|EN||ITKv1.0"
    return "\r".join((msh, f"EVN||{at}||||{at}", *segments)) + "\r"


def pid(
    numbers: str = "9990000018^^^NHS~A1^^^X9A", name: str = "Jones^Ann^^^^^L", born: str = "19700615", sex: str = "2", status: str = "NSTS01", **f: str
) -> str:
    fields = {3: numbers, 5: name, 7: born, 8: sex, 32: status if "NHS" in numbers else ""} | {int(key[1:]): text for key, text in f.items()}
    return "PID|" + "|".join(fields.get(at, "") for at in range(1, 33)).rstrip("|")


def pv1(ward: str = "W01", **f: str) -> str:
    fields = {2: "I", 3: f"^{ward}^4^X9B01", 4: "21", 14: "19", 19: "V1^^^X9A", 44: "20260105083000"} | {int(key[1:]): text for key, text in f.items()}
    return "PV1|" + "|".join(fields.get(at, "") for at in range(1, 46)).rstrip("|")


LONG: Final = "Featherstonehaugh-Cholmondeley-Marjoribanks"
HOME: Final = "1 High Street^^Anytown^^ZZ99 3WZ^^H"
RICH: Final = pid(name=f"Llŷr-Ŵyn^Siân^^^^^L~{LONG}^Sian^^^^^PREVIOUS", born="19250704", sex="9", f11=HOME, f13="01632960001^^PH", f15="cy", f16="P", f22="A")
FULL: Final = adt(
    "A01",
    RICH,
    "PD1|||^^X9G01",
    "NK1|1|Kin^Next|17||07700900124",
    pv1(f37="54", f44="20260705083000"),
    "OBX|1|NM|2823-3^Potassium^LN||1.25|mmol/L|||||F",
    "AL1|1|DA|91936005^Penicillin^SNCT|7|rash",
    "DG1|1||J18.9^Pneumonia^I10|||W",
    "ZU8||2||0",
)
A28: Final = adt("A28", pid())
OTHER: Final = pid("A2^^^X9A", "Smith^Bob^^^^^L", "19601212", "1")


def patients(site: Site) -> list[Resource]:
    return site.read("Patient")


def held(site: Site, number: str) -> Resource:
    """The Patient who has the number; empty where there is none or more."""
    found = [each for each in patients(site) if number in {one["value"] for one in each.get("identifier", [])}]
    return found[0] if len(found) == 1 else {}


def after(*messages: str) -> Callable[[Callable[[Site], Any]], Probe]:
    """Send the messages, then look."""
    return lambda look: lambda site: (site.tells(*messages), look(site))[1]


def person(look: Callable[[Resource], Any], *messages: str) -> Probe:
    return after(*(messages or (FULL,)))(lambda site: look(site.one("Patient")))


def stay(look: Callable[[Resource], Any], *messages: str) -> Probe:
    return after(*(messages or (FULL,)))(lambda site: look(site.one("Encounter")))


def lacks(kind: str) -> Probe:
    return after(FULL)(lambda site: not site.read(kind))


def answered(code: str, message: str) -> Probe:
    """The answer to ``message`` is ``code``."""
    return lambda site: site.tell(message) == code


def turned_away(message: str, *before: str) -> Probe:
    return lambda site: [site.tell(each) for each in (*before, message)][-1] != "AA"


def update(first: str, second: str, look: Callable[[Resource], Any]) -> Probe:
    return person(look, adt("A28", *first.split("\r")), adt("A31", *second.split("\r"), at="20260105090002", id="M2"))


def visit(look: Callable[[Resource], Any], *events: tuple[str, str]) -> Probe:
    """A01 and further (event, ward), a second apart."""
    told = [
        adt(event, pid(), pv1(ward, **({"f45": "20260105100000"} if event == "A03" else {})), at=f"2026010509000{n}", id=f"M{n}")
        for n, (event, ward) in enumerate(events, 2)
    ]
    return stay(look, adt("A01", pid(), pv1()), *told)


def merged(look: Callable[[Site], Any], *later: str) -> Probe:
    survivor, loser = pid("A1^^^X9A"), OTHER
    merge = adt("A40", survivor, "MRG|A2^^^X9A", at="20260105090003", id="M3")
    return after(adt("A28", survivor), adt("A01", loser, pv1(), id="M2"), merge, *later)(look)


def live(site: Site, number: str) -> bool:
    return held(site, number).get("active") is not False


def garbage(site: Site) -> object:
    return [field(each, "MSA", 1) for each in site.exchange(b"this is no message")] == ["AA"]


def silent_after_noise(site: Site) -> object:
    with site.connect() as wire:
        wire.sendall(b"noise without a frame\r\n" * 3 + VT + b"MSH half")
        wire.shutdown(1)
        hear(wire, 1, SILENCE)
    return site.tell(A28, wait=SILENCE) == ""


def in_two_pieces(site: Site) -> object:
    frame = VT + A28.encode() + END
    with site.connect() as wire:
        wire.sendall(frame[:40])
        patients(site)  # the system has read the first piece by the time it answers this
        wire.sendall(frame[40:])
        return not hear(wire, 1, SILENCE)


def back_to_back(site: Site) -> object:
    return len(site.exchange(A28.encode(), adt("A28", OTHER, id="M2").encode(), wait=SILENCE)) < 2


def second_connection(site: Site) -> object:
    with site.connect() as first:
        first.sendall(VT + A28.encode() + END)
        hear(first, 1, SILENCE)
        return site.tell(adt("A28", OTHER, id="M2"), wait=SILENCE) == ""


def let_in(kind: str) -> Probe:
    def probe(site: Site) -> object:
        token = site.expired["fhir-in"] if kind == "expired" else "nobody-issued-this"
        return site.http("GET", "/fhir/Patient", headers={"Authorization": f"Bearer {token}"})[0] == 200

    return probe


def extension(resource: Resource, name: str) -> Resource:
    return next((each for each in resource.get("extension", []) if each["url"].endswith(name)), {})


def places(resource: Resource) -> dict[str, str]:
    return {next(iter(codes(each.get("physicalType"))), ""): each["location"]["identifier"]["value"] for each in resource.get("location", [])}


def family(resource: Resource, at: int = 0) -> str:
    return str(([each.get("family", "") for each in resource.get("name", [])] + ["", ""])[at])


def patient(value: str = "A1", name: str = "Jones", **more: Any) -> Resource:
    return {"resourceType": "Patient", "identifier": [{"system": LOCAL + "X9A", "value": value}], "name": [{"use": "usual", "family": name}], **more}


def bad_entry(site: Site) -> object:
    visit = {
        "resourceType": "Encounter",
        "identifier": [{"system": "https://exemplar-harness.example/Id/visit/X9A", "value": "V1"}],
        "status": "no-such-status",
    }
    subject = {"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    return site.post(patient(), {**visit, "subject": subject})[0] < 300


def unknown_type(site: Site) -> object:
    return site.post({**patient(), "resourceType": "PatientRecord"}, kind="Patient")[0] < 300


def prose(site: Site) -> object:
    return site.post(patient())[1].lstrip()[:1] != b"{"


NAME: Final = pid(name="O'Neil \\T\\ Sons \\F\\ Co^A^^^^^L")
UNKNOWN: Final = adt("A28", pid(f22="Q9"))
HELD: Final = pid(f11=HOME, f16="M")
EMPTY: Final = pid(f11='""', f16='""')
SECRET: Final = adt("A28", pid(f11=HOME, f13="01632960001^^PH"), "ZU8||||2")

PROBES: Final[dict[str, Probe]] = {
    # what is answered
    "always-aa": answered("AA", adt("A28", pid(), version="9.9")),
    "acknowledges-unparseable": garbage,
    "fixed-control-id": lambda site: field(site.exchange(A28.encode())[0], "MSA", 2) != "M1",
    "no-acknowledgement": lambda site: site.tell(A28, wait=SILENCE) == "",
    "ack-without-effect": lambda site: site.tell(A28) == "AA" and not patients(site),
    "accepts-wrong-version": answered("AA", adt("A28", pid(), version="9.9")),
    "accepts-unknown-event": answered("AA", adt("A99", pid())),
    "accepts-wrong-processing-id": answered("AA", adt("A28", pid(), processing="T")),
    "accepts-bad-structure": answered("AA", adt("A28")),
    "accepts-missing-identifier": answered("AA", adt("A28", pid(""))),
    "accepts-missing-mrg": answered("AA", adt("A40", pid(), "MRG|")),
    "accepts-impossible-date": answered("AA", adt("A28", pid(born="19651301"))),
    "accepts-bad-check-digit": answered("AA", adt("A28", pid("9990000019^^^NHS"))),
    "refuses-unnumbered": turned_away(adt("A28", pid("A1^^^X9A"))),
    "refuses-people": turned_away(A28),
    "refuses-encounters": turned_away(FULL),
    "refuses-merges": turned_away(adt("A40", pid("A1^^^X9A"), "MRG|A2^^^X9A", id="M3"), adt("A28", pid("A1^^^X9A")), adt("A28", OTHER, id="M2")),
    "accepts-any-token": let_in("wrong"),
    "accepts-expired-token": let_in("expired"),
    "files-what-it-can": bad_entry,
    "guesses-types": unknown_type,
    "answers-in-prose": prose,
    # how it listens
    "refuses-large": after(adt("A28", pid(), "NTE|1||" + "x" * 70_000))(lambda site: not patients(site)),
    "drops-connection-after-garbage": silent_after_noise,
    "stalls-on-fragments": in_two_pieces,
    "loses-second-of-back-to-back": back_to_back,
    "serves-one-connection": second_connection,
    "loses-trailing-segments": lacks("Consent"),
    "stops-at-unknown-part": after(adt("A28", pid(), "ZQQ|1"))(lambda site: not patients(site)),
    "trusts-control-id": person(lambda p: p["gender"] == "female", A28, adt("A31", pid(sex="1"), at="20260105090002")),
    "replay-brings-back-old": person(
        lambda p: p["gender"] == "male",
        A28,
        adt("A31", pid(sex="1"), at="20260105090002", id="M2"),
        adt("A31", pid(), at="20260105090003", id="M3"),
        adt("A31", pid(sex="1"), at="20260105090002", id="M2"),
    ),
    "applies-replay-twice": person(lambda p: len(p["name"]) > 1, A28, A28),
    "ignores-out-of-order": stay(
        lambda e: places(e)["wa"] == "W11",
        adt("A01", pid(), pv1()),
        adt("A02", pid(), pv1("W12"), at="20260105090005", id="M3"),
        adt("A02", pid(), pv1("W11"), at="20260105090003", id="M2"),
    ),
    # who somebody is
    "mixes-local-numbers": after(adt("A28", pid("A1^^^X9A")), adt("A28", OTHER.replace("A2^^^X9A", "A1^^^X9C"), id="M2"))(
        lambda site: len(patients(site)) == 1
    ),
    "links-unverified-number": after(A28, adt("A28", OTHER.replace("A2^^^X9A", "9990000018^^^NHS~A2^^^X9A") + "|" * 24 + "NSTS02", id="M2"))(
        lambda site: len(patients(site)) == 1
    ),
    "drops-verification-status": person(lambda p: not any("extension" in each for each in p["identifier"])),
    "drops-local-numbers": person(lambda p: numbers([p]) == [{"9990000018"}]),
    "drops-nhs-number": person(lambda p: NHS not in {each["system"] for each in p["identifier"]}),
    "fuzzy-matches-pseudo": after(adt("A28", pid("A1^^^X9A")), adt("A28", pid("A2^^^X9A", f31="Y"), id="M2"))(lambda site: len(patients(site)) == 1),
    "matches-by-resemblance": after(adt("A28", pid("A1^^^X9A")), adt("A28", pid("A2^^^X9A"), id="M2"))(lambda site: len(patients(site)) == 1),
    "duplicates-person": after(A28, adt("A31", pid(sex="1"), at="20260105090002", id="M2"))(lambda site: len(patients(site)) > 1),
    "wrong-patient-write": after(adt("A28", pid("A1^^^X9A")), adt("A28", OTHER, id="M2"))(
        lambda site: [family(each) for each in patients(site)] == ["Smith", "Smith"]
    ),
    # merging
    "ignores-a40": merged(lambda site: live(site, "A2")),
    "reverses-a40": merged(lambda site: not live(site, "A1")),
    "loser-still-current": merged(lambda site: live(site, "A2")),
    "merges-leave-encounters": merged(lambda site: site.one("Encounter")["subject"]["reference"] != f"Patient/{held(site, 'A1')['id']}"),
    "revives-loser": merged(lambda site: live(site, "A2"), adt("A31", OTHER, at="20260105090004", id="M4")),
    # what is kept of a person
    "ignores-updates": update(pid(), pid(sex="1"), lambda p: p["gender"] == "female"),
    "ignores-death": update(pid(), pid(f29="20260104", f30="Y"), lambda p: not {"deceasedDateTime", "deceasedBoolean"} & set(p)),
    "drops-death-date": update(pid(), pid(f29="20260104", f30="Y"), lambda p: "deceasedDateTime" not in p),
    "ignores-resurrection": update(pid(f29="20260104", f30="Y"), pid(f29='""', f30="N"), lambda p: "deceasedDateTime" in p or p.get("deceasedBoolean")),
    "keeps-old-practice": update(pid() + "\rPD1|||^^X9G01", pid() + "\rPD1|||^^X9G02", lambda p: "X9G01" in str(p["generalPractitioner"])),
    "shows-sensitive-address": person(lambda p: "High Street" in str(p), SECRET),
    "drops-sensitive-flag": person(lambda p: "security" not in p["meta"], SECRET),
    "truncates-names": person(lambda p: family(p, 1) == LONG[:20]),
    "truncates-at-recommended-length": person(lambda p: family(p, 1) == LONG[:35]),
    "shifts-birth-date-in-summer": person(lambda p: p["birthDate"] == "1925-07-03"),
    "folds-sex-nine": person(lambda p: p["gender"] == "unknown"),
    "reads-separated-as-partner": person(lambda p: "T" in codes(p["maritalStatus"])),
    "drops-ethnic-category": person(lambda p: not extension(p, "EthnicCategory")),
    "drops-contact-flags": person(lambda p: "relationship" not in p["contact"][0]),
    "drops-contacts": person(lambda p: "contact" not in p),
    "keeps-first-repetition": person(lambda p: len(p["name"]) == 1),
    "keeps-bare-person": person(lambda p: "address" not in p),
    "treats-null-as-text": update(HELD, EMPTY, lambda p: '\\"\\"' in str(p).replace('""', '\\"\\"')),
    "ignores-deletes": update(HELD, EMPTY, lambda p: "address" in p),
    "absent-deletes": update(HELD, pid(), lambda p: "address" not in p),
    "drops-unknown-code": person(lambda p: "Q9" not in str(p), UNKNOWN),
    "folds-to-ascii": person(lambda p: family(p) == "Ll?r-?yn"),
    "loses-welsh-letters": person(lambda p: (family(p), p["name"][0]["given"]) == ("Ll?r-?yn", ["Siân"])),
    "strips-accents": person(lambda p: family(p) == "Llyr-Wyn"),
    "decodes-utf8-as-latin1": person(lambda p: family(p) != "Llŷr-Ŵyn"),
    "keeps-escapes": person(lambda p: "\\T\\" in family(p), adt("A28", NAME)),
    "drops-z-segments": lacks("Consent"),
    # what is kept of care
    "ignores-encounters": lacks("Encounter"),
    "drops-allergies": lacks("AllergyIntolerance"),
    "keeps-no-known-allergy-as-nothing": after(adt("A28", pid(), "AL1|1|DA|716186003^No known allergy^SNCT"))(lambda site: not site.read("AllergyIntolerance")),
    "drops-reaction": after(FULL)(lambda site: "reaction" not in site.one("AllergyIntolerance")),
    "invents-allergy": after(FULL)(lambda site: len(site.read("AllergyIntolerance")) > 1),
    "rounds-decimals": after(FULL)(lambda site: site.one("Observation")["valueQuantity"]["value"] == 1.2),
    "serves-v2-codes": after(FULL)(lambda site: site.one("Patient")["gender"] == "O" and site.one("Observation")["status"] == "F"),
    "serves-free-units": after(FULL)(lambda site: " " in site.one("Observation")["valueQuantity"]["code"]),
    "drops-unit": after(FULL)(lambda site: "code" not in site.one("Observation")["valueQuantity"]),
    "folds-certainty": after(FULL)(lambda site: "confirmed" in codes(site.one("Condition")["verificationStatus"])),
    "utc-times": stay(lambda e: e["period"]["start"] != "2026-07-05T08:30:00+01:00"),
    "drops-destination": stay(lambda e: "dischargeDisposition" not in e.get("hospitalization", {})),
    "drops-admission-codes": stay(lambda e: "admitSource" not in e.get("hospitalization", {})),
    "reads-disposal-as-method": stay(
        lambda e: bool(extension(e, "DischargeMethod")),
        adt("A01", pid(), pv1()),
        adt("A03", pid(), pv1(f36="4", f45="20260105100000"), at="20260105090002", id="M2"),
    ),
    "drops-bed": stay(lambda e: "bd" not in places(e)),
    "keeps-bare-encounter": stay(lambda e: "location" not in e),
    "ignores-cancel-admit": visit(lambda e: e["status"] != "cancelled", ("A11", "W01")),
    "ignores-cancel-discharge": visit(lambda e: e["status"] == "finished", ("A03", "W01"), ("A13", "W01")),
    "ignores-discharge": visit(lambda e: e["status"] != "finished", ("A03", "W01")),
    "ignores-leave": visit(lambda e: e["status"] != "onleave", ("A21", "W01")),
    "ignores-return": visit(lambda e: e["status"] == "onleave", ("A21", "W01"), ("A22", "W01")),
    "ignores-cancel-transfer": visit(lambda e: places(e)["wa"] == "W11", ("A02", "W11"), ("A12", "W01")),
    "never-moves": visit(lambda e: places(e)["wa"] == "W01", ("A02", "W11")),
    "ignores-amendments": visit(lambda e: places(e)["wa"] == "W01", ("A08", "W11")),
}
