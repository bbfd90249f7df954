"""By which profile a message is judged."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from harness.catalogue.v2_claims import BASE, claimed_profile
from harness.validation.options import NO_DIALECT, Options

if TYPE_CHECKING:
    from harness.formats.hl7v2 import Tree


def claims_of(tree: Tree, options: Options) -> tuple[str, str]:
    """(profile, MSH-12.1): the profile asked for, the one that MSH-21 or the dialect asked for claims, else that of the standard."""
    marks = tree.delimiters
    fields = tree.segments[0].text.split(marks.field, 21)
    version = fields[11] if len(fields) > 11 else ""
    if marks.component and marks.component in version:
        version = version.partition(marks.component)[0]
    if options.profile:
        return options.profile, version
    if len(fields) > 20 and fields[20] and (name := _claimed(fields[20], marks.repetition, marks.component)):
        return name, version
    if options.dialect and options.dialect != NO_DIALECT:
        from harness.validation.hl7v2.dialects import load_dialect

        return load_dialect(options.dialect).profile or BASE, version
    return BASE, version


@lru_cache(maxsize=256)
def _claimed(text: str, repetition: str, component: str) -> str:
    repetitions = text.split(repetition) if repetition else [text]
    return claimed_profile(one.partition(component)[0] if component else one for one in repetitions)
