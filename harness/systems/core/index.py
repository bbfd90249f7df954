"""What of a resource can be searched for: rows of (parameter, system, value) kept beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

Row = tuple[str, str, str]

ALIASES = {"subject": "patient", "for": "patient", "individual": "patient"}
TOKENS = frozenset({"identifier", "status", "code", "type", "class", "gender", "active", "_tag", "_security", "category", "deceased"})
STRINGS = frozenset({"family", "given", "name"})
DATES = frozenset({"birthdate"})
REFERENCES = {
    "patient": ("subject", "patient", "for"),
    "encounter": ("encounter", "context"),
    "focus": ("focus",),
    "based-on": ("basedOn",),
    "replaces": ("replaces",),
    "link": (),
}
PARAMETERS = TOKENS | STRINGS | DATES | REFERENCES.keys()


def fold(text: str) -> str:
    """Text as string search compares it: lower case, accents off."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def rows(resource: dict[str, Any]) -> list[Row]:
    """Every index row of ``resource``; parts of the wrong shape are passed over."""
    return [*_tokens(resource), *_names(resource), *_references(resource)]


def _many(value: Any) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, dict):
            yield each


def _tokens(resource: dict[str, Any]) -> Iterator[Row]:
    for identifier in _many(resource.get("identifier")):
        if isinstance(identifier.get("value"), str):
            yield "identifier", str(identifier.get("system", "")), identifier["value"]
    for plain in ("status", "gender"):
        if isinstance(resource.get(plain), str):
            yield plain, "", resource[plain]
    if isinstance(resource.get("active"), bool):
        yield "active", "", "true" if resource["active"] else "false"
    for param, elements in (("code", ("code", "medicationCodeableConcept")), ("type", ("type",)), ("category", ("category",))):
        for element in elements:
            for concept in _many(resource.get(element)):
                for coding in _many(concept.get("coding")):
                    yield param, str(coding.get("system", "")), str(coding.get("code", ""))
    for coding in _many(resource.get("class")):
        yield "class", str(coding.get("system", "")), str(coding.get("code", ""))
    for meta in _many(resource.get("meta")):
        for param in ("tag", "security"):
            for coding in _many(meta.get(param)):
                yield f"_{param}", str(coding.get("system", "")), str(coding.get("code", ""))
    if isinstance(resource.get("birthDate"), str):
        yield "birthdate", "", resource["birthDate"]
    if "deceasedDateTime" in resource or resource.get("deceasedBoolean") is True:
        yield "deceased", "", "true"


def _names(resource: dict[str, Any]) -> Iterator[Row]:
    if resource.get("resourceType") != "Patient":
        return
    for name in _many(resource.get("name")):
        family = name.get("family")
        given = [part for part in name.get("given") or () if isinstance(part, str)] if isinstance(name.get("given"), list) else []
        for param, parts in (("family", [family]), ("given", given), ("name", [family, *given])):
            for part in parts:
                if isinstance(part, str):
                    yield param, "", fold(part)


def _references(resource: dict[str, Any]) -> Iterator[Row]:
    for param, elements in REFERENCES.items():
        for element in elements:
            for reference in _many(resource.get(element)):
                if isinstance(reference.get("reference"), str):
                    yield param, "", reference["reference"]
