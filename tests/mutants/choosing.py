"""Which mutants are tried: as many of each room as its share of the code, drawn by a seed of the room's own, each kind of change as often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from .sites import Mutant, differs, mutants

PRODUCT = "harness"


def sources(root: Path, within: str = PRODUCT) -> dict[str, bytes]:
    """The text of every module below a folder (or of the one module) of the tree, by path from its root.

    Raises ValueError where there is none.
    """
    place = root / within
    paths = [place] if place.is_file() else sorted(place.rglob("*.py"))
    if not paths:
        raise ValueError(f"there is no module in {within}: name a folder or a file of the product, such as harness/case")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def room(path: str) -> str:
    """The room of a module: its folder under ``harness/``, or the module itself at the top."""
    return "/".join(path.split("/")[:2])


def shares(lines: Mapping[str, int], count: int) -> dict[str, int]:
    """``count`` spread over rooms by their lines of code; what is left over goes to the largest remainders, then by name."""
    total = sum(lines.values())
    exact = {name: count * number / total for name, number in lines.items()}
    whole = {name: int(number) for name, number in exact.items()}
    for name in sorted(exact, key=lambda name: (whole[name] - exact[name], name))[: count - sum(whole.values())]:
        whole[name] += 1
    return whole


def chosen(texts: Mapping[str, bytes], seed: int, count: int) -> list[Mutant]:
    """``count`` different mutants (fewer only where a room has not as many); the same seed on the same text names the same ones."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for path in texts:
        rooms[room(path)].append(path)
    lines = {name: sum(texts[path].count(b"\n") for path in paths) for name, paths in rooms.items()}
    found: list[Mutant] = []
    for name, number in shares(lines, count).items():
        if number:
            found += _drawn(texts, rooms[name], Random(f"{seed}/{name}"), number)  # noqa: S311  # a draw, no secret
    return sorted(found)


def _drawn(texts: Mapping[str, bytes], paths: Sequence[str], random: Random, number: int) -> list[Mutant]:
    """Kinds take turns in a drawn order, so that the many texts do not crowd out the few slices; no two change the same place."""
    by_kind: dict[str, list[Mutant]] = defaultdict(list)
    for path in sorted(paths):
        for mutant in mutants(path, texts[path]):
            by_kind[mutant.kind].append(mutant)
    for pool in by_kind.values():
        random.shuffle(pool)
    found: list[Mutant] = []
    places: set[tuple[str, int, int]] = set()
    kinds = sorted(by_kind)
    random.shuffle(kinds)
    while kinds and len(found) < number:
        kind = kinds.pop(0)
        while by_kind[kind]:
            mutant = by_kind[kind].pop()
            place = (mutant.path, mutant.start, mutant.end)
            if place not in places and differs(mutant, texts[mutant.path]):
                places.add(place)
                found.append(mutant)
                kinds.append(kind)
                break
    return found
