"""Seeing what a system holds: FHIR search by business identifier under a credential of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from harness.adapters.asking import AROUND_A_PATIENT, INCLUDED, SPELLINGS, WaysOfAsking, included, pages, queries
from harness.errors import FormatError, TransportError, UnsafeError
from harness.formats.fhir import parse_json
from harness.model.place import Endpoint
from harness.transports.http import HttpClient

NHS_NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
LOCAL_SYSTEM = "https://exemplar-harness.example/Id/local/"
_HINTS = {"revinclude": INCLUDED, "plain": SPELLINGS[0]}
_AROUND = frozenset(kind for kind, _ in AROUND_A_PATIENT)
# Pages of one answer that are followed.
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was found at one moment: the answers' bytes, one a line, and one Bundle of them as a tree. ``problem`` is a sentence when nothing could be read.

    ``proved``: this way of asking has found what hangs on some patient before, so that what it does not find is not there; ``how`` says the way.
    ``unanswered`` are types of resource that the server answers with an error, with its status: of these nothing can be said.
    """

    content: bytes
    tree: dict[str, Any]
    kind: str
    independent: bool
    problem: str = ""
    proved: bool = True
    how: str = ""
    unanswered: tuple[tuple[str, int], ...] = ()

    @property
    def resources(self) -> list[dict[str, Any]]:
        """Every resource of the Bundle."""
        return [entry["resource"] for entry in self.tree.get("entry") or [] if isinstance(entry.get("resource"), dict)]

    def of(self, type: str) -> list[dict[str, Any]]:
        """The resources of one type."""
        return [resource for resource in self.resources if resource.get("resourceType") == type]


class FhirObserver:
    """Searches the FHIR base at ``address`` as the observer; never follows an id, Location or body that a write returned.

    ``local`` are the identifier systems by which this server knows local numbers, by assigning authority; an authority not named has one of ours.
    """

    kind = "fhir-search"

    def __init__(self, endpoint: Endpoint, address: str, *, token: str = "", local: Mapping[str, str] | None = None) -> None:
        self.endpoint = endpoint
        headers = {"Accept": "application/fhir+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = HttpClient(address, headers=headers, timeout=endpoint.limits.acknowledge, tls=endpoint.tls)
        self._local = dict(local or {})
        self._ours = {system: LOCAL_SYSTEM + authority for authority, system in self._local.items()}
        self._asking: WaysOfAsking | None = None
        self._asked: set[tuple[str, str]] = set()

    def find(self, kind: str, value: str, *, thoroughly: bool = True) -> Sighting:
        """Everyone under one business identifier, with all that hangs on them: ``kind`` is ``nhs`` or the assigning authority of a local number.

        While no way of asking is proved, each is tried: of a person who was asked for before only where ``thoroughly``.
        """
        system = NHS_NUMBER_SYSTEM if kind == "nhs" else self._local.get(kind, LOCAL_SYSTEM + kind)
        person = f"Patient?identifier={quote(system, safe='')}%7C{quote(value, safe='')}"
        asking = self._known()
        every_way = thoroughly or (kind, value) not in self._asked
        self._asked.add((kind, value))
        found = self._patients(person, asking)
        if found.problem or not found.of("Patient"):
            return self._sighting(found)
        if found.around:
            asking.proved = INCLUDED
        elif every_way or asking.proved not in ("", INCLUDED):
            found = self._otherwise(found, asking, person)
        return self._sighting(found)

    def _patients(self, person: str, asking: WaysOfAsking) -> _Found:
        if asking.order()[0] != INCLUDED:
            return self._whole(person)
        found = self._whole(person + included(asking.searched))
        # A server may refuse a parameter that it does not know (R4 search.html#errors).
        return self._whole(person) if found.status == 400 else found

    def _otherwise(self, found: _Found, asking: WaysOfAsking, person: str) -> _Found:
        """``found`` with what the first of the other ways that finds anything finds."""
        for number, way in enumerate(asking.order()):
            if way == INCLUDED:
                answer = self._whole(person + included(asking.searched)) if number else found
                if answer.around:
                    asking.proved = INCLUDED
                    return answer
                continue
            more: list[_Found] = []
            for patient in found.of("Patient"):
                for kind, query in queries(way, asking.kinds(), str(patient.get("id", ""))):
                    answer = self._whole(query)
                    if answer.problem and answer.status:
                        asking.refused[kind] = answer.status
                    elif answer.problem:
                        return replace(found, problem=answer.problem)
                    more.append(answer)
            if any(one.around for one in more):
                asking.proved = way
                return _Found(
                    b"\n".join(one.content for one in (found, *more)),
                    {**found.tree, "entry": [entry for one in (found, *more) for entry in one.tree.get("entry") or []]},
                    next((one.problem for one in more if one.problem and not one.status), ""),
                )
        return found

    def _known(self) -> WaysOfAsking:
        """What is known of this server; its CapabilityStatement is asked for once, and one that cannot be read says nothing."""
        if self._asking is None:
            self._asking = WaysOfAsking(hint=_HINTS.get(self.endpoint.search, ""))
            self._asking.learn(self._get("metadata").tree)
        return self._asking

    def _whole(self, query: str) -> _Found:
        """One search with the pages that follow. A page that cannot be had is a problem of the whole: what is on it would look absent."""
        first = self._get(query)
        if first.problem:
            return first
        bodies = [first.content]

        def get(url: str) -> Mapping[str, Any] | None:
            page = self._get(url)
            bodies.append(page.content)
            return None if page.problem else page.tree

        entries, problem = pages(first.tree, get, _MOST_PAGES)
        return _Found(b"\n".join(bodies), {**first.tree, "entry": entries}, problem) if len(bodies) > 1 else first

    def _get(self, query: str) -> _Found:
        try:
            response = self._client.request("GET", query)
            tree = parse_json(response.content) if response.content else {}
        except (TransportError, FormatError, UnsafeError) as error:
            return _Found(b"", {}, str(error))
        if response.status != 200:
            return _Found(response.content, {}, f"the observer was answered {response.status} to GET {query.partition('?')[0]}", response.status)
        return _Found(response.content, tree)

    def _sighting(self, found: _Found) -> Sighting:
        asking = self._known()
        tree = _with_ours(found.tree, self._ours) if self._ours else found.tree
        unanswered = tuple(sorted(asking.refused.items()))
        return Sighting(found.content, tree, self.kind, self.endpoint.independent, found.problem, bool(asking.proved), asking.describe(), unanswered)

    def close(self) -> None:
        """Release the session."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class _Found:
    """What one search came to. ``status`` is the HTTP status of an answer that is none."""

    content: bytes
    tree: dict[str, Any]
    problem: str = ""
    status: int = 0

    def of(self, type: str) -> list[dict[str, Any]]:
        return [one for one in self._resources() if one.get("resourceType") == type]

    @property
    def around(self) -> bool:
        return any(one.get("resourceType") in _AROUND for one in self._resources())

    def _resources(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.tree.get("entry") or [] if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)]


def _with_ours(value: Any, ours: Mapping[str, str]) -> Any:
    """``value`` with identifier systems of local numbers as the rest of the harness knows them."""
    if isinstance(value, dict):
        return {name: ours.get(inner, inner) if name == "system" and isinstance(inner, str) else _with_ours(inner, ours) for name, inner in value.items()}
    return [_with_ours(one, ours) for one in value] if isinstance(value, list) else value
