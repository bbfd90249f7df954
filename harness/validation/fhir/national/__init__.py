"""National rules: NHS numbers, people and clinical resources as UK Core has them, whether or not its package is at hand.

May import what every rule is handed, and ``harness.validation.national``, which HL7 v2 shares.
"""
