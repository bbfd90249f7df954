"""The standing equipment of one pairing over one interface: adapters both ways, observers, control, lenses. Shared by its cases, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.adapters.base import ADAPTERS, Adapter, adapter_for
from harness.adapters.fhir_observer import FhirObserver
from harness.case.control import ControlClient
from harness.case.spec import Namespace
from harness.catalogue import catalogue
from harness.mapping import Lens, lens
from harness.model.deployment import Deployment
from harness.model.place import Endpoint, Interface, Pairing, Place, System
from harness.transports.guard import check_address

SOURCE, TARGET = "source", "target"  # the parties of a pairing


@dataclass(slots=True)
class Side:
    """One system as a case reaches it. ``party`` is the name that checks call it by."""

    party: str
    deployment: Deployment
    control: ControlClient
    observer: FhirObserver | None
    observe_key: str

    @property
    def system(self) -> System:
        """The system itself."""
        return self.deployment.system

    @property
    def codes(self) -> Mapping[str, Mapping[str, str]]:
        """The system's local codes, by fixture key."""
        return self.system.codes


@dataclass(slots=True)
class Link:
    """source → target over one interface. ``adapter`` leads to the target and ``inlet`` catches what the source emits towards it: one and the same, but
    for a source that cannot send to where the target's adapter listens. ``reverse`` is both for the other way round, where the interface carries replies."""

    place: Place
    pairing: Pairing
    interface: Interface
    namespace: Namespace
    source: Side
    target: Side
    adapter: Adapter
    inlet: Adapter
    reverse: Adapter | None
    endpoint: Endpoint
    lens: Lens
    lenses: Mapping[str, Lens] = field(default_factory=dict)

    @classmethod
    def open(cls, place: Place, pairing: Pairing, interface: Interface, deployments: Mapping[str, Deployment], namespace: Namespace) -> Link:
        """Connect the two systems through the harness. Raises UnsafeError for an address outside loopback and the allow-list."""
        source, target = deployments[pairing.source], deployments[pairing.target]
        for deployment in (source, target):
            hosts = [address for way, address in deployment.addresses.items() if way not in ADAPTERS or ADAPTERS.get(way).networked]
            for address in filter(None, (*hosts, deployment.control)):
                check_address(address, place.allow)
        endpoint = target.system.endpoint(interface.target_endpoint)
        adapter = _adapter(endpoint, target)
        leaving = source.system.endpoint(interface.source_endpoint)
        inlet = adapter if adapter.networked or leaving.way == endpoint.way else adapter_for(leaving, "")
        back = _way_back(source, leaving)
        reverse = _adapter(back, source) if back and back.format == "fhir" and endpoint.format == "fhir" else None
        sides = _side(SOURCE, source), _side(TARGET, target)
        keys = {endpoint.key, *(side.observe_key for side in sides if side.observe_key)}
        lenses = {key: lens(key) for key in keys if key in set(catalogue().keys())}
        link = cls(place, pairing, interface, namespace, *sides, adapter, inlet, reverse, endpoint, lenses[endpoint.key], lenses)
        link._route()
        return link

    @property
    def sides(self) -> tuple[Side, Side]:
        """Source and target."""
        return self.source, self.target

    def _route(self) -> None:
        name = self.endpoint.format
        target, source = self.target.deployment, self.source.deployment
        self.source.control.route(target.system.id, {name: self.inlet.open_inlet(), **_about(target, self.interface.target_endpoint)})
        back: dict[str, object] = {} if self.reverse is None else {name: self.reverse.open_inlet()}
        self.target.control.route(source.system.id, {**back, **_about(source, self.reverse.endpoint.id if self.reverse else "")})

    def close(self) -> None:
        """Close everything that was opened."""
        for part in (self.adapter, self.inlet, self.reverse, self.source.control, self.target.control, self.source.observer, self.target.observer):
            if part is not None:
                part.close()


def _adapter(endpoint: Endpoint, deployment: Deployment) -> Adapter:
    return adapter_for(endpoint, deployment.address(endpoint), token=deployment.tokens.get(endpoint.id, ""))


def _way_back(source: Deployment, leaving: Endpoint) -> Endpoint | None:
    """The source's own ``in`` endpoint of the same format, to which replies go."""
    return next((e for e in source.system.endpoints if e.direction == "in" and e.format == leaving.format), None)


def _about(deployment: Deployment, endpoint: str) -> dict[str, object]:
    system = deployment.system
    return {
        "organisation": system.identity.get("facility", ""),
        "application": system.identity.get("application", ""),
        "codes": {name: dict(table) for name, table in system.codes.items()},
        "fhir_token": deployment.tokens.get(endpoint, "") if endpoint else "",
    }


def _side(party: str, deployment: Deployment) -> Side:
    endpoint = next((e for e in deployment.system.endpoints if e.direction == "observe"), None)
    observer = None
    if endpoint is not None:
        token = deployment.tokens.get(endpoint.id, "") or deployment.tokens.get("observer", "")
        observer = FhirObserver(endpoint, deployment.address(endpoint), token=token, local=deployment.system.local)
    return Side(party, deployment, ControlClient(deployment), observer, endpoint.key if endpoint else "")
