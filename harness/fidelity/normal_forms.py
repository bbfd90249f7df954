"""Normal forms: one small function each, giving the text by which two values of an item are held equal.

A normal form takes any value of a record (text, ``Coded`` or ``DELETED``) and returns text; equal texts mean the same content. It never
raises: a value that does not have the expected shape is compared as plain text, so that nonsense equals only the same nonsense.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final
from unicodedata import normalize

from harness.fidelity.clock import local_wall_clock
from harness.model.record import DELETED, Coded, Value
from harness.registry import Registry

NormalForm = Callable[[Value], str]
NORMAL_FORMS: Final[Registry[NormalForm]] = Registry("normal form")

# The labels of HL7 v2 table 0396 as ITK and its users write them, and the URI that FHIR uses for the same code system (ITK reference tables 1.0.14).
_CODE_SYSTEMS: Final = {
    "SNCT": "http://snomed.info/sct",
    "SCT": "http://snomed.info/sct",
    "SNM3": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "OPCS4": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4",
    "LN": "http://loinc.org",
    "RC": "http://read.info/readv2",
    "L": "https://exemplar-harness.example/fhir/CodeSystem/local",
}
_LINE_BREAK: Final = re.compile(r"\r\n?")
_TRUE: Final = frozenset({"Y", "YES", "TRUE", "1"})
_FALSE: Final = frozenset({"N", "NO", "FALSE", "0"})


def _form(name: str) -> Callable[[NormalForm], NormalForm]:
    return lambda function: NORMAL_FORMS.add(name, function)


def normal_form(name: str) -> NormalForm:
    """The normal form called ``name``; UnknownNameError lists what is known."""
    return NORMAL_FORMS.get(name)


def plain(value: Value) -> str:
    """A value as text: its code (or text) where coded, empty where deleted."""
    return "" if value is DELETED else str(value)


@_form("exact")
def exact(value: Value) -> str:
    """Every character counts; only Unicode composition (NFC), white space at the ends and how a line break is written are evened out.

    HL7 v2 writes a break as ``\\.br\\``, which names no character: LF, CR and CR LF all stand for it.
    """
    return _LINE_BREAK.sub("\n", normalize("NFC", plain(value))).strip()


@_form("unit")
def unit(value: Value) -> str:
    """A UCUM code, as exact: ``mg`` is not ``Mg``."""
    return exact(value)


@_form("text")
def text(value: Value) -> str:
    """As exact, with runs of white space held equal to one space and none at the ends. Case counts."""
    return " ".join(exact(value).split())


@_form("name")
def name(value: Value) -> str:
    """A person's name, as exact. Case, accents, apostrophes and hyphens count; folding case is another form, to be declared."""
    return exact(value)


@_form("upper")
def upper(value: Value) -> str:
    """As text, with case folded: only for items that declare it."""
    return text(value).upper()


@_form("date")
def date(value: Value) -> str:
    """``YYYY-MM-DD`` from that, ``YYYYMMDD`` or a date-time; never converted between time zones."""
    found = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?\d.*)?", text(value))
    return "-".join(found.groups()) if found else text(value)


@_form("date-time")
def date_time(value: Value) -> str:
    """Local wall clock ``YYYY-MM-DDTHH:MM:SS``, absent seconds being 00; a date alone stays a date: it does not mean midnight."""
    return local_wall_clock(text(value))


@_form("time")
def time(value: Value) -> str:
    """``HH:MM:SS`` from ``HH:MM``, ``HHMM`` or with seconds."""
    found = re.fullmatch(r"(\d{2}):?(\d{2})(?::?(\d{2}))?", text(value))
    return f"{found[1]}:{found[2]}:{found[3] or '00'}" if found else text(value)


@_form("code")
def code(value: Value) -> str:
    """The code alone: case and leading zeros count, the code system does not."""
    return exact(value)


@_form("coded")
def coded(value: Value) -> str:
    """``system|code``, a v2 label standing for its URI; the code's case counts. Without a code, the text."""
    if not isinstance(value, Coded):
        return exact(value)
    if not value.code:
        return f"text:{text(value.text)}"
    system = _CODE_SYSTEMS.get(value.system, value.system)
    return f"{system}|{value.code.strip()}" if system else value.code.strip()


@_form("nhs-number")
def nhs_number(value: Value) -> str:
    """A number written with or without spaces and hyphens ; leading zeros count."""
    return re.sub(r"[\s-]+", "", plain(value))


@_form("decimal")
def decimal(value: Value) -> str:
    """A number with the digits held: ``1.50`` is not ``1.5`` to a laboratory; ``1E+2`` and ``100`` are alike. What is not a number is text."""
    try:
        number = Decimal(text(value))
    except InvalidOperation:
        return text(value)
    return text(value) if not number.is_finite() else f"{number:f}"


def same_number(one: Value, other: Value) -> bool:
    """Equal in value, whatever digits are held (``1.50`` and ``1.5``)."""
    try:
        return Decimal(text(one)) == Decimal(text(other))
    except InvalidOperation:
        return False


@_form("telephone")
def telephone(value: Value) -> str:
    """A UK number however spaced, +44 and 0044 being 0; an e-mail address in the same item is compared as one."""
    if "@" in plain(value):
        return email(value)
    bare = re.sub(r"[\s().-]+", "", plain(value).replace("(0)", ""))
    return re.sub(r"^(?:\+44|0044)0?", "0", bare)


@_form("email")
def email(value: Value) -> str:
    """The domain's case is ignored, the mailbox's is not."""
    mailbox, at, domain = exact(value).rpartition("@")
    return mailbox + at + domain.lower()


@_form("postcode")
def postcode(value: Value) -> str:
    """Upper case, without spaces."""
    return re.sub(r"\s+", "", plain(value)).upper()


@_form("yes-no")
def yes_no(value: Value) -> str:
    """Y or N from the usual spellings, in any case."""
    word = text(value).upper()
    return "Y" if word in _TRUE else "N" if word in _FALSE else word
