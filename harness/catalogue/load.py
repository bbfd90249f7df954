"""YAML files read strictly: text stays text, every key once, every file against its JSON Schema.

Of the YAML 1.1 words only ``true`` and ``false`` are booleans and only plain decimal digits are numbers: dates, ``yes``, ``012`` and ``12:30`` stay text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.catalogue.words import filled
from harness.errors import CatalogueError

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_MAX_BYTES = 8_000_000
_MAX_DEPTH = 200
_NESTING = re.compile(r"[\[\]{}]|(?:[-?:][ \t]+){100}|\n {1000}")


@lru_cache(maxsize=1)
def data_root() -> Path:
    """The folder that holds ``profiles/`` and ``fixtures/``: inside the wheel when installed from one, else the repository."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data"
    return installed if (installed / "profiles").is_dir() else package.parent


def load_yaml(path: Path, schema_name: str, *, root: Path | None = None) -> Any:
    """The content of ``path``, proven against ``profiles/schemas/<schema_name>.schema.json``.

    Raises CatalogueError whose ``where`` is ``file:line`` (with the JSON pointer behind ``#`` for a schema fault).
    """
    text = _text(path)
    data = parse_yaml(text, str(path))
    fault = next(_validator(schema_name, root or data_root()).iter_errors(data), None)
    if fault is not None:
        raise _schema_error(path, text, fault)
    return data


def parse_yaml(text: str, name: str) -> Any:
    """``text`` as plain Python; duplicate keys, aliases used twice and unreadable YAML raise CatalogueError at ``name:line``."""
    import yaml

    _refuse_depth(text, name)
    try:
        data = yaml.load(text, Loader=_loader(name))  # noqa: S506  # derived from the safe loader
        _refuse_aliases(data, name, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark is not None else name
        raise CatalogueError(f"not readable as YAML ({getattr(error, 'problem', None) or error})", where=where, do="mend the file") from None
    except RecursionError:
        raise CatalogueError("nested too deeply", where=name, do="flatten the file") from None
    return data


def _refuse_depth(text: str, name: str) -> None:
    # The C parser recurses once per level and would take the process down with it.
    depth = 0
    for match in _NESTING.finditer(text):
        mark = match[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > _MAX_DEPTH or len(mark) > 1:
            raise CatalogueError("nested too deeply", where=f"{name}:{text.count(chr(10), 0, match.start()) + 1}", do="flatten the file")


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"cannot be read ({error.strerror})", where=str(path), do="check the name and that the file exists") from None
    if len(raw) > _MAX_BYTES:
        raise CatalogueError(f"{len(raw)} bytes long", where=str(path), expected=f"at most {_MAX_BYTES}", do="split the file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CatalogueError("not UTF-8", where=f"{path}:{line}", do="save the file as UTF-8") from None


def _loader(name: str) -> Any:
    """A loader class for one file; made per file so that a duplicate key can be reported under the file's name."""
    return type("Strict", (_base_loader(),), {"file_name": name})


@lru_cache(maxsize=1)
def _base_loader() -> Any:
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Strict(base):  # type: ignore[misc, valid-type]
        file_name = ""
        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

        def construct_mapping(self, node: Any) -> dict[Any, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise CatalogueError("a key that is not text", where=f"{self.file_name}:{key.start_mark.line + 1}", do="write a plain key")
                if key.value in seen:
                    raise CatalogueError(f"the key {key.value!r} stands twice", where=f"{self.file_name}:{key.start_mark.line + 1}", do="keep one of them")
                seen.add(key.value)
            return {key.value: self.construct_object(value, deep=True) for key, value in node.value}

    Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
    Strict.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
    Strict.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
    Strict.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), list("-0123456789"))
    Strict.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))
    return Strict


def _refuse_aliases(node: Any, name: str, seen: set[int]) -> None:
    # A part shared by aliases would be checked once per use: a few lines could cost hours.
    if isinstance(node, dict | list) and node:
        if id(node) in seen:
            raise CatalogueError("a YAML alias", where=name, do="write the part out where it is used")
        seen.add(id(node))
        for child in node.values() if isinstance(node, dict) else node:
            _refuse_aliases(child, name, seen)


def own_or_shipped(root: Path, name: str) -> Path:
    """The file ``name`` of ``root``'s profiles, or the one that ships where it has none."""
    own = root / "profiles" / name
    return own if own.is_file() else data_root() / "profiles" / name


@lru_cache(maxsize=16)
def _words(root: Path) -> dict[str, list[str]]:
    lists = load_yaml(own_or_shipped(root, "vocabulary.yaml"), "vocabulary", root=root)
    return {name: [word["name"] for word in listed["words"]] for name, listed in lists.items()}


@lru_cache(maxsize=64)
def _validator(schema_name: str, root: Path) -> Any:
    import jsonschema_rs
    import msgspec

    path = own_or_shipped(root, f"schemas/{schema_name}.schema.json")
    try:
        schema = msgspec.json.decode(path.read_bytes())
        return jsonschema_rs.validator_for(filled(schema, lambda: _words(root), str(path)))
    except OSError:
        raise CatalogueError(f"no schema for {schema_name!r}", where=str(path), do="add the schema beside the others") from None
    except (ValueError, msgspec.DecodeError, jsonschema_rs.ValidationError) as error:
        raise CatalogueError(f"not a JSON Schema ({error})", where=str(path), do="mend the schema") from None


def _schema_error(path: Path, text: str, fault: ValidationError) -> CatalogueError:
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in fault.instance_path)
    line = _line_of(text, list(fault.instance_path))
    where = f"{path}:{line}#{pointer}" if pointer else f"{path}:{line}"
    return CatalogueError(fault.message[:400], where=where, do="see the file's schema under profiles/schemas")


def _line_of(text: str, steps: list[Any]) -> int:
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(step)), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return int(node.start_mark.line) + 1 if node is not None else 1
