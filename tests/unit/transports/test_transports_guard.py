"""Nothing is sent to a host that is neither loopback nor allowed, however the address is dressed up."""

from __future__ import annotations

import pytest

from harness.errors import SetUpError, UnsafeError
from harness.transports.address import NetworkAddress, split_address
from harness.transports.guard import check_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2575", NetworkAddress("127.0.0.1", 2575)),
        ("LocalHost", NetworkAddress("localhost", 0)),
        ("[::1]:80", NetworkAddress("::1", 80)),
        ("::1", NetworkAddress("::1", 0)),
        ("http://Example.org/fhir?x=1", NetworkAddress("example.org", 80)),
        ("https://example.org:8443/fhir", NetworkAddress("example.org", 8443)),
        ("mllp://example.org:2575", NetworkAddress("example.org", 2575)),
    ],
)
def test_addresses_are_taken_apart(text: str, address: NetworkAddress) -> None:
    assert split_address(text) == address


def test_an_address_prints_as_it_is_read() -> None:
    for text in ("127.0.0.1:2575", "[::1]:80", "example.org"):
        assert str(split_address(text)) == text


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "localhost:1", "127.8.9.10:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "http://localhost/fhir", "https://127.0.0.1:8443"]
)
def test_loopback_is_always_allowed(text: str) -> None:
    assert check_address(text, ()) == split_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1:2575",
        "0.0.0.0:80",
        "localhost.example.org:80",
        "127.0.0.1.example.org",
        "127.1",
        "2130706433",
        "http://127.0.0.1@192.0.2.1/",
        "http://192.0.2.1\\@127.0.0.1/",
        "http://127.0.0.1%40192.0.2.1/",
        "http://192.0.2.1#@127.0.0.1/",
        "http://192.0.2.1?@127.0.0.1/",
        " 127.0.0.1",
        "127.0.0.1\n.example.org",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "",
        "[::1",
        "[fe80::1]:80",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnsafeError):
        check_address(text, ())


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(UnsafeError, match=r"add 'engine\.example\.org:2575' under allow:"):
        check_address("engine.example.org:2575", ())


@pytest.mark.parametrize(
    ("text", "allow", "passes"),
    [
        ("engine:2575", ("engine",), True),
        ("http://ENGINE/fhir", ("Engine",), True),
        ("engine:2575", ("engine:2575",), True),
        ("engine:2576", ("engine:2575",), False),
        ("http://engine/fhir", ("engine:80",), True),
        ("https://engine/fhir", ("engine:80",), False),
        ("sub.engine:1", ("engine",), False),
        ("engine:1", ("*", "", "bad entry"), False),
        ("[2001:db8::1]:80", ("[2001:db8::1]:80",), True),
    ],
)
def test_allowed_hosts_are_matched_exactly(text: str, allow: tuple[str, ...], passes: bool) -> None:
    if passes:
        check_address(text, allow)
    else:
        with pytest.raises(UnsafeError):
            check_address(text, allow)


@pytest.mark.parametrize("text", ["host:0", "host:65536", "host:-1", "host:1a", "host:٣", "a/b:1", "user@host:1"])
def test_what_cannot_be_read_plainly_is_a_set_up_error(text: str) -> None:
    with pytest.raises(SetUpError):
        split_address(text)
