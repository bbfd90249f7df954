"""Language tags (BCP 47, RFC 5646 section 2.1): well-formed, and made of registered subtags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.terminology.answer import CodeAnswer
from harness.terminology.concepts import Predicate
from harness.terminology.data import words

_ALPHA = re.compile(r"[a-z]+\Z")
_VARIANT = re.compile(r"(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})\Z")
_REGION = re.compile(r"(?:[a-z]{2}|[0-9]{3})\Z")
_SUBTAG = re.compile(r"[a-z0-9]{1,8}\Z")
_PRIVATE_LANGUAGE = re.compile(r"q[a-t][a-z]\Z")
_PRIVATE_SCRIPT = re.compile(r"qa[ab][a-x]\Z")
_PRIVATE_REGION = re.compile(r"(?:q[m-z]|x[a-z])\Z")


@dataclass(frozen=True, slots=True)
class _Registry:
    languages: frozenset[str]
    extended: dict[str, str]
    scripts: frozenset[str]
    regions: frozenset[str]
    variants: frozenset[str]
    irregular: frozenset[str]


@lru_cache(maxsize=1)
def _registry() -> _Registry:
    def lower(member: str) -> frozenset[str]:
        return frozenset(word.lower() for word in words("languages", member))

    extended = dict(word.split(":") for word in words("languages", "extended"))
    return _Registry(lower("languages"), extended, lower("scripts"), lower("regions"), lower("variants"), lower("irregular"))


@lru_cache(maxsize=4096)
def fault(tag: str) -> str | None:
    """What is wrong with a language tag; None where nothing is."""
    registry = _registry()
    low = tag.lower()
    if low in registry.irregular:
        return None
    if not tag.isascii() or not all(_SUBTAG.match(part) for part in low.split("-")):
        return "a language tag is letters and digits in parts of one to eight, joined by hyphens"
    parts = low.split("-")
    if parts[0] == "x":
        return None if len(parts) > 1 else "'x-' is to be followed by a private tag"
    return _language(parts, registry) or _rest(parts, registry)


def _language(parts: list[str], registry: _Registry) -> str | None:
    first = parts.pop(0)
    if not _ALPHA.match(first) or len(first) == 1:
        return f"'{first}' is not a language: it begins with two or three letters"
    if first not in registry.languages and not _PRIVATE_LANGUAGE.match(first):
        return f"'{first}' is not a registered language" + (" (where ISO 639 has a code of two letters, that one is used)" if len(first) == 3 else "")
    for _ in range(3):
        if not parts or len(parts[0]) != 3 or not _ALPHA.match(parts[0]):
            break
        extended = parts.pop(0)
        if extended not in registry.extended:
            return f"'{extended}' is not a registered extended language"
        if registry.extended[extended] != first:
            return f"'{extended}' extends '{registry.extended[extended]}', not '{first}'"
    return None


def _rest(parts: list[str], registry: _Registry) -> str | None:
    if parts and len(parts[0]) == 4 and _ALPHA.match(parts[0]):
        script = parts.pop(0)
        if script not in registry.scripts and not _PRIVATE_SCRIPT.match(script):
            return f"'{script}' is not a registered script"
    if parts and _REGION.match(parts[0]):
        region = parts.pop(0)
        if region not in registry.regions and not _PRIVATE_REGION.match(region):
            return f"'{region.upper()}' is not a registered region"
    seen: set[str] = set()
    while parts and _VARIANT.match(parts[0]):
        variant = parts.pop(0)
        if variant in seen:
            return f"the variant '{variant}' stands twice"
        if variant not in registry.variants:
            return f"'{variant}' is not a registered variant"
        seen.add(variant)
    return _extensions(parts)


def _extensions(parts: list[str]) -> str | None:
    seen: set[str] = set()
    while parts:
        singleton = parts.pop(0)
        if len(singleton) != 1:
            return f"'{singleton}' stands where it cannot: the order is language, script, region, variants"
        if singleton in seen:
            return f"the extension '{singleton}' stands twice"
        seen.add(singleton)
        least = 1 if singleton == "x" else 2
        taken = 0
        while parts and len(parts[0]) >= least and (singleton == "x" or len(parts[0]) > 1):
            parts.pop(0)
            taken += 1
        if not taken:
            return f"nothing follows the extension '{singleton}'"
        if singleton == "x":
            return None
    return None


class Languages:
    """The code system ``urn:ietf:bcp:47``: more tags than can be listed, each decided by itself."""

    url = "urn:ietf:bcp:47"
    name = "BCP 47 language tags"
    version = ""
    status = "active"
    complete = True
    why = "the codes of BCP 47 are too many to list"
    case_sensitive = False
    codes = None

    def canonical(self, code: str) -> str:
        """The tag in lower case."""
        return code.lower()

    def answer(self, code: str) -> CodeAnswer:
        """Whether the tag is well-formed and registered."""
        wrong = fault(code)
        return CodeAnswer("yes") if wrong is None else CodeAnswer("no", wrong)

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """Filters on whether a part is there (``ext-lang``, ``script``, ``region``, ``variant`` exists) and on the language itself."""
        if operation == "exists" and name in ("script", "region", "variant", "ext-lang", "extension", "private-use"):
            return lambda tag: (name in _parts(tag)) is (value == "true")
        if operation == "=" and name in ("language", "script", "region"):
            return lambda tag: _parts(tag).get(name, "") == value.lower()
        return None


def _parts(tag: str) -> dict[str, str]:
    """The named parts of a tag."""
    found: dict[str, str] = {}
    for index, part in enumerate(tag.lower().split("-")):
        if index == 0:
            found["language"] = part
        elif len(part) == 1:
            found["private-use" if part == "x" else "extension"] = part
            break
        elif len(part) == 3 and part.isalpha():
            found["ext-lang"] = part
        elif len(part) == 4 and part.isalpha():
            found["script"] = part
        elif _REGION.match(part):
            found["region"] = part
        else:
            found["variant"] = part
    return found
