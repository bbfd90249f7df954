"""The $validate operation: what this server would say of a resource, without keeping it."""

from __future__ import annotations

from typing import Any

from harness.formats.fhir import encode_json, parse_json
from harness.systems.core.fhir.reply import Reply, Resource
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Role

OPERATION = "$validate"
_MODES = frozenset({"create", "update", "delete", "profile"})


def answer(role: Role, parts: list[str], params: list[tuple[str, str]], body: bytes) -> Reply:
    """200 and an OperationOutcome, whatever the resource is like (FHIR R4, Resource operation validate).

    ``parts`` is ``[type, "$validate"]`` or ``[type, id, "$validate"]``; ``body`` the resource itself, or Parameters with resource, mode and profile. With an id
    and no resource the stored one is judged. RefusalError for a request that is none; FormatError for a body that is not JSON.
    """
    kind, own_id = parts[0], parts[1] if len(parts) == 3 else ""
    asked = dict(params)
    content = body
    if body:
        sent = parse_json(body)
        if sent.get("resourceType") == "Parameters":
            named = {part["name"]: part for part in _objects(sent.get("parameter")) if isinstance(part.get("name"), str)}
            asked |= {name: value for name in ("mode", "profile") if (value := _text(named.get(name)))}
            resource = named.get("resource", {}).get("resource")
            content = encode_json(resource) if isinstance(resource, dict) else b""
            sent = resource if isinstance(resource, dict) else {}
        if content and sent.get("resourceType") != kind:
            raise RefusalError(400, "invalid", f"the resource is a {str(sent.get('resourceType'))[:60]}, the address says {kind}")
    mode, profile = asked.get("mode", ""), asked.get("profile", "")
    if profile and ":" not in profile:
        raise RefusalError(400, "value", f"{profile[:60]!r} is no canonical of a profile")
    if mode and mode not in _MODES:
        raise RefusalError(400, "value", f"there is no mode {mode[:40]!r}; {', '.join(sorted(_MODES))} are known")
    if mode == "delete":
        return _deletion(role, kind, own_id)
    if not content:
        stored = role.store.get(kind, own_id) if own_id else None
        if stored is None:
            raise RefusalError(404 if own_id else 400, "not-found" if own_id else "required", "there is no resource to validate")
        content = encode_json(stored)
    return Reply(200, _judged(content, profile, role.system.packages))


def _judged(content: bytes, profile: str, packages: tuple[str, ...]) -> Resource:
    from harness.validation.fhir import validate
    from harness.validation.options import Options
    from harness.validation.outcome import operation_outcome

    return operation_outcome(validate(content, Options(side="consumer", fhir_version="4.0.1", profile=profile, packages=packages)))


def _deletion(role: Role, kind: str, own_id: str) -> Reply:
    """Whether a delete would be done: only the server can know."""
    from harness.systems.core.fhir.reply import outcome

    if not own_id:
        raise RefusalError(400, "required", "mode delete needs the id of a resource in the address")
    if not role.store.version(kind, own_id):
        return Reply(200, outcome("not-found", f"there is no {kind}/{own_id[:64]} here"))
    if kind == "Patient" and role.store.all_of_patient(own_id):
        return Reply(200, outcome("conflict", f"Patient/{own_id} is still referred to"))
    return Reply(200, outcome("informational", "the resource could be deleted", "information"))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(part: dict[str, Any] | None) -> str:
    """The value of a parameter of any text type."""
    return next((value for key, value in (part or {}).items() if key.startswith("value") and isinstance(value, str)), "")
