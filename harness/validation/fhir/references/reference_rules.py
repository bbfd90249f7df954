"""Rules of references: their form, what they lead to, and what they say of it."""

from __future__ import annotations

import re

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, rule, text
from harness.validation.fhir.references.lookup import Lookup, ReferenceForm, form_of, known_types

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")


@rule("reference", "Reference")
def reference(judging: Judging, value: Node, path: str) -> None:
    """A reference has the form of one, says something, and leads to what it says."""
    target = text(value, "reference")
    if not target:
        if value and not any(key in value for key in ("reference", "_reference", "identifier", "display", "extension", "id")):
            _say(judging, path, "a reference that says nothing", "reference, identifier or display", "none of them", "", "required")
        return
    form = form_of(target)
    where = f"{path}.reference"
    if spaced := len(target.split(None, 1)) != 1 or target[:1].isspace() or target[-1:].isspace():
        _say(judging, where, "a reference is not a URL: it holds white space", "a URL, or type and id", target, "write spaces as %20", "invalid")
    lookup = judging.references.look(target, path)
    # The reference validator asks this of a relative reference only where there is a Bundle to resolve it in.
    severity = Severity.WARNING if lookup.bundle is None and "hl7-validator" in judging.options.rules else Severity.ERROR
    if not spaced and (form.kind == "other" or (form.kind == "conditional" and form.type not in known_types(judging))):
        said, remedy = "a relative reference is not a type and an id", "write the type, a slash and the id"
        _say(judging, where, said, "Type/id", target, remedy, "invalid", severity=severity)
    _type_exists(judging, form, where, target)
    if form.kind == "conditional":
        _conditional(judging, lookup, where)
        return
    _resolution(judging, lookup, value, path)


def _conditional(judging: Judging, lookup: Lookup, where: str) -> None:
    """A search in place of a reference is for a server to resolve while it takes a transaction (R4 3.1.0.11.2)."""
    kind = text(lookup.bundle.node, "type") if lookup.bundle is not None else ""
    if kind and kind not in ("transaction", "batch"):
        judging.say(
            Severity.ERROR,
            "fhir/reference",
            f"a search stands in place of a reference, in a Bundle that is a {kind}",
            where,
            expected="Type/id",
            actual=lookup.form.url,
            clause="FHIR R4 http, conditional references",
            remedy="refer to the resource itself",
            issue_type="invalid",
            opinion=True,
        )


def _type_exists(judging: Judging, form: ReferenceForm, where: str, target: str) -> None:
    if form.kind in ("relative", "restful") and form.type not in known_types(judging):
        # Any URL may be referred to: only a relative one must be of the RESTful form.
        judging.say(
            Severity.WARNING if "hl7-validator" in judging.options.rules else Severity.ERROR,
            "fhir/reference",
            f"there is no resource type {form.type}",
            where,
            expected="a resource type of FHIR",
            actual=target,
            clause="FHIR R4 References",
            remedy="name the type of the resource referred to",
            issue_type="invalid",
            opinion=form.kind == "restful",
        )


def _resolution(judging: Judging, lookup: Lookup, value: Node, path: str) -> None:
    form, where = lookup.form, f"{path}.reference"
    if form.kind == "fragment" and not lookup.found:
        said = "a reference to a contained resource that is not there"
        _say(judging, where, said, "the id of a contained resource", form.url, "contain it, or refer to it elsewhere", "invariant", "ref-1")
    if len(lookup.found) > 1:
        _ambiguous(judging, lookup, where)
    elif lookup.found:
        _mismatch(judging, lookup, where)
    elif lookup.bundle is not None:
        _not_in_bundle(judging, lookup, where)
    stated = text(value, "type")
    claimed = stated.removeprefix(_CORE)
    if claimed != stated and claimed in known_types(judging):
        said = "the type of a reference is written as a URL, which only logical models have"
        _say(judging, f"{path}.type", said, claimed, stated, "send the name of the type", "value", "Reference.type")
    named = lookup.found[0].type_name if lookup.found else form.type
    if claimed and named and claimed != named and named in known_types(judging) and claimed in known_types(judging):
        _say(judging, f"{path}.type", f"a reference says it is to {claimed}, and is to {named}", named, claimed, "send the type it leads to", "invalid")


def _ambiguous(judging: Judging, lookup: Lookup, where: str) -> None:
    places = ", ".join(one.path for one in lookup.found[:4])
    said = f"a reference that {len(lookup.found)} resources answer to"
    _say(judging, where, said, "one resource", f"{lookup.target or lookup.form.url}: {places}", "give every resource its own identity", "invalid")


def _mismatch(judging: Judging, lookup: Lookup, where: str) -> None:
    form, found = lookup.form, lookup.found[0]
    if form.type in known_types(judging) and found.type_name and found.type_name != form.type and found.kind != "contained":
        said = f"a reference to {form.type} leads to {found.type_name}"
        _say(judging, where, said, form.type, f"{found.path}: {found.type_name}", "name the type of the resource that stands there", "invalid")


def _not_in_bundle(judging: Judging, lookup: Lookup, where: str) -> None:
    form, bundle = lookup.form, lookup.bundle
    kind = text(bundle.node, "type") if bundle is not None else ""
    if form.kind == "relative" and not lookup.source and kind in ("transaction", "batch") and ".resource" in where:
        judging.say(
            Severity.ERROR,
            "fhir/reference",
            "a relative reference in an entry without fullUrl: there is nothing to resolve it by",
            where,
            expected="fullUrl in the entry, or an absolute reference",
            actual=form.url,
            clause="FHIR R4 Bundle, resolving references",
            remedy="send the fullUrl of the entry",
            issue_type="required",
            opinion=True,
        )
    if form.kind == "urn" and form.url.startswith(("urn:uuid:", "urn:oid:")):
        # A message may name what its receiver holds; what a transaction names so can only be resolved within it.
        judging.say(
            Severity.ERROR if kind in ("transaction", "batch", "document") and "hl7-validator" not in judging.options.rules else Severity.WARNING,
            "fhir/reference",
            "a reference into the Bundle that no entry answers to",
            where,
            expected="the fullUrl of an entry",
            actual=form.url,
            clause="FHIR R4 Bundle, resolving references",
            remedy="add the entry, or refer to it by identifier",
            error_code="204",
            issue_type="not-found",
        )
        if not (_UUID if form.url.startswith("urn:uuid:") else _OID).fullmatch(form.url):
            judging.say(
                Severity.WARNING,
                "fhir/reference",
                "a reference does not have the form its scheme asks for",
                where,
                expected="urn:uuid: and a UUID, or urn:oid: and an OID",
                actual=form.url,
                clause="RFC 4122, RFC 3061",
                remedy="check that nothing is missing",
                issue_type="value",
            )
    elif lookup.near and form.kind == "relative":
        # Documents and messages are whole: there the reference validator takes it for an error.
        strict = kind in ("document", "message") and "hl7-validator" in judging.options.rules
        judging.say(
            Severity.ERROR if strict else Severity.WARNING,
            "fhir/reference-unmatched",
            f"entries hold {form.type}/{form.id}, but by the rules of Bundles the reference does not lead to them: it means {lookup.target or form.url}",
            where,
            expected=lookup.target or "a fullUrl to resolve it by",
            actual=", ".join(one.full_url or one.path for one in lookup.near[:4]),
            clause="FHIR R4 Bundle, resolving references",
            remedy="refer by the fullUrl of the entry, or give both entries the same base",
            issue_type="invalid",
        )


def _say(
    judging: Judging,
    path: str,
    message: str,
    expected: str,
    actual: str,
    remedy: str,
    issue_type: str,
    clause: str = "References",
    *,
    severity: Severity = Severity.ERROR,
) -> None:
    judging.say(
        severity,
        "fhir/reference",
        message,
        path,
        expected=expected,
        actual=actual,
        clause=clause if clause.startswith("ref-") else f"FHIR R4 {clause}",
        remedy=remedy,
        issue_type=issue_type,
    )
