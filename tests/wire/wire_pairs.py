"""The exemplar paired with a follower: the simulated one, or the twin as a real system that is only known by its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from twin import Twin

from harness.case.check import CHECKS
from harness.case.evidence import EvidenceHashes
from harness.case.examine import examine
from harness.case.link import TARGET, Link
from harness.case.spec import CaseSpec, Namespace
from harness.catalogue import catalogue
from harness.model.deployment import Deployment
from harness.model.finding import Finding
from harness.model.place import Endpoint, Interface, Limits, Pairing, Place, System
from harness.scoring import applicable
from harness.systems.host import start

# What a manifest would say of the twin: its own ward codes by fixture key. The twin is told the exemplar's when it is built.
WARDS = {"medical-1": "MAU", "medical-2": "TEAL", "surgical-1": "SAU", "surgical-2": "PLUM", "emergency": "AE", "discharge-lounge": "LOUNGE"}
NOW = "2026-01-05T06:00:00"
LIMITS = Limits(connect=2.0, acknowledge=2.0, effect=2.0, quiet=0.05)
Outcomes = Mapping[str, tuple[Finding, ...]]


@dataclass(frozen=True)
class Pair:
    """source → target over HL7 v2, and how both are reached."""

    place: Place
    deployments: Mapping[str, Deployment]

    @property
    def pairing(self) -> Pairing:
        """The one pairing."""
        return self.place.pairings[0]


def new_twin(*, merges: bool = True) -> Twin:
    """The twin, knowing its partner's ward codes and its own."""
    return Twin(application="TWIN", facility="X9T", partner_wards=catalogue().system("acute-exemplar").codes["ward"], own_wards=WARDS, merges=merges)


def real(twin: Twin) -> Deployment:
    """The twin as a manifest declares it: no simulated system, no control interface, addresses given."""
    copied = catalogue().system("acute-follower")
    system = System(
        id="twin",
        title="Follower of another make",
        role="follower",
        simulated=False,
        endpoints=(
            Endpoint("v2-in", "hl7v2/2.4/itk", "mllp", "in", address=twin.mllp, limits=LIMITS),
            Endpoint("observe", "fhir/4.0.1/ukcore", "http", "observe", address=twin.fhir, limits=LIMITS),
        ),
        identity={"application": twin.application, "facility": twin.facility, "authority": twin.facility, "processing_id": "P"},
        codes={**copied.codes, "ward": WARDS},
        capabilities=tuple(name for name in copied.capabilities if name != "stimulate"),
    )
    return Deployment(system, {"hl7v2+mllp": twin.mllp, "fhir+http": twin.fhir})


def paired(source: Deployment, target: Deployment) -> Pair:
    """Both in a place of their own."""
    families = {"identity": ("hl7v2",), "adt": ("hl7v2",)}
    pairing = Pairing(source.system.id, target.system.id, (Interface("hl7v2", "v2-out", "v2-in"),), families)
    systems = (source.system, target.system)
    return Pair(Place("pair", "A pair", systems, (pairing,)), {system.id: one for system, one in zip(systems, (source, target), strict=True)})


def levels(*, low: int, high: int) -> tuple[str, ...]:
    """The checks of those levels."""
    return tuple(name for name in CHECKS if low <= catalogue().clauses[name].level <= high)


def asked(pair: Pair, names: tuple[str, ...]) -> Outcomes:
    """Every applicable check of ``names``, each under the ordinal it has in the register, so that two pairs get the same people."""
    findings: dict[str, tuple[Finding, ...]] = {}
    link = Link.open(pair.place, pair.pairing, pair.pairing.interfaces[0], pair.deployments, Namespace(1, "twin", NOW[:10]))
    try:
        for ordinal, name in enumerate(CHECKS):
            clause = catalogue().clauses[name]
            if name in names and applicable(clause, pair.place, pair.pairing, "hl7v2", clause.family):
                spec = CaseSpec(ordinal, pair.pairing.id, "hl7v2", clause.family, name)
                findings[name] = examine(spec, {TARGET: link}, EvidenceHashes(), {person.id: person for person in catalogue().people})
    finally:
        link.close()
    return findings


def asked_of_twin(names: tuple[str, ...], *, merges: bool = True) -> Outcomes:
    """The simulated exemplar sends to the twin."""
    with new_twin(merges=merges).serving() as twin, start(catalogue().system("acute-exemplar"), seed=1, now=NOW) as exemplar:
        return asked(paired(exemplar.deployment, real(twin)), names)


def asked_of_follower(names: tuple[str, ...]) -> Outcomes:
    """The simulated exemplar sends to the faithful simulated follower."""
    c = catalogue()
    follower = replace(c.system("acute-follower"), defects=())
    with start(follower, seed=1, now=NOW) as target, start(c.system("acute-exemplar"), seed=1, now=NOW) as exemplar:
        return asked(paired(exemplar.deployment, target.deployment), names)
