"""The ways of asking a FHIR server what hangs on a patient, and what an observer has proved of them.

A server answers 200 and nothing both to a query that it does not understand and to one that finds nothing. So a way counts once it found something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

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
# The other name that the search parameter has for these (R4 and STU3 SearchParameter ``subject``).
_SUBJECTS = frozenset({"Condition", "Encounter", "Flag", "MedicationStatement", "Observation", "Procedure", "ServiceRequest"})
INCLUDED = "_revinclude"
# How a patient's id is written into a search by type; ``{}`` is the id. Both spellings of a reference are the standard's (R4 search.html#reference).
SPELLINGS = ("patient=Patient/{}", "patient={}", "subject=Patient/{}")
WAYS = (INCLUDED, *SPELLINGS)


@dataclass(slots=True)
class WaysOfAsking:
    """What is known of one server: ``said`` to work by its CapabilityStatement, ``proved`` by having found something.

    ``hint`` is the way tried first: the manifest's ``search``. ``refused`` are the types that it answered with an error, with the status.
    """

    hint: str = ""
    said: tuple[str, ...] = ()
    searched: frozenset[str] | None = None
    proved: str = ""
    refused: dict[str, int] = field(default_factory=dict)

    def order(self) -> tuple[str, ...]:
        """The ways to try: the one proved, or else all, what was hinted at and said first."""
        if self.proved:
            return (self.proved,)
        first = [self.hint] if self.hint else []
        return tuple(dict.fromkeys([*first, *self.said, *WAYS]))

    def learn(self, statement: Mapping[str, Any]) -> None:
        """What a CapabilityStatement says of searches: which ways it names, and which types it searches."""
        resources = [one for rest in _list(statement, "rest") for one in _list(rest, "resource")]
        patient: Mapping[str, Any] = next((one for one in resources if one.get("type") == "Patient"), {})
        includes = {str(one) for one in _list(patient, "searchRevInclude")}
        names = {one.get("type"): {parameter.get("name") for parameter in _list(one, "searchParam")} for one in resources}
        around = [kind for kind, _ in AROUND_A_PATIENT if kind in names]
        if around and all(f"{kind}:patient" in includes or f"{kind}:subject" in includes for kind in around):
            self.said = (INCLUDED,)
        elif around and any("patient" in names[kind] for kind in around):
            self.said = (SPELLINGS[0],)
        if around:
            self.searched = frozenset(around)

    def kinds(self) -> list[str]:
        """The types that can be asked for one by one."""
        return [kind for kind, _ in AROUND_A_PATIENT if kind not in self.refused and (self.searched is None or kind in self.searched)]

    def describe(self) -> str:
        """How this observer asks, in a few words for a report."""
        way = self.proved.format("…") if self.proved else "no way of asking proved yet"
        return f"search, {way}"


def included(searched: Iterable[str] | None) -> str:
    """The part of a query that asks a server to include what hangs on the patients found."""
    kinds = {kind for kind, _ in AROUND_A_PATIENT} if searched is None else set(searched)
    return "".join(f"&_revinclude={kind}:{parameter}" for kind, parameter in AROUND_A_PATIENT if kind in kinds)


def queries(way: str, kinds: Iterable[str], patient: str) -> list[tuple[str, str]]:
    """(type, query) of a search by type, for one patient's id."""
    by = way.partition("=")[0]
    return [(kind, f"{kind}?{way.format(quote(patient, safe=''))}") for kind in kinds if by != "subject" or kind in _SUBJECTS]


def pages(first: Mapping[str, Any], get: Callable[[str], Mapping[str, Any] | None], most: int) -> tuple[list[Any], str]:
    """The entries of a search and of the pages that follow it, and why they may not be all (empty: they are)."""
    entries, seen, page = list(_list(first, "entry")), set[str](), first
    for _ in range(most):
        link = next((str(one.get("url")) for one in _list(page, "link") if one.get("relation") == "next" and one.get("url")), "")
        if not link:
            return entries, ""
        if link in seen:
            return entries, "the server's pages go round in a circle"
        seen.add(link)
        found = get(link)
        if found is None:
            return entries, "a page of the answer could not be read"
        page = found
        entries += _list(page, "entry")
    return entries, f"the answer has more than {most} pages"


def _list(holder: Any, name: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return [one for one in found if isinstance(one, Mapping | str)] if isinstance(found, list) else []
