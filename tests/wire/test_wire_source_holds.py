"""The simulated source holds what it was told, code by code: record A of every ledger rests on it.

Told by the control interface, read back by the lens over FHIR. Each table is walked in full, but for what FHIR cannot say:
an alias, and that nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.adapters.fhir_observer import FhirObserver
from harness.case.control import ControlClient
from harness.case.people import cast
from harness.case.spec import CaseSpec, Namespace
from harness.catalogue import catalogue
from harness.mapping import lens
from harness.model.deployment import Deployment
from harness.model.record import UNSAID, Record, Unsaid, Value
from harness.systems.host import start

NAMESPACE = Namespace(7, "holds", "2026-01-05")
PERSON_TABLES: dict[str, tuple[str, ...]] = {
    "person.sex": ("0", "1", "2", "9"),
    "person.marital_status": ("S", "M", "D", "W", "P", "N", "8", "9"),
    "person.ethnic_category": ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99"),
    "person.nhs_number_status": ("01", "02", "03", "04", "05", "06", "07", "08"),
    "person.sensitive": ("local", "national"),
    "person.consent_to_share": ("express", "dissent"),
    "contact.relationship": ("1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "61", "62", "98", "99"),
    "allergy.type": ("AA", "DA", "EA", "IA", "FA", "LA", "MA", "MC", "PA"),
    "allergy.severity": ("0", "1", "3", "5", "7", "9"),
    "name.use": ("usual", "preferred", "birth", "previous"),
    "telecom.kind": ("phone", "mobile", "email"),
}
STAY_TABLES: dict[str, tuple[str, ...]] = {
    "encounter.class": ("I", "O", "E", "P"),
    "encounter.admission_method": ("11", "12", "13", "21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D", "31", "32", "81", "82", "83", "98", "99"),
    "encounter.admission_source": ("19", "29", "39", "49", "51", "52", "53", "54", "65", "66", "79", "85", "87", "88", "98", "99"),
    "diagnosis.certainty": ("A", "W", "F"),
    "observation.status": ("F", "P", "C"),
}


@pytest.fixture(scope="module")
def source() -> Iterator[Deployment]:
    with start(catalogue().system("acute-exemplar"), seed=7, now="2026-01-05T06:00:00") as running:
        yield running.deployment


@pytest.fixture(scope="module")
def tables() -> dict[str, tuple[str, ...]]:
    return {**PERSON_TABLES, **STAY_TABLES}


@pytest.mark.parametrize(("item", "code"), [(item, code) for table in (PERSON_TABLES, STAY_TABLES) for item, codes in table.items() for code in codes])
def test_the_source_holds_the_code_it_was_told(source: Deployment, item: str, code: str, tables: dict[str, tuple[str, ...]]) -> None:
    fixture = catalogue().person("A").record
    assert isinstance(fixture, Record)
    ordinal = [(i, c) for i, codes in tables.items() for c in codes].index((item, code))
    changes: dict[str, Value | Unsaid] = {item: code}
    if item == "person.sensitive" and code == "national":
        changes["person.practice"] = UNSAID
    person = cast(fixture, "A", CaseSpec(ordinal, "x:y", "fhir", "", "x/y-1"), NAMESPACE, "X9A").with_(changes)
    event = "admit" if item in STAY_TABLES else "register"
    control = ControlClient(source)
    _, refusal = control.event(
        event, person.record, to="", interface="fhir", control_id=f"H{ordinal}", occurred="2026-01-05T09:00:00", now="2026-01-05T09:00:00", details={}
    )
    assert not refusal
    endpoint = source.system.endpoint("observe")
    observer = FhirObserver(endpoint, source.address(endpoint), token=source.tokens["observe"])
    records = lens(endpoint.key).read_all(observer.find(*person.identifier).tree, codes=source.system.codes)
    held = [text for record in records for text in record.all(item)]
    assert code in held
    observer.close()
    control.close()
