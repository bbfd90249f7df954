"""Defects of the way in: connections, pieces of messages, and answers that are none."""

from __future__ import annotations

from harness.systems.core.defect import Defect
from harness.systems.core.fhir.structure import TYPES
from harness.systems.defects.kit import Resource, edit_fhir, flag, is_v2, register

# Behaviours that need the connection: host and the HL7 v2 door ask for these by name.
flag("stalls-on-fragments")
flag("serves-one-connection")


@register("guesses-types")
class GuessesTypes(Defect):
    """Takes a resource of an unknown type for the known one that its name begins with."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """PatientRecord becomes Patient."""
        return payload if is_v2(payload) else edit_fhir(payload, self._guess)

    @staticmethod
    def _guess(resource: Resource) -> Resource:
        name = str(resource.get("resourceType", ""))
        if name not in TYPES:
            resource["resourceType"] = next((known for known in sorted(TYPES) if name.startswith(known)), name)
        return resource


@register("answers-in-prose")
class AnswersInProse(Defect):
    """Answers a transaction with a sentence instead of a Bundle."""

    def ack(self, payload: bytes, incoming: bytes) -> bytes | None:
        """A sentence for a transaction-response."""
        return b"Thank you for your message." if not is_v2(incoming) and b'"transaction-response"' in payload else payload
