"""Valid messages typed by hand, and ways of breaking them: operations on bytes, declared in tables.

Imports nothing of the product: what is valid and what is not is written here again, from the ITK specifications and HL7 v2.5.1.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Operation = Callable[[bytes, random.Random], bytes | None]

HEAD = r"MSH|^~\&|PAS|X9A|ROUTE|ROUTE|{sent}||ADT^{event}^{structure}|{control}|P|2.4|1||||GBR|UNICODE|EN||ITKv1.0"
REGIONAL = r"MSH|^~\&|LAB|X9A|HUB|X9B|{sent}||{structure_type}|{control}|P|2.5.1||||||UNICODE UTF-8"
EVN = "EVN||{recorded}|||111^Clark^Ann^^^Miss|{happened}"
PID = (
    "PID|1||{number}^^^NHS~{local}^^^X9A||{family}^{given}^J^^Mrs^^L~Sampel^^^^^^A||{birth}|{sex}|||{house} High Street^^Anytown^^ZZ99 3AA^GBR^H||01632 960001|"
    "07700 900001|EN|{marital}|C22|||||{ethnic}||N|||||||N|NSTS01~US"
)
PD1 = "PD1|||Anytown Surgery^^X9P01|G9999992^Green^Sam^^^Dr"
NK1 = "NK1|1|{family}^Alan|{kin}|1 High Street^^Anytown^^ZZ99 3AA^GBR^H|01632 960002"
_PLACE = "PV1|1|{class_}|POC^MED{house}^B1^X9A01|21||{prior}|||C9999998^Grey^Lou^^^Dr|300||||19||N|||{visit}^^^X9A"
PV1 = _PLACE + "|" * 25 + "{admitted}"
PV1_LEFT = _PLACE + "|" * 17 + "3|19" + "|" * 7 + "{admitted}|{left}"
PV1_PLANNED = _PLACE
PV2 = "PV2|||Chest pain||||||{expected}|||||||||||||||||||||||||||||A"
PV2_PLANNED = "PV2|||Chest pain|||||{expected}|{expected}"
OBX = "OBX|1|NM|29463-7^Weight^L||{weight}|kg|||||F|||{admitted}"
AL1 = "AL1|1|DA|91936005^Penicillin^SNCT|7|Rash|20200101"
DG1 = "DG1|1||J18.9^Pneumonia^I10||{admitted}|A"
PR1 = "PR1|1||X29.2^Infusion^OPCS4||{admitted}"
ZU1 = "ZU1|{admitted}|1||||300||||1||||||||||||N||{expected}"
ZU3, ZU4, ZU5, ZU8 = "ZU3|||5|1|A", "ZU4||{admitted}", "ZU5|1", "ZU8||1|Yes|0"
MRG = "MRG|{other}^^^NHS~{local2}^^^X9A"

_FULL = (HEAD, EVN, PID, PD1, NK1, PV1, PV2, OBX, AL1, DG1, PR1, ZU1, ZU3, ZU4, ZU8)
_UPDATE = (HEAD, EVN, PID, PD1, NK1, PV1, PV2, OBX, AL1, DG1, PR1, ZU1, ZU3, ZU4, ZU5, ZU8)
_PLAN = (HEAD, EVN, PID, PD1, NK1, PV1_PLANNED, PV2_PLANNED, AL1, DG1, PR1, ZU1, ZU3, ZU4, ZU8)
_MOVE = (HEAD, EVN, PID, PD1, PV1, PV2, OBX, ZU1, ZU3, ZU4, ZU8)
_CANCEL = (HEAD, EVN, PID, PD1, PV1, PV2, OBX, DG1, ZU1, ZU3, ZU4, ZU8)
_PERSON = (HEAD, EVN, PID, PD1, NK1, AL1, DG1, PR1, ZU1, ZU8)
_LEAVE = (HEAD, EVN, PID, PD1, PV1, PV2, OBX)

# Event → MSH-9.3 and segments (ITK trigger events and ITK segment grids).
ADT: dict[str, tuple[str, tuple[str, ...]]] = {
    "A01": ("ADT_A01", _FULL),
    "A02": ("ADT_A02", _MOVE),
    "A03": ("ADT_A03", (HEAD, EVN, PID, PD1, PV1_LEFT, PV2, OBX, ZU1, ZU3, ZU8)),
    "A04": ("ADT_A01", _FULL),
    "A05": ("ADT_A05", _PLAN),
    "A08": ("ADT_A01", _UPDATE),
    "A11": ("ADT_A09", _CANCEL),
    "A12": ("ADT_A09", _CANCEL),
    "A13": ("ADT_A01", _FULL),
    "A14": ("ADT_A05", _PLAN),
    "A15": ("ADT_A15", _CANCEL),
    "A16": ("ADT_A16", _FULL),
    "A21": ("ADT_A21", _MOVE),
    "A22": ("ADT_A21", _MOVE),
    "A25": ("ADT_A21", _MOVE),
    "A26": ("ADT_A21", _MOVE),
    "A27": ("ADT_A21", _MOVE),
    "A28": ("ADT_A05", _PERSON),
    "A31": ("ADT_A05", _PERSON),
    "A38": ("ADT_A38", _FULL),
    "A40": ("ADT_A39", (HEAD, EVN, PID, PD1, MRG)),
    "A52": ("ADT_A52", _LEAVE),
    "A53": ("ADT_A52", _LEAVE),
}

_RPID = (
    "PID|1||{number}^^^NHS^NH~{local}^^^X9A^MR||{family}^{given}^J^^Mrs||{birth}|{letter}|||{house} High Street^^Anytown^^ZZ99 3AA^GBR^H" + "|" * 21 + "NSTS01"
)
_RPV1 = "PV1|1|O|CLINIC^^^X9A01|||||C9999998^Grey^Lou^^^Dr" + "|" * 11 + "{visit}^^^X9A"
_ORC = "ORC|{control_code}|P{local}^X9A|{filler}||||||{admitted}|||C9999998^Grey^Lou"
_OBR = "OBR|{set}|P{local}^X9A|{filler}|{test}^Test^SNM3|||{admitted}|||||||||C9999998^Grey^Lou" + "|" * 6 + "{happened}|||{status}"
_ED = "OBX|3|ED|18842-5^Report^LN||^application^pdf^Base64^JVBERi0=||||||F"
# Message type → segments (nw-gmsa HL7 v2 guide). {filler}, {set}, {status} and {control_code} are filled per type below.
OTHERS: dict[str, tuple[str, ...]] = {
    "OML^O21^OML_O21": (
        REGIONAL,
        _RPID,
        _RPV1,
        _ORC,
        _OBR,
        "NTE|1||Fasting",
        "DG1|1||C50^Cancer of the breast^I10|||W",
        "OBX|1|ST|75325-1^Symptom^LN||Lump||||||F",
        "SPM|1|||119297000^Blood^SNM3",
    ),
    "ORU^R01^ORU_R01": (
        REGIONAL,
        _RPID,
        _RPV1,
        _ORC,
        _OBR,
        "OBX|1|NM|718-7^Haemoglobin^LN||{weight}|g/L|120-160|N|||F|||{happened}",
        "NTE|1||No comment",
        "OBX|2|DT|11368-8^Onset^LN||20251230||||||F",
        _ED,
    ),
    "MDM^T02^MDM_T02": (
        REGIONAL,
        "EVN||{recorded}||||{happened}",
        _RPID,
        _RPV1,
        _ORC,
        _OBR,
        "TXA|1|823691000000103^Clinic letter^SNM3||{happened}||||||||D{local}^X9A|||||AU",
        _ED,
    ),
    "ACK^O21^ACK": (REGIONAL, "MSA|AE|{control}", "ERR||PID^1^8|103^Table value not found^HL70357|E"),
}
_FILLS = {
    "OML": {"control_code": "NW", "filler": "", "status": ""},
    "ORU": {"control_code": "RE", "filler": "F{local}^X9B", "status": "F"},
    "MDM": {"control_code": "RE", "filler": "F{local}^X9B", "status": ""},
    "ACK": {"control_code": "", "filler": "", "status": ""},
}
_FAMILIES = ("Sample", "O'Neill", "Llŷr-Ŵyn", "D\\T\\Souza", "Zoë-Łukasz", "Smith Jones")
_GIVEN = ("Siân", "Ann", "Bernadette", "Renée", "Alex")


@dataclass(frozen=True)
class Message:
    """A valid message: the profile it is of, what it is (``ADT^A01``), its bytes."""

    profile: str
    kind: str
    data: bytes


def nhs_number(rng: random.Random) -> str:
    """A number of the range 999 with its check digit."""
    while True:
        stem = f"999{rng.randrange(10**6):06}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return stem + str(check % 11)


def messages(seed: int, rounds: int) -> Iterator[Message]:
    """Valid messages of every kind, ``rounds`` times with other people, times and codes."""
    rng = random.Random(seed)  # noqa: S311  # nothing secret
    for _ in range(rounds):
        for event, (structure, lines) in ADT.items():
            values = _values(rng) | {"event": event, "structure": structure}
            values["class_"] = rng.choice("OE") if event == "A04" else "P" if event in ("A05", "A14", "A38") else rng.choice("IR")
            values["prior"] = "POC^MED2^B4^X9A01" if event in ("A02", "A12", "A15", "A26") else ""
            yield Message("itk-2.4", f"ADT^{event}", _written(lines, values))
        for kind, lines in OTHERS.items():
            values = _values(rng) | {"structure_type": kind, "set": "1", "test": str(rng.randrange(10**6, 10**9))}
            values |= {name: text.format(**values) for name, text in _FILLS[kind[:3]].items()}
            yield Message("regional-2.5.1", kind.rpartition("^")[0], _written(lines, values))


def _written(lines: tuple[str, ...], values: dict[str, str]) -> bytes:
    return ("\r".join(line.format(**values) for line in lines) + "\r").encode()


def _values(rng: random.Random) -> dict[str, str]:
    admitted = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(minutes=rng.randrange(300_000))
    left, happened = admitted + timedelta(hours=3), admitted + timedelta(hours=4)
    recorded = happened + timedelta(minutes=rng.randrange(1, 50))
    stamps = {"admitted": admitted, "left": left, "happened": happened, "recorded": recorded, "sent": recorded, "expected": happened + timedelta(days=3)}
    form = rng.choice(("%Y%m%d%H%M", "%Y%m%d%H%M%S"))
    number, other = nhs_number(rng), nhs_number(rng)
    return {name: f"{stamp:{form}}" for name, stamp in stamps.items()} | {
        "number": number,
        "other": other if other != number else nhs_number(rng),
        "local": str(rng.randrange(1000, 9000)),
        "local2": str(rng.randrange(9001, 9999)),
        "family": rng.choice(_FAMILIES),
        "given": rng.choice(_GIVEN),
        "birth": f"{rng.randrange(1925, 2020)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
        "sex": rng.choice("0129"),
        "letter": rng.choice("FMOU"),
        "marital": rng.choice("SMDWPN89"),
        "ethnic": rng.choice("ABCDEFGHJKLMNPRSZ"),
        "kin": rng.choice(("1", "2", "3", "12", "20", "98")),
        "house": str(rng.randrange(1, 60)),
        "visit": f"V{rng.randrange(10**6)}",
        "weight": f"{rng.randrange(30, 200)}.{rng.randrange(10)}",
        "control": f"C{rng.randrange(10**9)}",
    }


# Operations. Each gives the message changed, or None where it has nothing to change there.


def lines_of(data: bytes) -> list[bytes]:
    """The segments of a message as the kit writes it."""
    return data.removesuffix(b"\r").split(b"\r")


def _joined(lines: list[bytes]) -> bytes:
    return b"\r".join(lines) + b"\r"


def _index(lines: list[bytes], name: str) -> int | None:
    return next((place for place, line in enumerate(lines) if line.startswith(name.encode() + b"|")), None)


def drop(name: str) -> Operation:
    """The first segment of that name goes."""

    def apply(data: bytes, rng: random.Random) -> bytes | None:
        lines = lines_of(data)
        place = _index(lines, name)
        return None if place is None else _joined(lines[:place] + lines[place + 1 :])

    return apply


def double(name: str) -> Operation:
    """The first segment of that name comes twice in a row."""

    def apply(data: bytes, rng: random.Random) -> bytes | None:
        lines = lines_of(data)
        place = _index(lines, name)
        return None if place is None else _joined([*lines[: place + 1], *lines[place:]])

    return apply


def swap(first: str, second: str) -> Operation:
    """Two segments change places."""

    def apply(data: bytes, rng: random.Random) -> bytes | None:
        lines = lines_of(data)
        one, other = _index(lines, first), _index(lines, second)
        if one is None or other is None:
            return None
        lines[one], lines[other] = lines[other], lines[one]
        return _joined(lines)

    return apply


def insert(after: str, text: str) -> Operation:
    """A segment is put behind another."""

    def apply(data: bytes, rng: random.Random) -> bytes | None:
        lines = lines_of(data)
        place = _index(lines, after)
        return None if place is None else _joined([*lines[: place + 1], text.encode(), *lines[place + 1 :]])

    return apply


def put(segment: str, field: int, *values: str | bytes, part: int = 0) -> Operation:
    """A field (or one component of its first repetition) holds one of ``values`` instead; fields are added where the segment is too short."""

    def apply(data: bytes, rng: random.Random) -> bytes | None:
        lines = lines_of(data)
        place = _index(lines, segment)
        if place is None:
            return None
        fields = lines[place].split(b"|")
        index = field - 1 if segment == "MSH" else field
        fields += [b""] * (index + 1 - len(fields))
        value = rng.choice(values)
        new = value if isinstance(value, bytes) else value.encode()
        if part:
            first, tilde, rest = fields[index].partition(b"~")
            pieces = first.split(b"^")
            pieces += [b""] * (part - len(pieces))
            pieces[part - 1] = new
            new = b"^".join(pieces) + tilde + rest
        if fields[index] == new:
            return None
        fields[index] = new
        lines[place] = b"|".join(fields)
        return _joined(lines)

    return apply


def rewrite(old: bytes, new: bytes) -> Operation:
    """Every ``old`` becomes ``new``."""
    return lambda data, rng: data.replace(old, new) if old in data else None


def other_check_digit(data: bytes, rng: random.Random) -> bytes | None:
    """The last digit of the NHS number in PID-3 becomes another."""
    line = next((one for one in lines_of(data) if one.startswith(b"PID|")), None)
    if line is None:
        return None
    number = line.split(b"|")[3][:10]
    digit = str((int(number[9:]) + rng.randrange(1, 10)) % 10).encode()
    return data.replace(b"|" + number + b"^", b"|" + number[:9] + digit + b"^")


def transposed(data: bytes, rng: random.Random) -> bytes | None:
    """Two neighbouring digits of the NHS number, unlike each other, change places: modulus 11 always notices."""
    line = next((one for one in lines_of(data) if one.startswith(b"PID|")), None)
    number = line.split(b"|")[3][:10] if line else b""
    places = [place for place in range(3, 9) if number[place] != number[place + 1]] if number else []
    if not places:
        return None
    place = rng.choice(places)
    new = number[:place] + number[place + 1 : place + 2] + number[place : place + 1] + number[place + 2 :]
    return data.replace(b"|" + number + b"^", b"|" + new + b"^")


def cut(data: bytes, rng: random.Random) -> bytes | None:
    """The message ends in the middle of its second segment."""
    lines = lines_of(data)
    return _joined(lines[:1]) + lines[1][: max(4, len(lines[1]) // 2)] if len(lines) > 1 else None


def survivor_merged(data: bytes, rng: random.Random) -> bytes | None:
    """MRG-1 holds the number that survives."""
    lines = lines_of(data)
    place = _index(lines, "MRG")
    if place is None:
        return None
    pid = next(line for line in lines if line.startswith(b"PID|"))
    lines[place] = b"MRG|" + pid.split(b"|")[3]
    return _joined(lines)


def undeclared(data: bytes, rng: random.Random) -> bytes | None:
    """MSH-18 goes from a message that needs it: without it, bytes are ASCII."""
    return None if data.isascii() else data.replace(b"|UNICODE|", b"||")
