"""Acute hospital systems, exemplar and follower: HL7 v2 and FHIR in, own store, HL7 v2 and FHIR out.

Hand-written as a vendor would write it. May import the system core, formats and model; never what the oracle reads with.
"""
