"""A running or real system, as the harness reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.place import System


@dataclass(frozen=True, slots=True)
class Deployment:
    """Addresses and credentials of one system: ``mllp`` is ``host:port``; ``fhir``, ``hl7v2`` (HL7 v2 over HTTP) and ``control`` are base URLs.

    ``tokens`` maps an endpoint id to its bearer token; ``expired`` to one that must be refused. Empty strings mean there is none.
    """

    system: System
    mllp: str = ""
    fhir: str = ""
    control: str = ""
    control_token: str = field(default="", repr=False)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    expired: Mapping[str, str] = field(default_factory=dict, repr=False)
    hl7v2: str = ""
