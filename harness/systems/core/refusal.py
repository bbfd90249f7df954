"""How a simulated system says no over FHIR and to its control."""

from __future__ import annotations


class RefusalError(Exception):
    """A refusal: HTTP ``status``, OperationOutcome issue ``code``, ``text``. Raised while a write is handled, it undoes the whole write."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text
