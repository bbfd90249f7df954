"""Packages from a FHIR package registry (the protocol of npm's). The one place that reaches for the network, and only for the host it was given."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from harness.catalogue.fhir.archive import MAX_ARCHIVE
from harness.catalogue.fhir.cache import Asked, asked, best_of, manifest_of
from harness.errors import SetUpError, UnsafeError

REGISTRY = "https://packages.fhir.org"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 4  # redirections followed: a registry leads to its store, the store perhaps to a mirror
_SECONDS = 120.0  # for one package: a large one over a slow line


class Fetched(NamedTuple):
    """A package's archive and where it came from; ``proven`` when the registry gave a hash that it has."""

    name: str
    version: str
    data: bytes
    source: str
    proven: bool


class PackageRegistry:
    """A package registry by URL. Raises SetUpError, TransportError or UnsafeError for every failure."""

    def __init__(self, url: str = REGISTRY) -> None:
        from harness.transports.http import HttpClient

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise SetUpError("not the URL of a registry", where=url[:200], expected=f"a URL such as {REGISTRY}", do="correct --registry")
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise UnsafeError("a registry without TLS", where=url[:200], expected="https, or a registry on this machine", do="use its https URL")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base = url.rstrip("/")
        self._client = HttpClient(self._origin, timeout=_SECONDS, connect_timeout=10.0, max_bytes=MAX_ARCHIVE)

    def fetch(self, package: Asked) -> Fetched:
        """The archive of a package, in the version that answers the one asked for, proven against the hash that the registry gives."""
        listing = manifest_of(self._get(f"{self._base}/{quote(package.name, safe='')}", str(package)), self._base)
        versions = listing.get("versions")
        versions = versions if isinstance(versions, Mapping) else {}
        tags = listing.get("dist-tags")
        latest = tags.get("latest") if isinstance(tags, Mapping) else None
        version = latest if package.version in ("", "latest") and latest in versions else best_of((str(one) for one in versions), package.version)
        if not isinstance(version, str) or not version:
            known = ", ".join(sorted(str(one)[:60] for one in versions)[:12])
            raise SetUpError(f"the registry has no {package}", where=self._base, expected=known or "a version it has", do="ask for another version")
        asked(f"{package.name}@{version}")
        held = versions[version]
        described = held.get("dist") if isinstance(held, Mapping) else None
        described = described if isinstance(described, Mapping) else {}
        source = f"{self._base}/{quote(package.name, safe='')}/{quote(version, safe='')}"
        given = urljoin(source, str(described.get("tarball", "")))
        # What a registry keeps on another host it serves under its own name too.
        if described.get("tarball") and self._ours(given):
            source = given
        data = self._get(source, f"{package.name}@{version}")
        return Fetched(package.name, version, data, source, _proven(data, described, source))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ours(self, url: str) -> bool:
        return url.startswith(f"{self._origin}/")

    def _get(self, url: str, what: str) -> bytes:
        for _ in range(_HOPS):
            response = self._client.request("GET", url.removeprefix(self._origin).partition("#")[0])
            if response.status not in _REDIRECTS:
                break
            url = urljoin(url, response.headers.get("location", ""))
            if not self._ours(url):
                raise UnsafeError(
                    "the registry sends elsewhere",
                    where=url[:200],
                    expected=f"a URL of {self._origin}",
                    do="give that registry with --registry, or add a .tgz file",
                )
        if response.status != 200:
            hint = "correct the name" if response.status == 404 else "try again later"
            raise SetUpError(f"the registry answers {response.status} for {what}", where=url[:300], expected="200", do=hint)
        return response.content


def _proven(data: bytes, described: Mapping[str, Any], source: str) -> bool:
    """Whether a hash was given; SetUpError where the archive does not have it."""
    integrity, shasum = described.get("integrity"), described.get("shasum")
    wanted: list[tuple[str, str]] = []
    for one in integrity.split() if isinstance(integrity, str) else ():
        name, _, value = one.partition("?")[0].partition("-")
        if name in ("sha256", "sha384", "sha512"):
            wanted.append((base64.b64encode(hashlib.new(name, data).digest()).decode(), value))
    if isinstance(shasum, str) and shasum:
        wanted.append((hashlib.sha1(data, usedforsecurity=False).hexdigest(), shasum.lower()))
    if not all(hmac.compare_digest(ours.encode(), theirs.encode()) for ours, theirs in wanted):
        raise SetUpError(
            "the archive is not the one that the registry describes", where=source[:300], expected="the hash it gives", do="try again; tell the registry"
        )
    return bool(wanted)
