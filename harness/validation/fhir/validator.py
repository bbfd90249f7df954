"""The FHIR validator as Python programs use it: made once, asked often, shared between threads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.location import Location
from harness.model.validation import Validation
from harness.validation.fhir.engine import Engine, engine_of
from harness.validation.options import DEFAULT, Options
from harness.validation.wording import remarked, told

if TYPE_CHECKING:
    from harness.catalogue.fhir import Definitions
    from harness.model.remark import Remark

_STU3 = re.compile(rb"""(?:"profile"\s*:\s*\[?\s*"|<profile\s+value=")[^"]*/STU3/""")
_DEEPEST = 100


class Validator:
    """Judges R4 and STU3 resources by the base definitions, by the profiles they claim or are held to, and by national rules.

    ``packages`` are names of the package cache (``fhir.r4.ukcore#2.0.0``), folders or ``.tgz`` files; ``fhir_version`` is 4.0.1 or 3.0.2;
    ``options`` says the rest (its packages and version give way to those given here). Raises HarnessError for packages or versions that cannot be had.
    """

    def __init__(
        self, packages: Iterable[str] = (), fhir_version: str = "4.0.1", *, options: Options = DEFAULT, definitions: Definitions | None = None
    ) -> None:
        if definitions is None:
            from harness.catalogue.fhir import definitions as known

            definitions = known(fhir_version, tuple(packages))
        self.options = options
        self._engine = engine_of(definitions, options.rules, options.strict or "hl7-validator" in options.rules)

    @property
    def fhir_version(self) -> str:
        """What is judged by: 4.0.1 or 3.0.2."""
        return self._engine.definitions.version

    @property
    def definitions(self) -> Definitions:
        """The definitions judged by."""
        return self._engine.definitions

    @property
    def engine(self) -> Engine:
        """What is kept between documents."""
        return self._engine

    def with_resources(self, resources: Iterable[Mapping[str, Any]]) -> Validator:
        """This validator with a few more definitions (profiles, value sets, questionnaires …) on top. Cheap."""
        made = object.__new__(Validator)
        made.options = self.options
        below = self._engine
        made._engine = Engine(below.definitions.with_resources(resources), below.rule_sets, below.best_practice, below)
        return made

    def validate(self, source: bytes | Mapping[str, Any], profile: str | None = None, *, kind: str = "") -> Validation:
        """Judge one resource: JSON or XML bytes, or the dict of its JSON. ``profile`` is a canonical to hold the outermost resource to as well.

        ``kind`` is ``fhir-json`` or ``fhir-xml`` where that is known. Never raises on content.
        """
        from harness.validation.fhir.document import judge

        asked = profile if profile is not None else self.options.profile if ":" in self.options.profile else ""
        found: list[Issue] = []
        try:
            kind = (kind or _kind(source)) if isinstance(source, bytes) else ""
            tree = self._read(source, kind, found)
        except FormatError as error:
            place = Location(error.where, offset=error.offset)
            issue = told("format/fhir-unreadable", at=place, expected=error.expected, remedy=error.do, what=error.what)
            return Validation((issue,), False, 0, self.fhir_version)
        data = source if isinstance(source, bytes) else b""
        issues, undetermined = judge(tree, self.options, self._engine, data=data, kind=kind, profiles=(asked,) if asked else (), found=tuple(found))
        valid = False if any(issue.is_error for issue in issues) else None if undetermined else True
        name = tree.get("resourceType")
        return Validation(tuple(issues), valid, undetermined, self.fhir_version, name if isinstance(name, str) else "")

    def read(self, source: bytes | Mapping[str, Any]) -> dict[str, Any]:
        """The tree of a resource as JSON has it, from JSON or XML bytes or from a dict. FormatError where it cannot be read."""
        return self._read(source, _kind(source) if isinstance(source, bytes) else "", [])

    def _read(self, source: bytes | Mapping[str, Any], kind: str, found: list[Issue]) -> dict[str, Any]:
        if not isinstance(source, bytes):
            return _checked(source)
        if kind == "fhir-xml":
            from harness.catalogue import catalogue
            from harness.formats.fhir.xml import parse_xml

            remarks: list[Remark] = []
            tree = parse_xml(source, catalogue().fhir_facts(self.fhir_version), remarks=remarks)
            found += [remarked(remark) for remark in remarks]
            return tree
        from harness.formats.fhir import parse_json

        return parse_json(source)


def version_of(data: bytes, options: Options) -> str:
    """The FHIR version to judge by: as the options say, else as a claimed profile's url says, else 4.0.1."""
    return options.fhir_version or ("3.0.2" if b"/STU3/" in data and _STU3.search(data) else "4.0.1")


def _kind(data: bytes) -> str:
    return "fhir-xml" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" else "fhir-json"


def _checked(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree as a dict, refused where it is nested too deep to be judged. Raises FormatError."""
    if not isinstance(tree, dict):
        raise FormatError("the resource is not an object", where="tree", expected="a dict or bytes")
    level: list[Any] = [tree]
    for _ in range(_DEEPEST):
        level = [value for one in level for value in (one.values() if isinstance(one, dict) else one) if isinstance(value, dict | list)]
        if not level:
            return tree
    raise FormatError(f"nested deeper than {_DEEPEST}", where="tree", expected=f"at most {_DEEPEST} levels")
