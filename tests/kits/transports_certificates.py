"""Certificates made for one test session by an authority of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import trustme

from harness.model.place import Tls


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files: the authority, a server's and a client's certificate with key, and a stranger's of another authority."""

    folder: Path

    def __post_init__(self) -> None:
        authority, other = trustme.CA(), trustme.CA()
        authority.cert_pem.write_to_path(str(self.folder / "ca.pem"))
        other.cert_pem.write_to_path(str(self.folder / "other-ca.pem"))
        authority.issue_cert("127.0.0.1", "mllp.example.org").private_key_and_cert_chain_pem.write_to_path(str(self.folder / "server.pem"))
        authority.issue_cert("client.example.org").private_key_and_cert_chain_pem.write_to_path(str(self.folder / "client.pem"))
        other.issue_cert("client.example.org").private_key_and_cert_chain_pem.write_to_path(str(self.folder / "stranger.pem"))
        authority.issue_cert("elsewhere.example.org").private_key_and_cert_chain_pem.write_to_path(str(self.folder / "elsewhere.pem"))

    def tls(self, *, ca: str = "", certificate: str = "", server_name: str = "", key: str = "", secret: str = "") -> Tls:
        def path(name: str) -> str:
            return os.fspath(self.folder / name) if name else ""

        return Tls(ca=path(ca), certificate=path(certificate), key=path(key), secret=secret, server_name=server_name)
