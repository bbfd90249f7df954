"""A message typed by hand."""

from __future__ import annotations

ADMISSION = (
    b"MSH|^~\\&|PAS|X9A|TIE|X9B|20260105090000||ADT^A01^ADT_A01|C1|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
    b"EVN||20260105090000\r"
    b"PID|1||9990000018^^^NHS~L1^^^X9A&1.2.3&ISO||O'Neill^Si\xc3\xa2n^^^Mrs||19500101|2|||1 Road^^Town^^ZZ1 1ZZ^^H||||||||||||||||||||||\r"
    b"NK1|1|D'Souza \\T\\ Sons^A|16\r"
    b"PV1|1|I|W1^1^2^X9A\r"
    b"AL1|1|DA|123^Penicillin^L|5|Rash\\.br\\Hives|20200101\r"
    b"AL1|2|FA|456^Nuts^L\r"
    b"OBX|1|NM|789^Weight^L||72.50|kg|||||F\r"
    b'ZU1||||||||||||||||||||||Y||""\r'
)
