"""The control interface from outside: what is asked of a system, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from harness.case.control import ControlClient
from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.model.deployment import Deployment
from harness.model.record import DELETED, Record
from harness.transports.serve import HttpServer

SYSTEM = catalogue().system("acute-exemplar")


class Steered:
    """A system's control interface: keeps what it was asked and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, Any]] = []
        self.answers: dict[str, tuple[int, bytes]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        path = scope["path"].rpartition("/")[2]
        self.asked.append((scope["method"], path, headers.get("x-control-token", ""), msgspec.json.decode(body) if body else None))
        status, content = self.answers.get(path, (200, b"{}"))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})


@pytest.fixture
def steered() -> Iterator[tuple[Steered, ControlClient]]:
    system = Steered()
    with HttpServer(system) as http:
        client = ControlClient(Deployment(SYSTEM, control=f"{http.base_url}/control", control_token="secret"))
        yield system, client
        client.close()


def cause(client: ControlClient) -> tuple[int, str]:
    record = Record({}).replaced({"person.sex": "1", "person.death_date": DELETED})
    now = "2026-01-05T06:00:02"
    return client.event("register", record, to="x", interface="hl7v2", control_id="M1", occurred="2026-01-05T06:00:01", now=now, details={"a": "b"})


def test_an_event_is_told_whole_and_under_the_token(steered: tuple[Steered, ControlClient]) -> None:
    system, client = steered
    system.answers["events"] = (202, b'{"emitted":2}')
    assert cause(client) == (2, "")
    ((method, path, token, body),) = system.asked
    assert (method, path, token) == ("POST", "events", "secret")
    assert body == {
        "event": "register",
        "record": {"person": [{"person.sex": "1", "person.death_date": None}]},
        "to": "x",
        "interface": "hl7v2",
        "control_id": "M1",
        "occurred": "2026-01-05T06:00:01",
        "now": "2026-01-05T06:00:02",
        "details": {"a": "b"},
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((422, b'{"error":"does not do that"}'), "acute-exemplar answered 422 to the event register: does not do that"),
        ((400, b'{"what":"no record"}'), "acute-exemplar answered 400 to the event register: no record"),
        ((500, b"<html>"), "acute-exemplar answered 500 to the event register: {}"),
    ],
)
def test_a_refusal_is_a_sentence(steered: tuple[Steered, ControlClient], answer: tuple[int, bytes], said: str) -> None:
    system, client = steered
    system.answers["events"] = answer
    assert cause(client) == (0, said)


def test_pending_is_asked_and_a_system_that_cannot_say_has_nothing(steered: tuple[Steered, ControlClient]) -> None:
    system, client = steered
    system.answers["pending"] = (200, b'{"pending":3}')
    assert client.pending() == 3
    system.answers["pending"] = (404, b"{}")
    assert client.pending() == 0


def test_routes_are_told_by_partner(steered: tuple[Steered, ControlClient]) -> None:
    system, client = steered
    client.route("follower", {"hl7v2": "127.0.0.1:1"})
    assert system.asked[0][3] == {"follower": {"hl7v2": "127.0.0.1:1"}}


def test_a_system_without_control_is_told_nothing_and_cannot_be_asked() -> None:
    client = ControlClient(Deployment(SYSTEM))
    client.route("follower", {})
    assert (client.available, client.pending()) == (False, 0)
    with pytest.raises(TransportError, match="no control interface"):
        cause(client)
    client.close()
