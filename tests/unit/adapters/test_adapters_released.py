"""What a sender is told once its message was carried: the receiver's own answer, or that it was lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from adapters_kit import BUNDLE, V2, accepting, adapter, message, peer, v2_answer

from harness.model.message import Delivery

FHIR, HTTP, MLLP = "fhir+http", "hl7v2+http", "hl7v2+mllp"
NOWHERE = "http://127.0.0.1:9"


def posted(way: str, body: bytes, tell: Callable[[Any, Any], Delivery | None], headers: dict[str, str], **how: Any) -> requests.Response:
    """The response to a POST to the inlet of ``way`` whose message was dealt with as ``tell`` says."""
    with adapter(way, NOWHERE, **how) as ours, ThreadPoolExecutor(1) as other:
        sending = other.submit(requests.post, ours.open_inlet(), data=body, headers=headers, timeout=5)
        caught = ours.catch(5.0)
        assert caught is not None
        caught.reply(tell(ours, caught.message))
        return sending.result(5.0)


def answered(content: bytes, status: int) -> Callable[[Any, Any], Delivery]:
    return lambda ours, sent: Delivery(sent, b"", ours.acknowledgement(content, status))


@pytest.mark.parametrize(
    ("way", "tell", "how", "status"),
    [
        (FHIR, answered(b"{}", 201), {}, 201),
        (FHIR, answered(b"{}", 422), {}, 422),
        (FHIR, lambda ours, sent: None, {}, 504),
        (HTTP, answered(v2_answer("AE"), 200), {}, 200),
        (HTTP, answered(v2_answer("AE"), 500), {}, 200),
        (HTTP, answered(b"busy", 503), {}, 503),
        (HTTP, lambda ours, sent: None, {}, 504),
        (HTTP, lambda ours, sent: None, {"acknowledgement": "none"}, 202),
    ],
)
def test_the_status_is_the_receivers_own(way: str, tell: Any, how: dict[str, Any], status: int) -> None:
    headers = {"X-Request-ID": "M1", "Content-Type": "application/fhir+json; charset=utf-8" if way == FHIR else "application/hl7-v2+er7"}
    told = posted(way, BUNDLE if way == FHIR else V2, tell, headers, **how)
    assert told.status_code == status
    assert way == HTTP or told.headers["x-request-id"] == "M1"


@pytest.mark.parametrize("media_type", ["application/fhir+json; charset=utf-8", "application/fhir+json"])
def test_what_is_caught_over_fhir_keeps_what_changes_its_meaning(media_type: str) -> None:
    kept: list[Any] = []

    def keep(ours: Any, sent: Any) -> None:
        kept.append(sent)

    conditions = {"If-None-Exist": "identifier=1", "Prefer": "return=minimal"}
    posted(FHIR, BUNDLE, keep, {"Content-Type": media_type, **conditions, "X-Other": "1"})
    (sent,) = kept
    assert (sent.media_type, sent.method, sent.path) == ("application/fhir+json", "POST", "")
    assert sent.headers == (("if-none-exist", "identifier=1"), ("prefer", "return=minimal"))


def test_a_connection_that_is_gone_before_the_pieces_are_out_is_a_failure() -> None:
    with peer(MLLP, accepting(MLLP)) as there, adapter(MLLP, there.address) as ours:
        session: Any = ours.open_session()
    made = session.exchange_slowly(message(MLLP), 7)
    assert (made.message, made.acknowledgement) == (message(MLLP), None)
    # Which of these the operating system tells first is its own affair: that nothing was answered is not.
    assert made.failure in ("refused", "closed", "time-out")
    session.close()


@pytest.mark.parametrize(("way", "in_place"), [(FHIR, True), (HTTP, True), (MLLP, False), ("hl7v2+mailbox", False)])
def test_only_a_response_answers_its_own_request_without_naming_it(way: str, in_place: bool) -> None:
    with adapter(way, "127.0.0.1:9" if way == MLLP else NOWHERE) as ours:
        assert (ours.answers_in_place, ours.networked) == (in_place, way != "hl7v2+mailbox")
