"""Values of data types: their form, fixed values and bounds, bindings, codes, texts, addresses, attachments.

May import ``harness.fhirpath``, ``harness.terminology`` and what every rule is handed; no other room of this package.
"""
