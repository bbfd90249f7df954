"""The rule of imported conformance profiles: their own statements."""

from __future__ import annotations

from harness.validation.hl7v2.judging import Hl7v2Judging, rule


@rule("conformance-statements")
def conformance_statements(judging: Hl7v2Judging) -> None:
    """The constraints and predicates of a conformance profile in XML hold, by the profile's own words."""
    from harness.validation.hl7v2.nist.bundles import load_bundle
    from harness.validation.hl7v2.nist.statements import judge_statements

    judge_statements(judging, load_bundle(judging.profile.id))
