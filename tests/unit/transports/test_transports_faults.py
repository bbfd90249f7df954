"""Each wire fault does what its name says, the same for the same seed."""

from __future__ import annotations

import pickle

import pytest

from harness.catalogue import catalogue
from harness.errors import HarnessError, UnknownNameError
from harness.transports.faults import Action, Fault, faults, plan

THREE = [b"\x0bone\x1c\r", b"\x0btwo\x1c\r", b"\x0bthree\x1c\r"]


def done(actions: list[Action]) -> list[tuple[str, bytes]]:
    return [(action.kind, action.payload) for action in actions]


def test_the_faults_that_exist() -> None:
    assert list(faults) == sorted(catalogue().vocabulary["faults"].words)


def test_without_a_fault_everything_is_sent_once() -> None:
    assert plan(THREE, None) == [Action("send", payload, index=index) for index, payload in enumerate(THREE)]


def test_delay_waits_before_one_or_before_each() -> None:
    assert [action.delay for action in plan(THREE, Fault("delay", at=1, seconds=0.5))] == [0, 0.5, 0]
    assert [action.delay for action in plan(THREE, Fault("delay", every=True, seconds=2))] == [2, 2, 2]


def test_drop_holds_one() -> None:
    actions = plan(THREE, Fault("drop", at=-1))
    assert done(actions) == [("send", THREE[0]), ("send", THREE[1]), ("hold", THREE[2])]
    assert [action.intact for action in actions] == [True, True, False]


def test_duplicate_repeats_byte_for_byte() -> None:
    assert done(plan(THREE, Fault("duplicate", at=0, copies=3))) == [("send", THREE[0])] * 3 + [("send", THREE[1]), ("send", THREE[2])]


@pytest.mark.parametrize("seed", range(20))
def test_reorder_always_changes_the_order_and_loses_nothing(seed: int) -> None:
    for payloads in (THREE[:2], THREE):
        actions = plan(payloads, Fault("reorder"), seed)
        assert sorted(action.index for action in actions) == list(range(len(payloads)))
        assert [action.payload for action in actions] == [payloads[action.index] for action in actions]
        assert [action.payload for action in actions] != payloads


def test_reorder_takes_a_given_order() -> None:
    assert [action.index for action in plan(THREE, Fault("reorder", order=(2, 0, 1)))] == [2, 0, 1]
    with pytest.raises(HarnessError, match="no order"):
        plan(THREE, Fault("reorder", order=(0, 0, 1)))


def test_reorder_of_one_message_proves_nothing_and_is_refused() -> None:
    with pytest.raises(HarnessError, match="needs 2 messages"):
        plan(THREE[:1], Fault("reorder"))


@pytest.mark.parametrize("seed", range(20))
def test_truncate_sends_less_than_all_and_closes(seed: int) -> None:
    part, close = plan(THREE[:1], Fault("truncate"), seed)
    assert 0 < len(part.payload) < len(THREE[0])
    assert THREE[0].startswith(part.payload)
    assert not part.intact
    assert close.kind == "close"


def test_truncate_keeps_what_it_is_told() -> None:
    assert plan(THREE[:1], Fault("truncate", keep=3, close=False)) == [Action("send", b"\x0bon", index=0, intact=False)]
    assert plan(THREE[:1], Fault("truncate", keep=0.5))[0].payload == b"\x0bon"
    assert plan(THREE[:1], Fault("truncate", keep=1000))[0].payload == THREE[0][:-1]


def test_disconnect_closes_after_the_message() -> None:
    assert done(plan(THREE, Fault("disconnect", at=1))) == [("send", THREE[0]), ("send", THREE[1]), ("close", b""), ("send", THREE[2])]


@pytest.mark.parametrize("seed", range(20))
def test_corrupt_changes_printable_bytes_and_leaves_the_framing(seed: int) -> None:
    (action,) = plan([b"\x0bMSH|1\r\x1c\r"], Fault("corrupt", count=2), seed)
    original = b"\x0bMSH|1\r\x1c\r"
    changed = [index for index in range(len(original)) if action.payload[index] != original[index]]
    assert len(action.payload) == len(original)
    assert len(changed) == 2
    assert all(0x21 <= original[index] <= 0x7E and 0x21 <= action.payload[index] <= 0x7E for index in changed)


@pytest.mark.parametrize("name", list(faults))
def test_the_seed_decides(name: str) -> None:
    payloads = [b"payload %d" % index for index in range(6)]
    plans = [Fault(name).apply(payloads, seed) for seed in range(10)]
    assert plans == [Fault(name).apply(payloads, seed) for seed in range(10)]
    assert len({repr(actions) for actions in plans}) > 1


def test_nothing_printable_cannot_be_corrupted() -> None:
    with pytest.raises(HarnessError, match="nothing to corrupt"):
        plan([b"\x0b\x1c\r"], Fault("corrupt"))


def test_a_misspelt_name_or_parameter_says_what_is_known() -> None:
    with pytest.raises(UnknownNameError, match="duplicate"):
        Fault("duplicat")
    with pytest.raises(HarnessError, match="at or seconds or every"):
        Fault("delay", second=1)
    with pytest.raises(HarnessError, match="from 0 to 2"):
        plan(THREE, Fault("drop", at=3))


def test_a_fault_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(Fault("delay", seconds=1))) == Fault("delay", seconds=1)  # noqa: S301
