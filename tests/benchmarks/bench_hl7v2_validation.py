"""HL7 v2 parsed and judged: varied admissions against ITK, clean and with defects, and fifty results by the base grammar; beside hl7apy.

``python -m tests.benchmarks.bench_hl7v2_validation`` prints rates a second, and where the time of a clean admission goes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any

from .measuring import Row, best

_KINDS = 400
_FAMILIES = ("Ashworth", "O'Neill", "Llŷr-Ŵyn", "D\\T\\Souza", "Łukasz", "Brown", "Patel-Green")
_GIVEN = ("Ann", "Siân", "Zoë", "Peter", "Maria Anna", "Jo")


def number_of(serial: int) -> str:
    """A synthetic NHS number with its check digit."""
    while True:
        digits = f"999{serial % 1_000_000:06}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return digits + str(check % 11)
        serial += 1


def admission(serial: int, chance: random.Random) -> bytes:
    """A clean ITK ADT^A01 of ten segments; values, lengths and optional fields differ from message to message."""
    at = f"2026{chance.randint(1, 12):02}{chance.randint(1, 28):02}{chance.randint(2, 23):02}{chance.randint(0, 59):02}"
    name = f"{chance.choice(_FAMILIES)}{serial}^{chance.choice(_GIVEN)}^{chance.choice('ABCJ')}^^{chance.choice(('Mr', 'Mrs', 'Ms', 'Dr'))}^^L"
    alias = f"~Was{serial}^Ann^^^^^A" if chance.random() < 0.3 else ""
    phone = f"01632 960{chance.randint(0, 999):03}"
    lines = [
        f"MSH|^~\\&|PAS|X9A|ROUTE|ROUTE|{at}00||ADT^A01^ADT_A01|M{serial}|P|2.4|{serial}||||GBR|UNICODE|EN||ITKv1.0",
        f"EVN||{at}00|||{chance.randint(100, 999)}^Clark^Ann^^^Miss|{at}",
        f"PID|1||{number_of(serial)}^^^NHS~L{serial}^^^X9A||{name}{alias}||{chance.randint(1920, 2020)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        f"|{chance.choice('0129')}|||{serial} Mill Lane^^Otley^^ZZ99 3CZ^GBR^H||{phone}|07700 900{chance.randint(0, 999):03}|EN|M|C22|||||"
        f"{chance.choice('ABCMZ')}||N|||||||N|NSTS01~US",
        f"PD1|||Mill Surgery {serial}^^X9G{chance.randint(10, 99)}|G9999992^Green^Sam^^^Dr",
        f"NK1|1|{chance.choice(_FAMILIES)}^Alan|{chance.choice((1, 4, 12, 20))}|1 High Street^^Anytown^^ZZ99 3AA^GBR^H|{phone}",
        f"PV1|1|I|POC^W{chance.randint(1, 40)}^B{chance.randint(1, 9)}^X9A01|{chance.choice((11, 21, 22, 28))}|||||C9999998^Grey^Lou^^^Dr|"
        f"{chance.choice((100, 300, 430))}||||{chance.choice((19, 51, 54))}||N|||V{serial}^^^X9A" + "|" * 25 + at,
        f"PV2|||Chest pain {serial}||||||{at[:8]}",
        f"AL1|1|DA|9193600{chance.randint(1, 9)}^Penicillin^SNCT|{chance.choice('013579')}|Rash|20200101",
        f"DG1|1||J{chance.randint(10, 99)}.{chance.randint(0, 9)}^Pneumonia, unspecified^I10||{at}|A",
        f"ZU1||||||||||||||||||||||{chance.choice('YN')}||{at[:8]}",
    ]
    return ("\r".join(lines) + "\r").encode()


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """The same message with one defect."""
    old, new = chance.choice(
        ((b"|I|POC", b"|Q|POC"), (b"^Rash", b"^^Rash"), (b"NSTS01", b"NSTS99"), (b"|P|2.4", b"||2.4"), (b"DG1|1|", b"DG1|x|"), (b"|SNCT", b"|"))
    )
    return data.replace(old, new, 1)


def results(serial: int, chance: random.Random) -> bytes:
    """ORU^R01 v2.5.1 with fifty OBX."""
    lines = [
        f"MSH|^~\\&|LAB|X9A|EPRB|X9B|20260105090000||ORU^R01^ORU_R01|R{serial}|P|2.5.1||||||UNICODE UTF-8",
        f"PID|1||{number_of(serial)}^^^NHS^NH||{chance.choice(_FAMILIES)}^Ann^^^^^L||19620314|F",
        f"OBR|1|P{serial}|F{serial}|26604007^Full blood count^SCT|||20260105080000",
    ]
    for place in range(1, 51):
        value = f"{chance.randint(1, 200)}.{chance.randint(0, 99):02}"
        lines.append(f"OBX|{place}|NM|{place}718-7^Haemoglobin^LN||{value}|g/L|115-165|{chance.choice('NHL')}|||F|||20260105083000")
    return ("\r".join(lines) + "\r").encode()


def _each(work: Callable[[Any], object], inputs: Sequence[Any]) -> Callable[[], object]:
    turn = cycle(inputs)
    return lambda: work(next(turn))


def _micro(work: Callable[[], object], times: int) -> float:
    return best(work, times=times) * 1e6


def _hl7apy(text: str) -> None:
    from hl7apy.exceptions import HL7apyException
    from hl7apy.parser import parse_message

    with suppress(HL7apyException):
        parse_message(text).validate()


def rows() -> Iterator[Row]:
    """Microseconds a message."""
    from harness.validation.hl7v2 import validate
    from harness.validation.options import Options

    chance = random.Random(20260105)  # noqa: S311
    itk, base = Options(profile="itk-2.4"), Options(profile="base", allow_real_numbers=True)
    clean = [admission(serial, chance) for serial in range(_KINDS)]
    reports = [results(serial, chance) for serial in range(50)]
    for data in clean:
        assert validate(data, itk) == [], validate(data, itk)
    for data in reports:
        assert validate(data, base) == [], validate(data, base)
    mixed = [spoilt(data, chance) if chance.random() < 0.1 else data for data in clean]
    yield Row("ADT^A01 against ITK, parsed and judged: harness", _micro(_each(lambda data: validate(data, itk), clean), 800), "µs", 100, "10,000/s asked")
    yield Row("  the same, one in ten with a defect", _micro(_each(lambda data: validate(data, itk), mixed), 800), "µs")
    yield Row("  the same, each with a defect", _micro(_each(lambda data: validate(data, itk), [spoilt(data, chance) for data in clean]), 400), "µs")
    yield Row("ADT^A01, parsed and judged: hl7apy", _micro(_each(_hl7apy, [data.decode() for data in clean]), 10), "µs")
    yield Row("ORU with 50 OBX, parsed and judged: harness", _micro(_each(lambda data: validate(data, base), reports), 200), "µs", 500, "2,000/s asked")
    yield Row("ORU with 50 OBX, parsed and judged: hl7apy", _micro(_each(_hl7apy, [data.decode() for data in reports[:5]]), 2), "µs")


def where() -> None:
    """Where the time of a clean admission goes, by function."""
    from cProfile import Profile
    from pstats import Stats

    from harness.validation.hl7v2 import validate
    from harness.validation.options import Options

    chance = random.Random(20260105)  # noqa: S311
    clean, itk, profile = [admission(serial, chance) for serial in range(_KINDS)], Options(profile="itk-2.4"), Profile()
    for data in clean:
        validate(data, itk)
    profile.enable()
    for data in clean * 5:
        validate(data, itk)
    profile.disable()
    Stats(profile).sort_stats("tottime").print_stats(20)


if __name__ == "__main__":
    for row in rows():
        print(f"{row.what:<64}{row.value:>9.4g} {row.unit}{1e6 / row.value:>12,.0f}/s")
    where()
