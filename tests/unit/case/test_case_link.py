"""Opening a link: which addresses may be spoken to, what leads where, and what each side is told of its partner."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from case_kit import PEOPLE

from harness.adapters import hl7v2_mailbox
from harness.adapters.base import adapter_for
from harness.adapters.hl7v2_mllp import Hl7v2Mllp
from harness.case.case import Case
from harness.case.control import ControlClient
from harness.case.evidence import EvidenceHashes
from harness.case.link import TARGET, Link
from harness.case.spec import CaseSpec, Namespace
from harness.catalogue import catalogue
from harness.errors import UnsafeError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.acknowledge import acknowledge
from harness.mapping import lens
from harness.model.deployment import Deployment
from harness.model.message import Delivery, Message, Origin
from harness.model.place import Endpoint, Interface, Limits, Pairing, Place, System
from harness.transports.mailbox import Mailbox

SOURCE, FOLLOWER, COUNCIL = (catalogue().system(name) for name in ("acute-exemplar", "acute-follower", "social-care"))
HERE = {"hl7v2+mllp": "127.0.0.1:9", "fhir+http": "http://127.0.0.1:9/fhir"}
V2, FHIR = Interface("hl7v2", "v2-out", "v2-in"), Interface("fhir", "fhir-out", "fhir-in")


@contextmanager
def opened(target: System, interface: Interface, *, addresses: dict[str, str] | None = None, allow: tuple[str, ...] = ()) -> Iterator[Link]:
    pairing = Pairing(SOURCE.id, target.id, (interface,), {"identity": (interface.id,)})
    place = Place("p", "P", (SOURCE, target), (pairing,), allow=allow)
    deployments = {SOURCE.id: Deployment(SOURCE, HERE), target.id: Deployment(target, HERE if addresses is None else addresses)}
    link = Link.open(place, pairing, interface, deployments, Namespace(1, "unit", "2026-01-05"))
    try:
        yield link
    finally:
        link.close()


def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """What each system is told of its partner, as it is told."""
    heard: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(ControlClient, "route", lambda self, partner, route: heard.append((self.system.id, partner, dict(route))))
    return heard


def test_one_adapter_leads_to_the_target_and_catches_what_is_meant_for_it() -> None:
    with opened(FOLLOWER, V2) as link:
        assert link.adapter is link.inlet
        assert (link.adapter.endpoint.id, link.adapter.address, link.reverse) == ("v2-in", "127.0.0.1:9", None)
        assert [side.party for side in link.sides] == ["source", "target"]
        assert (link.lens.key, set(link.lenses)) == ("hl7v2/2.4/itk", {"hl7v2/2.4/itk", "fhir/4.0.1/ukcore"})


def test_replies_go_back_over_fhir_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = told(monkeypatch)
    with opened(COUNCIL, FHIR) as link:
        assert link.reverse is not None
        assert link.reverse.endpoint.id == "fhir-in"
        assert link.reverse.address == HERE["fhir+http"]
    (to_source, to_council) = heard
    assert to_source[:2] == ("acute-exemplar", "social-care")
    assert to_source[2]["fhir"].startswith("http://127.0.0.1:")
    assert to_council[2]["codes"]["ward"] == SOURCE.codes["ward"]
    assert to_council[2]["fhir"] != to_source[2]["fhir"]


def test_each_side_is_told_who_its_partner_is_and_by_which_token_it_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = told(monkeypatch)
    nameless = replace(FOLLOWER, identity={})
    pairing = Pairing(SOURCE.id, FOLLOWER.id, (FHIR,), {"identity": ("fhir",)})
    deployments = {SOURCE.id: Deployment(SOURCE, HERE, tokens={"fhir-in": "back"}), FOLLOWER.id: Deployment(nameless, HERE, tokens={"fhir-in": "forth"})}
    Link.open(Place("p", "P", (SOURCE, nameless), (pairing,)), pairing, FHIR, deployments, Namespace(1, "unit", "2026-01-05")).close()
    of_target, of_source = heard[0][2], heard[1][2]
    assert (of_target["organisation"], of_target["application"], of_target["fhir_token"]) == ("", "", "forth")
    assert (of_source["organisation"], of_source["application"], of_source["fhir_token"]) == ("X9A", "EPRA", "back")


@pytest.mark.parametrize("way", ["hl7v2+mllp", "fhir+http", "hl7v2+http"])
def test_a_host_that_nobody_allowed_is_not_spoken_to(way: str) -> None:
    elsewhere = {**HERE, way: "elsewhere.example:2575" if way == "hl7v2+mllp" else "http://elsewhere.example:80/x"}
    with pytest.raises(UnsafeError, match=r"elsewhere\.example is neither this machine nor allowed"), opened(FOLLOWER, V2, addresses=elsewhere):
        pass
    with opened(FOLLOWER, V2, addresses=elsewhere, allow=("elsewhere.example",)):
        pass


def test_a_side_without_an_observe_endpoint_has_no_observer() -> None:
    blind = replace(FOLLOWER, endpoints=tuple(one for one in FOLLOWER.endpoints if one.direction != "observe"))
    with opened(blind, V2) as link:
        assert (link.target.observer, link.target.observe_key) == (None, "")
        assert link.source.observer is not None


# --- a target that is a pair of folders, and a source that speaks MLLP --------------------------------------------------------------


def with_mailbox(folder: Path) -> System:
    limits = Limits(acknowledge=2.0, effect=0.1)
    letters = Endpoint("letters", "hl7v2/2.4/itk", "mailbox", "in", address=str(folder), limits=limits)
    return replace(FOLLOWER, id="letters", simulated=False, endpoints=(letters,), identity={**FOLLOWER.identity})


def test_a_folder_names_no_host_and_its_source_is_caught_over_its_own_transport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = told(monkeypatch)
    with opened(with_mailbox(tmp_path), Interface("hl7v2", "v2-out", "letters"), addresses={"hl7v2+mailbox": str(tmp_path)}) as link:
        assert isinstance(link.inlet, Hl7v2Mllp)
        assert link.adapter.transport == "mailbox"
        assert heard[0][2]["hl7v2"].startswith("127.0.0.1:")


def test_what_the_source_says_over_mllp_is_carried_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = told(monkeypatch)

    def other_side(_: float) -> None:
        while (letter := Mailbox(tmp_path / "in").take()) is not None:
            answer = acknowledge(
                parse(letter.content), "AA", sender={"application": "L", "facility": "X9L", "version": "2.4"}, at="20260105090000", control_id="A1"
            )
            Mailbox(tmp_path / "out").drop(answer)

    monkeypatch.setattr(hl7v2_mailbox, "sleep", other_side)
    with opened(with_mailbox(tmp_path), Interface("hl7v2", "v2-out", "letters")) as link, ThreadPoolExecutor(1) as source:
        case = Case.open(
            CaseSpec(3, link.pairing.id, "hl7v2", "", "connection/answer-1"),
            catalogue().clauses["connection/answer-1"],
            {TARGET: link},
            PEOPLE,
            EvidenceHashes(),
        )
        tree = lens("hl7v2/2.4/itk").write(case.person("A").record, trigger="A28")
        tree.set("MSH-10", "M1")
        message = Message(tree.encode(), "hl7v2/2.4/itk", "application/hl7-v2+er7", Origin.SOURCE, "M1", "A28")
        sender = adapter_for(SOURCE.endpoint("v2-out"), heard[0][2]["hl7v2"])
        sent = source.submit(sender.deliver, message)
        exchange = case.stimulus.relay.carry(case.parties.passage("source"), "register", 1)
        (made,) = sent.result(5.0)
        sender.close()
    assert exchange.positive
    assert made.positive
    last: Delivery | None = exchange.last
    assert last is not None
    assert (last.message.content, last.message.origin) == (message.content, Origin.SOURCE)
