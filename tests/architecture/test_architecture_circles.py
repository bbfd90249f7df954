"""No circle among the files of the product: each can be understood, moved and tested without its own users. Late imports count."""

from __future__ import annotations

from pathlib import Path

from source_tree import circles, imports

ROOT = Path(__file__).resolve().parents[2]


def planted(root: Path, **files: str) -> Path:
    """A package ``house`` of files by dotted name (``__`` for the dot), each with its text."""
    for name, text in {"house": "", "house__room": "", **files}.items():
        path = root.joinpath(*name.split("__"))
        path = path / "__init__.py" if name in ("house", "house__room") else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_no_file_leads_back_to_itself() -> None:
    found = circles(imports(ROOT, "harness"))
    told = "\n".join(f"{len(members)} files ({', '.join(members)}), for instance {' → '.join(way)}" for members, way in found)
    assert not found, f"circles of imports; break them by handing in what is needed:\n{told}"


def test_a_planted_circle_is_found_with_a_way_round(tmp_path: Path) -> None:
    root = planted(
        tmp_path,
        house__a="from house.b import B\n",
        house__b="def late():\n    from house.room import c\n    return c\n",
        house__room__c="from ..a import A\nfrom . import d\n",
        house__room__d="import house.b\n",
        house__alone="import house.a\n",
    )
    (members, way), *others = circles(imports(root, "house"))
    assert members == ["house.a", "house.b", "house.room.c", "house.room.d"]
    assert way == ["house.a", "house.b", "house.room.c", "house.a"]
    assert others == []


def test_two_circles_are_two(tmp_path: Path) -> None:
    root = planted(tmp_path, house__a="import house.b\n", house__b="import house.a\n", house__c="import house.d\nimport house.a\n", house__d="import house.c\n")
    assert [members for members, _ in circles(imports(root, "house"))] == [["house.a", "house.b"], ["house.c", "house.d"]]


def test_a_room_that_gathers_its_files_makes_a_circle_when_they_ask_it(tmp_path: Path) -> None:
    root = planted(tmp_path, house__room="from house.room.c import C\n", house__room__c="from house.room import D\n")
    assert [members for members, _ in circles(imports(root, "house"))] == [["house.room", "house.room.c"]]


def test_what_is_named_for_type_checking_alone_makes_no_circle(tmp_path: Path) -> None:
    checking = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.b import B\n"
    assert circles(imports(planted(tmp_path, house__a=checking, house__b="import house.a\n"), "house")) == []
    otherwise = checking + "else:\n    from house.b import B\n"
    assert circles(imports(planted(tmp_path, house__a=otherwise), "house")) != []
