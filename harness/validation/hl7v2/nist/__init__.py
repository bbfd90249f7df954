"""NIST/HL7 conformance profiles in XML, as IGAMT exports them (PROFILE, CONSTRAINTS, VALUESETS), read into the rules every other profile has.

Structure, usage, cardinality, types, lengths and value sets become a profile like those of ``profiles/hl7v2``; predicates and conformance
statements become statements, judged by the rule ``conformance-statements``. May import ``formats`` and ``catalogue`` and below.
"""
