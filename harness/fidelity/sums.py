"""F, critical F and ceiling from differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.model.difference import Difference, Fate, Ledger
from harness.model.item import Item


def ledger(
    differences: tuple[Difference, ...], items: Mapping[str, Item], shares: Mapping[str, float], *, not_compared: Mapping[str, int] | None = None
) -> Ledger:
    """The ledger of ``differences``; ``shares`` says what part of its weight each fate keeps (levels.yaml, fidelity.fates).

    Where some of a record was ``not_compared`` (entries by group) there is no share of the whole: F, critical F and ceiling are None.
    """
    if not_compared:
        return Ledger(differences, None, None, None, tuple(not_compared.items()))
    critical = [d for d in differences if items[d.item].criticality == "critical"]
    held = [d for d in differences if d.fate is not Fate.INVENTED]
    whole = sum(d.weight for d in held)
    carried = sum(d.weight for d in held if not d.excused)
    return Ledger(differences, _fidelity(differences, shares), _fidelity(critical, shares), carried / whole if whole else None)


def _fidelity(differences: Iterable[Difference], shares: Mapping[str, float]) -> float | None:
    """Σ wᵢ·fᵢ / Σ wᵢ over what is not excused; None when the source held nothing that could travel."""
    counted = [d for d in differences if not d.excused]
    if all(d.fate is Fate.INVENTED for d in counted):
        return 0.0 if counted else None
    return sum(d.weight * shares[d.fate.value] for d in counted) / sum(d.weight for d in counted)
