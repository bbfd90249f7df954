"""HL7 v2 read and written: every leaf of an admission and back to bytes, every field of fifty results, a stream of many messages; beside python-hl7.

Messages differ from one another. ``python -m tests.benchmarks.bench_hl7v2_formats`` prints rates a second.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from .measuring import ROOT, Row, best

_KINDS = 50
_STREAMED = 1_000_000
_FLAT = """
from resource import RUSAGE_SELF, getrusage
from tests.benchmarks.bench_hl7v2_formats import Endless, admission
from harness.formats.hl7v2 import parse, read_stream
found = sum(parse(part.data).control_id != '' for part in read_stream(Endless(admission(1), {count})))
print(found, getrusage(RUSAGE_SELF).ru_maxrss)
"""


def admission(number: int) -> bytes:
    """ADT^A01 of ten segments."""
    return (
        f"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A01^ADT_A01|M{number}|P|2.4|||||GBR|UNICODE UTF-8||ITKv1.0\r"
        "EVN||20260105090000||||20260105085500\r"
        f"PID|1||99900000{number % 100:02}^^^NHS~L{number}^^^X9A&1.2.3&ISO"
        f"||O'Neill{number}^Siân^Anne^^Mrs^^L||19250704|2|||{number} Mill Lane^^Otley^^ZZ99 3CZ^^H||01632960001^^PH\r"
        "PD1|||Mill Surgery^^X9G01\r"
        "NK1|1|Ashworth \\T\\ Sons^Peter|01^Spouse||01632960002\r"
        f"PV1|1|I|W{number % 9}^^B3^X9B||||||C9999991^Reed|||||||||||V{number}^^^X9A\r"
        "PV2|||^Chest pain\r"
        "AL1|1|DA^Drug allergy|91936005^Allergy to penicillin^SNCT|5|Rash\\.br\\Hives\r"
        "DG1|1||J18.9^Pneumonia, unspecified^I10|||A\r"
        'ZU1||||||||||||||||||||||Y||""\r'
    ).encode()


def results(number: int) -> bytes:
    """ORU^R01 with fifty OBX."""
    head = f"MSH|^~\\&|LAB|X9A|EPRB|X9B|20260105090000||ORU^R01^ORU_R01|R{number}|P|2.5.1||||||UNICODE UTF-8\r"
    head += f"PID|1||9990000018^^^NHS||Ashworth^Ann\rOBR|1|P{number}|F1|FBC^Full^L\r"
    return (head + "".join(f"OBX|{n}|NM|{n}-2^Haemoglobin^LN||{number % 90}.50|g/L|130-170|N|||F|||20260105083000\r" for n in range(1, 51))).encode()


class Endless:
    """A file of ``count`` times one message that is never whole anywhere."""

    def __init__(self, message: bytes, count: int) -> None:
        self._message, self._left = message, count

    def read(self, size: int = -1) -> bytes:
        taken = min(self._left, max(size // len(self._message), 1))
        self._left -= taken
        return self._message * taken


def _each(work: Callable[[Any], object], inputs: list[Any]) -> Callable[[], object]:
    turn = cycle(inputs)
    return lambda: work(next(turn))


def round_trip(data: bytes) -> None:
    """Parse, take every leaf, build the bytes again from what was split."""
    from harness.formats.hl7v2 import parse

    tree = parse(data)
    for _leaf in tree.leaves():
        pass
    assert tree.encode() == data


def all_fields(data: bytes) -> int:
    """Parse and reach each field's text."""
    from harness.formats.hl7v2 import parse

    reached = 0
    for segment in parse(data):
        for _field in segment.fields:
            reached += 1
    return reached


def _hl7_round_trip(text: str) -> None:
    import hl7

    message = hl7.parse(text)
    for segment in message:
        for field in segment[1:]:
            for repetition in field if isinstance(field, hl7.Field) else ():
                for component in repetition if isinstance(repetition, hl7.Repetition) else ():
                    str(component)
    assert str(message)


def _hl7_fields(text: str) -> int:
    import hl7

    return sum(1 for segment in hl7.parse(text) for _ in segment)


def rows() -> Iterator[Row]:
    """Microseconds a message, and the memory of a stream."""
    admissions, reports = [admission(n) for n in range(_KINDS)], [results(n) for n in range(_KINDS)]
    yield Row("HL7 v2 round trip of ADT, every leaf: harness", _micro(_each(round_trip, admissions), 500), "µs", 100, "10,000/s asked")
    yield Row("HL7 v2 round trip of ADT, every leaf: python-hl7", _micro(_each(_hl7_round_trip, [one.decode() for one in admissions]), 50), "µs")
    yield Row("HL7 v2 ORU with 50 OBX, every field: harness", _micro(_each(all_fields, reports), 500), "µs", 66.7, "15,000/s asked")
    yield Row("HL7 v2 ORU with 50 OBX, every field: python-hl7", _micro(_each(_hl7_fields, [one.decode() for one in reports]), 10), "µs")
    code = _FLAT.format(count=_STREAMED)
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert int(told[0]) == _STREAMED
    yield Row("HL7 v2 file of a million messages, parsed: memory at most", int(told[1]) / 1024, "MB", 150, "resident, the interpreter included")


def _micro(work: Callable[[], object], times: int) -> float:
    return best(work, times=times) * 1e6


if __name__ == "__main__":
    for row in rows():
        print(f"{row.what:<64}{row.value:>9.4g} {row.unit}" + (f"{1e6 / row.value:>12,.0f}/s" if row.unit == "µs" else ""))
