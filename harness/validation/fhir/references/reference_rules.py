"""Rules of references: their form, what they lead to, and what they say of it."""

from __future__ import annotations

import re

from harness.validation.fhir.judging import FhirJudging, Node, rule, text
from harness.validation.fhir.references.lookup import Lookup, ReferenceForm, form_of, known_types

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")


@rule("reference", "Reference")
def reference(judging: FhirJudging, value: Node, path: str) -> None:
    """A reference has the form of one, says something, and leads to what it says."""
    target = text(value, "reference")
    if not target:
        if value and not any(key in value for key in ("reference", "_reference", "identifier", "display", "extension", "id")):
            judging.tell("references/says-nothing", at=path, actual="none of them")
        return
    form = form_of(target)
    where = f"{path}.reference"
    if spaced := len(target.split(None, 1)) != 1 or target[:1].isspace() or target[-1:].isspace():
        judging.tell("references/white-space", at=where, actual=target)
    lookup = judging.references.look(target, path)
    if not spaced and (form.kind == "other" or (form.kind == "conditional" and form.type not in known_types(judging))):
        # The reference validator asks this of a relative reference only where there is a Bundle to resolve it in.
        judging.tell("references/relative-form-outside-bundle" if lookup.bundle is None else "references/relative-form", at=where, actual=target)
    _type_exists(judging, form, where, target)
    if form.kind == "conditional":
        _conditional(judging, lookup, where)
        return
    _resolution(judging, lookup, value, path)


def _conditional(judging: FhirJudging, lookup: Lookup, where: str) -> None:
    """A search in place of a reference is for a server to resolve while it takes a transaction (R4 3.1.0.11.2)."""
    kind = text(lookup.bundle.node, "type") if lookup.bundle is not None else ""
    if kind and kind not in ("transaction", "batch"):
        judging.tell("references/search-in-bundle", at=where, actual=lookup.form.url, kind=kind)


def _type_exists(judging: FhirJudging, form: ReferenceForm, where: str, target: str) -> None:
    if form.kind in ("relative", "restful") and form.type not in known_types(judging):
        # Any URL may be referred to: only a relative one must be of the RESTful form.
        judging.tell("references/unknown-type-at-server" if form.kind == "restful" else "references/unknown-type", at=where, actual=target, type=form.type)


def _resolution(judging: FhirJudging, lookup: Lookup, value: Node, path: str) -> None:
    form, where = lookup.form, f"{path}.reference"
    if form.kind == "fragment" and not lookup.found:
        judging.tell("references/contained-missing", at=where, actual=form.url)
    if len(lookup.found) > 1:
        _ambiguous(judging, lookup, where)
    elif lookup.found:
        _mismatch(judging, lookup, where)
    elif lookup.bundle is not None:
        _not_in_bundle(judging, lookup, where)
    stated = text(value, "type")
    claimed = stated.removeprefix(_CORE)
    if claimed != stated and claimed in known_types(judging):
        judging.tell("references/type-is-url", at=f"{path}.type", expected=claimed, actual=stated)
    named = lookup.found[0].type_name if lookup.found else form.type
    if claimed and named and claimed != named and named in known_types(judging) and claimed in known_types(judging):
        judging.tell("references/type-differs", at=f"{path}.type", actual=claimed, claimed=claimed, named=named)


def _ambiguous(judging: FhirJudging, lookup: Lookup, where: str) -> None:
    places = ", ".join(one.path for one in lookup.found[:4])
    judging.tell("references/ambiguous", at=where, actual=f"{lookup.target or lookup.form.url}: {places}", count=len(lookup.found))


def _mismatch(judging: FhirJudging, lookup: Lookup, where: str) -> None:
    form, found = lookup.form, lookup.found[0]
    if form.type in known_types(judging) and found.type_name and found.type_name != form.type and found.kind != "contained":
        judging.tell("references/leads-to-other-type", at=where, actual=f"{found.path}: {found.type_name}", type=form.type, held=found.type_name)


def _not_in_bundle(judging: FhirJudging, lookup: Lookup, where: str) -> None:
    form, bundle = lookup.form, lookup.bundle
    kind = text(bundle.node, "type") if bundle is not None else ""
    if form.kind == "relative" and not lookup.source and kind in ("transaction", "batch") and ".resource" in where:
        judging.tell("references/no-full-url", at=where, actual=form.url)
    if form.kind == "urn" and form.url.startswith(("urn:uuid:", "urn:oid:")):
        # A message may name what its receiver holds; what a transaction names so can only be resolved within it.
        judging.tell(
            "references/entry-missing" if kind in ("transaction", "batch", "document") else "references/entry-missing-of-message", at=where, actual=form.url
        )
        if not (_UUID if form.url.startswith("urn:uuid:") else _OID).fullmatch(form.url):
            judging.tell("references/urn-form", at=where, actual=form.url)
    elif lookup.near and form.kind == "relative":
        # Documents and messages are whole: there the reference validator takes it for an error.
        judging.tell(
            "references/unmatched-in-document" if kind in ("document", "message") else "references/unmatched",
            at=where,
            expected=lookup.target or "a fullUrl to resolve it by",
            actual=", ".join(one.full_url or one.path for one in lookup.near[:4]),
            type=form.type,
            id=form.id,
            target=lookup.target or form.url,
        )
