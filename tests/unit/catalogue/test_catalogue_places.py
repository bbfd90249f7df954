"""Systems and places: files, overrides, references."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue import Catalogue
from harness.errors import CatalogueError, UnknownNameError

SYSTEM = """
id: {id}
title: A system
role: {role}
identity: {{application: APP, facility: X9A, authority: X9A}}
endpoints:
  - {{id: hl7v2-in, key: hl7v2/2.4/itk, transport: mllp, direction: in, capabilities: [merge, replay], limits: {{effect: 9.5}}}}
  - {{id: hl7v2-out, key: hl7v2/2.4/itk, transport: mllp, direction: out}}
codes: {{ward: {{medical-1: MED1}}}}
capabilities: [merge, stimulate]
"""
PLACE = """
id: here
title: Here
systems:
  - {id: pas, uses: acute}
  - id: board
    uses: acute
    title: A board
    role: follower
    without: [merge]
    defects: [always-aa]
    codes: {ward: {medical-1: W01}}
    endpoints:
      - {id: hl7v2-in, acknowledgement: accept, limits: {effect: 2.5}}
pairings:
  - source: pas
    target: board
    interfaces: [{id: hl7v2, from: hl7v2-out, to: hl7v2-in}]
    families: {identity: [hl7v2]}
    aim: {identity: L4}
    expect_caps: {identity: [acknowledged-without-effect]}
"""
DEFECTS = "defects:\n  - {name: always-aa, title: Says AA to everything, side: target, acts_on: wire, breaks: [acknowledgement/honesty-1]}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    systems = tmp_path / "profiles" / "systems"
    systems.mkdir(parents=True)
    (tmp_path / "profiles" / "places").mkdir()
    (systems / "acute.yaml").write_text(SYSTEM.format(id="acute", role="exemplar"))
    (systems / "defects.yaml").write_text(DEFECTS)
    (tmp_path / "profiles" / "places" / "here.place.yaml").write_text(PLACE)
    return tmp_path


def test_a_place_overrides_the_file_it_uses(root: Path) -> None:
    place = Catalogue(root).place("here")
    pas, board = place.system("pas"), place.system("board")
    assert (pas.role, board.role, board.title) == ("exemplar", "follower", "A board")
    assert board.identity["application"] == "APP"
    assert board.codes["ward"] == {"medical-1": "W01"}
    assert pas.capabilities == ("merge", "stimulate")
    assert board.capabilities == ("stimulate",)
    assert board.endpoint("hl7v2-in").capabilities == ("replay",)
    assert board.endpoint("hl7v2-in").acknowledgement == "accept"
    assert (board.endpoint("hl7v2-in").limits.effect, pas.endpoint("hl7v2-in").limits.effect) == (2.5, 9.5)
    assert board.endpoint("hl7v2-out").direction == "out"
    assert board.simulated
    assert board.defects == ("always-aa",)
    pairing = place.pairings[0]
    assert (pairing.id, pairing.aim, pairing.families) == ("pas:board", {"identity": 4}, {"identity": ("hl7v2",)})


def test_an_address_makes_a_system_real(root: Path) -> None:
    path = root / "real.place.yaml"
    path.write_text(PLACE.replace("{id: hl7v2-in, acknowledgement: accept", "{id: hl7v2-in, address: '127.0.0.1:2575', acknowledgement: accept"))
    place = Catalogue(root).place(path)
    assert (place.system("pas").simulated, place.system("board").simulated) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("uses: acute}", "uses: acut}", "there is no file of profiles/systems 'acut'; did you mean acute"),
        ("target: board", "target: bord", "there is no system 'bord'"),
        ("to: hl7v2-in", "to: hl7v2-inn", "there is no endpoint of board 'hl7v2-inn'"),
        ("identity: [hl7v2]", "identity: [fhir]", "there is no interface 'fhir'"),
        ("{identity: L4}", "{adt: L4}", "there is no family of this pairing 'adt'"),
        ("families: {identity:", "families: {identiti:", "identiti"),
        ("defects: [always-aa]", "defects: [always-a]", "there is no defect 'always-a'"),
        ("{id: pas, uses: acute}", "{id: board, uses: acute}", "two systems are both called 'board'"),
        ("{id: pas, uses: acute}", "{id: pas}", "has no title"),
        ("aim:", "aims:", "aims"),
        ("acknowledgement: accept", "transport: carrier-pigeon", r'"carrier-pigeon" is not one of .*mllp'),
        ("role: follower", "role: oracle", r'"oracle" is not one of .*exemplar'),
    ],
)
def test_what_points_nowhere_is_refused(root: Path, old: str, new: str, fault: str) -> None:
    assert old in PLACE
    path = root / "bad.place.yaml"
    path.write_text(PLACE.replace(old, new))
    with pytest.raises(CatalogueError, match=fault):
        Catalogue(root).place(path)


def test_unknown_names_say_what_is_known(root: Path) -> None:
    catalogue = Catalogue(root)
    with pytest.raises(UnknownNameError, match="did you mean here"):
        catalogue.place("her")
    with pytest.raises(UnknownNameError, match="did you mean acute"):
        catalogue.system("acut")
    assert catalogue.defects["always-aa"].acts_on == "wire"


def test_one_broken_folder_does_not_stop_another(root: Path) -> None:
    (root / "profiles" / "clauses").mkdir()
    (root / "profiles" / "clauses" / "x.yaml").write_text("nonsense: 1\n")
    catalogue = Catalogue(root)
    assert list(catalogue.systems) == ["acute"]
    with pytest.raises(CatalogueError):
        _ = catalogue.clauses
