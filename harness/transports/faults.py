"""Wire faults by name. A fault turns the payloads of one step into actions; it is pure and seeded, and whoever holds the wire performs the actions.

Hand it what would leave by one ``write`` (for MLLP the framed bytes), so that a truncated payload is half a frame and not a whole frame of less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from harness.errors import HarnessError
from harness.registry import Registry


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do on the wire, in order.

    ``kind``: send (``payload``, after ``delay`` seconds), hold (``payload`` never leaves; it is kept for a replay) or close (the connection, without
    reading what may still come; a later send connects anew). ``index`` is the position of the payload among those planned; ``intact`` says
    that all its bytes leave unchanged.
    """

    kind: str
    payload: bytes = b""
    delay: float = 0.0
    index: int = 0
    intact: bool = True


Planner = Callable[[Sequence[bytes], Mapping[str, Any], Random], list[Action]]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault that has a name: what it does, its parameters with their defaults, the fewest payloads it needs."""

    name: str
    title: str
    defaults: Mapping[str, Any]
    planner: Planner
    least: int = 1


faults: Registry[FaultKind] = Registry("wire fault")


@dataclass(frozen=True, slots=True, init=False)
class Fault:
    """A fault with its parameters: ``Fault("delay", seconds=0.5)``.

    Raises UnknownNameError for a name nobody registered and HarnessError for a parameter the fault does not have.
    """

    name: str
    params: Mapping[str, Any] = field(hash=False)

    def __init__(self, name: str, **params: Any) -> None:
        kind = faults.get(name)
        unknown = sorted(set(params) - set(kind.defaults))
        if unknown:
            raise HarnessError(
                f"the wire fault {name!r} has no parameter {unknown[0]!r}",
                where="wire fault",
                expected=" or ".join(kind.defaults) or "none",
                do="mend its name",
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "params", dict(params))

    def __reduce__(self) -> tuple[object, ...]:
        return _fault, (self.name, dict(self.params))

    def apply(self, payloads: Sequence[bytes], seed: int = 0) -> list[Action]:
        """``plan(payloads, self, seed)``."""
        return plan(payloads, self, seed)


def _fault(name: str, params: dict[str, Any]) -> Fault:
    return Fault(name, **params)


def plan(payloads: Sequence[bytes], fault: Fault | None, seed: int = 0) -> list[Action]:
    """What to do with ``payloads`` under ``fault`` (None: send each). The same seed gives the same actions.

    Raises HarnessError when the fault cannot be seen on these payloads (reorder of one): a fault that does nothing would prove nothing.
    """
    if fault is None:
        return [Action("send", payload, index=index) for index, payload in enumerate(payloads)]
    kind = faults.get(fault.name)
    if len(payloads) < kind.least:
        raise HarnessError(
            f"the wire fault {fault.name!r} needs {kind.least} messages and there are {len(payloads)}", where="wire fault", do="give the step more"
        )
    return kind.planner(payloads, {**kind.defaults, **fault.params}, Random(f"{seed}:{fault.name}"))  # noqa: S311 - repeatable, not secret


def _register(name: str, title: str, *, least: int = 1, **defaults: Any) -> Callable[[Planner], Planner]:
    def add(planner: Planner) -> Planner:
        faults.add(name, FaultKind(name, title, defaults, planner, least))
        return planner

    return add


def _chosen(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> int:
    at = params["at"]
    if at is None:
        return random.randrange(len(payloads))
    if not isinstance(at, int) or not -len(payloads) <= at < len(payloads):
        raise HarnessError(
            f"there is no message {at!r}", where="wire fault", expected=f"a position from 0 to {len(payloads) - 1}", do="mend the parameter 'at'"
        )
    return at % len(payloads)


def _replaced(payloads: Sequence[bytes], at: int, actions: list[Action]) -> list[Action]:
    sent = plan(payloads, None)
    return [*sent[:at], *actions, *sent[at + 1 :]]


@_register("delay", "wait before one message, or before each", at=None, seconds=0.2, every=False)
def _delay(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    late = range(len(payloads)) if params["every"] else (at,)
    return [Action("send", payload, float(params["seconds"]) if index in late else 0.0, index) for index, payload in enumerate(payloads)]


@_register("drop", "one message never leaves", at=None)
def _drop(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    return _replaced(payloads, at, [Action("hold", payloads[at], index=at, intact=False)])


@_register("duplicate", "one message leaves again, byte for byte", at=None, copies=2)
def _duplicate(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    return _replaced(payloads, at, [Action("send", payloads[at], index=at)] * int(params["copies"]))


@_register("reorder", "messages leave in another order", least=2, order=None)
def _reorder(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    order = list(range(len(payloads)))
    if params["order"] is not None:
        given = list(params["order"])
        if sorted(given) != order:
            raise HarnessError(
                f"{given!r} is no order of {len(order)} messages", where="wire fault", expected="each position once", do="mend the parameter 'order'"
            )
        order = given
    else:
        while order == sorted(order):
            random.shuffle(order)
    return [Action("send", payloads[index], index=index) for index in order]


@_register("truncate", "one message breaks off and the connection closes", at=None, keep=None, close=True)
def _truncate(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    length = len(payloads[at])
    keep = params["keep"]
    count = random.randrange(1, max(length, 2)) if keep is None else int(length * keep) if isinstance(keep, float) else int(keep)
    part = Action("send", payloads[at][: max(0, min(count, length - 1))], index=at, intact=False)
    return _replaced(payloads, at, [part, Action("close", index=at)] if params["close"] else [part])


@_register("disconnect", "the connection closes after one message, before its acknowledgement is read", at=None)
def _disconnect(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    return _replaced(payloads, at, [Action("send", payloads[at], index=at), Action("close", index=at)])


@_register("corrupt", "printable bytes of one message change; its framing and line ends stay", at=None, count=1)
def _corrupt(payloads: Sequence[bytes], params: Mapping[str, Any], random: Random) -> list[Action]:
    at = _chosen(payloads, params, random)
    content = bytearray(payloads[at])
    printable = [index for index, byte in enumerate(content) if 0x21 <= byte <= 0x7E]
    if not printable:
        raise HarnessError("there is nothing to corrupt", where="wire fault", expected="a message with printable bytes", do="give the step another message")
    for index in random.sample(printable, min(int(params["count"]), len(printable))):
        content[index] = random.choice([byte for byte in range(0x21, 0x7F) if byte != content[index]])
    return _replaced(payloads, at, [Action("send", bytes(content), index=at, intact=False)])
