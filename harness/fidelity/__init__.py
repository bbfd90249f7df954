"""What became of each item: align entries by key, compare by normal form, keep the ledger. Floor 3: may import floors 0 to 2."""

from __future__ import annotations

from harness.fidelity.compare import compare
from harness.fidelity.normal_forms import NORMAL_FORMS, normal_form

__all__ = ["NORMAL_FORMS", "compare", "normal_form"]
