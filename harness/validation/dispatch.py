"""Finds out what some bytes are and has the sub-package of that format family judge them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from harness.errors import FormatError
from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.validation.options import DEFAULT, Options


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
        return [unreadable(error, "format/unknown")]
    family = kind.partition("-")[0]
    if family not in families():
        return [Issue(Severity.FATAL, "format/unknown", f"nothing here judges {kind}", expected=" or ".join(families()), actual=kind)]
    found: list[Issue] = import_module(f"harness.validation.{family}").validate(data, options, kind=kind)
    return found


def unreadable(error: FormatError, code: str) -> Issue:
    """The fatal issue that stands for ``error``."""
    return Issue(Severity.FATAL, code, error.what, Location(path=error.where, offset=error.offset), expected=error.expected, remedy=error.do, error_code="100")
