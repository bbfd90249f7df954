"""A message as a tree: what it was, byte for byte, and whatever was changed since."""

from __future__ import annotations

from collections.abc import Iterator

from harness.errors import FormatError
from harness.formats.hl7v2.address import Address, address
from harness.formats.hl7v2.charset import codec_of
from harness.formats.hl7v2.delimiters import STANDARD, Delimiters
from harness.formats.hl7v2.escape import escape
from harness.formats.hl7v2.positions import LINE_END, SegmentPositions
from harness.formats.hl7v2.segment import Segment
from harness.model.location import Location

# Codecs that write a character differently after another one, so that the length of a whole is not that of its parts.
_STATEFUL = ("iso2022",)
# Where looking for an occurrence from the start is slower than asking the index.
_FAR = 8


class Tree:
    """One HL7 v2 message. Built by ``parse`` or ``Tree.new``.

    ``segments`` in order, the first always MSH; ``prefix`` and ``suffix`` the bytes around them (framing, blank lines, byte order mark);
    ``charset_issue`` what is wrong with the declared character set (empty: nothing); ``undecodable`` byte offsets of bytes it does not hold;
    ``line_ends`` what ends its segments where that is not CR (``LF`` or ``CRLF``).
    """

    __slots__ = ("_changes", "_codec", "_places", "charset_issue", "delimiters", "line_ends", "prefix", "segments", "suffix", "undecodable")

    def __init__(self, segments: list[Segment], delimiters: Delimiters, codec: str | None = None) -> None:
        self.segments, self.delimiters, self._codec = segments, delimiters, codec
        self.prefix, self.suffix, self.charset_issue, self.line_ends = b"", b"", "", ""
        self.undecodable: tuple[int, ...] = ()
        self._changes = [0]
        self._places: SegmentPositions | None = None
        for segment in segments:
            segment.changes = self._changes

    @classmethod
    def new(cls, delimiters: Delimiters = STANDARD) -> Tree:
        """A message that holds MSH-1 and MSH-2 only, written in the character set its MSH-18 will name (UTF-8 until then)."""
        return cls([Segment(f"MSH{delimiters.field}{delimiters.encoding}", "\r", delimiters)], delimiters)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __repr__(self) -> str:
        return f"<Tree {self.type}^{self.trigger} {self.control_id}>"

    @property
    def charset(self) -> str:
        """The Python codec the message is written in. A message that was parsed keeps the one it was read by, whatever is put into MSH-18 later."""
        if self._codec is not None:
            return self._codec
        declared = codec_of(self.get("MSH-18[1]") or "") or "utf-8"
        return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(declared, declared)

    @charset.setter
    def charset(self, codec: str) -> None:
        self._codec = codec
        for segment in self.segments:
            segment.codec = codec

    @property
    def control_id(self) -> str:
        """MSH-10; empty where absent."""
        return self.get("MSH-10") or ""

    @property
    def type(self) -> str:
        """MSH-9.1, such as ``ADT``; empty where absent."""
        return self.get("MSH-9.1") or ""

    @property
    def trigger(self) -> str:
        """MSH-9.2, such as ``A01``; empty where absent."""
        return self.get("MSH-9.2") or ""

    @property
    def structure(self) -> str:
        """MSH-9.3, such as ``ADT_A01``; empty where absent."""
        return self.get("MSH-9.3") or ""

    @property
    def version(self) -> str:
        """MSH-12.1, such as ``2.4``; empty where absent."""
        return self.get("MSH-12.1") or ""

    @property
    def delimiter_issue(self) -> str:
        """What is wrong with MSH-2 though it could be read; empty: nothing."""
        written = self.delimiters.written
        return f"MSH-2 {written!r} holds its escape character twice; read as {written[:3] + written[4:]!r}" if written else ""

    def get(self, path: str) -> str | None:
        """Unescaped text at an address; None where absent or empty; ``""`` (two quotation marks, delete) as itself.

        A level that holds separators is given with them. Without a repetition, ``PID-3`` is the whole field and ``PID-3.1`` of its first repetition.
        """
        at = address(path)
        segment = self._find(at)
        return None if segment is None else segment.read(at)

    def raw(self, path: str) -> str:
        """Text at an address as written, escapes left alone; empty where absent. ``PID`` is the whole segment."""
        at = address(path)
        segment = self._find(at)
        return "" if segment is None else segment.written(at) or ""

    def set(self, path: str, value: str | None) -> None:
        """Write ``value``, escaped, at an address; None empties it. Only the bytes of that place change, and empty places before it are added.

        FormatError where the segment is absent, and for another MSH-1 or MSH-2 than the message has.
        """
        self.set_raw(path, "" if value is None else escape(value, self.delimiters))

    def set_raw(self, path: str, raw: str) -> None:
        """Write text at an address as it is, separators and escapes included."""
        at = address(path)
        segment = self._find(at)
        if segment is not None:
            segment.write(at, raw)
        elif raw:
            raise FormatError(f"there is no segment {at.segment}[{at.occurrence}] to set", where=path, do="add it first")

    def all(self, name: str) -> list[Segment]:
        """Every segment of that name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def segment(self, name: str, occurrence: int = 1) -> Segment | None:
        """The nth segment of that name, from 1; None where there is none."""
        if occurrence > _FAR:
            same = self._placed().named.get(name, ())
            return same[occurrence - 1] if occurrence <= len(same) else None
        for segment in self.segments:
            if segment.name == name:
                occurrence -= 1
                if occurrence == 0:
                    return segment
        return None

    def leaves(self) -> Iterator[tuple[Segment, int, int, int, int, str]]:
        """Every part that holds no other: (segment, field, repetition, component, sub-component, text as written), in order; see ``Segment.leaves``."""
        for segment in self.segments:
            for field, repetition, component, sub, raw in segment.leaves():
                yield segment, field, repetition, component, sub, raw

    def add(self, name: str, after: Segment | int | None = None) -> Segment:
        """A new empty segment at the end, or after a segment or an index of ``segments``. Adding MSH gives the one there is."""
        if name == "MSH":
            return self.segments[0]
        index = len(self.segments) - 1 if after is None else after if isinstance(after, int) else self._index(after)
        before = self.segments[index]
        ends = LINE_END.match(self.segments[0].terminator)
        added = Segment(name, ends[0] if ends else "\r", self.delimiters, self.charset)
        added.changes = self._changes
        self._changes[0] += 1
        if not before.terminator:
            before.terminator, added.terminator = added.terminator, ""
        self.segments.insert(index % len(self.segments) + 1, added)
        return added

    def remove(self, segment: Segment) -> None:
        """Take that segment (itself, not one like it) out, with its line end. FormatError for MSH and for a segment of another message."""
        index = self._index(segment)
        if index == 0:
            raise FormatError("MSH cannot be removed", where="MSH")
        del self.segments[index]
        self._changes[0] += 1

    def encode(self) -> bytes:
        """The message's bytes, built from its segments and from nothing else. FormatError where its character set lacks a character."""
        text = "".join([segment.exact + segment.terminator for segment in self.segments])
        return self.prefix + self._bytes(text) + self.suffix

    def copy(self) -> Tree:
        """An independent message with the same bytes."""
        twin = Tree([type(one)(one.exact, one.terminator, one.delimiters, one.codec) for one in self.segments], self.delimiters, self._codec)
        twin.prefix, twin.suffix, twin.charset_issue, twin.undecodable = self.prefix, self.suffix, self.charset_issue, self.undecodable
        twin.line_ends = self.line_ends
        return twin

    def locate(self, path: str) -> Location:
        """Where an address stands in ``encode()``; of an absent place, where the nearest level that is there begins; no line where its segment is absent."""
        at = address(path)
        segment = self._find(at)
        if segment is None:
            return Location(path)
        before = segment.exact[: segment.start(at)]
        # A line break inside a value is content, and begins a line for whoever opens the file.
        breaks, column = before.count("\n"), len(before) - before.rfind("\n")
        if self.charset.startswith(_STATEFUL):
            above = "".join([one.exact + one.terminator for one in self.segments[: self._index(segment)]])
            line = 1 + len(LINE_END.findall(self.prefix.decode("latin-1"))) + len(LINE_END.findall(above))
            return Location(path, line + breaks, column, len(self.prefix) + len(self._bytes(above + before)))
        placed = self._placed()
        line, offset = placed.starts[placed.index(segment)]
        return Location(path, line + breaks, column, offset + len(self._bytes(before)))

    def _find(self, at: Address) -> Segment | None:
        if at.groups:
            raise FormatError("an address with groups needs the structure of the message", where=str(at), do="ask harness.formats.hl7v2.groups.Grouped")
        return self.segment(at.segment, at.occurrence)

    def _placed(self) -> SegmentPositions:
        stamp = (self._changes[0], len(self.segments), self._codec, self.prefix)
        if self._places is None or self._places.stamp != stamp:
            self._places = SegmentPositions(self.segments, self.prefix, self._bytes, stamp)
        return self._places

    def _index(self, segment: Segment) -> int:
        if segment is self.segments[-1]:
            return len(self.segments) - 1
        for index, one in enumerate(self.segments):
            if one is segment:
                return index
        raise FormatError(f"{segment!r} is not of this message", where=segment.name)

    def _bytes(self, text: str) -> bytes:
        codec = self.charset
        try:
            return text.encode(codec, "surrogateescape")
        except UnicodeEncodeError as error:
            wrong = text[error.start]
            raise FormatError(
                f"{wrong!r} cannot be written in {codec}", where=f"character {error.start}", do="declare UNICODE UTF-8 in MSH-18, or set tree.charset"
            ) from None
        except LookupError:
            raise FormatError(f"there is no character set {codec!r}", where="tree.charset", expected="a Python codec name such as utf-8") from None
