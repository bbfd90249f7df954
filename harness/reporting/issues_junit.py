"""JUnit XML for CI servers: one suite a file, one case a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from harness.model.judgement import Judgement
from harness.reporting.issues import unicode_text
from harness.reporting.issues_text import described

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT = 8_000_000  # characters kept in memory before they go to a file: the counts stand before the cases, and are known after them


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """A message with errors is a failure, one that could not be judged an error; other issues are its output.

    The counts of a suite stand before its cases, so those wait, above some size on disk, until their file is read.
    """
    from tempfile import SpooledTemporaryFile

    yield "<?xml version='1.0' encoding='utf-8'?>\n<testsuites name=\"harness validate\">\n"
    rest = iter(judgements)
    following = next(rest, None)
    while following is not None:
        file, cases, failures, errors = following.file, 0, 0, 0
        with SpooledTemporaryFile(_KEPT, "w+", encoding="utf-8", newline="\n") as spool:
            while following is not None and following.file == file:
                spool.write(_case(following))
                cases += 1
                failures += following.judged and following.valid is False
                errors += not following.judged
                following = next(rest, None)
            spool.seek(0)
            yield f'<testsuite name="{escape(_xml(file))}" tests="{cases}" failures="{failures}" errors="{errors}" skipped="0" time="0">\n'
            yield from spool
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _case(judgement: Judgement) -> str:
    from junitparser import Error, Failure, TestCase

    case = TestCase(f"message {judgement.index}" if judgement.index else "file", classname=_xml(judgement.file), time=0)
    if judgement.valid is False:
        wrong = [issue for issue in judgement.issues if issue.is_error]
        result = (Failure if judgement.judged else Error)(_xml(wrong[0].message), wrong[0].code)
        result.text = _xml("\n".join(described(issue) for issue in wrong))
        case.result = [result]
    others = [described(issue) for issue in judgement.issues if not issue.is_error]
    if judgement.by:
        others.insert(0, f"judged by {judgement.by}")
    if others:
        case.system_out = _xml("\n".join(others))
    content: bytes = case.tostring()
    return content.decode().partition("?>\n")[2] + "\n" if content.startswith(b"<?xml") else content.decode() + "\n"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", unicode_text(text))
