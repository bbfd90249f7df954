"""Whether the real ends of a pairing answer at all, asked once before its cases: a closed door is one sentence, not sixty findings."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from harness.adapters.base import ADAPTERS
from harness.errors import TransportError
from harness.model.place import Endpoint, Interface, Pairing, Place
from harness.transports.address import split_address
from harness.transports.guard import check_address


def knock(place: Place, pairing: Pairing, interface: Interface) -> None:
    """Connect to every address of a real system that ``interface`` needs, and hang up.

    Raises TransportError naming system, endpoint and address when one does not answer, UnsafeError for a host that the manifest does not allow.
    """
    for name, endpoint in _doors(place, pairing, interface):
        check_address(endpoint.address, place.allow)
        address = split_address(endpoint.address, port_required=True)
        try:
            socket.create_connection((address.host, address.port), endpoint.limits.connect).close()
        except OSError as error:
            raise TransportError(
                f"no connection: {error.strerror or error}",
                reason="refused" if isinstance(error, ConnectionRefusedError) else "time-out",
                where=f"{name}/{endpoint.id} at {address}",
                expected=f"a system that accepts connections within {endpoint.limits.connect:g} s",
                do="start it, or correct its address in the manifest",
            ) from None


def _doors(place: Place, pairing: Pairing, interface: Interface) -> Iterator[tuple[str, Endpoint]]:
    for name in (pairing.source, pairing.target):
        system = place.system(name)
        for endpoint in () if system.simulated else system.endpoints:
            used = endpoint.direction == "observe" or (name == pairing.target and endpoint.id == interface.target_endpoint)
            if used and endpoint.address and endpoint.way in ADAPTERS and ADAPTERS.get(endpoint.way).networked:
                yield name, endpoint
