"""What the FHIR interface answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.formats.fhir import encode_json

Resource = dict[str, Any]
MEDIA_TYPE = "application/fhir+json; charset=utf-8"
REASONS = {200: "200 OK", 201: "201 Created", 202: "202 Accepted", 204: "204 No Content"}


@dataclass(frozen=True, slots=True)
class Reply:
    """``status``, ``body`` (a resource, or None) and extra ``headers``."""

    status: int
    body: Resource | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The body as bytes, empty where there is none."""
        return b"" if self.body is None else encode_json(self.body)


def outcome(code: str, text: str, severity: str = "error") -> Resource:
    """An OperationOutcome with one issue."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code, "diagnostics": text}]}


def etag(resource: Resource) -> str:
    """The weak entity tag of a version."""
    return f'W/"{resource["meta"]["versionId"]}"'


def versioned(status: int, resource: Resource, base: str = "", *, body: Resource | None = None) -> Reply:
    """A reply about one version of one resource, with ETag, Last-Modified and Location (on a write)."""
    headers = {"ETag": etag(resource)}
    if base:
        headers["Location"] = f"{base}/{resource['resourceType']}/{resource['id']}/_history/{resource['meta']['versionId']}"
    return Reply(status, resource if body is None else body, headers)
