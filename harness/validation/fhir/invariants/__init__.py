"""Invariants of definitions: FHIRPath put to the engine, the commonest answered in Python, with FHIR's mistakes corrected and each said in plain words.

May import ``harness.fhirpath``, and of this package what every rule is handed and the reader of narratives.
"""
