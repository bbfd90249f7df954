"""Our expansions against typed ones and those that the FHIR R4 packages were published with, and what of UK Core can be decided offline."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from material import FIXTURES, SMALL_PACKAGE, UK_CORE

from harness.catalogue.fhir import definitions
from harness.terminology import Terminology

# Where the npm packages of FHIR definitions are unpacked; they are not part of the repository.
PACKAGES = Path(os.environ.get("HARNESS_NPM", "/tmp/npm"))  # noqa: S108
EXPANSIONS = PACKAGES / "r4" / "package" / "Bundle-valueset-expansions.json"
PUBLISHED = [
    pytest.param(FIXTURES / "expansions.json", 9, id="typed"),
    *([pytest.param(EXPANSIONS, 400, id="published", marks=pytest.mark.slow)] if EXPANSIONS.is_file() else []),
]
# (package, value sets of its own, those that can be listed offline)
DECIDED = [pytest.param(SMALL_PACKAGE, 3, 2, id="small"), *([pytest.param(UK_CORE, 134, 86, id="ukcore", marks=pytest.mark.slow)] if UK_CORE.is_dir() else [])]

# Published expansions that are not of the definitions published with them, and why.
KNOWN = {
    "http://hl7.org/fhir/ValueSet/c80-doc-typecodes": "cut off at 1,000 codes",
    "http://hl7.org/fhir/ValueSet/currencies": "made of the currencies of 2018",
    "http://terminology.hl7.org/ValueSet/v3-ActPharmacySupplyType": "leaves out codes placed by the property child alone",
    "http://hl7.org/fhir/ValueSet/detectedissue-category": "leaves out codes placed by the property child alone",
}


class Bare:
    """Definitions whose value sets have lost their expansions, so that compose must answer."""

    def __init__(self) -> None:
        self.under = definitions("4.0.1", (str(SMALL_PACKAGE),))

    def find(self, canonical: str, *kinds: str) -> Mapping[str, Any] | None:
        found = self.under.find(canonical, *kinds)
        return {key: value for key, value in found.items() if key != "expansion"} if found is not None else None

    def every(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return self.under.every(kind)


def _contained(items: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in items:
        if "code" in item:
            yield item.get("system", ""), item["code"]
        yield from _contained(item.get("contains", []))


@pytest.mark.parametrize(("expansions", "equal"), PUBLISHED)
def test_our_expansions_are_the_published_ones(expansions: Path, equal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.terminology.systems._later", lambda _: None)
    terminology = Terminology(Bare())
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    for entry in json.loads(expansions.read_bytes())["entry"]:
        value_set = entry["resource"]
        url, published = value_set["url"], set(_contained(value_set.get("expansion", {}).get("contains", [])))
        if not published or url in KNOWN:
            continue
        ours = terminology.expand(url)
        if ours is None:
            outcomes["not listed"] += 1
            wrong += [f"{url} {pair}" for pair in published if terminology.member(url, pair[1], pair[0]).no]
            continue
        # The tool that published them left out headings and codes out of use, in most sets.
        extra = set(ours.codes) - published - ours.inactive - ours.abstract
        outcomes["equal" if not extra and published == set(ours.codes) else "equal but headings and retired codes"] += 1
        wrong += [f"{url} {pair}" for pair in extra | (published - set(ours.codes))]
    print(dict(outcomes))
    assert wrong == []
    assert outcomes["equal"] >= equal


def test_nearly_every_core_value_set_is_listed() -> None:
    terminology = Terminology(definitions())
    listed = Counter(terminology.codes(one["url"]) is not None for one in definitions().every("ValueSet"))
    assert listed[True] > 1200
    assert listed[False] < 110


@pytest.mark.parametrize(("package", "own", "listed"), DECIDED)
def test_what_of_a_package_can_be_decided_offline(package: Path, own: int, listed: int) -> None:
    known = definitions("4.0.1", (str(package),))
    terminology = Terminology(known)
    urls = [one["url"] for one in known.every("ValueSet") if one["url"].startswith(("https://fhir.hl7.org.uk", "https://exemplar-harness.example"))]
    decided = [url for url in urls if terminology.codes(url) is not None]
    for url in sorted(set(urls) - set(decided)):
        print(f"{url.rpartition('/')[2]}: {terminology.why(url)}")
    assert (len(urls), len(decided)) == (own, listed)
    assert all(terminology.why(url) for url in set(urls) - set(decided))
