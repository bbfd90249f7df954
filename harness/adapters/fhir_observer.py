"""Seeing what a system holds: FHIR search by business identifier under a credential of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from harness.errors import FormatError, TransportError
from harness.formats.fhir import parse_json
from harness.model.place import Endpoint
from harness.transports.http import HttpClient

NHS_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
LOCAL_SYSTEM = "https://exemplar-harness.example/Id/local/"

# What hangs on a patient, and by which search parameter.
AROUND_A_PATIENT = (
    ("AllergyIntolerance", "patient"),
    ("Condition", "patient"),
    ("Consent", "patient"),
    ("Encounter", "patient"),
    ("EpisodeOfCare", "patient"),
    ("Flag", "patient"),
    ("MedicationStatement", "patient"),
    ("Observation", "patient"),
    ("Procedure", "patient"),
    ("ServiceRequest", "patient"),
    ("Task", "patient"),
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was found at one moment: the Bundle as bytes and as a tree. ``problem`` is a sentence when nothing could be read."""

    content: bytes
    tree: dict[str, Any]
    kind: str
    independent: bool
    problem: str = ""

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Every resource of the Bundle."""
        return [entry["resource"] for entry in self.tree.get("entry") or [] if isinstance(entry.get("resource"), dict)]

    def of(self, type: str) -> list[dict[str, Any]]:
        """The resources of one type."""
        return [resource for resource in self.resources if resource.get("resourceType") == type]


class FhirObserver:
    """Searches the FHIR base at ``address`` as the observer; never follows an id, Location or body that a write returned."""

    kind = "fhir-search"

    def __init__(self, endpoint: Endpoint, address: str, *, token: str = "") -> None:
        self.endpoint = endpoint
        headers = {"Accept": "application/fhir+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = HttpClient(address, headers=headers, timeout=endpoint.limits.acknowledge, tls=endpoint.tls)
        around = "".join(f"&_revinclude={kind}:{parameter}" for kind, parameter in AROUND_A_PATIENT)
        self._revincludes = "" if endpoint.search == "plain" else around

    def find(self, kind: str, value: str) -> Sighting:
        """Everyone under one business identifier: ``kind`` is ``nhs`` or the assigning authority of a local number."""
        system = NHS_NUMBER_SYSTEM if kind == "nhs" else LOCAL_SYSTEM + kind
        return self.search(f"Patient?identifier={quote(system, safe='')}%7C{quote(value, safe='')}{self._revincludes}")

    def search(self, query: str) -> Sighting:
        """One search, relative to the base; where the server cannot include what hangs on a patient, that is searched for separately."""
        found = self._get(query)
        if found.problem or self._revincludes or not query.startswith("Patient?"):
            return found
        entries = list(found.tree.get("entry") or [])
        for patient in found.of("Patient"):
            for kind, parameter in AROUND_A_PATIENT:
                entries += self._get(f"{kind}?{parameter}={patient.get('id')}").tree.get("entry") or []
        return Sighting(found.content, {**found.tree, "entry": entries}, self.kind, self.endpoint.independent)

    def _get(self, query: str) -> Sighting:
        try:
            response = self._client.request("GET", query)
            tree = parse_json(response.content) if response.content else {}
        except (TransportError, FormatError) as error:
            return Sighting(b"", {}, self.kind, self.endpoint.independent, str(error))
        problem = "" if response.status == 200 else f"the observer was answered {response.status}"
        return Sighting(response.content, tree if not problem else {}, self.kind, self.endpoint.independent, problem)

    def close(self) -> None:
        """Release the session."""
        self._client.close()
