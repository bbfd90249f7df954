"""From findings to levels: caps, cells, pairings, places, by profiles/levels.yaml. Floor 3: may import floors 0 to 2."""

from __future__ import annotations

from harness.scoring.applies import applicable
from harness.scoring.place_verdict import score

__all__ = ["applicable", "score"]
