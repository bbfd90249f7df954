"""How a message is to be judged."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import HarnessError

SIDES = ("creator", "consumer")
FHIR_VERSIONS = ("4.0.1", "3.0.2")
NO_DIALECT = "none"
RULE_SETS = ("national", "hl7-validator", "none")


@dataclass(frozen=True, slots=True)
class Options:
    """What to judge by.

    ``profile`` is a file name of ``profiles/hl7v2``, or the path of a conformance profile in XML (empty: what MSH-21 claims, else the standard of MSH-12).
    ``side`` is creator or consumer: table values and fields out of use weigh
    less for a consumer (ITK-M: blind broadcast). ``strict`` adds habits that are commonly tolerated. ``held`` names segments and fields
    (``AL1``, ``PID-8``) that the creator is known to hold, so that leaving them out is an error. ``allow_real_numbers`` leaves out the
    information that an NHS number is not of the synthetic range, and ``synthetic_only`` makes an error of it.
    ``now`` (``YYYY-MM-DD``) is today; empty: nothing is in the future.
    ``dialect`` is a file name of ``profiles/dialects``: its habits are forgiven, and said (empty: one that the message shows is said, and forgiven where no
    profile is claimed; ``none``: it is not looked for).
    ``inconclusive`` says as information what could not be judged either way.
    Of FHIR: ``packages`` are names (``fhir.r4.ukcore@2.0.0``), folders or ``.tgz`` files of definitions; ``fhir_version`` is 4.0.1 or 3.0.2 (empty: 4.0.1, or
    what the resource says); ``profile`` a canonical to judge the outermost resource by as well; ``rules`` the rule sets on top of the standard:
    ``national``, and ``hl7-validator`` for what that validator reports without a sentence of the standard (``none``: the standard alone).
    Raises HarnessError for an unknown side, version or rule set.
    """

    profile: str = ""
    side: str = "creator"
    strict: bool = False
    held: frozenset[str] = frozenset()
    allow_real_numbers: bool = False
    now: str = ""
    dialect: str = ""
    synthetic_only: bool = False
    inconclusive: bool = False
    packages: tuple[str, ...] = ()
    fhir_version: str = ""
    rules: tuple[str, ...] = ("national",)

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise HarnessError(f"there is no side {self.side!r}", expected=" or ".join(SIDES))
        if self.fhir_version and self.fhir_version not in FHIR_VERSIONS:
            raise HarnessError(f"FHIR {self.fhir_version} is not judged here", expected=" or ".join(FHIR_VERSIONS))
        if unknown := [name for name in self.rules if name not in RULE_SETS]:
            raise HarnessError(f"there is no rule set {unknown[0]!r}", expected=", ".join(RULE_SETS))


DEFAULT = Options()
