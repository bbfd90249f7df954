"""Where a coverage-guided run begins: messages typed here, and the shared development material where that is present."""

from __future__ import annotations

from pathlib import Path

from .fuzz_fhir_seeds import FHIR_TYPED

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_V2 = (
    b"MSH|^~\\&|PAS|X9A|TIE|X9B|20260105090000||ADT^A01^ADT_A01|C1|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
    b"EVN||20260105090000\r"
    b"PID|1||9990000018^^^NHS~L1^^^X9A&1.2.3&ISO||O'Neill^Si\xc3\xa2n^^^Mrs||19500101|2|||1 Road^^Town^^ZZ1 1ZZ^^H\r"
    b'PV1|1|I|W1^1^2^X9A\rAL1|1|DA|123^Penicillin^L|5|Rash\\.br\\Hives \\T\\ \\X41\\ \\C2842\\x|20200101\rZU1||||||||||||||||||||||Y||""\r'
)
_MERGE = _V2.replace(b"A01^ADT_A01", b"A40^ADT_A39").replace(b"PV1|1|I", b"MRG|L2^^^X9A\rPV1|1|I")
_BATCH = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + _V2 * 2 + b"BTS|2\rFTS|1\r"
_FRAMED = b"\x0b" + _V2 + b"\x1c\r\x0b" + _V2 + b"\x1c\r"
_ORU = (
    b"MSH|^~\\&#|LAB|X9A|TIE|X9B|20260105090000||ORU^R01^ORU_R01|C2|P|2.5.1\rPID|1||9990000018^^^NHS\r"
    b"OBR|1|P1|F1|26604007^FBC^SCT|||20260105\rOBX|1|NM|718-7^Hb^LN||13.50|g/dL|13-17|N|||F\r"
)
_XML = (
    b'<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.9><CM.1>ADT</CM.1><CM.2>A01</CM.2></MSH.9></MSH>'
    b'<PID><PID.3><CX.1>999</CX.1><CX.4><HD.1>NHS</HD.1></CX.4></PID.3><PID.5>x<escape V=".br"/>y</PID.5></PID></ADT_A01>'
)
_JSON = (
    b'{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient",'
    b'"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],"name":[{"family":"A","given":["B"]}],"birthDate":"1950-01-01"}},'
    b'{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":13.50,"code":"g/dL"}}}]}'
)
_FHIR_XML = b'<Patient xmlns="http://hl7.org/fhir"><id value="a"/><name><family value="A"/></name><text><div xmlns="http://www.w3.org/1999/xhtml">x</div></text></Patient>'
TYPED = (
    _V2,
    _MERGE,
    _BATCH,
    _FRAMED,
    _ORU,
    _V2.decode().encode("utf-16-le"),
    _BATCH.decode().encode("utf-16"),
    _XML,
    _JSON,
    _JSON + b"\n" + _JSON,
    _FHIR_XML,
    *FHIR_TYPED,
)
_PATTERNS = ("itk-adt-examples/**/*xample.txt", "itk-adt-examples/**/*.XML", "linuxforhealth-v2/messages/*.hl7", "ms-fhir-converter-dev/Hl7v2/*.hl7")
_LARGEST = 8000
# Words that a fuzzer would need long to guess.
WORDS = (
    *("MSH|^~\\\\&|", "PID|", "MRG|", "OBX|", "FHS|", "BHS|", "BTS|", "FTS|", "ADT^A01^ADT_A01", "ADT^A40", "ORU^R01", "2.5.1", "UNICODE UTF-8", "8859/1"),
    *(
        "\\\\.br\\\\",
        "\\\\X0D\\\\",
        "\\\\C2842\\\\",
        "\\\\M2442\\\\",
        "\\\\Z1\\\\",
        "^^^NHS",
        "NSTS01",
        "\\x0b",
        "\\x1c\\x0d",
        "\\xef\\xbb\\xbf",
        "\\xff\\xfe",
        "ISO IR87",
    ),
    *("<PID.3>", '<escape V=\\".br\\"/>', "urn:hl7-org:v2xml", "http://hl7.org/fhir", "<!DOCTYPE", "<![CDATA[", "resourceType", "Patient", "Bundle", "entry"),
    *("extension", "valueQuantity", "identifier", "https://fhir.nhs.uk/Id/nhs-number", "1e400", "null", "-0.0", "\\\\ud800"),
)


def seeds() -> list[bytes]:
    """Every seed, the typed ones first."""
    shared = [path.read_bytes() for pattern in _PATTERNS for path in sorted(SHARED.glob(pattern)) if path.stat().st_size <= _LARGEST] if SHARED.is_dir() else []
    return [*TYPED, *shared]


def dictionary() -> str:
    """The words as libFuzzer reads them."""
    return "".join(f'"{word}"\n' for word in WORDS)
