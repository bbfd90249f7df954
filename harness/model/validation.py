"""What a FHIR validator answers about one resource."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.issue import Issue, Severity


@dataclass(frozen=True, slots=True)
class Validation:
    """Issues in the order found, and what follows from them.

    ``valid`` is False with any error; None where there is no error but something that must hold could not be decided offline (``undetermined`` counts what);
    else True. ``fhir_version`` is what was judged by, ``resource_type`` what the outermost resource says it is (empty: nothing readable).
    """

    issues: tuple[Issue, ...]
    valid: bool | None
    undetermined: int = 0
    fhir_version: str = "4.0.1"
    resource_type: str = ""

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The fatal issues and errors."""
        return tuple(issue for issue in self.issues if issue.is_error)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The warnings."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.WARNING)

    def __bool__(self) -> bool:
        """True unless there is an error."""
        return self.valid is not False
