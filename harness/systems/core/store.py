"""A system's state: FHIR R4 resources in its native version, every version of them, and every message as received."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from harness.formats.fhir import encode_json, parse_json
from harness.systems.core.clock import Clock
from harness.systems.core.index import rows

Resource = dict[str, Any]
NATIVE = "fhir/4.0.1"

_TABLES = """
CREATE TABLE resource (type TEXT, id TEXT, version INTEGER, version_tag TEXT, deleted INTEGER, body BLOB, PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE TABLE history (type TEXT, id TEXT, version INTEGER, deleted INTEGER, body BLOB, PRIMARY KEY (type, id, version)) WITHOUT ROWID;
CREATE TABLE token (type TEXT, param TEXT, value TEXT, system TEXT, id TEXT);
CREATE INDEX token_value ON token (param, value, type);
CREATE INDEX token_id ON token (id, type);
CREATE TABLE received (number INTEGER PRIMARY KEY, digest TEXT, media_type TEXT, version_tag TEXT, control_id TEXT, body BLOB, status INTEGER, answer BLOB);
CREATE INDEX received_digest ON received (digest);
"""


class VersionConflictError(Exception):
    """A write that expected another version than the current one (``current``, empty where there is none)."""

    def __init__(self, type: str, id: str, expected: str, current: str) -> None:
        super().__init__(f"{type}/{id} is at version {current or 'none'}, not {expected}")
        self.current = current


class Store:
    """SQLite, ``:memory:`` by default; used on one thread at a time (the shared loop's).

    ``keep`` is asked what to store of a resource that replaces another (defects hook in here); None keeps what was there.
    """

    def __init__(
        self, system_id: str, clock: Clock, path: str = ":memory:", keep: Callable[[Resource, Resource | None], Resource | None] | None = None
    ) -> None:
        self.system_id, self.clock, self._keep = system_id, clock, keep
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, cached_statements=256)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=MEMORY")
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name='resource'").fetchone():
            self._db.executescript(_TABLES)
        self._depth = 0

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def derive_id(self, type: str, key: str) -> str:
        """The id of a ``type`` known by ``key``: 24 hex digits, the same in every run."""
        return sha256(f"{self.system_id}|{type}|{key}".encode()).hexdigest()[:24]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested. Any exception rolls back what was written inside."""
        mark = f"s{self._depth}"
        self._db.execute(f"SAVEPOINT {mark}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._db.execute(f"ROLLBACK TO {mark}")
            raise
        finally:
            self._depth -= 1
            self._db.execute(f"RELEASE {mark}")

    def put(self, resource: Resource, *, expect_version: str | None = None) -> Resource:
        """Create or replace; gives the new version with ``meta`` set. Without an ``id`` one is derived from its first identifier, or its body.

        Writing what is already there changes nothing. Raises VersionConflictError.
        """
        resource = dict(resource)
        kind, own = resource["resourceType"], resource.get("id") or self.new_id(resource)
        resource["id"] = own
        row = self._db.execute("SELECT version, deleted, body FROM resource WHERE type=? AND id=?", (kind, own)).fetchone()
        before = parse_json(row[2]) if row and not row[1] else None
        current = str(row[0]) if row and not row[1] else ""
        if expect_version is not None and expect_version != current:
            raise VersionConflictError(kind, own, expect_version, current)
        if self._keep is not None:
            kept = self._keep(resource, before)
            if kept is None:
                return before if before is not None else self._stamped(resource, row[0] + 1 if row else 1)
            resource = kept
        if before is not None and _content(before) == _content(resource):
            return before
        version = row[0] + 1 if row else 1
        resource = self._stamped(resource, version)
        body = encode_json(resource)
        self._write(kind, own, version, 0, body)
        self._db.executemany("INSERT INTO token VALUES (?,?,?,?,?)", [(kind, param, value, system, own) for param, system, value in rows(resource)])
        return resource

    def new_id(self, resource: Resource) -> str:
        """An id nobody has: derived from the first identifier with a value, else from the body."""
        identifiers = resource.get("identifier")
        first = next((each for each in (identifiers if isinstance(identifiers, list) else [identifiers]) if isinstance(each, dict) and each.get("value")), None)
        key = f"{first.get('system', '')}|{first['value']}" if first else encode_json(_content(resource)).decode()
        own = self.derive_id(resource["resourceType"], key)
        number = 1
        while self.version(resource["resourceType"], own):
            number += 1
            own = self.derive_id(resource["resourceType"], f"{key}|{number}")
        return own

    def _stamped(self, resource: Resource, version: int) -> Resource:
        meta = {**(resource.get("meta") or {}), "versionId": str(version), "lastUpdated": self.clock.instant()}
        return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta} | {
            key: value for key, value in resource.items() if key not in ("resourceType", "id", "meta")
        }

    def _write(self, type: str, id: str, version: int, deleted: int, body: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?)", (type, id, version, NATIVE, deleted, body))
        self._db.execute("INSERT INTO history VALUES (?,?,?,?,?)", (type, id, version, deleted, body))
        if version > 1:
            self._db.execute("DELETE FROM token WHERE id=? AND type=?", (id, type))

    def version(self, type: str, id: str) -> int:
        """The newest version number, deletions counted; 0 where there never was one."""
        row = self._db.execute("SELECT version FROM resource WHERE type=? AND id=?", (type, id)).fetchone()
        return int(row[0]) if row else 0

    def get(self, type: str, id: str) -> Resource | None:
        """The current version; None where it never was or is deleted."""
        row = self._db.execute("SELECT body FROM resource WHERE type=? AND id=? AND deleted=0", (type, id)).fetchone()
        return parse_json(row[0]) if row else None

    def delete(self, type: str, id: str) -> bool:
        """Delete it, keeping its history; False where there is nothing to delete."""
        version = self.version(type, id)
        if not version or self.get(type, id) is None:
            return False
        self._write(type, id, version + 1, 1, b"{}")
        return True

    def history(self, type: str, id: str) -> list[tuple[int, Resource | None]]:
        """Versions, newest first; None stands for a deletion."""
        found = self._db.execute("SELECT version, deleted, body FROM history WHERE type=? AND id=? ORDER BY version DESC", (type, id)).fetchall()
        return [(row[0], None if row[1] else parse_json(row[2])) for row in found]

    def ids(self, type: str, param: str, value: str, system: str | None = None) -> list[str]:
        """Ids of ``type`` whose index holds ``value`` under ``param``; any system unless one is given."""
        if system is None:
            found = self._db.execute("SELECT DISTINCT id FROM token WHERE param=? AND value=? AND type=?", (param, value, type))
        else:
            found = self._db.execute("SELECT DISTINCT id FROM token WHERE param=? AND value=? AND type=? AND system=?", (param, value, type, system))
        return sorted(row[0] for row in found)

    def values(self, type: str, param: str) -> list[tuple[str, str]]:
        """Every (value, id) under ``param``: what prefix and date searches look through."""
        return self._db.execute("SELECT value, id FROM token WHERE type=? AND param=?", (type, param)).fetchall()

    def all_ids(self, type: str) -> list[str]:
        """Ids of every current resource of ``type``."""
        return [row[0] for row in self._db.execute("SELECT id FROM resource WHERE type=? AND deleted=0 ORDER BY id", (type,))]

    def load(self, type: str, ids: Iterable[str]) -> list[Resource]:
        """The current resources with these ids, in their order."""
        return [found for each in ids if (found := self.get(type, each)) is not None]

    def find(self, type: str, system: str, value: str) -> list[Resource]:
        """Resources holding the identifier ``system|value``."""
        return self._held(type, "param='identifier' AND value=? AND type=? AND system=?", (value, type, system))

    def of_patient(self, type: str, patient_id: str) -> list[Resource]:
        """Resources of ``type`` about the patient."""
        return self._held(type, "param='patient' AND value=? AND type=?", (f"Patient/{patient_id}", type))

    def _held(self, type: str, condition: str, values: tuple[str, ...]) -> list[Resource]:
        """The current resources whose index meets ``condition`` (a text of this file alone), by id, in one query."""
        query = f"SELECT body FROM resource WHERE type=? AND deleted=0 AND id IN (SELECT id FROM token WHERE {condition}) ORDER BY id"  # noqa: S608
        return [parse_json(row[0]) for row in self._db.execute(query, (type, *values))]

    def all_of_patient(self, patient_id: str) -> list[Resource]:
        """Resources of any type about the patient."""
        found = self._db.execute(
            "SELECT DISTINCT type, id FROM token WHERE param='patient' AND value=? ORDER BY type, id", (f"Patient/{patient_id}",)
        ).fetchall()
        return [resource for kind, each in found if (resource := self.get(kind, each)) is not None]

    def search(self, type: str, params: Iterable[tuple[str, str]]) -> list[Resource]:
        """Resources matching every parameter; see core.search. Raises SearchError."""
        from harness.systems.core.search import matching

        return self.load(type, matching(self, type, params))

    def received(self, body: bytes, media_type: str, version_tag: str = "", control_id: str = "", *, key: bytes = b"") -> int:
        """Keep a message as it came; its number. ``key`` is what makes a later one the same message (default: its bytes)."""
        values = (sha256(key or body).hexdigest(), media_type, version_tag, control_id, body, 0, b"")
        cursor = self._db.execute("INSERT INTO received (digest, media_type, version_tag, control_id, body, status, answer) VALUES (?,?,?,?,?,?,?)", values)
        return int(cursor.lastrowid or 0)

    def messages(self) -> list[tuple[str, str, str, bytes]]:
        """(media type, version tag, control id, bytes) of every message received, in order."""
        return self._db.execute("SELECT media_type, version_tag, control_id, body FROM received ORDER BY number").fetchall()

    def answered(self, number: int, status: int, answer: bytes) -> None:
        """Note the answer given to received message ``number``; ``status`` 0 counts as not handled."""
        self._db.execute("UPDATE received SET status=?, answer=? WHERE number=?", (status, answer, number))

    def seen(self, key: bytes) -> bool:
        """True when a message of this key (by default: these bytes) was received and handled before (answered with a status below 400)."""
        return self.answer_to(key) is not None

    def answer_to(self, key: bytes) -> tuple[int, bytes] | None:
        """(status, answer) once given to the handled message of this key; None where there is none."""
        query = "SELECT status, answer FROM received WHERE digest=? AND status BETWEEN 1 AND 399 ORDER BY number LIMIT 1"
        row = self._db.execute(query, (sha256(key).hexdigest(),)).fetchone()
        return (row[0], row[1]) if row else None


def _content(resource: Resource) -> Resource:
    meta = {key: value for key, value in (resource.get("meta") or {}).items() if key not in ("versionId", "lastUpdated")}
    return {key: value for key, value in resource.items() if key != "meta" and key != "id"} | ({"meta": meta} if meta else {})
