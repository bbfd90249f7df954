import socket
from collections.abc import Iterator

import pytest

from harness.errors import TransportError, UnsafeError
from harness.model.place import Endpoint, Interface, Limits, Pairing, Place, System
from harness.runner.reach import knock


@pytest.fixture
def door() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def place(address: str, *, simulated: bool = False) -> Place:
    into = Endpoint("in", "hl7v2/2.4/itk", "mllp", "in", address, limits=Limits(connect=0.5))
    source = System("a", "A", "exemplar", True, (Endpoint("out", "hl7v2/2.4/itk", "mllp", "out"),), {})
    pairing = Pairing("a", "b", (Interface("hl7v2", "out", "in"),), {"identity": ("hl7v2",)})
    return Place("p", "P", (source, System("b", "B", "follower", simulated, (into,), {})), (pairing,))


def ask(place: Place) -> None:
    knock(place, place.pairings[0], place.pairings[0].interfaces[0])


def test_an_open_door_is_passed(door: str) -> None:
    ask(place(door))


def test_a_closed_door_says_where_and_what_to_do(door: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(TransportError, match=r"b/in at 127\.0\.0\.1:\d+.*refused.*correct its address"):
        ask(place(closed))


def test_a_simulated_system_is_not_asked() -> None:
    ask(place("127.0.0.1:1", simulated=True))


def test_a_host_that_is_not_allowed_is_never_spoken_to() -> None:
    with pytest.raises(UnsafeError):
        ask(place("epr.example:2575"))
