"""Code systems that a grammar or a short well-kept list decides: media types, countries, currencies, time zones, URIs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from harness.terminology.answer import CodeAnswer
from harness.terminology.concepts import Concept, Predicate
from harness.terminology.data import words
from harness.terminology.patterns import full_match

_TOP = frozenset({"application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text", "video"})
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_PARAMETER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
# Values without quotes are taken as they come: a URL as a parameter (of a canonical form that is signed) is common, and RFC 2045 alone forbids it.
_MEDIA = re.compile(rf"({_NAME})/({_NAME}|\*)((?:\s*;\s*{_PARAMETER}=(?:[^\s;\"]+|\"[^\"]*\"))*)\s*;?\s*\Z")
_URI = re.compile(r"[^\s<>\"{}|\\^`]+\Z")


def media_fault(code: str) -> str | None:
    """What is wrong with a media type (RFC 6838, parameters as RFC 2045); None where nothing is."""
    found = _MEDIA.match(code) if len(code) < 1000 else None
    if found is None:
        return "a media type is type/subtype (text/plain), with parameters after semicolons"
    top = found.group(1).lower()
    if top not in _TOP and not top.startswith("x-"):
        return f"'{top}' is not a registered kind of media ({', '.join(sorted(_TOP - {'example'}))})"
    return None


def uri_fault(code: str) -> str | None:
    """What is wrong with a URI or a relative reference (RFC 3986 4.1); None where nothing is."""
    return None if _URI.match(code) else "a URI holds no space and none of <>{}|^`"


class CodeGrammar:
    """A code system that a function decides code by code; its codes cannot be listed. ``fault`` says what is wrong with a code."""

    status = "active"
    complete = True
    codes: Mapping[str, Concept] | None = None

    def __init__(self, url: str, name: str, fault: Callable[[str], str | None], *, case_sensitive: bool = True) -> None:
        self.url = url
        self.name = name
        self.version = ""
        self.case_sensitive = case_sensitive
        self.why = f"the codes of {name} cannot be listed"
        self._fault = fault

    def canonical(self, code: str) -> str:
        """The code as it is compared."""
        return code if self.case_sensitive else code.lower()

    def answer(self, code: str) -> CodeAnswer:
        """Whether the grammar takes the code."""
        wrong = self._fault(code)
        return CodeAnswer("yes") if wrong is None else CodeAnswer("no", wrong)

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """A regular expression or a list over the codes themselves; no other property is known."""
        if name not in ("code", "concept"):
            return None
        if operation == "regex":
            return full_match(value)
        if operation == "=":
            return lambda code: self.canonical(code) == self.canonical(value)
        if operation in ("in", "not-in"):
            wanted = {self.canonical(part.strip()) for part in value.split(",")}
            return lambda code: (self.canonical(code) in wanted) is (operation == "in")
        return None


class Listed(CodeGrammar):
    """A code system whose codes are a short list; ``earlier`` are codes that were withdrawn."""

    def __init__(self, url: str, name: str, load: Callable[[], tuple[frozenset[str], frozenset[str]]], *, case_sensitive: bool = True) -> None:
        super().__init__(
            url, name, lambda code: None if self.canonical(code) in self._concepts else f"{name} has no code '{code}'", case_sensitive=case_sensitive
        )
        self._load = load

    @cached_property
    def _concepts(self) -> Mapping[str, Concept]:
        now, earlier = self._load()
        return {self.canonical(code): Concept(code, (), (), (), code in earlier, False) for code in sorted(now | earlier)}

    @property
    def codes(self) -> Mapping[str, Concept]:  # type: ignore[override]
        """Every code."""
        return self._concepts

    def answer(self, code: str) -> CodeAnswer:
        """Whether the code is on the list."""
        found = self._concepts.get(self.canonical(code))
        return found.answer() if found else CodeAnswer("no", f"{self.name} has no code '{code}'")


def _countries() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(part for word in words("countries", "countries") for part in word.split("/")), frozenset()


def _subdivisions() -> tuple[frozenset[str], frozenset[str]]:
    pairs = (word.split(":") for word in words("countries", "subdivisions"))
    return frozenset(f"{country}-{part}" for country, parts in pairs for part in parts.split(",")), frozenset()


def _currencies() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(words("currencies", "current")), frozenset(words("currencies", "earlier"))


def _zones() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(words("time-zones", "zones")), frozenset()


@lru_cache(maxsize=1)
def grammars() -> tuple[CodeGrammar, ...]:
    """Every system of this module."""
    return (
        CodeGrammar("urn:ietf:bcp:13", "media types", media_fault, case_sensitive=False),
        CodeGrammar("urn:ietf:rfc:3986", "URIs", uri_fault),
        Listed("urn:iso:std:iso:3166", "ISO 3166-1", _countries),
        Listed("urn:iso:std:iso:3166:-2", "ISO 3166-2", _subdivisions),
        Listed("urn:iso:std:iso:4217", "ISO 4217", _currencies),
        Listed("https://www.iana.org/time-zones", "the time zone database", _zones),
    )
