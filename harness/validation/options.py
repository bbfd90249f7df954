"""How a message is to be judged."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import HarnessError

SIDES = ("creator", "consumer")


@dataclass(frozen=True, slots=True)
class Options:
    """What to judge by.

    ``profile`` is a file name of ``profiles/hl7v2``, or the path of a conformance profile in XML (empty: by MSH-12).
    ``side`` is creator or consumer: table values and fields out of use weigh
    less for a consumer (ITK-M: blind broadcast). ``strict`` adds habits that are commonly tolerated. ``held`` names segments and fields
    (``AL1``, ``PID-8``) that the creator is known to hold, so that leaving them out is an error. ``allow_real_numbers`` leaves out the
    information that an NHS number is not of the synthetic range, and ``synthetic_only`` makes an error of it.
    ``now`` (``YYYY-MM-DD``) is today; empty: nothing is in the future.
    ``dialect`` is a file name of ``profiles/dialects``: its habits are forgiven, and said (empty: none).
    ``inconclusive`` says as information what could not be judged either way.
    Raises HarnessError for an unknown side.
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

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise HarnessError(f"there is no side {self.side!r}", expected=" or ".join(SIDES))


DEFAULT = Options()
