"""A running or real system, as the harness reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.place import Endpoint, System


@dataclass(frozen=True, slots=True)
class Deployment:
    """Addresses and credentials of one system.

    ``addresses`` maps a way in (``hl7v2+mllp``, ``fhir+http``) to where it is: ``host:port``, a base URL or a folder. ``control`` is a base URL, empty
    where there is no control interface. ``tokens`` maps an endpoint id to its bearer token; ``expired`` to one that must be refused.
    """

    system: System
    addresses: Mapping[str, str] = field(default_factory=dict)
    control: str = ""
    control_token: str = field(default="", repr=False)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    expired: Mapping[str, str] = field(default_factory=dict, repr=False)

    def address(self, endpoint: Endpoint) -> str:
        """Where ``endpoint`` is reached: by its own address, else by that of its way in; empty where neither is known."""
        return endpoint.address or self.addresses.get(endpoint.way, "")
