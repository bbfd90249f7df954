"""Packages from a registry: a local server that speaks npm's protocol, honest and otherwise."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.catalogue.fhir import definitions
from harness.catalogue.fhir.add import add
from harness.catalogue.fhir.cache import cache_folder
from harness.catalogue.fhir.lock import LOCK, read_lock
from harness.errors import HarnessError, SetUpError, TransportError, UnsafeError

VALUE_SET = {"resourceType": "ValueSet", "url": "http://x.example/ValueSet/a", "compose": {"include": []}}


def archive(name: str, version: str, files: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    held = {"package.json": {"name": name, "version": version, "fhirVersions": ["4.0.1"], **more}, "a.json": VALUE_SET, **(files or {})}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for path, content in held.items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


class Shelf:
    """What the server answers, by path, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[str] = []

    def page(self, path: str, content: object, status: int = 200, **headers: str) -> None:
        self.pages[path] = status, content if isinstance(content, bytes) else json.dumps(content).encode(), headers

    def package(self, name: str, *versions: str, tarball: str = "", dist: Mapping[str, Any] | None = None, **more: Any) -> None:
        listed = {}
        for version in versions:
            data = archive(name, version, **more)
            self.page(f"/api/{name}/{version}", data)
            self.page(f"/files/{name}-{version}.tgz", data)
            proof = {"shasum": hashlib.sha1(data, usedforsecurity=False).hexdigest()} if dist is None else dist
            listed[version] = {"name": name, "version": version, "dist": {**proof, **({"tarball": tarball} if tarball else {})}}
        self.page(f"/api/{name}", {"name": name, "dist-tags": {"latest": versions[-1]}, "versions": listed})


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append(self.path)
            status, content, headers = shelf.pages.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shelf.url = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield shelf
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_FHIR_PACKAGES", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def test_a_package_is_fetched_proven_stored_and_locked(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0")
    (added,) = add(["one@1.0.0"], registry=shelf.url)
    assert (added.name, added.version, added.notes) == ("one", "1.0.0", ())
    assert json.loads((cache_folder() / "one#1.0.0" / "package" / "a.json").read_text()) == VALUE_SET
    (entry,) = read_lock() or []
    assert entry.archive == hashlib.sha256(shelf.pages["/api/one/1.0.0"][1]).hexdigest()
    assert definitions("4.0.1", ("one",)).find("http://x.example/ValueSet/a") is not None
    assert not list(cache_folder().glob(".*"))


@pytest.mark.parametrize(("asked", "version"), [("one", "1.1.0"), ("one@latest", "1.1.0"), ("one@1.0.x", "1.0.9"), ("one#1.0.1", "1.0.1")])
def test_the_version_may_be_left_to_the_registry(shelf: Shelf, asked: str, version: str) -> None:
    shelf.package("one", "1.0.1", "1.0.9", "2.0.0-beta", "1.1.0")
    assert [one.version for one in add([asked], registry=shelf.url)] == [version]


def test_what_a_package_depends_on_comes_with_it_once(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0", dependencies={"two": "2.0.x", "hl7.fhir.r4.core": "4.0.1"})
    shelf.package("two", "2.0.5", dependencies={"one": "1.0.0"})
    assert [one.name for one in add(["one"], registry=shelf.url)] == ["one", "two"]
    assert {(one.name, one.version) for one in read_lock() or []} == {("one", "1.0.0"), ("two", "2.0.5")}
    assert not [path for path in shelf.asked if "core" in path]
    assert definitions("4.0.1", ("one",)).notes == ()


def test_dependencies_may_be_left_out(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0", dependencies={"two": "2.0.x"})
    (added,) = add(["one"], registry=shelf.url, dependencies=False)
    assert added.notes == ("it depends on two@2.0.x, which is not in the cache",)


def test_an_archive_with_another_hash_is_refused(shelf: Shelf) -> None:
    for dist in ({"shasum": "0" * 40}, {"integrity": "sha512-AAAA"}, {"integrity": "sha256-" + base64.b64encode(b"x" * 32).decode()}):
        shelf.package("one", "1.0.0", dist=dist)
        with pytest.raises(SetUpError, match="not the one that the registry describes"):
            add(["one"], registry=shelf.url)
    assert read_lock() is None
    assert not (cache_folder() / "one#1.0.0").exists()


def test_an_integrity_that_fits_is_proof(shelf: Shelf) -> None:
    data = archive("one", "1.0.0")
    shelf.package("one", "1.0.0", dist={"integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()})
    shelf.page("/api/one/1.0.0", data)
    assert add(["one"], registry=shelf.url)[0].notes == ()


def test_a_package_without_a_hash_is_said(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0", dist={})
    assert add(["one"], registry=shelf.url)[0].notes == ("the registry gave no hash to prove it by",)


def test_only_the_host_asked_for_is_spoken_to(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0", tarball="http://192.0.2.1/one.tgz")
    assert add(["one"], registry=shelf.url)[0].source == f"{shelf.url}/one/1.0.0"
    shelf.package("two", "1.0.0", tarball=shelf.url.replace("/api", "/files/two-1.0.0.tgz"))
    assert add(["two"], registry=shelf.url)[0].source.endswith("/files/two-1.0.0.tgz")


def test_redirects_stay_on_the_host(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0")
    shelf.page("/api/one/1.0.0", b"", 302, Location="/files/one-1.0.0.tgz")
    assert add(["one"], registry=shelf.url)[0].version == "1.0.0"
    shelf.package("two", "1.0.0")
    for status, place in ((302, "http://192.0.2.1/two.tgz"), (307, "file:///etc/passwd"), (301, "")):
        shelf.page("/api/two/1.0.0", b"", status, Location=place)
        with pytest.raises((UnsafeError, SetUpError), match=r"elsewhere|answers 301"):
            add(["two"], registry=shelf.url)


def test_a_package_that_is_another_is_refused(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0", dist={})
    shelf.page("/api/one/1.0.0", archive("other", "1.0.0"))
    with pytest.raises(SetUpError, match="'other'"):
        add(["one"], registry=shelf.url)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"versions": 5}', b'{"versions": {"1.0.0": 5}, "dist-tags": []}', b'{"versions": {"../../x": {}}}'])
def test_what_a_registry_ought_not_to_say_is_an_error_of_the_house(shelf: Shelf, content: bytes) -> None:
    shelf.page("/api/one", content)
    with pytest.raises(HarnessError):
        add(["one"], registry=shelf.url)


def test_an_unknown_package_and_an_unknown_version_are_said(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0")
    with pytest.raises(SetUpError, match="404"):
        add(["nothing"], registry=shelf.url)
    with pytest.raises(SetUpError, match=r"no one@3\.0\.0.*1\.0\.0"):
        add(["one@3.0.0"], registry=shelf.url)


def test_a_locked_package_that_the_registry_changed_is_refused(shelf: Shelf) -> None:
    shelf.package("one", "1.0.0")
    add(["one@1.0.0"], registry=shelf.url)
    shelf.package("one", "1.0.0", files={"b.json": VALUE_SET})
    asked = len(shelf.asked)
    assert add(["one@1.0.0"], registry=shelf.url)[0].notes == ("it was in the cache already",)
    assert len(shelf.asked) == asked
    (cache_folder() / "one#1.0.0" / "package" / "a.json").write_bytes(b"{}")
    with pytest.raises(SetUpError, match=LOCK):
        add(["one@1.0.0"], registry=shelf.url)


def test_files_and_folders_are_added_without_the_network(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "p.tgz"
    path.write_bytes(archive("one", "1.0.0", dependencies={"two": "1.0.0"}))
    (added,) = add([str(path)], registry=shelf.url)
    assert added.notes == ("it depends on two@1.0.0, which is not in the cache",)
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "two", "version": "1.0.0"}')
    (folder / "vs.xml").write_text('<ValueSet xmlns="http://hl7.org/fhir"><url value="http://x.example/ValueSet/b"/></ValueSet>')
    add([str(folder)], registry=shelf.url)
    assert definitions("4.0.1", ("one",)).find("http://x.example/ValueSet/b") is not None
    assert not shelf.asked


def test_a_folder_without_a_name_cannot_be_added(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.json").write_text(json.dumps(VALUE_SET))
    with pytest.raises(SetUpError, match="no name and version"):
        add([str(tmp_path / "p")])


@pytest.mark.parametrize(("url", "kind"), [("http://packages.example.org", UnsafeError), ("ftp://x", SetUpError), ("x", SetUpError), ("", SetUpError)])
def test_a_registry_that_is_none_is_refused(url: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        add(["one"], registry=url)


def test_a_registry_that_does_not_answer_is_said() -> None:
    with pytest.raises(TransportError):
        add(["one"], registry="http://127.0.0.1:1")
