"""Where each segment of a message stands, worked out once for as long as nothing changes: so that a million questions take a million steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.formats.hl7v2.segment import Segment

LINE_END = re.compile("\r\n|\r|\n")


class SegmentPositions:
    """A snapshot of a message's segments: ``index`` by identity, ``named`` by name, ``starts`` as (line from 1, byte offset). ``stamp`` tells its age."""

    __slots__ = ("_ids", "named", "segments", "stamp", "starts")

    def __init__(self, segments: Sequence[Segment], prefix: bytes, encode: Callable[[str], bytes], stamp: object) -> None:
        self.stamp = stamp
        self._ids = {id(segment): index for index, segment in enumerate(segments)}
        self.named: dict[str, list[Segment]] = {}
        self.starts: list[tuple[int, int]] = []
        # Kept, so that no identity is handed out twice.
        self.segments = tuple(segments)
        line, offset = 1 + len(LINE_END.findall(prefix.decode("latin-1"))), len(prefix)
        for segment in segments:
            self.named.setdefault(segment.name, []).append(segment)
            self.starts.append((line, offset))
            # A line break inside a value is content, and a line of the file all the same.
            line += len(LINE_END.findall(segment.terminator)) + segment.text.count("\n")
            offset += len(encode(segment.exact + segment.terminator))

    def index(self, segment: Segment) -> int:
        """The number of that very segment from 0; -1 where it is of another message."""
        return self._ids.get(id(segment), -1)
