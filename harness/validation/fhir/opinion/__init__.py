"""What one validator reports although no sentence of the standard asks for it: said only where the rule set ``hl7-validator`` is in force.

May import what every rule is handed, ``harness.fhirpath``, and the reader of narratives.
"""
