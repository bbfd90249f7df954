"""HL7 v2: parse a message, read three values and encode it again, beside python-hl7 and hl7apy."""

from __future__ import annotations

from collections.abc import Iterator

from .measuring import Row, best

MESSAGE = (
    "MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A01^ADT_A01|M1|P|2.4|||||GBR|UNICODE UTF-8||ITKv1.0\r"
    "EVN||20260105090000||||20260105085500\r"
    "PID|1||9990000018^^^NHS~LOCAL1^^^X9A||Ashworth^Margaret^Anne^^Mrs^^L||19250704|2|||1 Mill Lane^^Otley^West Yorkshire^ZZ99 3CZ^^H||01632960001^^PH\r"
    "PD1|||Mill Surgery^^X9G01\r"
    "NK1|1|Ashworth^Peter|01^Spouse\r"
    "PV1|1|I|W01^^B3^X9B||||||C9999991^Reed|||||||||||V1\r"
    "AL1|1|DA^Drug allergy|91936005^Allergy to penicillin^SNCT|5|Anaphylaxis\r"
    "DG1|1||J18.9^Pneumonia, unspecified^I10|||A\r"
)


def rows() -> Iterator[Row]:
    import hl7
    from hl7apy.parser import parse_message

    from harness.formats.hl7v2 import parse

    data = MESSAGE.encode()

    def ours() -> bytes:
        tree = parse(data)
        assert (tree.get("PID-3[1].1"), tree.get("PID-5.1"), tree.get("AL1-3.2")) == ("9990000018", "Ashworth", "Allergy to penicillin")
        return tree.encode()

    def python_hl7() -> str:
        tree = hl7.parse(MESSAGE)
        assert (tree["PID.F3.R1.C1"], tree["PID.F5.R1.C1"], tree["AL1.F3.R1.C2"]) == ("9990000018", "Ashworth", "Allergy to penicillin")
        return str(tree)

    def hl7apy() -> str:
        tree = parse_message(MESSAGE, find_groups=False)
        assert tree.pid.pid_5.pid_5_1.to_er7() == "Ashworth"
        return str(tree.to_er7())

    remark = f"{len(data)} bytes, {MESSAGE.count(chr(13))} segments"
    yield Row("HL7 v2 parse, three reads, encode: harness", best(ours, times=200) * 1e6, "µs", None, remark)
    yield Row("HL7 v2 parse, three reads, encode: python-hl7", best(python_hl7, times=200) * 1e6, "µs")
    yield Row("HL7 v2 parse, one read, encode: hl7apy", best(hl7apy, times=5) * 1e6, "µs")
