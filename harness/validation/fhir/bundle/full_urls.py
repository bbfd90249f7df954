"""Rules of ``Bundle.entry.fullUrl``: the identity of what stands in an entry."""

from __future__ import annotations

import re

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text
from harness.validation.fhir.references.lookup import form_of, known_types

_INTERACTIVE = ("transaction", "batch", "transaction-response", "batch-response")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


@rule("bundle-identity", "Bundle")
def bundle_identity(judging: FhirJudging, value: Node, path: str) -> None:
    """A fullUrl is there where it must be, is absolute, and does not disagree with the resource."""
    kind = text(value, "type")
    for index, entry in objects(value, "entry"):
        where, url, resource = f"{path}.entry[{index}]", text(entry, "fullUrl"), entry.get("resource")
        if not isinstance(resource, dict):
            continue
        if not url:
            if "_fullUrl" not in entry and kind not in _INTERACTIVE and text(entry.get("search"), "mode") != "outcome":
                judging.tell("bundle/full-url-missing", at=where, actual="absent")
            continue
        _form(judging, url, f"{where}.fullUrl")
        if (
            text(resource, "url") == url
            and "/StructureDefinition/v3-" not in url
            and not (form_of(url).kind == "restful" and form_of(url).id == text(resource, "id"))
        ):
            judging.tell("bundle/full-url-canonical", at=f"{where}.fullUrl", actual=url)
        created = text(entry.get("request"), "method") == "POST"
        _agrees(judging, url, resource, f"{where}.fullUrl", created)


def _form(judging: FhirJudging, url: str, where: str) -> None:
    if not _SCHEME.match(url):
        judging.tell("bundle/full-url-relative", at=where, actual=url)


def _agrees(judging: FhirJudging, url: str, resource: Node, where: str, created: bool) -> None:
    form, held_type, held_id = form_of(url), text(resource, "resourceType"), text(resource, "id")
    if form.kind != "restful" or form.version or not url.startswith(("http://", "https://")):
        # Absolute, but not of the RESTful form: only an id can disagree.
        last = url.rstrip("/").rpartition("/")[2]
        if held_id and form.kind == "absolute" and url.startswith(("http://", "https://")) and last != held_id:
            judging.tell("bundle/full-url-other-ending", at=where, expected=held_id, actual=url)
        return
    if form.type not in known_types(judging):
        if held_id and form.id != held_id:
            judging.tell("bundle/full-url-other-ending", at=where, expected=held_id, actual=url)
        return
    if held_type and form.type != held_type:
        named, held = f"{form.type}/{form.id}", f"{held_type}/{held_id}"
        judging.tell("bundle/full-url-other-resource", at=where, expected=held, actual=named)
    elif not held_id:
        if not created:
            judging.tell("bundle/full-url-without-id", at=where, actual="no id", id=form.id)
    elif held_id != form.id:
        named, held = f"{form.type}/{form.id}", f"{held_type}/{held_id}"
        judging.tell("bundle/full-url-other-resource", at=where, expected=held, actual=named)
