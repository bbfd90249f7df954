"""acknowledgement/charset: LEVELS L2f. The corpus is the project's; a question mark, U+FFFD or a missing letter fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from harness.case.check import check

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding
    from harness.model.record import Value


def arrives(case: Case, changes: Mapping[str, Value]) -> Iterator[Finding]:
    """Registers A with some texts changed, and looks for each at the target, character for character."""
    base = case.person("A")
    marked = {item: f"{base.token}-{text}" if item == "name.family" else text for item, text in changes.items()}
    person = base.with_(marked)
    exchange = case.stimulate("register", person)
    if not exchange.positive and case.acknowledges():
        yield case.failed(expected="the message accepted", actual="it was not", person=person)
        return
    seen = case.effect(person, lambda found: found.found)
    for item, text in marked.items():
        held = [value for record in seen.observation.records for value in record.all(item)]
        right = str(text) in held
        # What does not fit is shown as code points, so that a report in any character set tells them apart.
        actual = "as sent" if right else ascii(held[0])[:60] if held else "nothing"
        yield case.expect(right, expected=f"{item} as sent: {ascii(str(text))[:60]}", actual=actual, person=person)


@check("acknowledgement/charset-1")
def accented_and_welsh_letters_arrive(case: Case) -> Iterator[Finding]:
    """Accented and Welsh letters in names SHALL be found at the target as they were sent.

    Welsh w and y with circumflex are in no Latin-1.
    """
    yield from arrives(case, {"name.given": "Siân Zoë", "name.family": "Llŷr-Ŵyn"})


@check("acknowledgement/charset-2")
def delimiters_in_text_arrive(case: Case) -> Iterator[Finding]:
    """Delimiters inside text SHALL be found at the target as they were sent.

    Every delimiter of HL7 v2, an apostrophe and markup, in a name and an address line.
    """
    yield from arrives(case, {"name.family": "D'Souza & Sons", "address.line2": "Flat 3|4 ^ 5~6 \\ <b>&amp;</b>"})


@check("acknowledgement/charset-3")
def currency_and_wide_letters_arrive(case: Case) -> Iterator[Finding]:
    """Currency signs and letters beyond Latin-1 SHALL be found at the target as they were sent.

    Pound and euro signs, Polish, Greek and Japanese.
    """
    yield from arrives(case, {"address.line2": "£5 taxi, €7 back", "name.given": "Łukasz Ωμέγα", "name.middle": "名前"})
