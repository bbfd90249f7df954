"""Nothing takes more than linear time, and nothing small becomes large."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest

from harness.errors import FormatError
from harness.formats.hl7v2 import MAX_BYTES, parse, read_batch
from harness.formats.hl7v2.escape import unescape
from harness.formats.hl7v2.xml import from_xml, to_xml

HEAD = b"MSH|^~\\&|A|B|C|D|1||ADT^A01|7|P|2.4\r"


def leaves(data: bytes) -> None:
    tree = parse(data)
    for segment, field, repetition, component, sub, _ in tree.leaves():
        if field < 3 and repetition < 3 and component < 3 and sub < 3:
            segment.get(f"{field}[{repetition}].{component}.{sub}")
    tree.encode()


def locate_all(data: bytes) -> None:
    tree = parse(data)
    for number in range(1, len(tree.segments)):
        tree.locate(f"OBX[{number}]-1")
        tree.get(f"OBX[{number}]-1")


def batch(data: bytes) -> None:
    read_batch(data)


def said(data: bytes) -> None:
    unescape(data.decode())


def there_and_back(data: bytes) -> None:
    from_xml(to_xml(parse(data)))


CASES: list[tuple[Callable[[bytes], None], bytes, bytes, int]] = [
    (leaves, HEAD, b"PID|1|2\r", 5_000),
    (leaves, HEAD + b"PID", b"|a^b~c&d", 40_000),
    (leaves, HEAD + b"PID|", b"~", 100_000),
    (leaves, HEAD, b"\r \t\r", 10_000),
    (leaves, HEAD, b"\r\n", 100_000),
    (leaves, HEAD, b" ", 200_000),
    (leaves, HEAD, b"\x1c\r", 20_000),
    (leaves, HEAD + b"PID|", b"\\X41", 50_000),
    (leaves, b"\r\n\t ", b"\r\n\t ", 50_000),
    (locate_all, HEAD, b"OBX|1\r", 10_000),
    (batch, HEAD, HEAD, 20_000),
    (batch, b"", b"\r \t", 100_000),
    (batch, HEAD, b"\x0b\x1c\rBTS|", 5_000),
    (said, b"", b"\\X41\\", 40_000),
    (said, b"", b"\\X41", 60_000),
    (said, b"", b"\\.sp+++", 50_000),
    (said, b"", b"\\C2842\\a", 20_000),
    (said, b"", b"\\Z", 100_000),
    (there_and_back, HEAD, b"PID|1^2&3~4\r", 1_000),
]


@pytest.mark.slow
@pytest.mark.parametrize(("work", "before", "again", "count"), CASES)
def test_twice_the_bytes_take_about_twice_the_time(work: Callable[[bytes], None], before: bytes, again: bytes, count: int) -> None:
    def seconds(times: int) -> float:
        data, found = before + again * times, []
        # What other tests left behind is not to be collected while this is measured.
        gc.disable()
        try:
            for _ in range(3):
                start = process_time()
                with suppress(FormatError):
                    work(data)
                found.append(process_time() - start)
        finally:
            gc.enable()
        return min(found)

    assert seconds(count * 4) < 10 * seconds(count) + 0.2


def test_a_message_above_the_limit_is_refused_with_its_size() -> None:
    with pytest.raises(FormatError, match="100000036 bytes") as refused:
        parse(HEAD + b"A" * 100_000_000)
    assert refused.value.offset == MAX_BYTES


def test_a_few_bytes_do_not_become_many() -> None:
    assert len(unescape("\\.sp99\\")) == 99
    assert unescape("\\.sp999\\") == "\\.sp999\\"
    many = b'<A xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1></MSH><PID><PID.9999/></PID></A>'
    with pytest.raises(FormatError, match="too high"):
        from_xml(many)
