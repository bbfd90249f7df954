"""Packages as folders, archives and names of the cache: what they hold, what they depend on, what is wrong with them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from material import SMALL_PACKAGE, UK_CORE

from harness.catalogue.fhir import Definitions, archive, definitions
from harness.catalogue.fhir.cache import Asked, asked, best_of, cache_folder, content_hash, install
from harness.catalogue.fhir.lock import LOCK, Locked, write_lock
from harness.catalogue.fhir.packages import open_folder, open_package
from harness.errors import CatalogueError, HarnessError, SetUpError

BASE = "http://x.example/StructureDefinition"
# (package, a profile of Patient, a code system)
WHOLE = [
    pytest.param(
        SMALL_PACKAGE,
        "https://exemplar-harness.example/fhir/StructureDefinition/Small-Patient",
        "https://exemplar-harness.example/fhir/CodeSystem/Small-Kind",
        id="small",
    ),
    *(
        [
            pytest.param(
                UK_CORE,
                "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient",
                "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryScotland",
                id="ukcore",
            )
        ]
        if UK_CORE.is_dir()
        else []
    ),
]


def profile(title: str, version: str = "1.0.0", base: str = "http://hl7.org/fhir/StructureDefinition/Patient", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "StructureDefinition",
        "url": f"{BASE}/{title}",
        "version": version,
        "name": title,
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": {"element": [{"id": "Patient.active", "path": "Patient.active", "min": 1, "short": "prose"}]},
        **more,
    }


def write(folder: Path, files: Mapping[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


def tgz(path: Path, files: Mapping[str, Any], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size, member.type, member.linkname = (len(data) if kind == tarfile.REGTYPE else 0), kind, "/etc/passwd"
            made.addfile(member, io.BytesIO(data))
    return path


def manifest(name: str, version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": version, "fhirVersions": ["4.0.1"], **more}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_FHIR_PACKAGES", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "cache"


def cached(name: str, files: Mapping[str, Any], version: str = "1.0.0", **more: Any) -> None:
    held = {path: content if isinstance(content, bytes) else json.dumps(content).encode() for path, content in files.items()}
    install(name, version, {**held, "package.json": json.dumps(manifest(name, version, **more)).encode()})


def known(*packages: object, version: str = "4.0.1") -> Definitions:
    return definitions(version, tuple(str(one) for one in packages))


def test_a_folder_is_searched_through_and_made_slim(tmp_path: Path) -> None:
    xml = f'<ValueSet xmlns="http://hl7.org/fhir"><url value="{BASE}/codes"/><version value="2.1.0"/><description value="prose"/></ValueSet>'
    folder = write(tmp_path / "p", {"deep/er/p.json": profile("a"), "v.xml": xml.encode(), "notes.txt": b"x", "examples/e.json": profile("example")})
    found = known(folder)
    assert found.find(f"{BASE}/codes|2") == {"resourceType": "ValueSet", "url": f"{BASE}/codes", "version": "2.1.0"}
    structure = found.structure(f"{BASE}/a")
    assert structure is not None
    assert next(one for one in structure.elements if one["path"] == "Patient.active")["min"] == 1
    assert "short" not in str(structure.resource)
    assert found.find(f"{BASE}/example") is None
    assert found.profiles_of("Patient")[-1] == f"{BASE}/a"
    assert not found.notes


def test_an_archive_is_read_as_it_is(tmp_path: Path) -> None:
    path = tgz(tmp_path / "p.tgz", {"package/package.json": manifest("p"), "package/a.json": profile("a"), "package/other/x.bin": b"\0"})
    assert known(path).structure(f"{BASE}/a") is not None


def test_of_two_versions_the_higher_stands_and_the_other_is_found_by_its_own(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.json": profile("a", "1.9.0"), "b.json": profile("a", "1.10.0"), "c.json": profile("a", "1.10.0-beta")})
    found = known(folder)
    assert [found.structure(f"{BASE}/a{rest}").version for rest in ("", "|1.9", "|1.9.0", "|1")] == ["1.10.0", "1.9.0", "1.9.0", "1.10.0"]  # type: ignore[union-attr]
    assert found.find(f"{BASE}/a|2") is None


def test_the_same_definition_twice_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.json": profile("a", name="First"), "b.json": profile("a", name="Second")})
    found = known(folder)
    assert found.find(f"{BASE}/a")["name"] == "First"  # type: ignore[index]
    assert any("b.json is left out" in note and "a.json" in note for note in found.notes)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"resourceType": 5}', b"\xff\xfe", b'{"a":' * 5000, b"<", b'{"resourceType":"ValueSet","url":"\\ud800"}', b"{}" * 3],
)
@pytest.mark.parametrize("suffix", [".json", ".xml"])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes, suffix: str) -> None:
    folder = write(tmp_path / "p", {f"bad{suffix}": content, "a.json": profile("a")})
    found = known(folder)
    assert found.structure(f"{BASE}/a") is not None
    assert content == b"null" or any(f"bad{suffix}" in note for note in found.notes)


def test_entities_and_document_types_are_refused(tmp_path: Path) -> None:
    xml = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ValueSet xmlns="http://hl7.org/fhir"><url value="&e;"/></ValueSet>'
    folder = write(tmp_path / "p", {"bad.xml": xml, "a.json": profile("a")})
    assert any("bad.xml" in note for note in known(folder).notes)


def test_a_definition_that_is_worse_than_its_head_is_an_error_of_the_house(tmp_path: Path) -> None:
    deep = json.dumps(profile("a")).encode()[:-1] + b', "x": ' + b"[" * 300 + b"]" * 300 + b"}"
    found = known(write(tmp_path / "p", {"a.json": deep}))
    with pytest.raises(CatalogueError, match=r"a\.json"):
        found.structure(f"{BASE}/a")


@pytest.mark.parametrize("name", ["nowhere/at/all", "nowhere.tgz", "no such", "nothing@1.0.0", "a@@b", "../x", "x@../y", "@1"])
def test_what_is_no_package_is_refused(name: str) -> None:
    with pytest.raises(SetUpError, match="expected"):
        known(name)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="no definition"):
        known(tmp_path / "work")


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "package/../../evil.json", "package\\..\\..\\evil.json", "c:/evil.json"])
def test_paths_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SetUpError, match="leads outside"):
        known(tgz(tmp_path / "p.tgz", {name: profile("a")}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(SetUpError, match="no plain file"):
        known(tgz(tmp_path / "p.tgz", {"package/a.json": b""}, kind))


@pytest.mark.parametrize("limit", ["MAX_TOTAL", "MAX_FILES", "MAX_FILE", "MAX_ARCHIVE"])
def test_archives_that_unpack_to_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    path = tgz(tmp_path / "p.tgz", {f"package/{number}.json": b" " * 5000 for number in range(4)})
    monkeypatch.setattr(archive, limit, 3 if limit == "MAX_FILES" else 60 if limit == "MAX_ARCHIVE" else 4000)
    with pytest.raises(SetUpError, match="too"):
        known(path)


@pytest.mark.parametrize("spoil", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"no archive", lambda data: data[:20] + b"\xff" * 50])
def test_a_damaged_archive_is_refused(tmp_path: Path, spoil: Any) -> None:
    path = tgz(tmp_path / "p.tgz", {"package/a.json": profile("a"), "package/b.json": profile("b" * 500)})
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(SetUpError, match="fetch it again"):
        known(path)


def test_packages_of_the_cache_bring_what_they_depend_on() -> None:
    cached("a", {"a.json": profile("a", base=f"{BASE}/b")}, dependencies={"b": "1.0.x", "hl7.fhir.r4.core": "4.0.1", "hl7.fhir.r5.core": "5.0.0"})
    cached("b", {"b.json": profile("b")}, version="1.0.1", dependencies={"a": "1.0.0"})
    cached("b", {"b.json": profile("b", base=f"{BASE}/nothing")}, version="1.0.0")
    found = known("a@1.0.0")
    assert found.structure(f"{BASE}/a").problems == ()  # type: ignore[union-attr]
    assert found.notes == ()
    assert known("a#1.0.0").find(f"{BASE}/b") is not None


def test_a_missing_dependency_is_said() -> None:
    cached("a", {"a.json": profile("a", base=f"{BASE}/b")}, dependencies={"b": "1.0.x"})
    found = known("a")
    assert any("depends on b@1.0.x" in note and "harness packages add" in note for note in found.notes)
    assert found.structure(f"{BASE}/a").problems == (f"its base {BASE}/b is not known here",)  # type: ignore[union-attr]


def test_bases_that_go_in_a_circle_are_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.json": profile("a", base=f"{BASE}/b"), "b.json": profile("b", base=f"{BASE}/a")})
    structure = known(folder).structure(f"{BASE}/a")
    assert structure is not None
    found = [*structure.problems, *known(folder).structure(f"{BASE}/b").problems]  # type: ignore[union-attr]
    assert any("lead back" in one for one in found)


def test_a_package_for_another_fhir_version_is_refused() -> None:
    cached("a", {"a.json": profile("a")}, fhirVersions=["3.0.2"])
    with pytest.raises(SetUpError, match=r"FHIR 3\.0\.2"):
        known("a")
    assert known("a", version="3.0.2").find(f"{BASE}/a") is not None


def test_the_packages_of_the_standard_itself_are_what_ships() -> None:
    assert known("hl7.fhir.r4.core@4.0.1").structure("Patient") is not None


def test_the_index_of_a_package_is_believed_for_files_it_has(cache: Path) -> None:
    files = [
        {"filename": "a.json", "resourceType": "StructureDefinition", "url": f"{BASE}/a", "version": "1.0.0", "kind": "resource", "type": "Patient"},
        {"filename": "../../a.json", "resourceType": "ValueSet", "url": f"{BASE}/outside"},
        {"filename": "gone.json", "resourceType": "ValueSet", "url": f"{BASE}/gone"},
    ]
    cached("a", {"a.json": profile("a"), "b.json": profile("b"), ".index.json": {"index-version": 2, "files": files}})
    found = known("a")
    assert found.structure(f"{BASE}/a") is not None
    assert f"{BASE}/a" in found.profiles_of("Patient")
    assert [found.find(f"{BASE}/{name}") for name in ("b", "outside", "gone")] == [None, None, None]


def test_an_index_that_cannot_be_read_is_passed_over() -> None:
    cached("a", {"a.json": profile("a"), ".index.json": b"{"})
    found = known("a")
    assert found.structure(f"{BASE}/a") is not None
    assert any(".index.json" in note for note in found.notes)


def test_extra_definitions_lie_above_and_copy_nothing(tmp_path: Path) -> None:
    below = known(write(tmp_path / "p", {"a.json": profile("a", base=f"{BASE}/late"), "b.json": profile("b")}))
    assert below.structure(f"{BASE}/a").problems  # type: ignore[union-attr]
    above = below.with_resources([profile("late"), profile("b", name="Mine"), {"resourceType": "ValueSet"}, {"url": 5}])
    assert above.structure(f"{BASE}/a").problems == ()  # type: ignore[union-attr]
    assert above.structure(f"{BASE}/b").name == "Mine"  # type: ignore[union-attr]
    assert below.structure(f"{BASE}/b").name == "b"  # type: ignore[union-attr]
    assert above.type("Patient") is below.type("Patient")
    assert above.resource_types is below.resource_types
    assert len([one for one in above.every("StructureDefinition") if one["url"] == f"{BASE}/b"]) == 1


@pytest.mark.parametrize(
    ("versions", "wanted", "best"),
    [
        (["1.0.0", "1.0.10", "1.0.9", "2.0.0-beta"], "", "1.0.10"),
        (["1.0.0", "2.0.0-beta"], "latest", "1.0.0"),
        (["1.0.0", "1.0.3", "1.1.0"], "1.0.x", "1.0.3"),
        (["1.0.0"], "1.0", ""),
        (["2.0.0-a", "2.0.0-b"], "latest", "2.0.0-b"),
        ([], "latest", ""),
    ],
)
def test_the_version_asked_for(versions: list[str], wanted: str, best: str) -> None:
    assert best_of(versions, wanted) == best


def test_a_lock_file_is_obeyed() -> None:
    cached("a", {"a.json": profile("a")})
    cached("a", {"a.json": profile("a", name="Newer")}, version="2.0.0")
    content = content_hash(open_folder(cache_folder() / "a#1.0.0" / "package").files())
    write_lock([Locked("a", "1.0.0", content)])
    assert known("a").find(f"{BASE}/a")["name"] == "a"  # type: ignore[index]
    with pytest.raises(SetUpError, match=r"not in harness-packages\.lock"):
        known("a@2.0.0")
    (cache_folder() / "a#1.0.0" / "package" / "a.json").write_bytes(b"{}")
    with pytest.raises(SetUpError, match="is not what"):
        open_package("a@1.0.0")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"packages": [{"name": 1}]}', b'{"packages": [], "more": 1}'])
def test_a_lock_file_that_cannot_be_read_is_said(content: bytes) -> None:
    Path(LOCK).write_bytes(content)
    with pytest.raises(SetUpError, match="lock"):
        open_package("a")


def test_a_manifest_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    for content in (b"{", b"[]", b"\xff"):
        with pytest.raises(HarnessError, match=r"package\.json"):
            known(write(tmp_path / content.hex(), {"package.json": content, "a.json": profile("a")}))


def test_odd_manifests_do_no_harm(tmp_path: Path) -> None:
    held = {"name": 5, "version": [], "fhirVersions": "x", "dependencies": {"../x": "1", "b": 5, "c": "../../y"}}
    found = known(write(tmp_path / "p", {"package.json": held, "a.json": profile("a")}))
    assert found.structure(f"{BASE}/a") is not None
    assert len(found.notes) == 2


def test_a_package_name_is_taken_apart() -> None:
    assert asked("a.b@1.0.x") == asked("a.b#1.0.x") == Asked("a.b", "1.0.x")
    assert str(asked("a.b")) == "a.b"


@pytest.mark.parametrize(("package", "patient", "codes"), WHOLE)
def test_a_whole_package_reads_as_it_is(package: Path, patient: str, codes: str) -> None:
    found = known(package)
    assert not found.notes
    structure = found.structure(patient)
    assert structure is not None
    assert len(structure.elements) > (100 if package == UK_CORE else 45)
    engine = found.find(codes)
    assert engine is not None
    assert engine["concept"]
