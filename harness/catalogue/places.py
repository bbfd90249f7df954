"""Systems, defects and places: ``profiles/systems`` and ``profiles/places``, or a manifest anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.catalogue.refer import must_differ, must_know
from harness.errors import CatalogueError
from harness.model.place import Endpoint, Interface, Limits, Pairing, Place, System, Tls


@dataclass(frozen=True, slots=True)
class DefectNote:
    """A named misbehaviour of a simulated system: its ``side`` (source or target), what it ``acts_on`` (state or wire), the checks it ``breaks``."""

    name: str
    title: str
    side: str
    acts_on: str
    breaks: tuple[str, ...] = ()


def load_defects(root: Path) -> Mapping[str, DefectNote]:
    """Defects by name; empty while nothing is written down."""
    path = root / "profiles" / "systems" / "defects.yaml"
    if not path.is_file():
        return {}
    data = load_yaml(path, "defects", root=root)["defects"]
    must_differ("defect", (raw["name"] for raw in data), str(path))
    return {raw["name"]: DefectNote(raw["name"], raw["title"], raw["side"], raw["acts_on"], tuple(raw.get("breaks", ()))) for raw in data}


def load_system_files(root: Path) -> Mapping[str, Mapping[str, Any]]:
    """The plain content of every file of ``profiles/systems`` by id."""
    files: dict[str, Mapping[str, Any]] = {}
    for path in sorted((root / "profiles" / "systems").glob("*.yaml")):
        if path.name == "defects.yaml":
            continue
        data = load_yaml(path, "system", root=root)
        if data["id"] != path.stem:
            raise CatalogueError(f"the id {data['id']!r} does not fit the file name", where=str(path), do="rename one of them")
        files[data["id"]] = data
    return files


def build_system(raw: Mapping[str, Any], defects: Collection[str], where: str) -> System:
    """A System from a complete mapping (file, or file with a manifest's overrides); files of ``tls`` lie where ``where``, a path, lies."""
    for missing in ("title", "role", "identity", "endpoints"):
        if missing not in raw:
            raise CatalogueError(f"the system {raw['id']!r} has no {missing}", where=where, do=f"add {missing}, or a file of profiles/systems under uses")
    for name in raw.get("defects", ()):
        must_know("defect", name, defects, f"{where} {raw['id']}")
    lacked = frozenset(raw.get("without", ()))
    endpoints = tuple(_endpoint(endpoint, lacked, Path(where).parent) for endpoint in raw["endpoints"])
    must_differ("endpoint", (endpoint.id for endpoint in endpoints), f"{where} {raw['id']}")
    return System(
        id=raw["id"],
        title=raw["title"],
        role=raw["role"],
        simulated=raw.get("simulated", not any(endpoint.address for endpoint in endpoints)),
        endpoints=endpoints,
        identity=raw["identity"],
        codes=raw.get("codes", {}),
        capabilities=_without(raw.get("capabilities", ()), lacked),
        defects=tuple(raw.get("defects", ())),
        dialect=raw.get("dialect", ""),
        concurrency=raw.get("concurrency", 1),
        uses=raw.get("uses", raw["id"]),
        local=raw.get("local", {}),
    )


def _endpoint(raw: Mapping[str, Any], lacked: Collection[str], folder: Path) -> Endpoint:
    values = dict(raw)
    if "tls" in raw:
        values["tls"] = Tls(**{name: str(folder / value) if name in ("ca", "certificate", "key") else value for name, value in raw["tls"].items()})
    values["limits"] = Limits(**raw.get("limits", {}))
    values["capabilities"] = _without(raw.get("capabilities", ()), lacked)
    return Endpoint(**values)


def _without(names: Collection[str], lacked: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in lacked)


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``over`` on top: mappings merge by key, endpoints by id, anything else is replaced."""
    result = dict(base)
    for name, value in over.items():
        if name == "endpoints" and name in base:
            changes = {endpoint["id"]: endpoint for endpoint in value}
            known = [endpoint["id"] for endpoint in base[name]]
            kept = [merged(endpoint, changes.get(endpoint["id"], {})) for endpoint in base[name]]
            result[name] = kept + [endpoint for endpoint in value if endpoint["id"] not in known]
        elif isinstance(value, Mapping) and isinstance(base.get(name), Mapping):
            result[name] = merged(base[name], value)
        else:
            result[name] = value
    return result


def load_place(path: Path, root: Path, files: Mapping[str, Mapping[str, Any]], defects: Collection[str]) -> Place:
    """The place of a manifest. Unknown systems, endpoints, interfaces and defects raise CatalogueError."""
    data = load_yaml(path, "place", root=root)
    where = str(path)
    systems = tuple(_place_system(raw, files, defects, where) for raw in data["systems"])
    must_differ("system", (system.id for system in systems), where)
    known = {system.id: system for system in systems}
    pairings = tuple(_pairing(raw, known, where) for raw in data["pairings"])
    must_differ("pairing", (pairing.id for pairing in pairings), where)
    packages = tuple(_package(name, path.parent) for name in data.get("packages", ()))
    return Place(data["id"], data["title"], systems, pairings, tuple(data.get("allow", ())), data.get("description", ""), where, packages)


def _package(name: str, beside: Path) -> str:
    """A package as named, or its path where it lies beside the manifest."""
    found = beside / name
    return str(found) if found.exists() else name


def _place_system(raw: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]], defects: Collection[str], where: str) -> System:
    base: Mapping[str, Any] = {}
    if "uses" in raw:
        must_know("file of profiles/systems", raw["uses"], files, f"{where} {raw['id']}")
        base = files[raw["uses"]]
    return build_system(merged(base, raw), defects, where)


def _pairing(raw: Mapping[str, Any], systems: Mapping[str, System], where: str) -> Pairing:
    place = f"{where} {raw['source']}:{raw['target']}"
    for side in ("source", "target"):
        must_know("system", raw[side], systems, place)
    interfaces = tuple(Interface(one["id"], one["from"], one["to"]) for one in raw["interfaces"])
    must_differ("interface", (interface.id for interface in interfaces), place)
    for interface in interfaces:
        _end(systems[raw["source"]], interface.source_endpoint, place)
        _end(systems[raw["target"]], interface.target_endpoint, place)
    known = {interface.id for interface in interfaces}
    families = {family: tuple(ids) for family, ids in raw["families"].items()}
    for family, ids in families.items():
        for name in ids:
            must_know("interface", name, known, f"{place} {family}")
    for part in ("aim", "expect_caps"):
        for family in raw.get(part, {}):
            must_know("family of this pairing", family, families, f"{place} {part}")
    return Pairing(
        source=raw["source"],
        target=raw["target"],
        interfaces=interfaces,
        families=families,
        required=raw.get("required", True),
        aim={family: int(level[1:]) for family, level in raw.get("aim", {}).items()},
        expect_caps={family: tuple(caps) for family, caps in raw.get("expect_caps", {}).items()},
        read_only=raw.get("read_only", False),
    )


def _end(system: System, id: str, where: str) -> Endpoint:
    must_know(f"endpoint of {system.id}", id, {endpoint.id for endpoint in system.endpoints}, where)
    return system.endpoint(id)
