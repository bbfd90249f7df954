"""MLLP: receive, store, acknowledge. Server and client are processes of one thread each, so each has one core; the peer answers in the same run.

The client keeps one message in flight on each connection. Beside the rate stands what the server would do with a core to itself: messages by second
of its processor time, which a busy machine disturbs less. Each row is the median of several rounds; rounds of ours and of the peer alternate.
Ours stores every message in an SQLite file (WAL; a second row with one fsync a commit) before it answers; the peer, python-hl7's asyncio server, stores
nothing. ``python -m tests.benchmarks.bench_mllp`` runs it alone and prints rates.
"""

from __future__ import annotations

import argparse
import asyncio
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from psutil import Process

from harness.transports.mllp import frame

from .measuring import ROOT, Row

ADMISSION = (
    "MSH|^~\\&|EPRA|X9A|EPRB|X9B|2026010509%02d00||ADT^A01^ADT_A01|M%06d|P|2.4|||||GBR|UNICODE UTF-8|||ITKv1.0\r"
    "EVN||20260105090000||||20260105090000\r"
    "PID|1||%s^^^NHS~L%06d^^^X9A||Ashworth%04d^Margaret^Ann^^Mrs^^L||19%02d0704|2|||%d High Street^^Anytown^^ZZ99 3WZ^^H||01632 960%03d^PH"
    "|||M" + "|" * 16 + "NSTS01\r"
    "PD1|||The Surgery^^X9G01\r"
    "NK1|1|Ashworth^John|1|%d High Street^^Anytown|01632 960123\r"
    "PV1|1|I|MED1^B2^4^X9A|21|||||C9999991^Able^Ann|300||||19|||||V%06d^^^X9A|||||||||||||||||||||||||20260105085500\r"
    "PV2|||^Chest pain\r"
    "OBX|1|NM|27113001^Weight^SNCT||%d.5|kg|||||F\r"
    "AL1|1|DA|91936005^Penicillin^SNCT|5|Rash\r"
    "DG1|1||R07.4^Chest pain^I10|||W\r"
)
KINDS = ("storing", "storing-durable", "validating", "python-hl7")


TITLES = {
    "storing": "MLLP stored and acknowledged",
    "storing-durable": "MLLP stored with fsync and acknowledged",
    "validating": "MLLP validated (ITK), stored and acknowledged",
    "python-hl7": "MLLP acknowledged, not stored: python-hl7",
}
# Messages a second.
TARGETS = {("storing", 1): 8000, ("storing", 16): 20000, ("validating", 16): 8000}


@dataclass(frozen=True)
class Figure:
    """Messages a second, over ``connections``; ``of_core`` by second of the server's processor time."""

    kind: str
    connections: int
    rate: float
    of_core: float


def rows() -> Iterator[Row]:
    """Microseconds a message, for the table of all benchmarks."""
    for figure in measure():
        target = TARGETS.get((figure.kind, figure.connections))
        what = f"{TITLES[figure.kind]}, {figure.connections} connection{'s' if figure.connections > 1 else ''}"
        yield Row(what, 1e6 / figure.rate, "µs", 1e6 / target if target else None, f"{figure.rate:,.0f}/s; {figure.of_core:,.0f}/s of the server's core")


def number(n: int) -> str:
    """An NHS number of the synthetic range with its check digit, another for each ``n``."""
    first = f"999{n * 7:06d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(first, range(10, 1, -1), strict=True)) % 11
    return number(n + 10_000) if check == 10 else first + str(check % 11)


def messages(count: int = 2000) -> list[bytes]:
    """Admissions of ten segments, each with numbers, names and dates of its own."""
    made = []
    for n in range(count):
        made.append((ADMISSION % (n % 60, n, number(n), n, n, 20 + n % 80, n, n % 1000, n, n, 50 + n % 50)).encode())
    return made


# The server's process.


def _serve(kind: str, path: str, loop: str) -> None:
    if loop == "uvloop":
        import uvloop  # type: ignore[import-not-found,unused-ignore]

        uvloop.run(_run(kind, path))
    else:
        asyncio.run(_run(kind, path))


async def _run(kind: str, path: str) -> None:
    if kind == "python-hl7":
        from hl7.mllp import start_hl7_server

        async def answer(reader: object, writer: object) -> None:
            while not writer.is_closing():  # type: ignore[attr-defined]
                try:
                    message = await reader.readmessage()  # type: ignore[attr-defined]
                except asyncio.IncompleteReadError:
                    break
                writer.writemessage(message.create_ack())  # type: ignore[attr-defined]
                await writer.drain()  # type: ignore[attr-defined]

        server = await start_hl7_server(answer, host="127.0.0.1", port=0, encoding="utf-8")
        _say(server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()
    from harness.formats.hl7v2.answering import Answering, Refusal
    from harness.transports.mllp import Inbox, StoringReceiver

    judge = None
    if kind == "validating":
        from harness.model.issue import Severity
        from harness.validation.hl7v2 import validate
        from harness.validation.options import Options

        itk = Options(profile="itk-2.4")

        def judge(payload: bytes) -> Refusal | None:
            issue = next((found for found in validate(payload, itk) if found.severity in (Severity.FATAL, Severity.ERROR)), None)
            return Refusal("required", issue.message, "") if issue is not None else None

    answering = Answering({"application": "EPRB", "facility": "X9B"}, lambda: time.strftime("%Y%m%d%H%M%S"), judge)
    receiver = StoringReceiver(Inbox(path, durable=kind == "storing-durable"), answering)
    await receiver.start()
    _say(int(receiver.address.rpartition(":")[2]))
    await asyncio.Event().wait()


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


@contextmanager
def served(kind: str, loop: str = "asyncio") -> Iterator[tuple[int, int]]:
    """Port and process id of a server."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.bench_mllp", "--serve", kind, "--path", str(Path(folder) / "inbox.sqlite"), "--loop", loop]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process.pid
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


# The client's process.


def drive(port: int, connections: int, frames: list[bytes], seconds: float) -> tuple[float, int]:
    """Exchanges a second, one message in flight on each connection, and how many there were."""
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[sock.fileno()] = sock
        poll.register(sock, select.EPOLLIN)
    sent = answered = 0
    try:
        for sock in sockets.values():
            sock.sendall(frames[sent % len(frames)])
            sent += 1
        began = time.perf_counter()
        end = began + seconds
        while (now := time.perf_counter()) < end:
            for number, _ in poll.poll(1):
                sock = sockets[number]
                data = sock.recv(65536)
                if not data:
                    raise RuntimeError("the server hung up")
                if data[-2:] != b"\x1c\r":
                    continue  # the rest of this answer is still to come
                assert b"MSA|AA|" in data, data
                answered += 1
                sock.sendall(frames[sent % len(frames)])
                sent += 1
        return answered / (now - began), answered
    finally:
        poll.close()
        for sock in sockets.values():
            sock.close()


def measure(seconds: float = 1.0, rounds: int = 3, loop: str = "asyncio", kinds: tuple[str, ...] = KINDS) -> list[Figure]:
    """Every kind of server with one and with sixteen connections."""
    frames = [frame(message) for message in messages()]
    figures: dict[tuple[str, int], list[Figure]] = {}
    for _ in range(rounds):
        for kind in kinds:
            with served(kind, loop if kind != "python-hl7" else "asyncio") as (port, process):
                drive(port, 16, frames, 0.3)
                for connections in (1, 16):
                    before = _processor_time(process)
                    rate, answered = drive(port, connections, frames, seconds)
                    found = Figure(kind, connections, rate, answered / (_processor_time(process) - before))
                    figures.setdefault((kind, connections), []).append(found)
    return [Figure(*key, median(each.rate for each in found), median(each.of_core for each in found)) for key, found in figures.items()]


def _processor_time(process: int) -> float:
    times = Process(process).cpu_times()
    return float(times.user + times.system)


def main() -> None:
    """Serve, or measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", choices=KINDS)
    parser.add_argument("--path", default="")
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--seconds", type=float, default=1.0)
    chosen = parser.parse_args()
    if chosen.serve:
        _serve(chosen.serve, chosen.path, chosen.loop)
        return
    for row in measure(chosen.seconds, loop=chosen.loop, kinds=tuple(chosen.kinds)):
        print(f"{row.kind:16} {row.connections:3} connections {row.rate:10,.0f}/s   {row.of_core:10,.0f}/s of the server's core")


if __name__ == "__main__":
    main()
