"""Defects of answering: what is acknowledged, how, and whether anything was done."""

from __future__ import annotations

from harness.errors import FormatError
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_v2, flag, is_v2, register
from harness.systems.defects.shapes import Drops, Ignores, register_rows


def _control_id(incoming: bytes) -> bytes:
    fields = incoming.lstrip()[:2000].split(b"\r", 1)[0].split(b"|")
    return fields[9] if is_v2(incoming) and len(fields) > 9 else b""


def _positive(answer: bytes, incoming: bytes) -> bytes:
    """``answer`` as AA to ``incoming``, its ERR left out."""

    def change(tree: object) -> None:
        tree.set_raw("MSA-1", "AA")  # type: ignore[attr-defined]
        tree.set("MSA-2", _control_id(incoming).decode("latin-1"))  # type: ignore[attr-defined]
        tree.set("MSA-3", None)  # type: ignore[attr-defined]
        tree.set("MSA-6", None)  # type: ignore[attr-defined]
        for segment in tree.all("ERR"):  # type: ignore[attr-defined]
            tree.remove(segment)  # type: ignore[attr-defined]

    return edit_v2(answer, change)


@register("always-aa")
class AlwaysAA(Defect):
    """Acknowledges everything positively; over FHIR refuses nothing that it can file."""

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:
        """AA, whatever came."""
        return _positive(payload, incoming)

    def refuse(self, reason: str) -> bool:
        """Over FHIR only: a v2 refusal has a number and is turned into AA above."""
        return reason[:1].isdigit()


@register("acknowledges-unparseable")
class AcknowledgesUnparseable(Defect):
    """AA for what cannot be read."""

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:
        """AA when ``incoming`` does not parse."""
        from harness.formats.hl7v2 import parse

        try:
            parse(incoming)
        except FormatError:
            return _positive(payload, incoming)
        return payload


@register("fixed-control-id")
class FixedControlId(Defect):
    """Names one message id in every acknowledgement."""

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:  # noqa: ARG002
        """MSA-2 always the same."""
        return edit_v2(payload, lambda tree: tree.set("MSA-2", "00000001"))


@register("no-acknowledgement")
class NoAcknowledgement(Defect):
    """Applies and says nothing."""

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:  # noqa: ARG002
        """None."""
        return None


@register("ack-without-effect")
class AckWithoutEffect(Defect):
    """Acknowledges and does nothing, ever."""

    def swallow(self, trigger: str, payload: bytes) -> bool:  # noqa: ARG002
        """Always."""
        return True


@register("ignores-updates")
class IgnoresUpdates(Ignores):
    """Acknowledges updates of people and encounters without applying them."""

    def __init__(self) -> None:
        super().__init__("A08", "A31")

    def stored(self, resource: dict[str, object], before: dict[str, object] | None) -> dict[str, object] | None:
        """A Patient stays as first written, save for its end."""
        ended = resource.get("active") is False or resource.get("link") != (before or {}).get("link")
        return None if resource["resourceType"] == "Patient" and before is not None and not ended else resource


register_rows({"ignores-encounters": Drops("Encounter")})


@register("refuses-large")
class RefusesLarge(Defect):
    """Loses what is longer than 64 kB, without a word."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """None beyond the length."""
        return None if len(payload) > 65_536 else payload


@register("loses-trailing-segments")
class LosesTrailingSegments(Defect):
    """Reads eight segments of a message and stops."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """The first eight segments."""
        return b"\r".join(payload.split(b"\r")[:8]) + b"\r" if is_v2(payload) else payload


# Behaviours that need the connection or the system's memory: roles and core ask for these by name.
flag("drops-connection-after-garbage")
flag("loses-second-of-back-to-back")
flag("trusts-control-id")
flag("replay-brings-back-old", "forgets-replays", "ignores-out-of-order")
flag("ignores-out-of-order")


@register("applies-replay-twice")
class AppliesReplayTwice(Defect):
    """Does not recognise a message it had: what it says is added a second time."""

    flags = frozenset({"forgets-replays", "duplicates-encounter"})

    def stored(self, resource: dict[str, object], before: dict[str, object] | None) -> dict[str, object] | None:
        """The same again: lists of a Patient grow."""
        if resource["resourceType"] != "Patient" or before is None:
            return resource
        same = all(resource.get(key) == before.get(key) for key in resource.keys() | before.keys() if key != "meta")
        if same:
            for key in ("name", "telecom", "address", "contact"):
                held = resource.get(key)
                if isinstance(held, list) and len(held) < 16:
                    resource[key] = [*held, *held]
        return resource
