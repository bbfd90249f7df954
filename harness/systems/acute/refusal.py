"""What a negative acknowledgement says."""

from __future__ import annotations


class RefusedError(Exception):
    """``code`` is MSA-1 (AE or AR), ``error`` the table 0357 code, ``at`` where the fault stands (an address, empty when nowhere)."""

    def __init__(self, code: str, error: str, text: str, at: str = "") -> None:
        super().__init__(text)
        self.code, self.error, self.text, self.at = code, error, text, at
