"""One line of JSON a message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.model.judgement import Judgement
from harness.reporting.issues import as_mapping


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Each judgement as it comes, on a line of its own."""
    import msgspec

    encode = msgspec.json.Encoder().encode
    for judgement in judgements:
        yield encode(as_mapping(judgement)).decode() + "\n"
