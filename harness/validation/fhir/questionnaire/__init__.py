"""Questionnaires as definitions, and QuestionnaireResponses held against them: items, what enables them, and their answers.

May import what every rule is handed, ``harness.fhirpath`` and ``harness.terminology``; no other room.
"""
