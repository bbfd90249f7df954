"""Carry rows: what a message holds beyond the catalogued items, carried into FHIR and back, every value accounted for.

A carry row ties a location to a location without an item; it is never scored, and where an item row reads the same place the item wins.
Imports: floors 0 to 2 and the lens of this room.
"""
