"""The command line asked within this process, and the small message and place that its tests begin with."""

from __future__ import annotations

import sys

import pytest

A28 = (
    b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|M1|P|2.4|||||GBR|UNICODE UTF-8||iTKv1.0\r"
    b"EVN||20260105090000\r"
    b"PID|1||9990000018^^^NHS||Ashworth^Margaret^^^^^L||19250704|2\r"
    b"PV1||N\r"
)
SMALL = """
id: small
title: Small
systems:
  - {id: exemplar, uses: acute-exemplar}
  - {id: follower, uses: acute-follower}
pairings:
  - source: exemplar
    target: follower
    interfaces: [{id: hl7v2, from: v2-out, to: v2-in}]
    families: {identity: [hl7v2]}
"""


def harness(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """``harness words…``; its exit code."""
    from harness.cli.main import main

    monkeypatch.setattr(sys, "argv", ["harness", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)
