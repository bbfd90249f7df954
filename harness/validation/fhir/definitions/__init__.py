"""Conformance resources as content: StructureDefinition, ValueSet, CodeSystem, ConceptMap, SearchParameter, OperationDefinition, Measure and their kin.

May import what every rule is handed, ``harness.fhirpath`` and ``harness.terminology``; no other room.
"""
