"""Rules of URIs wherever they stand: UUIDs and OIDs that are such, canonicals and namespaces that are absolute."""

from __future__ import annotations

import re
from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, objects, rule, text

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UPPER = re.compile(r"[A-F]")
# An OID below a root that nobody can be given: the reference validator wants four numbers.
_SHORT_OID = re.compile(r"\d+(?:\.\d+){0,2}")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_NESTED = re.compile(r"[eE]xtension(?:\[\d+\])?\.extension(?:\[\d+\])?$")
_URI_SYSTEM = "urn:ietf:rfc:3986"


@rule("uri", "uri")
def uri(judging: FhirJudging, value: Any, path: str) -> None:
    """What says it is a UUID or an OID is one."""
    if not isinstance(value, str) or not value.startswith(("urn:", "oid:", "uuid:")):
        return
    plain = value.partition("#")[0]
    if value.startswith(("oid:", "uuid:")):
        scheme = value.partition(":")[0]
        judging.tell("data/uri-without-urn", at=path, actual=value, scheme=scheme, value=value)
    elif value.startswith("urn:uuid:") and not _UUID.fullmatch(plain, 9):
        judging.tell("data/uuid-form", at=path, actual=value)
    elif value.startswith("urn:uuid:") and _UPPER.search(plain, 9):
        judging.tell("data/uuid-upper-case", at=path, expected=plain.lower(), actual=value)
    elif value.startswith("urn:oid:") and not _OID.fullmatch(plain, 8):
        judging.tell("data/oid-form", at=path, actual=value)
    elif value.startswith("urn:oid:") and _SHORT_OID.fullmatch(plain, 8):
        judging.tell("data/oid-short", at=path, actual=value)


@rule("canonical", "canonical")
def canonical(judging: FhirJudging, value: Any, path: str) -> None:
    """A canonical is absolute, or names something contained."""
    if not isinstance(value, str) or not value or _SCHEME.match(value):
        return
    if value.startswith("#"):
        if len(value) > 1 and not judging.references.look(value, path).found:
            judging.tell("data/canonical-not-contained", at=path, actual=value)
        return
    # Even examples of the specification write "Library/x" here; servers that resolve canonicals will not find it.
    judging.tell("data/canonical-relative", at=path, actual=value)


@rule("canonical-url", "DomainResource")
def canonical_url(judging: FhirJudging, value: Node, path: str) -> None:
    """The url that a definition is known by is absolute."""
    url = value.get("url")
    if isinstance(url, str) and url and not _SCHEME.match(url) and not url[0].isspace():
        judging.tell("data/definition-url-relative", at=f"{path}.url", actual=url)


@rule("identifier-namespace", "Identifier")
def identifier_namespace(judging: FhirJudging, value: Node, path: str) -> None:
    """The namespace of an identifier is an absolute URI; a value that is itself a URI is one."""
    system, held = text(value, "system"), text(value, "value")
    if system and not _SCHEME.match(system):
        judging.tell("data/identifier-system-relative", at=f"{path}.system", actual=system)
    if system == _URI_SYSTEM and held and not _SCHEME.match(held):
        judging.tell("data/identifier-value-no-uri", at=f"{path}.value", actual=held)


@rule("meta-profiles", "Meta")
def meta_profiles(judging: FhirJudging, value: Node, path: str) -> None:
    """A profile is claimed once."""
    held = value.get("profile")
    seen: set[str] = set()
    for index, one in enumerate(held if isinstance(held, list) else ()):
        if isinstance(one, str) and one in seen:
            judging.tell("data/profile-twice", at=f"{path}.profile[{index}]", actual=one)
        if isinstance(one, str):
            seen.add(one)
    for name in ("tag", "security"):
        labels: set[tuple[str, str]] = set()
        for index, coding in objects(value, name):
            label = (text(coding, "system"), text(coding, "code"))
            if label in labels and label[1]:
                judging.tell("data/label-twice", at=f"{path}.{name}[{index}]", actual=label[1], name=name)
            labels.add(label)


@rule("extension-url", "Extension")
def extension_url(judging: FhirJudging, value: Node, path: str) -> None:
    """The url of an extension is absolute, but for those inside an extension."""
    url = text(value, "url")
    if url and not _SCHEME.match(url) and not _NESTED.search(path):
        judging.tell("data/extension-url-relative", at=f"{path}.url", actual=url)
