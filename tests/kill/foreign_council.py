"""One small probe per defect of social care, of a hospital that social care tells, and of a source: what a stranger who listens hears, or does not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from foreign import LOCAL, NHS, NOTICE, PACKAGE, Listener, Resource, Site, field
from foreign_hospital import Probe, adt, pid, places, pv1

ASSESSMENT, DISCHARGE, WITHDRAWAL = "975701000000106", "975731000000100", "975841000000102"
SNOMED: Final = "http://snomed.info/sct"
SUBJECT: Final = {"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"}
PERSON: Final[Resource] = {
    "resourceType": "Patient",
    "identifier": [{"system": LOCAL + "X9A", "value": "A1"}, {"system": NHS, "value": "9990000018"}],
    "name": [{"use": "usual", "family": "Jones", "given": ["Ann"]}],
    "birthDate": "1970-06-15",
}
HELD: Final[dict[str, list[dict[str, Any]]]] = {
    "person": [{"person.nhs_number": "9990000018", "person.nhs_number_status": "01", "person.birth_date": "1970-06-15", "person.sex": "2"}],
    "name": [{"name.use": "usual", "name.family": "Jones", "name.given": "Ann"}],
    "identifier": [{"identifier.authority": "X9A", "identifier.value": "A1"}],
    "address": [{"address.use": "home", "address.line1": "1 High Street", "address.postcode": "ZZ99 3WZ"}],
    "contact": [{"contact.family": "Kin", "contact.given": "Next", "contact.relationship": "17"}],
    "allergy": [{"allergy.type": "DA", "allergy.code": {"code": "91936005", "system": SNOMED, "text": "Penicillin"}}],
}
VISIT: Final = {"encounter": [{"encounter.number": "V1", "encounter.class": "I", "encounter.ward": "medical-1", "encounter.start": "2026-01-05T09:30:00"}]}
LOSER: Final = HELD | {
    "person": [{"person.birth_date": "1970-06-15", "person.sex": "2"}],
    "identifier": [{"identifier.authority": "X9A", "identifier.value": "A2"}],
}


def package(status: str) -> dict[str, Any]:
    return HELD | {
        "package": [{"package.type": {"code": "60689008", "system": SNOMED, "text": "Home care"}, "package.status": status, "package.start": "2025-10-01"}]
    }


def notice(code: str, value: str, date: str = "2026-01-09", **links: str) -> Resource:
    made: Resource = {"resourceType": "ServiceRequest", "identifier": [{"system": NOTICE, "value": value}], "status": "active", "intent": "order"}
    made |= {"code": {"coding": [{"system": SNOMED, "code": code}]}, "subject": SUBJECT, "occurrenceDateTime": date}
    made |= {name: [{"identifier": {"system": NOTICE, "value": each}}] for name, each in links.items()}
    return made | {"requester": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9A"}}}


def stay(status: str) -> Resource:
    act = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
    visit = {"system": "https://exemplar-harness.example/Id/visit/X9A", "value": "V1"}
    return {"resourceType": "Encounter", "identifier": [visit], "status": status, "class": act, "subject": SUBJECT}


def episode(status: str) -> Resource:
    kind = [{"coding": [{"system": SNOMED, "code": "60689008"}]}]
    return {"resourceType": "EpisodeOfCare", "identifier": [{"system": PACKAGE, "value": "P1"}], "status": status, "type": kind, "patient": SUBJECT}


def alert(status: str) -> Resource:
    code = {"coding": [{"system": SNOMED, "code": "129839007"}]}
    return {"resourceType": "Flag", "identifier": [{"system": PACKAGE, "value": "L1"}], "status": status, "code": code, "subject": SUBJECT}


def heard(look: Callable[[Site, Listener], Any], deaf: int = 0) -> Probe:
    """With a partner that listens."""

    def probe(site: Site) -> object:
        with closing(Listener(deaf)) as listener:
            site.steer("routes", listener.route)
            return look(site, listener)

    return probe


def posted(*resources: Resource, look: Callable[[Site], Any]) -> Probe:
    """One transaction for each resource, the person with it; then look."""

    def probe(site: Site) -> object:
        for each in resources:
            site.post(PERSON, each)
        return look(site)

    return probe


def refused(resource: Resource) -> Probe:
    return lambda site: site.post(PERSON, resource)[0] >= 400


def statuses(site: Site, kind: str) -> dict[str, str]:
    return {each["identifier"][0]["value"]: each["status"] for each in site.read(kind)}


def decided(decision: str, look: Callable[[Site, Listener], Any]) -> Probe:
    def told(site: Site, listener: Listener) -> object:
        site.post(PERSON, notice(ASSESSMENT, "N1"))
        site.event(decision, HELD, "fhir", reason="Not our resident")
        return look(site, listener)

    return heard(told)


def agreed_then(*resources: Resource, look: Callable[[Site], Any], planned: bool = False) -> Probe:
    """An accepted assessment notice (and, where asked, a planned package), then further transactions."""

    def told(site: Site, listener: Listener) -> object:
        site.post(PERSON, notice(ASSESSMENT, "N1"))
        site.event("accept-notice", HELD, "fhir")
        if planned:
            site.event("package-start", package("planned"), "fhir")
        for each in resources:
            site.post(PERSON, each)
        return look(site)

    return heard(told)


def running(*stays: str, look: Callable[[Site, Listener], Any]) -> Probe:
    """An active package, then what a hospital says of a stay."""

    def told(site: Site, listener: Listener) -> object:
        site.event("package-start", package("active"), "fhir")
        for each in stays:
            site.post(PERSON, stay(each))
        site.drained()
        return look(site, listener)

    return heard(told)


def acknowledged(site: Site, listener: Listener) -> object:
    site.post(PERSON, notice(ASSESSMENT, "N1"))
    site.drained()
    return "received" not in {each["status"] for each in listener.resources("Task")}


def episodes(site: Site) -> set[str]:
    return {each["status"] for each in site.read("EpisodeOfCare")}


WITHDRAWN: Final = notice(WITHDRAWAL, "W1", replaces="N1")
COUNCIL: Final[dict[str, Probe]] = {
    "refuses-notices": refused(notice(ASSESSMENT, "N1")),
    "drops-notice": posted(notice(ASSESSMENT, "N1"), look=lambda site: not site.read("ServiceRequest")),
    "drops-notice-date": posted(notice(ASSESSMENT, "N1"), look=lambda site: "occurrenceDateTime" not in site.one("ServiceRequest")),
    "date-shifted-in-utc": posted(
        notice(ASSESSMENT, "N1", "2026-07-09"), look=lambda site: site.one("ServiceRequest")["occurrenceDateTime"][:10] == "2026-07-08"
    ),
    "duplicate-referral": posted(notice(ASSESSMENT, "N1"), notice(ASSESSMENT, "N1"), look=lambda site: len(site.read("ServiceRequest")) > 1),
    "no-business-acknowledgement": heard(acknowledged),
    "keeps-acceptance-to-itself": decided("accept-notice", lambda site, listener: "accepted" not in {each["status"] for each in listener.resources("Task")}),
    "always-accepts": decided("refuse-notice", lambda site, listener: statuses(site, "Task") == {"N1-task": "accepted"}),
    "drops-refusal-reason": decided("refuse-notice", lambda site, listener: "statusReason" not in site.one("Task")),
    "accepts-discharge-before-assessment": lambda site: site.post(PERSON, notice(DISCHARGE, "D1", basedOn="N1"))[0] < 300,
    "keeps-first-discharge-date": agreed_then(
        notice(DISCHARGE, "D1", "2026-01-10", basedOn="N1"),
        notice(DISCHARGE, "D1", "2026-01-12", basedOn="N1"),
        look=lambda site: "2026-01-10" in {str(each.get("occurrenceDateTime"))[:10] for each in site.read("ServiceRequest")},
    ),
    "ignores-withdrawal": agreed_then(WITHDRAWN, look=lambda site: statuses(site, "ServiceRequest")["N1"] == "active"),
    "keeps-planned-package": agreed_then(WITHDRAWN, planned=True, look=lambda site: episodes(site) == {"planned"}),
    "never-starts-planned-package": agreed_then(stay("in-progress"), stay("finished"), planned=True, look=lambda site: episodes(site) == {"planned"}),
    "forgets-early-withdrawal": posted(WITHDRAWN, notice(ASSESSMENT, "N1"), look=lambda site: statuses(site, "ServiceRequest")["N1"] == "active"),
    "keeps-packages-to-itself": running(look=lambda site, listener: not listener.resources("EpisodeOfCare")),
    "never-suspends-package": running(
        "in-progress", look=lambda site, listener: "onhold" not in {each["status"] for each in listener.resources("EpisodeOfCare")}
    ),
    "never-resumes-package": running("in-progress", "finished", look=lambda site, listener: listener.resources("EpisodeOfCare")[-1]["status"] == "onhold"),
}


def translated(site: Site) -> object:
    site.steer("routes", {"me": {"organisation": "X9A", "codes": {"ward": {"medical-1": "MED1"}}}})
    site.tell(adt("A01", pid(), pv1("MED1")))
    return places(site.one("Encounter"))["wa"] == "MED1"


HOSPITAL: Final[dict[str, Probe]] = {
    "keeps-partner-ward-codes": translated,
    "refuses-packages": refused(episode("active")),
    "drops-package": posted(episode("active"), look=lambda site: not site.read("EpisodeOfCare")),
    "drops-alert": posted(alert("active"), look=lambda site: not site.read("Flag")),
    "shows-cleared-alert": posted(alert("active"), alert("inactive"), look=lambda site: site.one("Flag")["status"] == "active"),
    "shows-finished-package": posted(episode("active"), episode("finished"), look=lambda site: episodes(site) == {"active"}),
    "duplicates-package": posted(episode("active"), episode("active"), look=lambda site: len(site.read("EpisodeOfCare")) > 1),
    "duplicates-encounter": posted(stay("in-progress"), stay("in-progress"), look=lambda site: len(site.read("Encounter")) > 1),
}


def emitted(event: str, look: Callable[[bytes], Any], record: dict[str, Any] = HELD | VISIT) -> Probe:
    """The last HL7 v2 message that goes out when ``event`` happens."""

    def told(site: Site, listener: Listener) -> object:
        site.event(event, record, "hl7v2")
        return look(listener.heard[-1])

    return heard(told)


def never(second: str, trigger: str, **details: Any) -> Probe:
    """An admission, then ``second``, whose message never comes."""

    def told(site: Site, listener: Listener) -> object:
        site.event("register", LOSER, "hl7v2")
        site.event("admit", HELD | VISIT, "hl7v2")
        site.event(second, HELD | VISIT, "hl7v2", at="2026-01-05T10:00:09", **details)
        return not listener.messages(trigger)

    return heard(told)


def gives_up(site: Site, listener: Listener) -> object:
    site.event("register", HELD, "hl7v2")
    return len(listener.heard) == 1


PROTECTED: Final = HELD | VISIT | {"person": [{**HELD["person"][0], "person.sensitive": "national"}]}
SOURCE: Final[dict[str, Probe]] = {
    "source-omits-allergies": emitted("admit", lambda message: b"\rAL1|" not in message),
    "source-omits-contacts": emitted("admit", lambda message: b"\rNK1|" not in message),
    "source-sends-bad-structure": emitted("admit", lambda message: b"\rEVN|" not in message),
    "source-omits-msh-fields": emitted("admit", lambda message: field(message, "MSH", 7) == ""),
    "source-swaps-names": emitted("admit", lambda message: field(message, "PID", 5).startswith("Ann^Jones")),
    "source-ignores-sensitive-flag": emitted("admit", lambda message: b"High Street" in message, PROTECTED),
    "source-never-sends-merges": never("merge", "A40", loser=LOSER),
    "source-never-sends-cancellations": never("cancel-admit", "A11"),
    "source-never-repeats": heard(gives_up, deaf=1),
}
