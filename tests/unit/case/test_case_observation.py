"""What was seen of a person, and how it is read."""

from __future__ import annotations

from typing import Any

from harness.case.observation import Observation, Records
from harness.model.record import Record


def patient(id: str, number: str = "1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "identifier": [{"value": number, **more.pop("how", {})}], **more}


def seen(*resources: dict[str, Any], content: bytes = b"", records: Any = ()) -> Observation:
    return Observation("fhir-search", True, content, resources, records)


def test_a_superseded_person_is_found_and_is_not_current() -> None:
    gone = patient("b", active=False)
    replaced = patient("c", link=[{"type": "replaced-by"}])
    linked = patient("d", link=[{"type": "seealso"}])
    found = seen(patient("a"), gone, replaced, linked)
    assert len(found.patients) == 4
    assert [one["id"] for one in found.current] == ["a", "d"]
    assert not seen({"resourceType": "Encounter"}).found


def test_an_old_number_is_nobodys_own() -> None:
    found = seen(patient("a", "1"), patient("b", "2"), patient("c", "1", how={"use": "old"}))
    assert [one["id"] for one in found.current_under("1")] == ["a"]


def test_one_record_is_the_record_and_two_are_none() -> None:
    one = Record({})
    assert seen(records=(one,)).record is one
    assert seen(records=(one, one)).record is None
    assert seen().record is None


def test_tokens_are_told_apart_whatever_their_case() -> None:
    found = seen(content=b'{"family":"Zqabcde-Smith","value":"ZQFGHIJ1"}')
    assert found.tokens() == {"zqabcde", "zqfghij"}
    assert found.foreign({"Zqabcde"}) == {"zqfghij"}


def test_records_are_read_when_somebody_asks_and_once() -> None:
    reads: list[int] = []

    def read() -> list[Record]:
        reads.append(1)
        return [Record({})]

    lazy = Records(read)
    assert reads == []
    assert (len(lazy), lazy[0], list(lazy), lazy == [Record({})]) == (1, Record({}), [Record({})], False)
    assert lazy == (Record({}),)
    assert lazy == Records(lambda: [Record({})])
    assert reads == [1]
