"""Who may do what over FHIR: fixed tokens derived from the seed, an expired one that must be refused, and an observer who only reads."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest

from harness.model.place import System
from harness.systems.core.refusal import RefusalError

_READ = frozenset({"GET", "HEAD"})


def token(seed: int, system_id: str, endpoint_id: str, kind: str = "live") -> str:
    """The bearer token of an endpoint in a run; ``kind`` live or expired. Nothing secret: the systems are simulated."""
    return sha256(f"{seed}|{system_id}|{endpoint_id}|{kind}".encode()).hexdigest()[:32]


class Access:
    """The tokens of one system at its doors of one ``format``. ``live`` and ``expired`` map endpoint ids (with auth: bearer) to tokens."""

    def __init__(self, system: System, seed: int, format: str = "fhir") -> None:
        doors = [each for each in system.endpoints if each.transport == "http" and each.format == format]
        bearing = [each for each in doors if each.direction in ("in", "observe") and each.auth == "bearer"]
        self.live: Mapping[str, str] = {each.id: token(seed, system.id, each.id) for each in bearing}
        self.expired: Mapping[str, str] = {each.id: token(seed, system.id, each.id, "expired") for each in bearing}
        self._writers = [self.live[each.id] for each in bearing if each.direction == "in"]
        self._readers = [self.live[each.id] for each in bearing if each.direction == "observe"]
        self._open = any(each.direction == "in" and each.auth == "none" for each in doors)

    def check(self, method: str, authorization: str, *, reads: bool = False) -> None:
        """Raises RefusalError 401 (missing, wrong, expired) or 403 (an observer's write). ``reads``: a POST that only searches."""
        scheme, _, given = authorization.partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        if given and any(compare_digest(given.encode(), each.encode()) for each in self._readers):
            if method not in _READ and not reads:
                raise RefusalError(403, "forbidden", "this credential may read and search only")
            return
        if self._open or (given and any(compare_digest(given.encode(), each.encode()) for each in self._writers)):
            return
        if given in self.expired.values():
            raise RefusalError(401, "expired", "the bearer token has expired; ask for a new one")
        if not authorization:
            raise RefusalError(401, "login", "a bearer token is needed")
        raise RefusalError(401, "security", "the bearer token is not one of this system's")
