"""The walk over a document by plans: what all rules in force at one place ask together, member by member, resource by resource.

Stands in the middle: uses the rooms that judge one thing (``data``, ``slicing``, ``references``, ``invariants``); ``fastpath`` and ``engine`` stand on it.
"""
