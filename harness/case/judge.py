"""What validation says of a message or an observation of a case: by the version of its format key and the packages of its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.validation.dispatch import validate
from harness.validation.options import Options

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.issue import Issue


def errors_of(case: Case, content: bytes, *, side: str = "creator", key: str = "") -> list[Issue]:
    """The errors of ``content``; ``key`` is its format key, the target endpoint's where none is given. Profiles are those that it declares itself."""
    name, _, rest = (key or case.link.endpoint.key).partition("/")
    version = rest.partition("/")[0] if name == "fhir" else ""
    options = Options(side=side, packages=case.link.place.packages, fhir_version=version)
    return [issue for issue in validate(content, options) if issue.is_error]
