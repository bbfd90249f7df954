"""The safety rule of every outgoing byte: loopback, or a host that the manifest names under ``allow``."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from harness.errors import SetUpError, UnsafeError
from harness.transports.address import NetworkAddress, split_address


def is_loopback(host: str) -> bool:
    """True for ``localhost``, 127.0.0.0/8 and ::1 (also mapped into IPv6). Never looks a name up."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def check_address(address: str, allow: Iterable[str] = ()) -> NetworkAddress:
    """The address taken apart, when it may be spoken to. Raises UnsafeError otherwise, and for an address that cannot be read plainly.

    ``allow`` holds hosts or ``host:port``, exactly as the manifest writes them; there are no patterns.
    """
    try:
        target = split_address(address)
    except SetUpError as error:
        raise UnsafeError(error.what, where=error.where, expected=error.expected, do=error.do) from None
    if is_loopback(target.host):
        return target
    for entry in allow:
        try:
            allowed = split_address(entry)
        except SetUpError:
            continue
        if allowed.host == target.host and allowed.port in (0, target.port):
            return target
    raise UnsafeError(
        f"{target.host} is neither this machine nor allowed",
        where=str(target),
        expected="a loopback address or a host that the manifest allows",
        do=f"if it is a system for trials and nothing else, add {str(target)!r} under allow: in the manifest",
    )
