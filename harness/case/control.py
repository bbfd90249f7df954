"""Stimulate: making a system itself cause an event, through its control interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from harness.errors import TransportError
from harness.model.deployment import Deployment
from harness.model.record import Record
from harness.transports.http import HttpClient


class ControlClient:
    """The control interface of one system, from outside. ``available`` is False for a real system that has none."""

    def __init__(self, deployment: Deployment) -> None:
        self.system = deployment.system
        self.available = bool(deployment.control)
        self._client = (
            HttpClient(deployment.control, headers={"X-Control-Token": deployment.control_token, "Content-Type": "application/json"})
            if self.available
            else None
        )

    def _post(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._client is None:
            raise TransportError(f"{self.system.id} has no control interface", reason="undeclared")
        response = self._client.request("POST", path, msgspec.json.encode(body))
        try:
            answer = msgspec.json.decode(response.content) if response.content else {}
        except msgspec.DecodeError:
            answer = {}
        return response.status, answer

    def route(self, partner: str, route: Mapping[str, Any]) -> None:
        """Tell the system where its partner is to be reached, and which local codes the partner uses."""
        if self.available:
            self._post("routes", {partner: dict(route)})

    def event(
        self, name: str, record: Record, *, to: str, interface: str, control_id: str, occurred: str, now: str, details: Mapping[str, Any]
    ) -> tuple[int, str]:
        """Cause ``name``, the system's clock standing at ``now``. Returns (number of messages the system will emit, sentence when it refused)."""
        body = {
            "event": name,
            "record": record.to_json(),
            "to": to,
            "interface": interface,
            "control_id": control_id,
            "occurred": occurred,
            "now": now,
            "details": dict(details),
        }
        status, answer = self._post("events", body)
        if status >= 300:
            return 0, f"{self.system.id} answered {status} to the event {name}: {answer.get('error') or answer.get('what') or answer}"
        return int(answer.get("emitted", 0)), ""

    def pending(self) -> int:
        """How many messages the system has still to deliver of its own accord; 0 where it cannot say."""
        if self._client is None:
            return 0
        response = self._client.request("GET", "pending")
        return int(msgspec.json.decode(response.content).get("pending", 0)) if response.status == 200 else 0

    def close(self) -> None:
        """Release the session."""
        if self._client is not None:
            self._client.close()
