"""FHS, BHS, BTS and FTS: what opens must close, and counts must hold (HL7 v2.4 chapter 2.15.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.formats.hl7v2.stream import Cut
from harness.model.location import Location
from harness.model.remark import Remark

_ENDS = re.compile("[\r\n]")


class Envelopes:
    """Follows the parts of a file, one by one. Messages that no BHS comes before are a batch all the same: ``[FHS] { [BHS] { MSH … } [BTS] } [FTS]``."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, str]] = {}
        self._messages = self._batches = 0
        self._in_batch = False

    @property
    def open(self) -> bool:
        """Whether a file or batch header waits for its trailer."""
        return bool(self._open)

    def next(self, part: Cut) -> Iterator[Remark]:
        """What is wrong with this part as the next one of the file."""
        if part.kind == "MSH":
            if not self._in_batch:
                self._begin()
            self._messages += 1
            return
        text = part.data[:4096].decode(part.codec or "latin-1", "replace")
        if part.kind in ("FHS", "BHS"):
            if part.kind in self._open:
                words = {"kind": part.kind, "offset": self._open[part.kind][0]}
                yield Remark("file/envelope-reopened", Location(offset=part.offset), words=words)
            self._open[part.kind] = (part.offset, text[3:4])
            if part.kind == "BHS":
                self._begin()
            else:
                self._batches, self._in_batch = 0, False
            return
        head = self._open.pop("BHS" if part.kind == "BTS" else "FHS", None)
        if head is None:
            yield Remark("file/envelope-unopened", Location(offset=part.offset), words={"kind": part.kind})
        mark = (head[1] if head else text[3:4]) or "|"
        if part.kind == "BTS":
            yield from _count(part, text, mark, self._messages if self._in_batch else 0)
        else:
            yield from _count(part, text, mark, self._batches)
        self._in_batch = False

    def _begin(self) -> None:
        self._batches, self._messages, self._in_batch = self._batches + 1, 0, True

    def left_open(self) -> Iterator[Remark]:
        """What the end of the file leaves open."""
        for kind, (offset, _) in self._open.items():
            yield Remark("file/envelope-open", Location(offset=offset), words={"kind": kind})


def _count(trailer: Cut, text: str, mark: str, found: int) -> Iterator[Remark]:
    line = _ENDS.split(text, maxsplit=1)[0].split(mark)
    written = line[1].strip() if len(line) > 1 else ""
    what = "messages" if trailer.kind == "BTS" else "batches"
    if written and (not written.isdecimal() or int(written[:18]) != found):
        words = {"kind": trailer.kind, "written": repr(written[:20]), "what": what, "found": found}
        yield Remark("file/batch-count", Location(offset=trailer.offset), written[:20], words)
