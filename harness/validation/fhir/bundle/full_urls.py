"""Rules of ``Bundle.entry.fullUrl``: the identity of what stands in an entry."""

from __future__ import annotations

import re

from harness.model.issue import Severity
from harness.validation.fhir.bundle.entries import say
from harness.validation.fhir.judging import Judging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import form_of, known_types

_INTERACTIVE = ("transaction", "batch", "transaction-response", "batch-response")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CLAUSE = "fullUrl"


@rule("bundle-identity", "Bundle")
def bundle_identity(judging: Judging, value: Node, path: str) -> None:
    """A fullUrl is there where it must be, is absolute, and does not disagree with the resource."""
    kind = text(value, "type")
    for index, entry in objects(value, "entry"):
        where, url, resource = f"{path}.entry[{index}]", text(entry, "fullUrl"), entry.get("resource")
        if not isinstance(resource, dict):
            continue
        if not url:
            if "_fullUrl" not in entry and kind not in _INTERACTIVE and text(entry.get("search"), "mode") != "outcome":
                expected = "a fullUrl, except in transactions and batches"
                say(
                    judging,
                    where,
                    "an entry without fullUrl",
                    expected,
                    "absent",
                    _CLAUSE,
                    "101",
                    issue_type="required",
                    remedy="send the identity of the resource",
                )
            continue
        _form(judging, url, f"{where}.fullUrl")
        if (
            text(resource, "url") == url
            and "/StructureDefinition/v3-" not in url
            and not (form_of(url).kind == "restful" and form_of(url).id == text(resource, "id"))
        ):
            said = "a fullUrl that is the canonical URL of the resource, which no server holds there"
            say(judging, f"{where}.fullUrl", said, "where the resource is", url, _CLAUSE, remedy="send the URL the server has it at", opinion=True)
        created = text(entry.get("request"), "method") == "POST"
        _agrees(judging, url, resource, f"{where}.fullUrl", created)


def _form(judging: Judging, url: str, where: str) -> None:
    if not _SCHEME.match(url):
        say(judging, where, "a fullUrl that is not absolute", "an absolute URL, or urn:uuid: and a UUID", url, _CLAUSE, remedy="send the whole URL")


def _agrees(judging: Judging, url: str, resource: Node, where: str, created: bool) -> None:
    form, held_type, held_id = form_of(url), text(resource, "resourceType"), text(resource, "id")
    if form.kind != "restful" or form.version or not url.startswith(("http://", "https://")):
        # Absolute, but not of the RESTful form: only an id can disagree.
        last = url.rstrip("/").rpartition("/")[2]
        if held_id and form.kind == "absolute" and url.startswith(("http://", "https://")) and last != held_id:
            said = "a fullUrl that does not end in the id of the resource"
            say(judging, where, said, held_id, url, _CLAUSE, severity=Severity.WARNING, remedy="send the URL the resource has")
        return
    if form.type not in known_types(judging):
        if held_id and form.id != held_id:
            said = "a fullUrl that does not end in the id of the resource"
            say(judging, where, said, held_id, url, _CLAUSE, severity=Severity.WARNING, remedy="send the URL the resource has")
        return
    if held_type and form.type != held_type:
        named, held = f"{form.type}/{form.id}", f"{held_type}/{held_id}"
        say(judging, where, "a fullUrl names another resource than stands there", held, named, _CLAUSE, remedy="send the URL the resource has")
    elif not held_id:
        if not created:
            said = f"a fullUrl names the id {form.id}, and the resource has none"
            say(judging, where, said, f"id {form.id} in the resource", "no id", _CLAUSE, issue_type="invalid", remedy="send the id, or a urn:uuid as fullUrl")
    elif held_id != form.id:
        named, held = f"{form.type}/{form.id}", f"{held_type}/{held_id}"
        say(judging, where, "a fullUrl names another resource than stands there", held, named, _CLAUSE, remedy="send the URL the resource has")
