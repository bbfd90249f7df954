"""Usage by side, predicates, fixed values and cardinality of a profile; and a profile's own faults, which are never the message's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from harness.catalogue import catalogue
from harness.formats.hl7v2 import parse
from harness.validation.hl7v2 import examination
from harness.validation.hl7v2.profile import compile_profile
from harness.validation.options import Options

MESSAGE = "\r".join(
    [
        r"MSH|^~\&|PAS|X9A|ROUTE|X9B|20260105090000||ADT^A01^ADT_A01|M1|P|2.4",
        "EVN||20260105090000",
        "PID|1||633^^^X9A~634^^^X9C||Sample^Ann",
        "PV1|1|I|W1",
    ]
)


def profile(fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "own", "title": "own", "source": "by hand", "versions": ["2.4"], "profile_ids": [],
        "structures": [{"type": "ADT", "events": {"A01": ["ADT_A01"]}, "segments": "MSH EVN PID PV1", "source": "by hand"}],
        "segments": {"MSH": {"source": "h", "fields": {}}, "EVN": {"source": "h", "fields": {}}, "PID": {"source": "h", "fields": {}},
                     "PV1": {"source": "h", "fields": dict(fields)}},
        "tables": {"class": {"title": "class", "kind": "itk", "source": "h", "values": ["I", "O"]}}, "rules": {}, **more,
    }  # fmt: skip


def said(monkeypatch: pytest.MonkeyPatch, data: Mapping[str, Any], message: str = MESSAGE, **options: Any) -> list[tuple[str, str, str]]:
    """Issues by the explaining walk and, once warm, by the quick tier, which have to be the same."""
    made: dict[str, Any] = {}

    def load(_: str, side: str = "creator", version: str = "") -> Any:
        return made.setdefault(side, compile_profile(data, side, version))

    monkeypatch.setattr(examination, "load_profile", load)
    chosen = Options(profile="own", **options)
    runs = [examination.judge_tree(parse(message.encode()), chosen) for _ in range(12)]
    assert all(run == runs[0] for run in runs)
    return [(issue.severity.value, issue.code, issue.location.path) for issue in runs[0]]


def test_usage_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    data = profile({"44": {"use": {"creator": "R", "consumer": "O"}}})
    assert said(monkeypatch, data) == [("error", "hl7v2/required-field", "PV1-44")]
    assert said(monkeypatch, data, side="consumer") == []


INPATIENT = {"field": "PV1-2", "in": ["I"]}


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ({"when": INPATIENT}, [("error", "hl7v2/conditional-field", "PV1-44")]),
        ({"when": {"not": INPATIENT}}, []),
        ({"when": {"all": [INPATIENT, {"event": ["A03"]}]}}, []),
        ({"when": {"any": [INPATIENT, {"event": ["A03"]}]}}, [("error", "hl7v2/conditional-field", "PV1-44")]),
        ({"when": {"field": "PID-3.4", "matches": "X9."}}, [("error", "hl7v2/conditional-field", "PV1-44")]),
        ({"when": {"field": "PV1-45", "present": True}}, []),
        ({"when": INPATIENT, "then": "O"}, []),
        ({"when": {"field": "PV1-10", "in": ["300"]}}, []),
    ],
)
def test_predicates(monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any], wanted: list[tuple[str, str, str]]) -> None:
    assert said(monkeypatch, profile({"44": {"use": "C", **rule}})) == wanted


def test_a_predicate_that_does_not_hold_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    data = profile({"3": {"use": "C", "when": {"field": "PV1-2", "in": ["O"]}}})
    assert said(monkeypatch, data) == [("error", "hl7v2/conditional-field", "PV1-3")]


def test_a_predicate_over_nothing_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    data = profile({"3": {"use": "C", "when": {"field": "PV1-10", "in": ["300"]}}})
    assert said(monkeypatch, data) == []
    assert ("information", "hl7v2/inconclusive", "PV1-3") in said(monkeypatch, data, inconclusive=True)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"3": {"fixed": "W1"}}, []),
        ({"3": {"fixed": "W2"}}, [("error", "hl7v2/fixed-value", "PV1-3")]),
        ({"2": {"table": "class"}}, []),
        ({"3": {"table": "class"}}, [("error", "hl7v2/table-value", "PV1-3")]),
        ({"3": {"min": 2, "max": "3"}}, [("error", "hl7v2/repetitions", "PV1-3")]),
        ({"3": {"use": "X"}}, [("warning", "hl7v2/not-used", "PV1-3")]),
        ({"3": {"use": "B"}}, []),
        ({"3": {"type": "NM"}}, [("error", "hl7v2/number", "PV1-3")]),
        ({"3": {"length": 1}}, [("warning", "hl7v2/length", "PV1-3")]),
        ({"3": {"parts": {"4": {"use": "R"}}}}, [("error", "hl7v2/required-field", "PV1-3.4")]),
    ],
)
def test_what_a_field_says(monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], wanted: list[tuple[str, str, str]]) -> None:
    assert said(monkeypatch, profile(fields)) == wanted


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (profile({"3": {"table": "wards"}}), "profile/unknown-table"),
        (profile({"3": {"use": "C", "when": {"field": "ward"}}}), "profile/predicate"),
        (profile({"3": {"use": "R", "when": INPATIENT}}), "profile/contradiction"),
        (profile({"3": {"min": 2}}), "profile/contradiction"),
        (profile({"45": {"use": "X", "parts": {"1": {"use": "R"}}}}), "profile/contradiction"),
        (profile({"2": {"fixed": "Z", "table": "class"}}), "profile/contradiction"),
        (profile({"45": {"fixed": "long", "length": 2}}), "profile/contradiction"),
        (profile({}, rules={"no-such": {"severity": "error", "source": "h"}}), "profile/unknown-rule"),
        (profile({}, tables={"class": {"title": "t", "kind": "itk", "source": "h", "pattern": "("}}), "profile/pattern"),
        (profile({}, structures=[{"type": "ADT", "events": {"A01": ["ADT_A01"]}, "segments": "MSH (", "source": "h"}]), "profile/structure"),
    ],
)
def test_a_fault_of_the_profile_is_said_as_one(monkeypatch: pytest.MonkeyPatch, data: dict[str, Any], code: str) -> None:
    found = said(monkeypatch, data)
    assert ("warning", code, "") in found
    assert not [one for one in found if one[0] == "error" and one[1].startswith("profile/")]


@pytest.mark.parametrize("side", ["creator", "consumer"])
def test_shipped_profiles_have_no_fault(side: str) -> None:
    names = [path.stem for path in (catalogue().root / "profiles" / "hl7v2").glob("*.yaml")]
    assert names
    for name in names:
        assert compile_profile(catalogue().profile(name), side).flaws == ()
