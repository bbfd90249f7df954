"""STU3 snapshots name an element of several types by the type that is left (``valueQuantity``); R4 by its own name (``value[x]``), with slices by type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any


def by_own_name(elements: Sequence[Any]) -> list[Any]:
    """Snapshot elements with ``valueQuantity`` as ``value[x]``, and what lies in it too; one of several in the same place becomes a slice by type."""
    places = Counter((_owner(one), _stem(one)) for one in elements if _stem(one))
    own = {(_owner(one), _last(one)[:-3]) for one in elements if _last(one).endswith("[x]")}
    shared: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in elements:
        if _stem(one):
            shared[_owner(one), _stem(one)].append(one)
    found: list[Any] = []
    names: list[tuple[str, str, str, str]] = []
    for one in elements:
        if not isinstance(one, Mapping) or not isinstance(one.get("path"), str):
            found.append(one)
            continue
        old_id, old_path = _id(one), one["path"]
        new_id, new_path = _moved(old_id, old_path, names)
        stem = _stem(one)
        if stem:
            place = (_owner(one), stem)
            new_path = f"{new_path.rpartition('.')[0]}.{stem}[x]"
            whole = f"{new_id.removesuffix(_last(one))}{stem}[x]"
            alone = places[place] == 1 and place not in own
            new_id = whole if alone else f"{whole}:{_last(one)}"
            if not alone and place not in own:
                own.add(place)
                types = [kind for each in shared[place] for kind in _types(each)]
                slicing = {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}
                found.append({**_bare(one), "id": whole, "path": new_path, "min": 0, "type": types, "slicing": slicing})
            names.append((old_id, new_id, old_path, new_path))
            one = one if alone else {**one, "sliceName": one.get("sliceName") or _last(one)}
        found.append({**one, "id": new_id, "path": new_path} if (new_id, new_path) != (old_id, old_path) else one)
    return found


def _moved(id: str, path: str, names: Sequence[tuple[str, str, str, str]]) -> tuple[str, str]:
    for old_id, new_id, old_path, new_path in reversed(names):
        if id.startswith(f"{old_id}.") and path.startswith(f"{old_path}."):
            return new_id + id[len(old_id) :], new_path + path[len(old_path) :]
    return id, path


def _stem(element: Any) -> str:
    """``value`` for an element ``valueQuantity`` that is ``value[x]`` in its base; "" for any other."""
    if not isinstance(element, Mapping):
        return ""
    base, last = element.get("base"), _last(element)
    name = str(base.get("path", "")).rpartition(".")[2] if isinstance(base, Mapping) else ""
    return name[:-3] if name.endswith("[x]") and not last.endswith("[x]") and last.startswith(name[:-3]) and last != name[:-3] else ""


def _last(element: Any) -> str:
    return str(element.get("path", "")).rpartition(".")[2] if isinstance(element, Mapping) else ""


def _id(element: Mapping[str, Any]) -> str:
    return str(element.get("id", element["path"]))


def _owner(element: Any) -> str:
    return _id(element).rpartition(".")[0] if isinstance(element, Mapping) and isinstance(element.get("path"), str) else ""


def _bare(element: Mapping[str, Any]) -> dict[str, Any]:
    return {name: element[name] for name in ("max", "base", "isModifier", "isSummary") if name in element}


def _types(element: Mapping[str, Any]) -> list[Any]:
    types = element.get("type")
    return types if isinstance(types, list) else []
