"""One JSON array of all messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.model.judgement import Judgement
from harness.reporting.issues import as_mapping


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """An array of judgements, each on lines of its own, written as they come."""
    import msgspec

    before = "["
    for judgement in judgements:
        yield before + "\n" + msgspec.json.format(msgspec.json.encode(as_mapping(judgement)), indent=2).decode()
        before = ","
    yield "\n]\n" if before == "," else "[]\n"
