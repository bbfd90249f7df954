"""Questionnaires and responses to them, made of their parts."""

from __future__ import annotations

from typing import Any

from fhir_definitions_kit import Resource

URL = "https://exemplar-harness.example/fhir/Questionnaire/q"
CORE = "http://hl7.org/fhir/StructureDefinition/"


def form(*items: Resource, **more: Any) -> Resource:
    return {"resourceType": "Questionnaire", "url": URL, "status": "active", "item": list(items), **more}


def question(link: str = "q1", kind: str = "string", **more: Any) -> Resource:
    return {"linkId": link, "type": kind, **more}


def given(*items: Resource, status: str = "completed", **more: Any) -> Resource:
    return {"resourceType": "QuestionnaireResponse", "questionnaire": URL, "status": status, "item": list(items), **more}


def item(link: str, *answers: Resource, **more: Any) -> Resource:
    return {"linkId": link, **({"answer": list(answers)} if answers else {}), **more}


def extension(name: str, **value: Any) -> Resource:
    return {"url": CORE + name, **value}
