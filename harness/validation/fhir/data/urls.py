"""Rules of URIs wherever they stand: UUIDs and OIDs that are such, canonicals and namespaces that are absolute."""

from __future__ import annotations

import re
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, objects, rule, text

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UPPER = re.compile(r"[A-F]")
# An OID below a root that nobody can be given: the reference validator wants four numbers.
_SHORT_OID = re.compile(r"\d+(?:\.\d+){0,2}")
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_NESTED = re.compile(r"[eE]xtension(?:\[\d+\])?\.extension(?:\[\d+\])?$")
_URI_SYSTEM = "urn:ietf:rfc:3986"
_UUID_PAGES = ("https://tools.ietf.org/html/rfc4122", "http://tools.ietf.org/html/rfc4122", "urn:ietf:rfc:4122")


@rule("uri", "uri")
def uri(judging: Judging, value: Any, path: str) -> None:
    """What says it is a UUID or an OID is one."""
    if not isinstance(value, str) or not value.startswith(("urn:", "oid:", "uuid:")):
        return
    plain = value.partition("#")[0]
    if value.startswith(("oid:", "uuid:")):
        scheme = value.partition(":")[0]
        _say(judging, path, f"a URI that begins with {scheme}: and not urn:{scheme}:", f"urn:{value}", value, "RFC 3986", "write urn: before it", opinion=True)
    elif value.startswith("urn:uuid:") and not _UUID.fullmatch(plain, 9):
        _say(judging, path, "a urn:uuid: that is not followed by a UUID", "urn:uuid: and 36 characters", value, "FHIR R4 uri, RFC 4122", "send a UUID")
    elif value.startswith("urn:uuid:") and _UPPER.search(plain, 9):
        _say(judging, path, "a UUID in upper case", plain.lower(), value, "FHIR R4 uri", "write UUIDs in lower case, so that they can be compared")
    elif value.startswith("urn:oid:") and not _OID.fullmatch(plain, 8):
        _say(judging, path, "a urn:oid: that is not followed by an OID", "urn:oid: and numbers with dots", value, "FHIR R4 uri, RFC 3061", "send an OID")
    elif value.startswith("urn:oid:") and _SHORT_OID.fullmatch(plain, 8):
        _say(judging, path, "an OID too short to name anything", "four numbers or more", value, "FHIR R4 uri", "send the whole OID", opinion=True)


@rule("canonical", "canonical")
def canonical(judging: Judging, value: Any, path: str) -> None:
    """A canonical is absolute, or names something contained."""
    if not isinstance(value, str) or not value or _SCHEME.match(value):
        return
    if value.startswith("#"):
        if len(value) > 1 and not judging.references.look(value, path).found:
            said = "a canonical names a contained resource that is not there"
            _say(judging, path, said, "the id of a contained resource", value, "FHIR R4 canonical", "contain it, or name the canonical URL")
        return
    # Even examples of the specification write "Library/x" here; servers that resolve canonicals will not find it.
    severity = Severity.ERROR if "hl7-validator" in judging.options.rules else Severity.WARNING
    remedy = "send the canonical URL of what is meant"
    _say(judging, path, "a canonical that is not absolute", "an absolute URL", value, "FHIR R4 canonical", remedy, severity=severity)


@rule("canonical-url", "DomainResource")
def canonical_url(judging: Judging, value: Node, path: str) -> None:
    """The url that a definition is known by is absolute."""
    url = value.get("url")
    if isinstance(url, str) and url and not _SCHEME.match(url) and not url[0].isspace():
        severity = Severity.ERROR if "hl7-validator" in judging.options.rules else Severity.WARNING
        said, remedy = "the url of a definition is not absolute", "send the whole canonical URL"
        _say(judging, f"{path}.url", said, "an absolute URL", url, "FHIR R4 canonical", remedy, severity=severity)


@rule("identifier-namespace", "Identifier")
def identifier_namespace(judging: Judging, value: Node, path: str) -> None:
    """The namespace of an identifier is an absolute URI; a value that is itself a URI is one."""
    system, held = text(value, "system"), text(value, "value")
    if system and not _SCHEME.match(system):
        strict = "hl7-validator" in judging.options.rules
        said = "the system of an identifier is not absolute"
        severity = Severity.ERROR if strict else Severity.WARNING
        _say(judging, f"{path}.system", said, "an absolute URI", system, "FHIR R4 Identifier", "send the whole URI of the namespace", severity=severity)
    if system == _URI_SYSTEM and held and not _SCHEME.match(held):
        said = "the value of an identifier is not the URI that its system says it is"
        expected = "urn:uuid: and a UUID, urn:oid: and an OID, or a URL"
        _say(judging, f"{path}.value", said, expected, held, "FHIR R4 Identifier", "write it as a URI: a UUID after urn:uuid:, an OID after urn:oid:")


@rule("identifier-uuid", "Identifier", rule_set="hl7-validator")
def identifier_uuid(judging: Judging, value: Node, path: str) -> None:
    """A UUID is written as a URI, not in the namespace of the page that says what UUIDs are."""
    system, held = text(value, "system"), text(value, "value")
    if system in _UUID_PAGES and _UUID.fullmatch(held):
        said = "a UUID in a namespace that is the page about UUIDs"
        expected = f"urn:uuid:{held} of {_URI_SYSTEM}"
        remedy = "write urn:uuid: before it and use that system"
        _say(judging, path, said, expected, system, "FHIR R4 Identifier", remedy, severity=Severity.WARNING, opinion=True)


@rule("meta-profiles", "Meta")
def meta_profiles(judging: Judging, value: Node, path: str) -> None:
    """A profile is claimed once."""
    held = value.get("profile")
    seen: set[str] = set()
    for index, one in enumerate(held if isinstance(held, list) else ()):
        if isinstance(one, str) and one in seen:
            said = "a profile is claimed twice"
            _say(judging, f"{path}.profile[{index}]", said, "every profile once", one, "FHIR R4 Meta", "keep one", severity=Severity.WARNING)
        if isinstance(one, str):
            seen.add(one)
    for name in ("tag", "security"):
        labels: set[tuple[str, str]] = set()
        for index, coding in objects(value, name):
            label = (text(coding, "system"), text(coding, "code"))
            if label in labels and label[1]:
                said = f"a {name} stands twice"
                _say(judging, f"{path}.{name}[{index}]", said, "every one once", label[1], "FHIR R4 Meta", "keep one", severity=Severity.WARNING, opinion=True)
            labels.add(label)


@rule("extension-url", "Extension")
def extension_url(judging: Judging, value: Node, path: str) -> None:
    """The url of an extension is absolute, but for those inside an extension."""
    url = text(value, "url")
    if url and not _SCHEME.match(url) and not _NESTED.search(path):
        said = "the url of an extension is not absolute: nobody can find its definition"
        _say(judging, f"{path}.url", said, "an absolute URL", url, "FHIR R4 Extensibility", "send the URL of the definition")


def _say(
    judging: Judging,
    path: str,
    message: str,
    expected: str,
    actual: str,
    clause: str,
    remedy: str,
    *,
    severity: Severity = Severity.ERROR,
    opinion: bool = False,
) -> None:
    judging.say(severity, "fhir/url", message, path, expected=expected, actual=actual, clause=clause, remedy=remedy, issue_type="invalid", opinion=opinion)
