"""The standing equipment of one pairing over one interface: adapters both ways, observers, control, lenses. Shared by its cases, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.adapters.base import Adapter, Caught, adapter_for
from harness.adapters.fhir_observer import FhirObserver
from harness.case.control import Control
from harness.case.spec import Namespace
from harness.catalogue import catalogue
from harness.mapping import Lens, lens
from harness.model.deployment import Deployment
from harness.model.place import Endpoint, Interface, Pairing, Place
from harness.transports.guard import check_address


@dataclass(slots=True)
class Side:
    """One system of the pairing as a case reaches it."""

    deployment: Deployment
    control: Control
    observer: FhirObserver | None
    observe_key: str

    @property
    def codes(self) -> Mapping[str, Mapping[str, str]]:
        """The system's local codes, by fixture key."""
        return self.deployment.system.codes


@dataclass(slots=True)
class Link:
    """source → target over one interface. ``adapter`` leads to the target and catches what the source emits towards it;
    ``reverse`` the other way round, where the interface carries replies."""

    place: Place
    pairing: Pairing
    interface: Interface
    namespace: Namespace
    source: Side
    target: Side
    adapter: Adapter
    reverse: Adapter | None
    endpoint: Endpoint
    lens: Lens
    lenses: Mapping[str, Lens] = field(default_factory=dict)

    @classmethod
    def open(cls, place: Place, pairing: Pairing, interface: Interface, deployments: Mapping[str, Deployment], namespace: Namespace) -> Link:
        """Connect the two systems through the harness. Raises UnsafeError for an address outside loopback and the allow-list."""
        source, target = deployments[pairing.source], deployments[pairing.target]
        for deployment in (source, target):
            for address in filter(None, (deployment.mllp, deployment.fhir, deployment.hl7v2, deployment.control)):
                check_address(address, place.allow)
        endpoint = target.system.endpoint(interface.target_endpoint)
        adapter = _adapter(endpoint, target)
        back = _way_back(source, interface)
        reverse = _adapter(back, source) if back and back.format == "fhir" and endpoint.format == "fhir" else None
        sides = _side(source), _side(target)
        keys = {endpoint.key, *(side.observe_key for side in sides if side.observe_key)}
        lenses = {key: lens(key) for key in keys if key in set(catalogue().keys())}
        link = cls(place, pairing, interface, namespace, *sides, adapter, reverse, endpoint, lenses[endpoint.key], lenses)
        link._route()
        return link

    def _route(self) -> None:
        name = self.endpoint.format
        target, source = self.target.deployment, self.source.deployment
        self.source.control.route(target.system.id, {name: self.adapter.open_inlet(), **_about(target, self.interface.target_endpoint)})
        back: dict[str, object] = {} if self.reverse is None else {name: self.reverse.open_inlet()}
        self.target.control.route(source.system.id, {**back, **_about(source, self.reverse.endpoint.id if self.reverse else "")})

    def catch(self, timeout: float) -> Caught | None:
        """The next message of the source towards the target."""
        return self.adapter.catch(timeout)

    def close(self) -> None:
        """Close everything that was opened."""
        for part in (self.adapter, self.reverse, self.source.control, self.target.control, self.source.observer, self.target.observer):
            if part is not None:
                part.close()


def _adapter(endpoint: Endpoint, deployment: Deployment) -> Adapter:
    over_http = deployment.hl7v2 if endpoint.format == "hl7v2" else deployment.fhir
    address = deployment.mllp if endpoint.transport == "mllp" else over_http
    return adapter_for(endpoint, endpoint.address or address, token=deployment.tokens.get(endpoint.id, ""))


def _way_back(source: Deployment, interface: Interface) -> Endpoint | None:
    """The source's own ``in`` endpoint of the same format, to which replies go."""
    wanted = source.system.endpoint(interface.source_endpoint).format
    return next((e for e in source.system.endpoints if e.direction == "in" and e.format == wanted), None)


def _about(deployment: Deployment, endpoint: str) -> dict[str, object]:
    system = deployment.system
    return {
        "organisation": system.identity.get("facility", ""),
        "application": system.identity.get("application", ""),
        "codes": {name: dict(table) for name, table in system.codes.items()},
        "fhir_token": deployment.tokens.get(endpoint, "") if endpoint else "",
    }


def _side(deployment: Deployment) -> Side:
    endpoint = next((e for e in deployment.system.endpoints if e.direction == "observe"), None)
    observer = None
    if endpoint is not None:
        token = deployment.tokens.get(endpoint.id, "") or deployment.tokens.get("observer", "")
        observer = FhirObserver(endpoint, endpoint.address or deployment.fhir, token=token)
    return Side(deployment, Control(deployment), observer, endpoint.key if endpoint else "")
