"""Starting and stopping one simulated system on real ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.model.deployment import Deployment
from harness.model.place import System


@dataclass(frozen=True, slots=True)
class Running:
    """A started system: where it is, and how to stop it (safe to repeat)."""

    deployment: Deployment
    stop: Callable[[], None] = field(repr=False)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(system: System, *, seed: int, now: str, mllp_port: int = 0, fhir_port: int = 0, path: str = ":memory:", host: str = "127.0.0.1") -> Running:
    """Start ``system`` with its defects on; port 0 lets the OS choose. ``now`` is local wall clock; ``path`` where the SQLite file is kept.

    Raises SetUpError when a port is in use, UnknownNameError for a role or defect that does not exist.
    """
    from harness.systems.core.clock import Clock
    from harness.systems.core.control import ControlService
    from harness.systems.core.defect import Defects
    from harness.systems.core.fhir.access import Access, token
    from harness.systems.core.fhir.app import build
    from harness.systems.core.fhir.service import FhirService
    from harness.systems.core.outbox import Outbox
    from harness.systems.core.role import ROLES
    from harness.systems.core.store import Store
    from harness.systems.core.v2 import V2Door
    from harness.transports.loop import Loop
    from harness.transports.mllp import MllpServer
    from harness.transports.serve import HttpServer

    defects, clock = Defects(system.defects), Clock(now)
    factory = ROLES.get(system.role)
    store = Store(system.id, clock, path, keep=defects.stored if defects else None)
    v2_out = next((each for each in system.endpoints if each.transport == "mllp" and each.direction == "out"), None)
    acknowledged = v2_out is None or v2_out.acknowledgement != "none"
    outbox = Outbox(defects, organisation=system.identity.get("facility", ""), acknowledged=acknowledged)
    role = factory(system, store, clock, outbox, defects)
    access, control_token = Access(system, seed), token(seed, system.id, "control")
    limit = max((each.limits.max_bytes for each in system.endpoints if each.transport == "http"), default=1_000_000)
    door = V2Door(role)
    web = next((each for each in system.endpoints if (each.transport, each.format, each.direction) == ("http", "hl7v2", "in")), None)
    v2_access = Access(system, seed, "hl7v2")
    v2 = (door, v2_access, web.limits.max_bytes) if web is not None else None
    http = HttpServer(build(FhirService(role, access, max_bytes=limit), ControlService(role, control_token), v2), host=host, port=fhir_port)
    v2_in = next((each for each in system.endpoints if each.transport == "mllp" and each.direction == "in"), None)
    mllp = None
    if v2_in is not None:
        mllp = MllpServer(
            door.handle, host=host, port=mllp_port, max_bytes=v2_in.limits.max_bytes, on_garbage=door.garbage, whole_only=defects.has("stalls-on-fragments")
        )
    loop = Loop.shared()

    def stop() -> None:
        if mllp is not None:
            loop.call(mllp.stop())
        http.stop()
        loop.call(outbox.close())
        store.close()

    try:
        http.start()
        if mllp is not None:
            loop.call(mllp.start())
    except BaseException:
        stop()
        raise
    observing = [each for name, each in access.live.items() if system.endpoint(name).direction == "observe"]
    deployment = Deployment(
        system,
        addresses={
            "fhir+http": f"{http.base_url}/fhir",
            **({"hl7v2+mllp": mllp.address} if mllp is not None else {}),
            **({"hl7v2+http": f"{http.base_url}/hl7v2"} if web is not None else {}),
        },
        control=f"{http.base_url}/control",
        control_token=control_token,
        tokens={**access.live, **v2_access.live, **({"observer": observing[0]} if observing else {})},
        expired={**access.expired, **v2_access.expired},
    )
    return Running(deployment, stop)
