"""Finds out what some bytes are and has the sub-package of that format family judge them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.location import Location
from harness.validation.options import DEFAULT, Options
from harness.validation.wording import told


@cache
def families() -> tuple[str, ...]:
    """The format families that can be judged: the sub-packages of this room."""
    from harness import validation

    return tuple(sorted(module.name for module in iter_modules(validation.__path__) if module.ispkg))


def validate(data: bytes, options: Options = DEFAULT, name: str = "") -> list[Issue]:
    """Issues of ``data``, in the order found; ``name`` (a file name) may help to tell the format. Never raises on content."""
    from harness.formats.detect import detect

    try:
        kind = detect(data, name)
    except FormatError as error:
        return [told("format/unknown", at=Location(error.where, offset=error.offset), expected=error.expected, remedy=error.do, what=error.what)]
    family = kind.partition("-")[0]
    if family not in families():
        return [told("format/unjudged", at=Location(), expected=" or ".join(families()), actual=kind, kind=kind)]
    found: list[Issue] = import_module(f"harness.validation.{family}").validate(data, options, kind=kind)
    return found
