"""Running what others wrote."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Versions as tried; a peer that changes must not change what we find.
PACKAGES = ("simple-hl7@3.3.0", "nodehl7@2.0.0", "node-hl7-client@3.2.0", "node-hl7-server@2.5.0")
CLIENTS = ("simple-hl7", "nodehl7", "node-hl7-client")
SERVERS = ("simple-hl7", "nodehl7", "node-hl7-server")
SCRIPT = Path(__file__).with_name("peers.js")
HEADER = "MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||%s|%s|P|2.4|||||GBR|UNICODE UTF-8||iTKv1.0\r"


def registration(control_id: str, family: str = "Ashworth", *, closed: bool = True) -> str:
    """An A28 of a synthetic person; ``closed`` with the CR after the last segment."""
    body = f"EVN||20260105090000\rPID|1||9990000018^^^NHS||{family}^Margaret^^^^^L||19250704|2\rPV1||N"
    return HEADER % ("ADT^A28^ADT_A05", control_id) + body + ("\r" if closed else "")


def install(folder: Path) -> Peers | str:
    """The packages in ``folder``, or why they could not be had."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "npm and node are not installed"
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *PACKAGES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "npm did not install the peers within two minutes"
    return Peers(node, folder) if not done.returncode else f"npm could not install the peers: {' '.join(done.stderr.strip().splitlines()[-1:])}"


class Heard:
    """What a server of theirs says it received, line by line."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.port = port
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._lines.put(line)

    def next(self) -> str:
        return str(json.loads(self._lines.get(timeout=20)))


@dataclass(frozen=True)
class Peers:
    """The installed packages."""

    node: str
    folder: Path

    @property
    def _how(self) -> dict[str, Any]:
        return {"text": True, "encoding": "utf-8", "env": {**os.environ, "NODE_PATH": str(self.folder / "node_modules")}}

    def send(self, package: str, address: str, messages: Sequence[str]) -> list[str]:
        """The answers that a client of theirs got."""
        command = [self.node, str(SCRIPT), "client", package, address.rpartition(":")[2]]
        done = subprocess.run(command, input=json.dumps(list(messages)), capture_output=True, timeout=30, check=False, **self._how)
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout))

    @contextmanager
    def serving(self, package: str) -> Iterator[Heard]:
        """A server of theirs on a free port."""
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        command = [self.node, str(SCRIPT), "server", package, str(port)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **self._how)
        try:
            heard = Heard(process, port)
            assert heard.next() == "ready"
            yield heard
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
