"""The control interface: how the harness sets a simulated system's clock and routes, and makes it cause events."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from harness.errors import HarnessError
from harness.formats.fhir import encode_json, parse_json
from harness.model.record import Record
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Occurrence, Role

# Events that a capability of another name covers.
CAPABILITY: Mapping[str, str] = {
    "update-person": "update",
    "update-encounter": "update",
    "package-start": "packages",
    "package-change": "packages",
    "package-end": "packages",
    "alert-raise": "alerts",
    "alert-clear": "alerts",
}


class ControlService:
    """Control of one role; every request needs the token."""

    def __init__(self, role: Role, token: str) -> None:
        self.role, self._token = role, token

    def handle(self, method: str, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        """(status, JSON body); what went wrong is under ``error``. Never raises."""
        if not compare_digest(token.encode(), self._token.encode()):
            return 401, _error("the X-Control-Token is missing or wrong")
        try:
            if method == "GET":
                return self._get(path)
            return self._post(path, parse_json(body))
        except RefusalError as refusal:
            return refusal.status, encode_json({"error": refusal.text, "code": refusal.code})
        except HarnessError as error:
            return 400, _error(str(error))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return 400, _error(f"the request to /control/{path} cannot be used: {type(error).__name__}: {error}")

    def _get(self, path: str) -> tuple[int, bytes]:
        outbox = self.role.outbox
        if path == "pending":
            return 200, encode_json({"pending": outbox.pending})
        if path == "outbox":
            sent = [{"to": each.partner, "interface": each.interface, "control_id": each.control_id, "status": each.status} for each in outbox.sent]
            for each, told in zip(outbox.sent, sent, strict=True):
                told |= {"failure": each.failure, "attempts": each.attempts, "answer": each.answer.decode("utf-8", "replace")[:2000]}
            return 200, encode_json({"pending": outbox.pending, "sent": sent})
        if path == "messages":
            kept = self.role.store.messages()
            return 200, encode_json({"received": [{"media_type": kind, "version": tag, "control_id": control_id} for kind, tag, control_id, _ in kept]})
        return 404, _error(f"there is no /control/{path[:60]} to read")

    def _post(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        if path == "clock":
            self.role.clock.set(str(body["now"]))
            return 200, encode_json({"now": self.role.clock.local()})
        if path == "routes":
            self.role.outbox.set_routes(body)
            return 200, encode_json({"routes": sorted(self.role.outbox.routes)})
        if path == "events":
            return self._event(body)
        return 404, _error(f"there is no /control/{path[:60]} to post to")

    def _event(self, body: dict[str, Any]) -> tuple[int, bytes]:
        role, name = self.role, str(body["event"])
        capabilities = role.system.capabilities
        if name not in role.events or not {name, CAPABILITY.get(name, name)} & set(capabilities):
            return 422, _error(f"{role.system.id} does not do the event {name!r}")
        if body.get("now"):
            role.clock.set(str(body["now"]))
        event = Occurrence(
            name,
            Record.from_json(body.get("record") or {}),
            str(body.get("to") or ""),
            str(body.get("interface") or ""),
            str(body.get("control_id") or ""),
            str(body.get("occurred") or role.clock.local()),
            body.get("details") or {},
        )
        with role.store.transaction():
            outgoing = role.on_event(event)
        # A defect that drops a message says nothing of it here: the harness finds out by waiting.
        emitted = sum(role.outbox.send(event.to, each) for each in outgoing)
        return 202, encode_json({"emitted": emitted, "states": self._states(event.record)})

    def _states(self, record: Record) -> dict[str, str]:
        patient = self.role.people.of_record(record)
        held = self.role.store.of_patient("Encounter", patient["id"]) if patient else []
        return {each["identifier"][0]["value"]: str(each.get("status", "")) for each in held if each.get("identifier")}


def _error(text: str) -> bytes:
    return encode_json({"error": text})
