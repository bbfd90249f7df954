"""Frames found in a stream of bytes, however the stream is cut. Pure: no sockets, no clock.

offset  bytes      meaning
0       0B         VT, start of block
1       payload    anything but VT; a lone FS stays part of it
-2      1C 0D      FS CR, end of block
"""

from __future__ import annotations

from dataclasses import dataclass

VT, FS, CR, LF = b"\x0b", b"\x1c", b"\r", b"\n"
_END = FS + CR
EXCERPT = 4096  # enough of an oversize frame to hold its MSH, so that it can be refused by name


@dataclass(frozen=True, slots=True)
class Peer:
    """The far end of one connection; ``connection`` counts from 1 per server."""

    host: str
    port: int
    connection: int = 0

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Frame:
    """One payload. ``lenient`` says how its end departed from FS CR (``fs-without-cr``), or is empty."""

    payload: bytes
    lenient: str = ""


class Garbage(bytes):
    """Bytes that are no frame. ``kind``: unframed, line-end (stray CR or LF), half-frame, or too-large (then only the first EXCERPT bytes)."""

    kind: str

    def __new__(cls, content: bytes | bytearray, kind: str) -> Garbage:
        self = super().__new__(cls, content)
        self.kind = kind
        return self


def frame(payload: bytes) -> bytes:
    """VT payload FS CR."""
    return VT + payload + FS + CR


class Decoder:
    """Feed it chunks, get frames and garbage in order. Holds at most ``max_bytes`` of payload, whatever is sent.

    FS ends a frame when CR follows; when VT, LF, silence or the end of the stream follows it ends leniently; before anything else it is payload.
    A VT inside a frame starts afresh, and what came before it is a half-frame.
    """

    def __init__(self, max_bytes: int = 1_000_000) -> None:
        self.max_bytes = max_bytes
        self.drained = 0  # bytes thrown away of the oversize frame being received
        self._buffer = bytearray()
        self._inside = False
        self._scan = 0
        self._excerpt: bytes | None = None

    @property
    def pending(self) -> bool:
        """True when silence would decide something: bytes outside a frame, or an FS whose CR has not come."""
        return bool(self._buffer) and (not self._inside or self._ends_in_fs())

    @property
    def inside(self) -> bool:
        """True while a frame has begun and not ended."""
        return self._inside

    @property
    def empty(self) -> bool:
        """True between frames with nothing held."""
        return not self._inside and not self._buffer

    def feed(self, data: bytes) -> list[Frame | Garbage]:
        """What ``data`` completes."""
        if not self._buffer and not self._inside and data[:1] == VT and data[-2:] == _END and data.count(FS) == 1 and data.rfind(VT) == 0:
            # One read, one frame: by far the commonest case, and decided without the buffer.
            return [Frame(data[1:-2]) if len(data) <= self.max_bytes + 3 else Garbage(data[1:-2][:EXCERPT], "too-large")]
        self._buffer += data
        events: list[Frame | Garbage] = []
        while self._read_frame(events) if self._inside else self._seek_frame(events):
            pass
        return events

    def flush(self, *, at_end: bool) -> list[Frame | Garbage]:
        """What silence (or, ``at_end``, the end of the stream) decides."""
        events: list[Frame | Garbage] = []
        if not self._inside:
            if self._buffer:
                events.append(_stray(self._buffer))
                self._buffer.clear()
        elif self._ends_in_fs():
            self._finish(events, len(self._buffer) - 1, 1, "fs-without-cr")
        elif at_end:
            events.append(self._half(len(self._buffer)))
            self._buffer.clear()
            self._inside = False
        return events

    def _ends_in_fs(self) -> bool:
        return self._buffer.endswith(FS)

    def _seek_frame(self, events: list[Frame | Garbage]) -> bool:
        start = self._buffer.find(VT)
        if start < 0:
            if len(self._buffer) > self.max_bytes:
                events.append(Garbage(self._buffer[:EXCERPT], "unframed"))
                self._buffer.clear()
            return False
        if start:
            events.append(_stray(self._buffer[:start]))
        del self._buffer[: start + 1]
        self._inside, self._scan = True, 0
        return True

    def _read_frame(self, events: list[Frame | Garbage]) -> bool:
        buffer = self._buffer
        end = buffer.find(FS, self._scan)
        restart = buffer.find(VT, self._scan, len(buffer) if end < 0 else end)
        if restart >= 0:
            events.append(self._half(restart))
            del buffer[: restart + 1]
            self._scan = 0
            return True
        if end < 0 or end + 1 == len(buffer):
            self._scan = len(buffer) if end < 0 else end
            self._overflow()
            return False
        follower = buffer[end + 1 : end + 2]
        if follower == CR:
            self._finish(events, end, 2, "")
        elif follower == LF:
            self._finish(events, end, 2, "fs-without-cr")
        elif follower == VT:
            self._finish(events, end, 1, "fs-without-cr")
        else:
            self._scan = end + 1
        return True

    def _finish(self, events: list[Frame | Garbage], end: int, mark: int, lenient: str) -> None:
        if self._excerpt is not None or end > self.max_bytes:
            events.append(Garbage(self._excerpt if self._excerpt is not None else self._buffer[: min(end, EXCERPT)], "too-large"))
        else:
            events.append(Frame(bytes(self._buffer[:end]), lenient))
        del self._buffer[: end + mark]
        self._inside, self._excerpt, self._scan, self.drained = False, None, 0, 0

    def _half(self, length: int) -> Garbage:
        excerpt, self._excerpt, self.drained = self._excerpt, None, 0
        if excerpt is None and length <= self.max_bytes:
            return Garbage(self._buffer[:length], "half-frame")
        return Garbage(excerpt if excerpt is not None else self._buffer[: min(length, EXCERPT)], "too-large")

    def _overflow(self) -> None:
        # One byte over the limit is kept back: it may be the FS.
        if len(self._buffer) <= self.max_bytes + 1:
            return
        surplus = len(self._buffer) - 1
        if self._excerpt is None:
            self._excerpt = bytes(self._buffer[: min(surplus, EXCERPT)])
        self.drained += surplus
        del self._buffer[:surplus]
        self._scan = 0


def _stray(content: bytes | bytearray) -> Garbage:
    return Garbage(content, "unframed" if content.strip(b"\r\n") else "line-end")
