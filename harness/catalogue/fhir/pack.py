"""Definitions in one file: a compressed list of what it holds and each definition compressed by itself, so that one costs about a millisecond.

Layout: the line ``harness-pack 1``, three big-endian 32-bit lengths (list, dictionary, members), then those three parts. The list is zlib-compressed
JSON, one array an Entry with its place as ``key``; ``places`` are the lengths of the members in order. Members are zlib streams
that share the dictionary.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from harness.catalogue.fhir.layer import LayerEntry, by_url, entry_of
from harness.errors import CatalogueError
from harness.formats.fhir import encode_json

_MAGIC = b"harness-pack 1\n"
_LENGTHS = struct.Struct(">III")
_WINDOW = 32_768  # bytes that zlib looks back: a longer dictionary would never be reached
_MAX_MEMBER = 50_000_000  # bytes of one definition unpacked: a damaged pack must not fill the memory


class _Listing(msgspec.Struct):
    entries: list[LayerEntry]
    lengths: list[int]


class Pack:
    """A pack file as a layer; reads the list at once and a definition when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            data = path.read_bytes()
            if not data.startswith(_MAGIC):
                raise ValueError("it does not begin as a pack does")
            listed, words, members = _LENGTHS.unpack_from(data, len(_MAGIC))
            start = len(_MAGIC) + _LENGTHS.size
            if len(data) != start + listed + words + members:
                raise ValueError("it is cut short")
            listing = msgspec.json.decode(zlib.decompress(data[start : start + listed]), type=_Listing)
        except OSError as error:
            raise CatalogueError(f"cannot be read ({error.strerror})", where=str(path), do="install again, or compile the definitions anew") from None
        except (ValueError, struct.error, zlib.error, msgspec.DecodeError) as error:
            raise CatalogueError(f"is no pack of definitions ({error})", where=str(path), do="install again, or compile the definitions anew") from None
        self._words = data[start + listed : start + listed + words]
        self._members = memoryview(data)[start + listed + words :]
        self._starts = [0]
        for length in listing.lengths:
            self._starts.append(self._starts[-1] + length)
        self.entries: Mapping[str, tuple[LayerEntry, ...]] = by_url(listing.entries)
        self._decoder = msgspec.json.Decoder(float_hook=Decimal)

    def load(self, entry: LayerEntry) -> Mapping[str, Any]:
        """The slim definition of an entry of this pack."""
        try:
            unpack = zlib.decompressobj(zdict=self._words)
            raw = unpack.decompress(self._members[self._starts[entry.key] : self._starts[entry.key + 1]], _MAX_MEMBER)
            found: Mapping[str, Any] = self._decoder.decode(raw)
        except (zlib.error, msgspec.DecodeError, IndexError) as error:
            raise CatalogueError(f"the definition of {entry.url} is damaged ({error})", where=str(self._path), do="install again") from None
        return found


def write_pack(path: Path, resources: Sequence[Mapping[str, Any]]) -> int:
    """Write slim definitions as a pack; the same definitions give the same bytes. Returns the size in bytes."""
    ordered = sorted(resources, key=lambda one: (str(one.get("url")), str(one.get("version")), str(one.get("resourceType"))))
    encoded = [encode_json(one) for one in ordered]
    words = _dictionary(encoded)
    members = [_compress(one, words) for one in encoded]
    listing = _Listing([entry_of(one, index) for index, one in enumerate(ordered)], [len(one) for one in members])
    listed = zlib.compress(msgspec.json.encode(listing), 9)
    body = b"".join(members)
    data = _MAGIC + _LENGTHS.pack(len(listed), len(words), len(body)) + listed + words + body
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)


def _compress(data: bytes, words: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_DEFAULT_STRATEGY, words)
    return squeeze.compress(data) + squeeze.flush()


def _dictionary(encoded: Sequence[bytes]) -> bytes:
    """The pieces that most definitions share, the commonest last, where they are cheapest to point at."""
    pieces: Counter[bytes] = Counter()
    for one in encoded:
        pieces.update({piece for piece in one.replace(b"},{", b"},\0{").split(b"\0") if 24 <= len(piece) <= 1500})
    worth = sorted((piece for piece, count in pieces.items() if count > 2), key=lambda piece: (-(pieces[piece] - 1) * len(piece), piece))
    chosen: list[bytes] = []
    room = _WINDOW
    for piece in worth:
        if len(piece) <= room:
            chosen.append(piece)
            room -= len(piece)
        if room < 24:
            break
    return b"".join(reversed(chosen))
