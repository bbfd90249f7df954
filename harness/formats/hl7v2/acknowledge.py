"""Acknowledgements of HL7 v2 messages (chapter 2.9): MSH, MSA and, where something is wrong, ERR."""

from __future__ import annotations

from collections.abc import Mapping

from harness.errors import FormatError
from harness.formats.hl7v2.address import Address, address
from harness.formats.hl7v2.tree import Tree

# Table 0357, message error condition codes.
CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}


def acknowledge(
    received: Tree | None,
    code: str = "AA",
    *,
    text: str = "",
    error_code: str = "",
    error_location: str = "",
    sender: Mapping[str, str],
    at: str,
    control_id: str,
) -> bytes:
    """The acknowledgement of ``received``, or of bytes that were no message (None), as bytes without framing.

    ``code`` is of table 0008, ``error_code`` of 0357, ``error_location`` an address (``PID-3[1].1``), ``at`` ``YYYYMMDDHHMMSS``; ``sender`` may hold
    application, facility, processing_id, version, charset and profile. MSH-3…6 are those received, swapped; MSA-2 is MSH-10 as received.
    Written as UTF-8, and so declared, where the sender's character set lacks a character.
    """
    ack = Tree.new()
    version = sender.get("version") or (received.version if received else "") or "2.4"
    _header(ack, received, sender, version, at, control_id)
    ack.add("MSA")
    ack.set("MSA-1", code)
    ack.set("MSA-2", received.control_id if received else "")
    if version < "2.7":
        ack.set("MSA-3", text)
    if error_code:
        # MSA-6 came with v2.2; it and MSA-3 were withdrawn with v2.7.
        if "2.2" <= version < "2.7":
            _condition(ack, "MSA-6", error_code)
        _error(ack, error_code, error_location, version, text)
    try:
        return ack.encode()
    except FormatError:
        ack.set("MSH-18", "UNICODE UTF-8")
        ack.charset = "utf-8"
        return ack.encode()


def _header(ack: Tree, received: Tree | None, sender: Mapping[str, str], version: str, at: str, control_id: str) -> None:
    def echoed(path: str) -> str:
        return (received.get(path) or "") if received else ""

    # Namespace id only is the sender's to say; the rest of the HD goes back as it came.
    for target, source, own in (("3", "5", "application"), ("4", "6", "facility"), ("5", "3", ""), ("6", "4", "")):
        said = sender.get(own, "") if own else ""
        if said or received is None:
            ack.set(f"MSH-{target}", said)
            continue
        for component in range(1, received.segments[0].components(int(source)) + 1):
            ack.set(f"MSH-{target}.{component}", echoed(f"MSH-{source}.{component}"))
    ack.set("MSH-7", at)
    ack.set("MSH-9.1", "ACK")
    if version >= "2.3":
        ack.set("MSH-9.2", echoed("MSH-9.2"))
    if version >= "2.3.1" and echoed("MSH-9.2"):
        ack.set("MSH-9.3", "ACK")
    ack.set("MSH-10", control_id)
    ack.set("MSH-11", sender.get("processing_id") or echoed("MSH-11.1") or "P")
    ack.set("MSH-12", version)
    ack.set("MSH-18", sender.get("charset", ""))
    ack.set("MSH-21", sender.get("profile", ""))


def _error(ack: Tree, error_code: str, error_location: str, version: str, text: str) -> None:
    """ERR-1 (ELD) before v2.5; ERR-2 (ERL), ERR-3, ERR-4 and the text for people in ERR-8 since."""
    ack.add("ERR")
    try:
        place: Address | None = address(error_location) if error_location else None
    except FormatError:
        place = None
    if version < "2.5":
        _place(ack, "ERR-1", place, ("segment", "occurrence", "field"))
        for number, value in enumerate((error_code, CONDITIONS.get(error_code, ""), "HL70357"), 1):
            ack.set(f"ERR-1.4.{number}", value)
        return
    _place(ack, "ERR-2", place, ("segment", "occurrence", "field", "repetition", "component", "subcomponent"))
    _condition(ack, "ERR-3", error_code)
    ack.set("ERR-4", "E")
    ack.set("ERR-8", text)


def _place(ack: Tree, path: str, place: Address | None, parts: tuple[str, ...]) -> None:
    for number, part in enumerate(parts if place else (), 1):
        if value := getattr(place, part):
            ack.set(f"{path}.{number}", str(value))


def _condition(ack: Tree, path: str, error_code: str) -> None:
    for number, value in enumerate((error_code, CONDITIONS.get(error_code, ""), "HL70357"), 1):
        ack.set(f"{path}.{number}", value)
