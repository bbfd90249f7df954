"""A message judged by what it claims: the profile and the dialect are asked for, claimed in MSH-21 or detected, and the verdict names both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.catalogue.v2_claims import BASE
from harness.model.issue import Issue
from harness.validation.hl7v2.claims import claims_of
from harness.validation.hl7v2.examination import judge_tree
from harness.validation.hl7v2.profile import load_profile
from harness.validation.options import NO_DIALECT, Options
from harness.validation.wording import told

if TYPE_CHECKING:
    from harness.formats.hl7v2 import Tree


@dataclass(frozen=True, slots=True)
class Hl7v2Verdict:
    """``issues`` in the order of the message; ``profile`` what it was judged by (``base HL7 v2.4``, ``itk-2.4``); ``dialect`` what was forgiven (empty: none).

    ``detected`` is the dialect that the message shows, forgiven or not.
    """

    issues: list[Issue]
    profile: str
    dialect: str = ""
    detected: str = ""


def judge(tree: Tree, options: Options, *, whole: bool) -> Hl7v2Verdict:
    """The verdict on a parsed message; see ``examination.judge_tree``. Raises UnknownNameError for an unknown profile or dialect.

    A dialect that is only detected is undone where the message claims no profile: a profile that is claimed or asked for is held to its letter.
    """
    from harness.validation.hl7v2.dialects import judge_forgiving, load_dialect

    name, version = claims_of(tree, options)
    by = name if name != BASE else f"{BASE} HL7 v{version}" if version else BASE
    if options.dialect == NO_DIALECT:
        return Hl7v2Verdict(judge_tree(tree, options, name, whole=whole), by)
    if not options.dialect:
        from harness.validation.hl7v2.detection import detect

        shown = detect(tree)
        if not shown:
            return Hl7v2Verdict(judge_tree(tree, options, name, whole=whole), by)
        said = told("dialect/detected", at=tree.locate("PID"), actual=shown, name=shown, title=load_dialect(shown).title)
        if name != BASE:
            return Hl7v2Verdict([said, *judge_tree(tree, options, name, whole=whole)], by, "", shown)
        return Hl7v2Verdict(
            [said, *judge_forgiving(tree, shown, lambda normal: judge_tree(normal, options, name, whole=whole), detected=True)], by, shown, shown
        )
    versions = load_profile(options.profile).versions if options.profile else ()
    read_as = versions[0] if len(versions) == 1 else ""
    issues = judge_forgiving(tree, options.dialect, lambda normal: judge_tree(normal, options, name, whole=whole), version=read_as)
    return Hl7v2Verdict(issues, by, options.dialect)
