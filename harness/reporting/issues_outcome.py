"""FHIR's own form: an OperationOutcome, or a collection Bundle of them where more than one message was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from harness.model.judgement import Judgement
from harness.reporting.issues import unicode_text

# HL7's extension that names where the judged content came from.
_FILE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file"
# What the message was judged by.
_BY = "https://exemplar-harness.example/fhir/StructureDefinition/judged-by"


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """One OperationOutcome by itself; two or more as entries of a Bundle, written as they come."""
    rest = iter(judgements)
    first = next(rest, None)
    if first is None:
        return
    second = next(rest, None)
    if second is None:
        yield _text(_outcome(first)) + "\n"
        return
    yield '{"resourceType":"Bundle","type":"collection","entry":['
    before = "\n"
    for judgement in chain([first, second], rest):
        yield before + _text({"resource": _outcome(judgement)})
        before = ",\n"
    yield "\n]}\n"


def _outcome(judgement: Judgement) -> dict[str, Any]:
    from harness.validation.outcome import operation_outcome

    found = operation_outcome(judgement.issues)
    name = f"{judgement.file}#{judgement.index}" if judgement.index > 1 else judgement.file
    said = [{"url": _FILE, "valueString": name}]
    if judgement.by:
        said.append({"url": _BY, "valueString": judgement.by})
    return {"resourceType": "OperationOutcome", "extension": said, "issue": found["issue"]}


def _text(tree: dict[str, Any]) -> str:
    import msgspec

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            return unicode_text(value)
        if isinstance(value, list):
            return [cleaned(one) for one in value]
        return {key: cleaned(one) for key, one in value.items()} if isinstance(value, dict) else value

    return msgspec.json.encode(cleaned(tree)).decode()
