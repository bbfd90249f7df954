"""Slices: how profiles sort the items of an element, what discriminators ask, which slice an item is of.

May import ``data`` (to compare values) and what every rule is handed; whether an item conforms to a profile is asked through ``FhirJudging``.
"""
